"""What a file says that its glyphs mean (`ActualText`, ISO 32000-1, 14.9.4), where they say
something else themselves.

PDFium takes it for the text of all glyphs that it is marked on. It is of use where these have no
meaning of their own or are forms of letters: ligatures, variants, syllables of several letters.
What says something else describes the page to a listener, or hides what stands there; it is no
reading, so it is taken away and the glyphs speak for themselves. Cost: some calls a text object;
where a page has such marks, one more look at its layer.
"""

import ctypes
from dataclasses import dataclass, field
from typing import Any
from unicodedata import category, normalize

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from gyogwa.transforms.ingest.sources.pdf_objects import Handle, drawn_on

_KEY = b"ActualText"
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp"}
_MOST_LETTERS = 4
"""A glyph stands for: those of syllables and ligatures are three; what is longer describes it."""


@dataclass
class _Mark:
    """A mark, what it says, and the text objects that it is on."""

    handle: Any
    raw: bytes
    objects: list[Handle] = field(default_factory=list)


def with_own_words(page: pdfium.PdfPage) -> None:
    """Take from a page what is marked on glyphs that say something else."""
    marks = _marks(page)
    if not marks:
        return
    for mark in marks.values():
        pdfium_c.FPDFPageObjMark_RemoveParam(mark.objects[0], mark.handle, _KEY)
    said = _said(page)
    for mark in marks.values():
        own = [char for each in mark.objects for char in said.get(_address(each), [])]
        if agrees(_text(mark.raw), own):
            pdfium_c.FPDFPageObjMark_SetBlobParam(
                page.pdf.raw,
                mark.objects[0],
                mark.handle,
                _KEY,
                (ctypes.c_ubyte * len(mark.raw)).from_buffer_copy(mark.raw),
                len(mark.raw),
            )


def agrees(text: str, glyphs: list[str]) -> bool:
    """Whether a text may be that of glyphs that say these characters themselves, "" for nothing:
    all that they say is in it, in their order, and it isn't much more.

    >>> agrees("fi", ["\\uf001"]), agrees("각", ["각"]), agrees("secret", ["A", "B"])
    (True, True, False)
    """
    whole, own = _letters(text), _letters("".join(glyphs))
    if len(whole) > _MOST_LETTERS * max(len(glyphs), 1):
        return False
    rest = iter(whole)
    return all(letter in rest for letter in own)


def _letters(text: str) -> str:
    """What is seen of a text, syllables and ligatures in their letters."""
    whole = normalize("NFKD", text).casefold()
    return "".join(char for char in whole if category(char) not in _UNSEEN)


def _marks(page: pdfium.PdfPage) -> dict[int, _Mark]:
    """The marks that say more than a space, by their addresses: all objects in one share it."""
    found: dict[int, _Mark] = {}
    for drawn in drawn_on(page):
        if not drawn.text:
            continue
        for at in range(pdfium_c.FPDFPageObj_CountMarks(drawn.handle)):
            handle = pdfium_c.FPDFPageObj_GetMark(drawn.handle, at)
            raw = _raw(handle)
            if raw and _text(raw).strip():
                mark = found.setdefault(_address(handle), _Mark(handle, raw))
                mark.objects.append(drawn.handle)
    return found


def _raw(mark: Any) -> bytes:
    """What is marked, as it is stored."""
    length = ctypes.c_ulong()
    if not pdfium_c.FPDFPageObjMark_GetParamBlobValue(mark, _KEY, None, 0, length):
        return b""
    buffer = (ctypes.c_ubyte * length.value)()
    pdfium_c.FPDFPageObjMark_GetParamBlobValue(mark, _KEY, buffer, length.value, length)
    return bytes(buffer)


def _text(raw: bytes) -> str:
    """A text string of a PDF; PDFDocEncoding is near enough to Latin-1."""
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "ignore")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "ignore")
    return raw.decode("latin-1")


def _said(page: pdfium.PdfPage) -> dict[int, list[str]]:
    """What the glyphs of each text object say by themselves, "" where that is nothing."""
    text_page = page.get_textpage()
    said: dict[int, list[str]] = {}
    for at in range(text_page.count_chars()):
        drawn = pdfium_c.FPDFText_GetTextObject(text_page.raw, at)
        if drawn and pdfium_c.FPDFText_IsGenerated(text_page.raw, at) != 1:
            code = pdfium_c.FPDFText_GetUnicode(text_page.raw, at)
            char = "" if not code or 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)
            said.setdefault(_address(drawn), []).append(char)
    text_page.close()
    return said


def _address(handle: Any) -> int:
    return ctypes.addressof(handle.contents)
