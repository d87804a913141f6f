"""How a text object of a PDF is set: font, size, weight, and where the file marks it as content.

Weight and pitch are told by the font's name, and where that says nothing by the flags of its
description (ISO 32000-1, table 123), since PDFium's weight is a guess from the width of stems.
"""

import ctypes
import math
import re
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

_FIXED_PITCH, _ITALIC, _FORCE_BOLD = 1, 1 << 6, 1 << 18
_BOLD = re.compile(
    r"bold|black|heavy|demi|medi(?!um)|cmbx|cmb\d|sfbx|cmssbx|[-,]b[di]?$|extrab", re.I
)
_MONO = re.compile(
    r"mono|mon[-l]|courier|typewriter|[a-z]tt(?:sl|sc|i|b)?\d*$|tt\d|sltt|consol|menlo|fixed|coding|[a-z]code",
    re.I,
)
_MATH = re.compile(
    r"cmmi|cmmib|cmsy|cmbsy|cmex|ms[ab]m\d|lasy|euler|math|symbolmt$|esint|txsy|pxsy|rsfs", re.I
)
_PIECES = re.compile(
    r"cmex|mathext|largesymbols|txex|pxex|esint|msam|lasy|wasy|stmary|marvosym", re.I
)
_DOUBLE = re.compile(r"msbm", re.I)
_ITALICS = re.compile(r"italic|oblique|slant|cmti|cmsl|sfti|[-,]b?i$|ital", re.I)


class Face(NamedTuple):
    """Name of the font, height of its em in points, and what is told of it; `mark`: the id under
    which the page's tags know the object, -1 without; `math`: it is one that formulas are set
    in."""

    name: str = ""
    size: float = 0.0
    bold: bool = False
    mono: bool = False
    italic: bool = False
    mark: int = -1
    math: bool = False

    def means(self, char: str) -> bool:
        """Whether a glyph of it is the ASCII character that its code says. TeX's fonts of symbols
        and of the parts that formulas are drawn of (roots, braces, large sums) mostly have no map
        to Unicode, and their codes are those of letters and digits; some have capitals besides."""
        if not char.isascii() or not _PIECES.search(self.name):
            return not (char.isascii() and _DOUBLE.search(self.name)) or char.isupper()
        return False


PLAIN = Face()


def face_of(drawn: Any, matrix: Any) -> Face:
    """Of a text object, by PDFium's handle; `matrix`: that its characters stand on the page by,
    through all forms that it lies in (an `FS_MATRIX`)."""
    font = pdfium_c.FPDFTextObj_GetFont(drawn)
    size = ctypes.c_float()
    pdfium_c.FPDFTextObj_GetFontSize(drawn, size)
    scale = math.hypot(matrix.c, matrix.d)
    mark = pdfium_c.FPDFPageObj_GetMarkedContentID(drawn)
    if not font:
        return Face("", round(abs(size.value) * scale, 2), mark=mark)
    buffer = ctypes.create_string_buffer(256)
    pdfium_c.FPDFFont_GetBaseFontName(font, buffer, 256)
    full = buffer.value.decode(errors="replace")
    name = full.partition("+")[2] or full
    flags = max(pdfium_c.FPDFFont_GetFlags(font), 0)
    return Face(
        full,
        round(abs(size.value) * scale, 2),
        bool(_BOLD.search(name) or flags & _FORCE_BOLD),
        bool(_MONO.search(name) or flags & _FIXED_PITCH),
        bool(_ITALICS.search(name) or flags & _ITALIC),
        mark,
        bool(_MATH.search(name)),
    )
