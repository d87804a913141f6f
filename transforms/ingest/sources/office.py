"""Documents of office suites, turned into PDF by LibreOffice where that is installed.

`soffice --headless --convert-to pdf` (https://help.libreoffice.org/latest/en-US/text/shared/guide/
start_parameters.html) writes the PDF, which `sources.pdf` reads. HWP of before 2000 goes this way
too, by LibreOffice's own filter. Where there is no soffice these files are told, one line a kind.
Cost: some seconds a document, for the start of the suite.
"""

import io
import os
import shutil
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from msgspec.structs import replace as with_fields

from gyogwa.schemas.ids import hash_of, sha256_hex
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.effort import Effort
from gyogwa.transforms.files.parent import die_with_parent
from gyogwa.transforms.ingest.labels.truth import Labels
from gyogwa.transforms.ingest.limits import check_ratio, check_size
from gyogwa.transforms.ingest.listing import LISTED, read_as_listed
from gyogwa.transforms.ingest.raw import RawImage, RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.rows import reject_of
from gyogwa.transforms.ingest.sources import pdf
from gyogwa.transforms.ingest.sources.formats import Format
from gyogwa.transforms.ingest.sources.pdf_layer import NO_LANGUAGE

SUITE = "soffice"
HWP_97 = b"HWP Document File"
CONVERSION = "office 2"
"""Raise it when the same document gives other pages."""
_ZIPPED = (".docx", ".docm", ".dotx", ".pptx", ".pptm", ".ppsx", ".odt", ".odp")
_OLE = (".doc", ".ppt", ".pps")
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_BYTES = 100 << 20
_MAX_UNPACKED = 400 << 20
_SECONDS = 180.0
_POLL_SECONDS = 0.5
ENDINGS = (*_ZIPPED, *_OLE, ".rtf")


def read_pages(part: SourcePart) -> Iterator[RawRow | Reject]:
    """One record a page, as `sources.pdf` gives it; a reject for what can't be converted."""
    for entry in part.entries:
        try:
            yield from _pages(entry, part)
        except BadImage as bad:
            yield reject_of(entry.uri, "files", bad, part.source)


FORMAT = Format(
    "office",
    ENDINGS,
    read_pages,
    version=f"{CONVERSION} {'suite' if shutil.which(SUITE) else 'absent'} {pdf.FORMAT.version}",
    rendered=True,
)


def _pages(entry: SourceFile, part: SourcePart) -> Iterator[RawRow | Reject]:
    check_size("the document", LISTED.size(entry.path), _MAX_BYTES)
    data = read_as_listed(entry)
    _check(entry.uri, data)
    suite = shutil.which(SUITE)
    if suite is None:
        message = f"read by way of LibreOffice, which isn't installed: no {SUITE} on the PATH"
        raise BadImage("unsupported_file", message)
    with tempfile.TemporaryDirectory(prefix="gyogwa-office-") as folder:
        path = _converted(suite, data, Path(entry.uri).suffix.lower(), Path(folder))
        converted = path.read_bytes()
        content = sha256_hex(converted)
        del converted
        last = pdf.page_count(str(path))
        whole = SourceFile(str(path), entry.uri, content, (), 0, last)
        for row in pdf.read_pages(with_fields(part, entries=[whole])):
            yield row if isinstance(row, Reject) else _of(row, entry, part)


def _of(row: RawRow, entry: SourceFile, part: SourcePart) -> RawRow:
    """A page under the id that the document gives it: no two conversions have the same bytes."""
    told = [FORMAT.version, part.pdf_dpi, part.max_pixels]
    images = [
        replace(
            _believed(image),
            image_id=hash_of(entry.content, image.page, *told)[:32],
            document=entry.content[:32],
        )
        for image in row.images
    ]
    return replace(row, images=images)


def _believed(image: RawImage) -> RawImage:
    """The page, its layer believed where only the language of its words was in doubt: the suite
    knows what it wrote, and a slide has few words. A page with pictures stays in doubt."""
    layer = image.layer
    if layer is None or layer.truth is None or layer.reason != NO_LANGUAGE:
        return image
    labels = Labels(layer.truth, {})
    told = with_fields(layer, verdict="believed", reason="", truth=None)
    return replace(image, labelled=True, layer=told, truth=lambda _: labels)


def _check(uri: str, data: bytes) -> None:
    """Raise BadImage for what isn't of the form that its name says: the suite opens it as text."""
    ending = Path(uri).suffix.lower()
    if ending in _ZIPPED:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                size = sum(member.file_size for member in archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            if data.startswith(_OLE_MAGIC):
                raise BadImage("encrypted_document", "it opens with a password only") from error
            raise BadImage("broken_document", f"no {ending}: {error}") from error
        check_ratio(size, len(data))
        check_size("what it unpacks to", size, _MAX_UNPACKED)
    elif ending in _OLE and not data.startswith(_OLE_MAGIC):
        raise BadImage("broken_document", f"no {ending}: it doesn't begin as one")
    elif ending == ".rtf" and not data.startswith(b"{\\rtf"):
        raise BadImage("broken_document", "no .rtf: it doesn't begin as one")


def _converted(suite: str, data: bytes, ending: str, folder: Path) -> Path:
    """The PDF that the suite makes of a document, in the folder. Raises BadImage."""
    source = folder / f"document{ending}"
    source.write_bytes(data)
    command = [
        *(suite, "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile"),
        *("--convert-to", "pdf", "--outdir", str(folder), str(source)),
    ]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=partial(die_with_parent, os.getpid()),
    )
    effort = Effort(process.pid, family=True)
    while True:
        try:
            _, said = process.communicate(timeout=_POLL_SECONDS)
            break
        except subprocess.TimeoutExpired:
            if not effort.exceeds(_SECONDS):
                continue
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        limit = f"{_SECONDS:g}"
        message = f"LibreOffice didn't convert it within {limit} s of computing"
        raise BadImage("decoding_timeout", message, limit, limit)
    path = source.with_suffix(".pdf")
    if process.returncode or not path.exists():
        last = (said.decode(errors="replace").strip().splitlines() or ["it wrote no PDF"])[-1]
        raise BadImage("broken_document", f"LibreOffice can't convert it: {last[:200]}")
    return path
