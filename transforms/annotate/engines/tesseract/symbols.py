"""What one Tesseract model sees on one line: characters, roughly where, and where the spaces are.

Tesseract's own words are no words in Korean: it ends one after nearly every syllable. It does know
the spaces, though: with `preserve_interword_spaces` the text of a line has those, and only those,
that its network saw. So the characters come from the iterator and the spaces from the text.
Cost: one pass of the network, 20 to 30 ms for a full line of a page.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # parallelism comes from the processes

import tesserocr
from PIL import Image

_LINE = tesserocr.PSM.SINGLE_LINE
_STRIP_DPI = 300  # a line of 36 pixels is one of about 9 points
_LONG = 4.0  # heights of a strip that must be a line of text, not a picture's piece
_SURE = 0.6  # how sure on average what is read of it by force must be


@dataclass(frozen=True)
class Symbol:
    """A character with its horizontal extent in pixels of the strip.

    The extent is where the network fired: right to about half a character. `confidence` (0..1) is
    that of the least certain character of Tesseract's word around it. `space` says whether white
    space stands before it.
    """

    text: str
    left: float
    right: float
    confidence: float
    space: bool

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


class LineModel:
    """One model, set to single lines of dark text on a light ground."""

    def __init__(self, folder: Path, language: str) -> None:
        self._api = tesserocr.PyTessBaseAPI(path=str(folder), lang=language, psm=_LINE)
        self._api.SetVariable("preserve_interword_spaces", "1")
        # strips are dark on light: reading unsure ones a second time, inverted, finds nothing
        self._api.SetVariable("tessedit_do_invert", "0")
        self._api.SetVariable("invert_threshold", "0")

    def read(self, strip: Image.Image) -> list[Symbol]:
        """The characters of `strip` (grey), left to right as read.

        Where there is noise Tesseract may see no line at all in a long one, and is told then that
        there is one (one in eight, of a scan with noise of 14 grey levels).
        """
        found = self._read(strip)
        if found or strip.width < _LONG * strip.height:
            return found
        self._api.SetPageSegMode(tesserocr.PSM.RAW_LINE)
        found = self._read(strip)
        self._api.SetPageSegMode(_LINE)
        sure = sum(symbol.confidence for symbol in found)
        return found if sure >= _SURE * len(found) else []

    def _read(self, strip: Image.Image) -> list[Symbol]:
        self._api.SetImage(strip)
        self._api.SetSourceResolution(_STRIP_DPI)
        self._api.Recognize()
        characters = list(self._characters())
        spaced = _spaced([text for text, *_ in characters], self._api.GetUTF8Text())
        return [
            Symbol(text, left, right, confidence, space)
            for (text, left, right, confidence), space in zip(characters, spaced, strict=True)
        ]

    def _characters(self) -> Iterator[tuple[str, float, float, float]]:
        level, word = tesserocr.RIL.SYMBOL, tesserocr.RIL.WORD
        items = self._api.GetIterator()
        if items is None:
            return
        for item in tesserocr.iterate_level(items, level):
            if item.Empty(level):
                continue
            box = item.BoundingBox(level)
            text = item.GetUTF8Text(level).strip()
            if box and text:
                yield text, box[0], box[2], round(item.Confidence(word) / 100, 4)


def _spaced(characters: list[str], text: str) -> list[bool]:
    """For each character, whether white space comes before it in `text`.

    >>> _spaced(["a", "b", "c"], "ab c")
    [False, False, True]
    """
    spaced = []
    place = 0
    for character in characters:
        found = text.find(character, place)
        if found < 0:
            spaced.append(False)
            continue
        spaced.append(bool(text[place:found].strip() != text[place:found]))
        place = found + len(character)
    return spaced
