"""Hanja in Korean lines, read by a third model where one is installed.

In Debian it is the package tesseract-ocr-chi-tra.

The Korean model knows no Chinese characters and guesses syllables for them, unsurely; the Chinese
one guesses characters for syllables. So only runs that the Korean model is not sure of are looked
at, and there only characters that the other model is surer of: a particle stays Hangul.
Cost: one pass more of a network, for lines of which a quarter is unsure.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from statistics import mean

from gyogwa.transforms.annotate.engines.tesseract.gaps import InkWord
from gyogwa.transforms.annotate.engines.tesseract.scripts import (
    is_hangul,
    is_mark,
    is_square,
)
from gyogwa.transforms.annotate.engines.tesseract.strips import HEIGHT
from gyogwa.transforms.annotate.engines.tesseract.symbols import Symbol

MODEL = "chi_tra"
_SURE = 0.9  # of a syllable that is one
_SURELY_HAN = 0.8
_EVIDENT = 2  # characters: then a line has Hanja
_GUESS = 0.7  # less sure syllables are none, in such a line
_SURER = 0.1
_HALF = 0.4  # of a line's height: half a character
_UNSURE_SHARE = 0.25


def may_hold_hanja(words: Sequence[InkWord]) -> bool:
    """Whether so much of a line is unsure that another model should look at it."""
    symbols = [symbol for word in words for symbol in word.symbols]
    unsure = sum(not _is_sure(symbol) and not symbol.text.isascii() for symbol in symbols)
    return unsure >= max(_UNSURE_SHARE * len(symbols), 1)


def with_hanja(words: Sequence[InkWord], chinese: Sequence[Symbol]) -> list[InkWord]:
    """Words of the Korean model with the characters that the Chinese one (`chinese`: its reading
    of the line) is surer of; and, where there are such, with others that the Korean one can't
    read."""
    strict = [_with_hanja(word, chinese, _SURELY_HAN) for word in words]
    found = sum(_is_han(symbol) for word in strict for symbol in word.symbols)
    if found < _EVIDENT:
        return strict
    return [_with_hanja(word, chinese, 0.0) for word in words]


def _with_hanja(word: InkWord, chinese: Sequence[Symbol], least: float) -> InkWord:
    runs = [(sure, list(run)) for sure, run in groupby(word.symbols, _is_sure)]
    symbols: list[Symbol] = []
    for place, (sure, run) in enumerate(runs):
        if sure:
            symbols += run
            continue
        left, right = float(word.left), float(word.right)
        if place:
            left = runs[place - 1][1][-1].centre + _HALF * HEIGHT
        if place + 1 < len(runs):
            right = runs[place + 1][1][0].centre - _HALF * HEIGHT
        inside = [symbol for symbol in chinese if left <= symbol.centre <= right]
        han = [symbol for symbol in inside if _is_han(symbol)]
        said = mean(symbol.confidence for symbol in run)
        surer = han and mean(symbol.confidence for symbol in han) >= max(
            least, said + _SURER if said >= _GUESS or least else 0.0
        )
        symbols += han if surer and len(han) == len(inside) else run
    return replace(word, symbols=symbols)


def _is_han(symbol: Symbol) -> bool:
    return is_square(symbol.text) and not is_hangul(symbol.text)


def _is_sure(symbol: Symbol) -> bool:
    return is_mark(symbol.text) or (is_hangul(symbol.text) and symbol.confidence >= _SURE)
