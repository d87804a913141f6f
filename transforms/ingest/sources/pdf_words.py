"""The words of a page's text layer, with the place of every character.

A character box is mapped to the page as displayed (crop box, rotation) by PDFium itself, so that
boxes lie on the pixels whatever the page's coordinate system. Cost: some 400 bytes a character.
"""

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from gyogwa.schemas.boxes import Box, turned, union
from gyogwa.schemas.page import OBLIQUE, Word
from gyogwa.transforms.files.text import clean
from gyogwa.transforms.ingest.sources.pdf_actual_text import with_own_words
from gyogwa.transforms.ingest.sources.pdf_asian_gaps import WIDEST, may_be_gap, sets_gaps
from gyogwa.transforms.ingest.sources.pdf_characters import Char
from gyogwa.transforms.ingest.sources.pdf_doubled import drawn_once
from gyogwa.transforms.ingest.sources.pdf_faces import PLAIN, Face, face_of
from gyogwa.transforms.ingest.sources.pdf_objects import on_page
from gyogwa.transforms.ingest.sources.pdf_superscripts import shown
from gyogwa.transforms.ingest.sources.pdf_underscores import underscored

MAX_CHARACTERS = 500_000
"""Of a page's text layer, which is not used where it has more."""
_HYPHENS = {0x02: "-", 0xFFFE: "-"}  # what PDFium reports for a hyphen at the end of a line
_ASKEW = 3.0  # degrees: less is a scan's skew
_LEVEL = 0.2  # of the em, less than, between the feet of two characters of a line
_SMALLER = 0.85  # times another size: a mark or exponent, and no letter, belongs to a word
_MARKS = frozenset("0123456789)]*†‡")
_NO_SPACE, _CLOSE = 0.05, 0.3
"""Ems between the rooms of two characters: the narrowest space is some .15 wide, and kerning takes
up to .2."""


@dataclass(frozen=True)
class LayerWord:
    """A word of the layer: what it says, and the characters it is made of. `whole`: all of them
    have a meaning and stand as they are written, so that it says what stands there. `mark`: it is
    one glyph without meaning, such as the bullets of symbol fonts."""

    text: str
    chars: list[Char]
    whole: bool
    mark: bool = False

    @property
    def box(self) -> Box:
        return union([char.box for char in self.chars])


def layer_words(page: pdfium.PdfPage) -> list[LayerWord]:
    """The words in the layer's own order."""
    with_own_words(page)
    words: list[LayerWord] = []
    run: list[Char] = []
    for char in [*underscored(page, drawn_once(chars_of(page))), None]:
        if char is not None and (not run or _continues(run[-1], char)):
            run.append(char)
            continue
        words += _words(run)
        run = [char] if char is not None else []
    return words


def words_of(page: pdfium.PdfPage) -> list[Word]:
    """What the layer says, looked at by nobody: the words of a page that is known to be sound."""
    return [Word(word.text, word.box) for word in layer_words(page) if word.whole]


def _words(run: list[Char]) -> Iterator[LayerWord]:
    """The word of a run, and before it the mark that stands in front, if any."""
    marked = bool(run) and run[0].meaningless and not any(c.meaningless for c in run[1:2])
    if marked:
        yield LayerWord("", run[:1], whole=False, mark=True)
        run = run[1:]
    if not run:
        return
    whole = not any(char.meaningless or char.mirrored for char in run)
    word = LayerWord(clean(shown(run)), run, whole)
    x0, y0, x1, y1 = word.box
    if (word.text or not whole) and x1 > x0 and y1 > y0:
        yield word


