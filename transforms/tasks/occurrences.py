"""Every place where a phrase stands on a page, and only where all of them can be boxed.

A phrase stands where its words follow each other on one line, whatever their case; punctuation and
brackets around it don't belong to it, nor does a Korean particle behind it. Where the phrase also
occurs inside another word, or runs over the end of a line, it is on the page in a way that no box
of whole words shows, and there is no answer.

Of a word with punctuation or a particle the box is cut by the widths that characters usually have:
of a Hangul syllable 1, of a Latin letter or digit about half of that, of a full stop a quarter.
In the fonts of Debian that the synthesis uses, 450 words with punctuation and 342 with a particle
cut so overlap the advance widths of their glyphs by .90 at the fifth percentile (IoU; the worst
.75, the median 1). A word that was read askew can't be cut.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from gyogwa.schemas.boxes import Box, union

_PARTICLES = """
에서는 에게는 으로는 에서도 으로도 까지는 부터는 이라는 라는 이라고 라고 에서 에게 으로 까지
부터 보다 처럼 마다 이나 이며 이고 에는 에도 과의 와의 로의 은 는 이 가 을 를 과 와 의 에 로 도
만 나 며 란
"""
PARTICLES = frozenset(_PARTICLES.split())
_AROUND = re.compile(r"^[^\w%$€£₩℃㎡㎍]+|[^\w%℃㎡㎍]+$")
_NARROW, _WIDE = 0.28, 1.0
_PROPORTIONAL = 0.56


class Placed(NamedTuple):
    """A word of the page in reading order. `straight`: its box holds it without any slant."""

    text: str
    box: Box
    line: int
    straight: bool = True


class _Core(NamedTuple):
    """A word without what stands around it: characters `start` to `end - 1`, in lower case."""

    start: int
    end: int
    text: str


def core_of(text: str) -> str:
    """A word without the punctuation around it.

    >>> core_of('("calibration."'), core_of("명)"), core_of("34.5%,")
    ('calibration', '명', '34.5%')
    """
    start, end = _span(text)
    return text[start:end]


def places_of(phrase: str, words: Sequence[Placed]) -> list[Box]:
    """The boxes of every place of a phrase, [] where it is nowhere or not all can be boxed."""
    wanted = phrase.casefold().split()
    cores = [_core(word.text) for word in words]
    found: list[Box] = []
    for first in range(len(words) - len(wanted) + 1):
        box = _match(wanted, words[first : first + len(wanted)], cores[first : first + len(wanted)])
        if box:
            found.append(box)
    text = " ".join(word.text for word in words).casefold()
    return found if len(found) == text.count(" ".join(wanted)) else []


def _match(wanted: list[str], words: Sequence[Placed], cores: list[_Core]) -> Box | None:
    """The box of the phrase that begins with these words, None where they are others, or can't be
    boxed by themselves."""
    if not cores or not cores[0].text.startswith(wanted[0]) or len({w.line for w in words}) > 1:
        return None
    for number, (text, core, word) in enumerate(zip(wanted[:-1], cores, words, strict=False)):
        if text != core.text or core.end < len(word.text) or (number and core.start):
            return None
    last, ends = cores[-1], wanted[-1]
    if (len(words) > 1 and last.start) or not last.text.startswith(ends):
        return None
    tail = last.text[len(ends) :]
    if tail and not (tail in PARTICLES and "가" <= ends[-1] <= "힣"):
        return None
    boxes = [word.box for word in words]
    cut_left, cut_right = cores[0].start, last.start + len(ends)
    if len(words) == 1:
        return _cut(words[0], cut_left, cut_right)
    left = _cut(words[0], cut_left, len(words[0].text))
    right = _cut(words[-1], 0, cut_right)
    return union([left, *boxes[1:-1], right]) if left and right else None


def _cut(word: Placed, start: int, end: int) -> Box | None:
    """The part of a word's box that characters `start` to `end - 1` take."""
    if (start, end) == (0, len(word.text)):
        return word.box
    x0, y0, x1, y1 = word.box
    if not word.straight:
        return None
    widths = [width_of(char) for char in word.text]
    whole = sum(widths)
    left, right = sum(widths[:start]) / whole, sum(widths[:end]) / whole
    return [x0 + left * (x1 - x0), y0, x0 + right * (x1 - x0), y1]


def width_of(char: str) -> float:
    """About how wide a character is, Hangul being 1."""
    if ord(char) > 0x2E80:
        return _WIDE
    if char.isalnum():
        return 0.3 if char in "iljtfI1" else 0.8 if char in "mwMW" else _PROPORTIONAL
    return _NARROW


@lru_cache(1 << 14)  # each phrase is looked for among all words of its page
def _core(text: str) -> _Core:
    start, end = _span(text)
    return _Core(start, end, text[start:end].casefold())


def _span(text: str) -> tuple[int, int]:
    """Where a word begins and ends without the punctuation around it; a bracket that belongs to an
    inner one stays: `도서관(본관)`."""
    start, end = 0, len(text)
    for match in _AROUND.finditer(text):
        if match.start() == 0:
            start = match.end()
        else:
            end = match.start()
    if start >= end:
        return 0, len(text)
    inner = text[start:end]
    for opening, closing in ("()", "[]", "「」", "“”"):
        if inner.count(opening) > inner.count(closing) and text[end : end + 1] == closing:
            return start, end + 1
    return start, end
