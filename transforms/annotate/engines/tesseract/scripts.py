"""Which parts of a line the Korean model can't have read: anything that isn't Hangul.

The Korean model knows no Latin: it calls "GNU" 644 and "Linux" ㄴ100×. What is sure is where the
syllables of Hangul are. So a line falls into runs of Hangul and runs of the rest, and the rest is
read again by the Latin model, alone on its ground. Where a run begins inside a word ("Linux와")
is told by the width of the line's syllables, for a syllable's width hardly varies within a font.
Cost: none beside the second reading.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyogwa.transforms.annotate.engines.tesseract.gaps import Gap, InkWord, gaps_of
from gyogwa.transforms.annotate.engines.tesseract.strips import HEIGHT
from gyogwa.transforms.annotate.engines.tesseract.symbols import Symbol

_UNSURE = 0.6  # a lone syllable read with less is taken for something else
_PITCH = 0.92  # heights from one syllable to the next where the line has no whole word of them
_MARK = 0.35  # heights that a punctuation mark takes
_MARKS = frozenset(".,:;!?'\"()[]<>‘’“”…·-~")
_SEARCH = 0.45  # pitches around the place expected in which the cut is sought


@dataclass(frozen=True)
class Part:
    """A run of a word, `hangul` or not; `joins` when no space parts it from the part before."""

    left: int
    right: int
    symbols: list[Symbol]
    hangul: bool
    joins: bool


def is_hangul(text: str) -> bool:
    """Whether it is a syllable; lone letters (jamo) are what a Latin letter is misread as."""
    return "가" <= text <= "힣"


def is_square(text: str) -> bool:
    """Whether it is a syllable or a Chinese character: what the Latin model needn't read again."""
    return is_hangul(text) or "一" <= text <= "鿿" or "豈" <= text <= "﫿"


def is_jamo(text: str) -> bool:
    """Whether it is a lone letter of Hangul."""
    return "ㄱ" <= text <= "ㆎ"


def parts_of(words: list[InkWord], ink: NDArray[np.bool_]) -> list[Part]:
    """The parts of a line's words, left to right."""
    pitch = _pitch(words)
    gaps = gaps_of(ink)
    return [part for word in words for part in _parts(word, pitch, gaps)]


def _parts(word: InkWord, pitch: float, gaps: list[Gap]) -> list[Part]:
    runs = _runs(word.symbols)
    if len(runs) == 1:
        return [Part(word.left, word.right, word.symbols, runs[0][0], False)]
    widths = [_width(symbols, pitch) if hangul else None for hangul, symbols in runs]
    parts: list[Part] = []
    left = word.left
    for place, (hangul, symbols) in enumerate(runs):
        after = widths[place + 1 :]
        if not after:
            right: float = word.right
        elif hangul:
            right = left + (widths[place] or 0)
        elif None not in after:
            right = word.right - sum(width or 0 for width in after)
        else:
            right = symbols[-1].right
        right = min(max(right, left + 1), word.right)
        if after:
            right = _snapped(
                right, pitch, [g for g in gaps if left < g.left and g.right < word.right]
            )
        parts.append(Part(left, round(right), symbols, hangul, place > 0))
        left = round(right)
    return parts


def _runs(symbols: list[Symbol]) -> list[tuple[bool, list[Symbol]]]:
    """(Hangul?, characters) by turns. Marks go with Hangul unless they stand before the rest."""
    runs: list[tuple[bool, list[Symbol]]] = []
    marks: list[Symbol] = []
    for symbol in symbols:
        if is_square(symbol.text) and symbol.confidence >= _UNSURE:
            kind = True
        elif is_mark(symbol.text):
            marks.append(symbol)
            continue
        else:
            kind = False
        if runs and runs[-1][0] == kind:
            runs[-1][1].extend([*marks, symbol])
        else:
            runs.append((kind, [*marks, symbol]))
        marks = []
    if not runs:
        return [(False, marks)]
    runs[-1][1].extend(marks)
    return _doubted(runs)


def _doubted(runs: list[tuple[bool, list[Symbol]]]) -> list[tuple[bool, list[Symbol]]]:
    """Unsure syllables beside sure ones are Hangul after all; runs that now touch are one."""
    if not any(hangul for hangul, _ in runs):
        return runs
    merged: list[tuple[bool, list[Symbol]]] = []
    for hangul, symbols in runs:
        hangul = hangul or all(is_hangul(s.text) or is_mark(s.text) for s in symbols)
        if merged and merged[-1][0] == hangul:
            merged[-1][1].extend(symbols)
        else:
            merged.append((hangul, symbols))
    return merged


def is_mark(text: str) -> bool:
    """Whether it is punctuation that both models know."""
    return text in _MARKS


def _width(symbols: list[Symbol], pitch: float) -> float:
    return sum(_MARK * HEIGHT if is_mark(symbol.text) else pitch for symbol in symbols)


def _pitch(words: list[InkWord]) -> float:
    """Pixels from syllable to syllable, the median over the line's words of Hangul alone."""
    pitches = [
        (word.right - word.left) / (len(word.symbols) - 0.08)
        for word in words
        if len(word.symbols) > 1 and all(is_hangul(symbol.text) for symbol in word.symbols)
    ]
    return float(np.median(pitches)) if pitches else _PITCH * HEIGHT


def _snapped(place: float, pitch: float, gaps: list[Gap]) -> float:
    """The middle of the best gap near `place`, or `place` itself."""
    near = [gap for gap in gaps if abs(gap.middle - place) <= _SEARCH * pitch]
    if not near:
        return place
    return min(near, key=lambda gap: abs(gap.middle - place) - (gap.right - gap.left)).middle
