"""Pages of PDF files, rendered at a set resolution, with the words of the text layer as truth.

PDFium renders and reads; it isn't thread-safe, so one lock guards it in each process. A character
box is mapped to the page as displayed (crop box, rotation) by PDFium itself, so that boxes lie on
the pixels whatever the page's coordinate system.
"""

import ctypes
import gzip
import io
import threading
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pypdfium2.version import PDFIUM_INFO

from schemas.ids import hash_of, sha256_hex
from schemas.page import Box, Truth, Word
from schemas.records import Reject
from transforms.decode import BadImage
from transforms.sources.labels import fractions, union
from transforms.sources.raw import Entry, RawImage, RawRecord, SourcePart
from transforms.storage import read_bytes
from transforms.text import clean

RENDERER = f"pdfium {PDFIUM_INFO}"
MAX_SIDE = 20_000
_LOCK = threading.Lock()
_GRID = 1_000_000  # PDFium maps to whole device pixels: ask for a device this many wide
_HYPHENS = {0x02: "-", 0xFFFE: "-"}  # what PDFium reports for a hyphen at the end of a line


def pdf_bytes(path: str) -> bytes:
    """The PDF at `path`, unpacked when its name ends in .gz. Raises BadImage("broken_pdf")."""
    try:
        data = read_bytes(path)
        return gzip.decompress(data) if path.lower().endswith(".gz") else data
    except (OSError, EOFError, zlib.error) as error:
        raise BadImage("broken_pdf", str(error)) from error


def page_count(path: str) -> int:
    """How many pages it has, at least 1. Raises BadImage when it can't be opened."""
    document = _opened(pdf_bytes(path))
    with _LOCK:
        pages = len(document)
        document.close()
    if not pages:
        raise BadImage("broken_pdf", "it has no pages")
    return pages


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        with _LOCK:
            return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise BadImage("encrypted_pdf", "it opens with a password only") from error
        raise BadImage("broken_pdf", str(error)) from error


def read_pages(part: SourcePart) -> Iterator[RawRecord | Reject]:
    """One record a page, as grey or RGB PNG; a reject for a page that can't be rendered."""
    for entry in part.entries:
        try:
            data = pdf_bytes(entry.path)
            document = _opened(data)
        except BadImage as error:
            yield Reject(
                entry.uri, "ingest", error.rule, "", "", error.message, part.source, entry.uri
            )
            continue
        digest = sha256_hex(data)
        try:
            for index in range(entry.first, entry.last):
                yield _page(document, index, digest, entry, part)
        finally:
            with _LOCK:
                document.close()


def _page(
    document: pdfium.PdfDocument, index: int, digest: str, entry: Entry, part: SourcePart
) -> RawRecord | Reject:
    uri = f"{entry.uri}#page={index + 1}"
    scale = part.pdf_dpi / 72
    try:
        with _LOCK:
            page = document[index]
            width, height = page.get_size()
            if max(width, height) * scale > MAX_SIDE:
                return Reject(
                    uri, "ingest", "too_many_pixels", f"{max(width, height) * scale:.0f}",
                    str(MAX_SIDE), "the page is too large at this resolution; lower --pdf_dpi",
                    part.source, uri,
                )  # fmt: skip
            rendered = page.render(scale=scale, may_draw_forms=True).to_pil()
            words = words_of(page)
            page.close()
    except pdfium.PdfiumError as error:
        return Reject(uri, "ingest", "broken_page", "", "", str(error), part.source, uri)
    buffer = io.BytesIO()
    channels = rendered.convert("RGB").split()
    grey = all(c.tobytes() == channels[0].tobytes() for c in channels[1:])
    (channels[0] if grey else rendered.convert("RGB")).save(buffer, "PNG")
    truth = Truth("text_layer", words) if words else None
    image = RawImage(
        data=buffer.getvalue(),
        uri=uri,
        image_id=hash_of(digest, index + 1, part.pdf_dpi)[:32],
        kind="document",
        document=digest[:32],
        page=index + 1,
        truth=lambda _width, _height: truth,
    )
    return RawRecord(uri, [image])


@dataclass
class _Char:
    text: str
    box: Box


def words_of(page: pdfium.PdfPage) -> list[Word]:
    """The words of the text layer in its own order; [] when much of it has no Unicode meaning."""
    chars = _chars(page)
    visible = [char for char in chars if char and char.text]
    unmapped = sum(1 for char in visible if char.text == "\ufffd" or not clean(char.text))
    if not visible or unmapped > 0.1 * len(visible):
        return []
    words: list[Word] = []
    run: list[_Char] = []
    for char in [*chars, None]:
        if char is not None and char.text and (not run or _continues(run[-1], char)):
            run.append(char)
            continue
        text = clean("".join(c.text for c in run))
        if text:
            box = union([c.box for c in run])
            if box[2] > box[0] and box[3] > box[1]:
                words.append(Word(text, box))
        run = [char] if char is not None and char.text else []
    return words


def _chars(page: pdfium.PdfPage) -> list[_Char | None]:
    """Characters with boxes as fractions of the displayed page; None where white space stands."""
    text_page = page.get_textpage()
    found: list[_Char | None] = []
    left, top = ctypes.c_int(), ctypes.c_int()
    count = text_page.count_chars()
    codes = [pdfium_c.FPDFText_GetUnicode(text_page.raw, index) for index in range(count)]
    for index, text in enumerate(texts_of(codes)):
        if not text:
            continue
        if text.isspace():
            found.append(None)
            continue
        corners = []
        x0, y0, x1, y1 = text_page.get_charbox(index)
        for x, y in ((x0, y0), (x1, y1)):
            pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, _GRID, _GRID, 0, x, y, left, top)
            corners.append((left.value, top.value))
        (ax, ay), (bx, by) = corners
        box = fractions([min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)], _GRID, _GRID)
        found.append(_Char(text, box))
    text_page.close()
    return found


def texts_of(codes: Sequence[int]) -> Iterator[str]:
    """The character of each code; a surrogate pair gives "" and its character, half of one U+FFFD.

    >>> list(texts_of([0x41, 0xD83D, 0xDE00, 0xDE00]))
    ['A', '', '😀', '�']
    """
    for before, code, after in zip([0, *codes], codes, [*codes[1:], 0], strict=False):
        if 0xD800 <= code < 0xDC00 and 0xDC00 <= after < 0xE000:
            yield ""
        elif 0xDC00 <= code < 0xE000 and 0xD800 <= before < 0xDC00:
            yield chr(0x10000 + ((before - 0xD800) << 10) + code - 0xDC00)
        elif not code or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            yield "\ufffd"
        else:
            yield _HYPHENS.get(code) or chr(code)


def _continues(last: _Char, char: _Char) -> bool:
    """Whether two characters without a space between them stand on one line."""
    height = max(last.box[3] - last.box[1], char.box[3] - char.box[1])
    overlap = min(last.box[3], char.box[3]) - max(last.box[1], char.box[1])
    same_line = overlap > -0.5 * height
    return same_line and char.box[0] > last.box[0] - 2 * height
