"""Documents inside archives that are read as they pass: each is put into a file meanwhile.

A page has the same id as where the document lies by itself. Memory: the document; on disk as much.
"""

import io
import tempfile
from collections.abc import Iterator

from msgspec.structs import replace

from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.tiff import Tiff, is_tiff
from gyogwa.transforms.files.tiff import pages_of as frames_of
from gyogwa.transforms.ingest.raw import RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.rows import reject_of
from gyogwa.transforms.ingest.sources import hwp, office, pdf, scans
from gyogwa.transforms.ingest.sources.formats import Format

_FORMATS = (pdf.FORMAT, hwp.FORMAT, office.FORMAT)
_HEAD = 16


def format_of(ending: str, data: bytes) -> Format | None:
    """The format of a document by its ending, lower case, and its bytes; None where it is none: a
    TIFF of one page is an image."""
    if ending in ("tif", "tiff"):
        return scans.FORMAT if _has_pages(data) else None
    found = next((form for form in _FORMATS if f".{ending}" in form.endings), None)
    if found is hwp.FORMAT and data.startswith(office.HWP_97):
        return office.FORMAT
    return found


def _has_pages(data: bytes) -> bool:
    try:
        return is_tiff(data[:_HEAD]) and len(frames_of(Tiff(io.BytesIO(data)).frames())) > 1
    except BadImage:
        return False  # said when it is read


def pages_of(
    data: bytes, uri: str, form: Format | None, part: SourcePart
) -> Iterator[RawRow | Reject]:
    """The pages of a document of this URI; a reject where it can't be used."""
    if form is None:
        return
    ending = f".{uri.rpartition('.')[2].lower()}"
    with tempfile.NamedTemporaryFile(prefix="gyogwa-member-", suffix=ending) as file:
        file.write(data)
        file.flush()
        try:
            last = form.pages(file.name) if form.pages else 0
        except BadImage as bad:
            yield reject_of(uri, "files", bad, part.source)
            return
        entry = SourceFile(file.name, uri, sha256_hex(data), (), 0, last)
        yield from form.read(replace(part, kind=form.name, entries=[entry]))
