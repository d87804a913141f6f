"""HWP 5 and HWPX, which Korean offices hold, without an office suite: one layout gives pixels and
boxes.

rhwp lays a page out, with the place of every glyph; resvg paints that with fonts that are there;
words and tables come from the very glyphs and the document's own text (`hwp_words`). A page of
which part is cut off, or on which a picture stands that may hold text, isn't known in full: it is
left to OCR, and told. So are fonts that others stand for. Needs the extra `hwp`.

Cost: some 0.3 s a page at 150 dpi. A document is one part, read in a child process.
"""

import io
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import msgspec
from PIL import Image

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.page import Truth
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.png import png_of
from gyogwa.transforms.ingest.labels.truth import Labels
from gyogwa.transforms.ingest.limits import check_ratio, check_size
from gyogwa.transforms.ingest.listing import LISTED, read_as_listed
from gyogwa.transforms.ingest.raw import RawImage, RawRow, SourceFile, SourcePart, TruthOf
from gyogwa.transforms.ingest.rows import reject_of
from gyogwa.transforms.ingest.sources.formats import Format
from gyogwa.transforms.ingest.sources.hwpx_entities import Readable, readable
from gyogwa.transforms.ingest.sources.pdf_render import scale_for

NEEDS = ("rhwp", "resvg_py", "fontTools")
LAYOUT = "hwp 3"
"""Raise it when the same page gives other pixels or words."""
_MAX_BYTES = 100 << 20
_MAX_UNPACKED = 400 << 20
_DPI = 96
_PICTURE = 0.004
"""Share of the page from which on a picture may hold text: 2.5 square centimetres of A4."""
_PASSWORD = "암호"


def _version() -> str:
    """What lays out and paints here; without it, "absent"."""
    try:
        return f"{LAYOUT} rhwp {version('rhwp-python')} resvg {version('resvg-py')}"
    except PackageNotFoundError:
        return "absent"


def read_pages(part: SourcePart) -> Iterator[RawRow | Reject]:
    """One record a page, as grey or RGB PNG; a reject for a document or a page that can't be
    read."""
    for entry in part.entries:
        try:
            yield from _pages(entry, part)
        except BadImage as bad:
            yield reject_of(entry.uri, "files", bad, part.source)


FORMAT = Format("hwp", (".hwp", ".hwpx"), read_pages, version=_version(), rendered=True)


def _pages(entry: SourceFile, part: SourcePart) -> Iterator[RawRow | Reject]:
    if missing := [name for name in NEEDS if find_spec(name) is None]:
        message = f"{', '.join(missing)} isn't installed: pip install 'gyogwa[hwp]'"
        raise BadImage("unsupported_file", message)
    document, said, whole = _opened(entry)
    from gyogwa.transforms.ingest.sources.hwp_words import Text

    text = Text(said)
    for index in range(document.page_count):
        uri = f"{entry.uri}#page={index + 1}"
        try:
            with _only("broken_page"):
                svg = whole.in_svg(document.render_svg(index))
            yield _page(svg, said, text, index, entry, part, uri)
        except BadImage as bad:
            yield reject_of(uri, "images", bad, part.source)


def _opened(entry: SourceFile) -> tuple[Any, Any, Readable]:
    """The document, what it says, as JSON, and how it was made readable. Raises BadImage."""
    import rhwp

    check_size("the document", LISTED.size(entry.path), _MAX_BYTES)
    data = read_as_listed(entry)
    _check_zip(data)
    with _only("broken_document"):
        whole = readable(data)
        document = rhwp.Document.from_bytes(whole.data)
        said = msgspec.json.decode(whole.in_json(document.to_ir_json()))
    if not document.page_count:
        raise BadImage("broken_document", "it has no pages")
    return document, said, whole


def _check_zip(data: bytes) -> None:
    """Raise BadImage for an HWPX, which is a ZIP, that would unpack to too much."""
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BadImage("broken_document", f"no HWPX: {error}") from error
    check_ratio(size, len(data))
    check_size("what it unpacks to", size, _MAX_UNPACKED)


def _page(
    svg: str, said: Any, text: Any, index: int, entry: SourceFile, part: SourcePart, uri: str
) -> RawRow:
    from gyogwa.transforms.ingest.sources import hwp_fonts, hwp_svg, hwp_words

    fonts = hwp_fonts.installed()
    if not fonts.any_hangul:
        raise BadImage("needs_extra", "no font here has Hangul: apt install fonts-nanum")
    try:
        page = hwp_svg.page_of(svg, fonts)
    except ValueError as error:
        raise BadImage("broken_page", str(error)) from error
    found = hwp_words.read(page, text, said)
    asked = part.pdf_dpi / 72
    scale = scale_for((page.width * 72 / _DPI, page.height * 72 / _DPI), asked, part.max_pixels)
    settings = [part.pdf_dpi] if scale == asked else [part.pdf_dpi, part.max_pixels]
    told = [FORMAT.version, hwp_fonts.fingerprint(page.faces), *settings]
    image = RawImage(
        data=_painted(page, scale * 72 / _DPI),
        uri=uri,
        image_id=hash_of(entry.content, index + 1, *told)[:32],
        kind="document",
        document=entry.content[:32],
        page=index + 1,
        labelled=bool(found.words),
        truth=truth_on(page, found),
        changes="" if scale == asked else "reduced",
    )
    noted = tuple(f"font {asked} ({used} stands for it)" for asked, used in page.replaced)
    return RawRow(uri, [image], noted=tuple(sorted(noted)))


def truth_on(page: Any, found: Any) -> TruthOf:
    """What stands on the page, or why that isn't known in full."""
    from gyogwa.transforms.ingest.sources import hwp_words

    def truth(_: Any) -> Labels:
        whole = page.width * page.height
        large = [
            box
            for box in page.pictures
            if box[2] > box[0]
            and box[3] > box[1]
            and (box[2] - box[0]) * (box[3] - box[1]) >= _PICTURE * whole
        ]
        for why in hwp_words.CUT, hwp_words.OVERLAP:
            if count := found.dropped.get(why, 0):
                message = f"{count} {why}: the page is read instead"
                raise BadImage("bad_labels", message, str(count))
        if large:
            message = f"{len(large)} pictures on the page may hold text: it is read instead"
            raise BadImage("bad_labels", message, str(len(large)))
        words = found.words
        return Labels(Truth("text_layer", words, tables=found.tables), found.dropped)

    return truth


def _painted(page: Any, zoom: float) -> bytes:
    """The page as PNG, grey where it holds no colour."""
    import resvg_py

    with _only("broken_page"):
        data = resvg_py.svg_to_bytes(
            svg_string=page.svg,
            width=max(1, round(page.width * zoom)),
            height=max(1, round(page.height * zoom)),
            background="white",
            skip_system_fonts=True,
            font_files=sorted(face.path for face in page.faces),
        )
    pixels = Image.open(io.BytesIO(data)).convert("RGB")
    channels = [channel.tobytes() for channel in pixels.split()]
    grey = channels[0] == channels[1] == channels[2]
    return png_of(pixels.getchannel(0) if grey else pixels)


@contextmanager
def _only(rule: Any) -> Iterator[None]:
    """Whatever these libraries raise, as BadImage; what they say on stderr is dropped. A panic of
    Rust's is no Exception."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        if isinstance(error, BadImage):
            raise
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        if _PASSWORD in said:
            raise BadImage("encrypted_document", "it opens with a password only") from error
        raise BadImage(rule, f"it can't be read: {said[:200]}") from error
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