def chars_of(page: pdfium.PdfPage) -> list[Char | None]:
    """Characters in the layer's order; None where white space stands."""
    text_page = page.get_textpage()
    found: list[Char | None] = []
    count = text_page.count_chars()
    if count > MAX_CHARACTERS:
        text_page.close()
        return []
    faces: dict[int, Face] = {}
    rotation = page.get_rotation()
    size = page.get_size()
    guessed, gaps = False, sets_gaps(page)
    codes = [pdfium_c.FPDFText_GetUnicode(text_page.raw, index) for index in range(count)]
    for index, text in enumerate(texts_of(codes)):
        if not text:
            continue
        if text.isspace():
            if pdfium_c.FPDFText_IsGenerated(text_page.raw, index) == 1:
                guessed = True
            else:
                found.append(None)
            continue
        x0, y0, x1, y1 = text_page.get_charbox(index)
        box = on_page(page, [(x0, y0), (x1, y1)])
        drawn = pdfium_c.FPDFText_GetTextObject(text_page.raw, index)
        address = ctypes.addressof(drawn.contents) if drawn else 0
        matrix = pdfium_c.FS_MATRIX(1, 0, 0, 1, 0, 0)
        pdfium_c.FPDFText_GetMatrix(text_page.raw, index, matrix)
        if address and address not in faces:
            faces[address] = face_of(drawn, matrix)
        face = faces.get(address, PLAIN)
        if not face.means(text):
            found.append(None)
            continue
        angle = pdfium_c.FPDFText_GetCharAngle(text_page.raw, index)
        if pdfium_c.FPDFText_GetFontSize(text_page.raw, index) < 0:
            angle += math.pi  # such a size turns glyphs by half a turn
        turn = _turn(angle, rotation)
        if turn == OBLIQUE and _is_slanted(matrix):
            turn = _turn(0.0, rotation)
        x0, y0, x1, y1 = text_page.get_charbox(index, loose=True)
        em = on_page(page, [(x0, y0), (x1, y1)])
        char = Char(text, box, address, face, turn, em, mirrored=_is_mirrored(matrix, face))
        last = found[-1] if found else None
        if guessed and last is not None and not _touch(last, char, size, gaps):
            found.append(None)
        guessed = False
        found.append(char)
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


def _turn(angle: float, rotation: int) -> int:
    """From the angle of a character on the page, clockwise in radians, and the page's own rotation,
    clockwise in degrees, to the turn that sets it upright."""
    degrees = math.degrees(angle) + rotation
    quarter = round(degrees / 90) * 90
    return quarter % 360 if abs(degrees - quarter) <= _ASKEW else OBLIQUE


def _is_slanted(matrix: Any) -> bool:
    """Whether a character stands on a level line and leans, as italics that a program makes of an
    upright font: what it is drawn with leaves the direction of lines as it is."""
    return bool(matrix.a > 0 and abs(matrix.b) < 0.05 * matrix.a and matrix.c != 0)


def _is_mirrored(matrix: Any, face: Face) -> bool:
    """Whether a character is seen as in a mirror. Fonts that are drawn by procedures have no name
    here, and may be upside down themselves."""
    return bool(face.name and matrix.a * matrix.d < matrix.b * matrix.c)


def _touch(last: Char, char: Char, size: tuple[float, float], gaps: bool) -> bool:
    """Whether no space is left between two characters of a line: PDFium guesses one, or an end of
    the line, where it takes a page to be set downwards, and around what is set high or small.
    `size`: of the page, in points. `gaps`: the page's writer sets some that are no spaces."""
    if last.turn != char.turn or char.turn == OBLIQUE:
        return False
    width, height = size[::-1] if char.turn in (90, 270) else size
    one, other = (turned(each.em or each.box, each.turn) for each in (last, char))
    high = min(one[3] - one[1], other[3] - other[1])
    if high < _SMALLER * max(one[3] - one[1], other[3] - other[1]):
        mark = last if one[3] - one[1] == high else char
        level = mark.text in _MARKS and abs(one[3] - other[3]) < high
    else:
        level = abs(one[3] - other[3]) < _LEVEL * high
    gap = (other[0] - one[2]) * width
    widest = WIDEST if gaps and may_be_gap(last.text, char.text) else _NO_SPACE
    return level and -_CLOSE * high * height < gap < widest * high * height


def _continues(last: Char, char: Char) -> bool:
    """Whether two characters without a space between them stand on one line."""
    if last.turn != char.turn:
        return False
    one, other = (turned(each.em or each.box, each.turn) for each in (last, char))
    height = max(one[3] - one[1], other[3] - other[1])
    overlap = min(one[3], other[3]) - max(one[1], other[1])
    same_line = overlap > -0.5 * height
    return same_line and other[0] > one[0] - 2 * height
