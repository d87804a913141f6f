"""A line read twice where it must be: Korean first, what isn't Hangul again by the Latin model.

Strip -> characters of the Korean model -> words from gaps -> parts by script -> neighbouring parts
that aren't Hangul, read again together -> for each the better reading. Boxes are tight to the ink.
Cost: a pass of the Korean network for each line and one of the Latin for the rest of it.
"""

from collections.abc import Iterator
from dataclasses import replace
from statistics import mean

import numpy as np

from gyogwa.transforms.annotate.engines.tesseract.gaps import InkWord, words_of
from gyogwa.transforms.annotate.engines.tesseract.hanja import may_hold_hanja, with_hanja
from gyogwa.transforms.annotate.engines.tesseract.marks import StripWord, corrected
from gyogwa.transforms.annotate.engines.tesseract.scripts import Part, is_hangul, is_jamo, parts_of
from gyogwa.transforms.annotate.engines.tesseract.strips import PAD, Strip
from gyogwa.transforms.annotate.engines.tesseract.symbols import LineModel, Symbol

_SURE = 0.8  # letters read by the Latin model at least as sure as this are right
_LITTLE = 0.3  # of a line's characters
_CERTAIN = 0.9  # a word read by the Latin model with this is Latin, whatever the Korean sees
_NO_HANGUL = "ㅁ"  # what the Korean model puts for what it can't read
_LETTERS = 8  # letters of a line that tell its script
_ODD = frozenset("|]{}『「【×")
_MUCH = 0.1  # otherwise it must be surer by this, for it finds some letter in anything


class LineReader:
    """Korean and Latin, and Hanja where there is a model for it."""

    def __init__(
        self, korean: LineModel, latin: LineModel, chinese: LineModel | None = None
    ) -> None:
        self.korean, self._latin, self._chinese = korean, latin, chinese
        self.dropped = 0

    def read(self, strips: list[Strip]) -> Iterator[tuple[Strip, list[StripWord]]]:
        """The words of the lines of one page, which are given in its order; `dropped` counts those
        that are no text."""
        self.dropped = 0
        latin = False  # after a line without Hangul, the Latin model is asked first
        for strip in strips:
            parts = self._plainly_latin(strip) if latin else []
            if not parts:
                parts = self.both(strip)
                latin = bool(parts) and not any(part.hangul for part in parts)
            readings = readings_of(strip, parts)
            kept = corrected(readings, strip.ink)
            self.dropped += len(readings) if not kept else 0
            yield strip, kept

    def _plainly_latin(self, strip: Strip) -> list[Part]:
        """The Latin model's reading where every word of it is sure; otherwise nothing."""
        symbols = self._latin.read(strip.grey)
        letters = sum(symbol.text.isalpha() for symbol in symbols)
        if letters < _LETTERS or min(symbol.confidence for symbol in symbols) < _SURE:
            return []
        return [
            Part(word.left, word.right, word.symbols, False, False)
            for word in words_of(strip.ink, symbols)
        ]

    def both(self, strip: Strip) -> list[Part]:
        """The parts of a line's words, each by the model that reads it better."""
        words = words_of(strip.ink, self.korean.read(strip.grey))
        if self._chinese is not None and may_hold_hanja(words):
            chinese = self._chinese.read(strip.grey)
            words = with_hanja(words, chinese)
        words = self._settled(strip, words)
        done: list[Part] = []
        rest: list[Part] = []
        for part in [*parts_of(words, strip.ink), None]:
            if part is not None and not part.hangul:
                rest.append(part)
                continue
            if rest:
                done += self._better(strip, rest)
            rest = []
            if part is not None:
                done.append(part)
        return done

    def _settled(self, strip: Strip, words: list[InkWord]) -> list[InkWord]:
        """In a line with little Hangul: without the syllables of words that are plainly Latin."""
        symbols = [symbol for word in words for symbol in word.symbols]
        hangul = sum(is_hangul(symbol.text) for symbol in symbols)
        if not 0 < hangul < _LITTLE * len(symbols):
            return words
        latin = words_of(strip.ink, self._latin.read(strip.grey))
        sure = {(w.left, w.right) for w in latin if min_confidence(w) >= _CERTAIN}
        return [
            replace(
                word,
                symbols=[
                    replace(s, text=_NO_HANGUL if is_hangul(s.text) else s.text)
                    for s in word.symbols
                ],
            )
            if (word.left, word.right) in sure
            else word
            for word in words
        ]

    def _better(self, strip: Strip, parts: list[Part]) -> list[Part]:
        left, right = parts[0].left, parts[-1].right
        symbols = self._latin.read(strip.part(left, right))
        moved = [
            Symbol(s.text, s.left + left - PAD, s.right + left - PAD, s.confidence, s.space)
            for s in symbols
        ]
        ink = np.zeros_like(strip.ink)
        ink[:, left:right] = strip.ink[:, left:right]
        again = [
            Part(word.left, word.right, word.symbols, False, index == 0 and parts[0].joins)
            for index, word in enumerate(words_of(ink, moved))
        ]
        return again if _plausible(again) >= _plausible(parts) else parts


def min_confidence(word: InkWord) -> float:
    """Of its least sure character, 0 without any."""
    return min((symbol.confidence for symbol in word.symbols), default=0.0)


def _plausible(parts: list[Part]) -> float:
    """How sure a reading is, less for letters that stand alone in no text."""
    odd = sum(
        symbol.text in _ODD or is_jamo(symbol.text) for part in parts for symbol in part.symbols
    )
    return _confidence(parts) - (0.3 if odd else 0.0)


def _confidence(parts: list[Part]) -> float:
    symbols = [symbol for part in parts for symbol in part.symbols]
    return mean(symbol.confidence for symbol in symbols) if symbols else 0.0


def readings_of(strip: Strip, parts: list[Part]) -> list[StripWord]:
    """Parts that no space parts, put together as words with boxes tight to their ink."""
    groups: list[list[Part]] = []
    for part in parts:
        if part.joins and groups:
            groups[-1].append(part)
        else:
            groups.append([part])
    readings = []
    for group in groups:
        symbols = [symbol for part in group for symbol in part.symbols]
        left, right = group[0].left, group[-1].right
        rows = np.flatnonzero(strip.ink[:, left:right].any(axis=1))
        if not symbols or not len(rows):
            continue
        text = "".join(symbol.text for symbol in symbols)
        box = (left, int(rows[0]), right, int(rows[-1]) + 1)
        readings.append(StripWord(text, box, mean(symbol.confidence for symbol in symbols)))
    return readings
