"""Which characters of a page's text layer are to be seen, and what else there is to be seen.

The page is drawn twice, with its text and without: what differs is the ink of the text. A character
is seen where that ink fills its box. So it counts for nothing how a text came to be hidden (by a
rendering mode, in the tone of the ground, clipped away, under a bar or a picture, off the page),
nor where else ink stands. Where words of several text objects lie on each other, each object is
taken away by itself, so that none lives by another's ink.

Cost: one more rendering of the page, two where words overlap.
"""

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.ingest.sources.pdf_characters import Char
from gyogwa.transforms.ingest.sources.pdf_objects import Drawn
from gyogwa.transforms.ingest.sources.pdf_words import LayerWord

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
STEP = 24
"""Grey levels by which text must differ from its ground in some channel: less is not legible."""
_DARK, _STEP_ON_DARK = 80, 48
"""The same where no channel of the ground is lighter than that: a bar that is not quite black was
meant to hide what shimmers through it."""
_SLACK_PIXELS = 1.0
_SLACK = 0.34
"""How much of a character's box may be without ink at its edges, of its height and width, beside
one pixel for rounding. """
_LEGIBLE = 4.0
"""Pixels: letters of a smaller em are specks. At 150 dpi those of two points."""
_OVERLAP = 0.3  # of the smaller box
_MOST_GROUPS = 8
_MOST_PAIRS = 200_000
"""Of words that overlap: of a page with more, which nobody can read, no word counts as seen."""


class Seen(NamedTuple):
    """What is seen of a page. `shares`: of the characters of each word, those with ink in their
    box; `ink`: where text shows; `without`: the page without its text."""

    shares: list[float]
    ink: Mask
    without: Pixels


def seen_of(
    page: pdfium.PdfPage,
    words: Sequence[LayerWord],
    drawn: Sequence[Drawn],
    scale: float,
    full: Pixels,
) -> Seen:
    """Compare the page as it is, `full` (its pixels at this scale), with what it is without its
    text. All objects are active again afterwards."""
    texts = {ctypes.addressof(each.handle.contents): each for each in drawn if each.text}
    without = _drawn_without(page, texts.values(), scale)
    ink = _differs(full, without)
    pairs = list(islice(overlaps([word.box for word in words], _OVERLAP), _MOST_PAIRS))
    if len(pairs) == _MOST_PAIRS:
        return Seen([0.0] * len(words), ink, without)
    shares = [_share(word, ink) for word in words]
    for group, of_group in _overlapping(words, pairs, texts):
        own = _differs(full, _drawn_without(page, [texts[each] for each in group], scale))
        for index in of_group:
            shares[index] = min(shares[index], _share(words[index], own))
    return Seen(shares, ink, without)


def pixels_of(page: pdfium.PdfPage, scale: float) -> Pixels:
    """The page as displayed, [height, width, 1 or 3]."""
    bitmap = page.render(scale=scale, may_draw_forms=True)
    drawn = bitmap.to_numpy()
    pixels: Pixels = np.array(drawn[..., None] if drawn.ndim == 2 else drawn[..., :3])
    bitmap.close()
    return pixels


def _drawn_without(page: pdfium.PdfPage, hidden: Iterable[Drawn], scale: float) -> Pixels:
    hidden = list(hidden)
    for each in hidden:
        pdfium_c.FPDFPageObj_SetIsActive(each.handle, False)
    pixels = pixels_of(page, scale)
    for each in hidden:
        pdfium_c.FPDFPageObj_SetIsActive(each.handle, True)
    return pixels


def _differs(page: Pixels, without: Pixels) -> Mask:
    """Where some channel of the page differs from what it is without text, by `STEP` or more."""
    apart = (np.maximum(page, without) - np.minimum(page, without)).max(axis=2)
    enough: Mask = apart >= STEP
    dark = without.max(axis=2) < _DARK
    if dark.any():
        enough &= ~dark | (apart >= _STEP_ON_DARK)
    return enough


def _share(word: LayerWord, ink: Mask) -> float:
    height, width = ink.shape
    sides = [side for char in word.chars for side in (char.em or char.box, char.box)]
    if max(max((b[2] - b[0]) * width, (b[3] - b[1]) * height) for b in sides) < _LEGIBLE:
        return 0.0
    seen = [_is_seen(char, ink) for char in word.chars if not char.ruled]
    return sum(seen) / len(seen)


def _is_seen(char: Char, ink: Mask) -> bool:
    """Whether ink fills the character's box from edge to edge, nearly."""
    x0, y0, x1, y1 = pixel_box(char.box, ink.shape)
    there = ink[y0:y1, x0:x1]
    return bool(there.size) and _fills(there, 1) and _fills(there, 0)


def _fills(there: Mask, axis: int) -> bool:
    inked = np.asarray(there.any(axis=axis))
    places = np.flatnonzero(inked)
    if not len(places):
        return False
    missing = len(inked) - (int(places[-1]) - int(places[0]) + 1)
    return missing <= _SLACK_PIXELS + _SLACK * len(inked)


def pixel_box(box: Box, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """The pixels of a box, at least one each way as far as it lies on the page."""
    height, width = shape[:2]
    x0, y0 = int(box[0] * width + 0.25), int(box[1] * height + 0.25)
    x1, y1 = int(np.ceil(box[2] * width - 0.25)), int(np.ceil(box[3] * height - 0.25))
    x0, y0 = min(max(x0, 0), width - 1), min(max(y0, 0), height - 1)
    return x0, y0, min(max(x1, x0 + 1), width), min(max(y1, y0 + 1), height)


def _overlapping(
    words: Sequence[LayerWord], pairs: Sequence[tuple[int, int]], texts: dict[int, Drawn]
) -> Iterator[tuple[list[int], list[int]]]:
    """Groups of text objects whose words overlap words of other objects, as `pairs` of words say,
    but none of its own group; and the words of each group. Where more than `_MOST_GROUPS` lie on
    one place the rest isn't looked at by itself."""
    near: dict[int, set[int]] = {}
    touched: dict[int, set[int]] = {}
    for first, second in pairs:
        if words[first].text == words[second].text:
            continue  # drawn twice, to look bold or to cast a shadow
        mine, theirs = ({char.drawn_by for char in words[at].chars} for at in (first, second))
        for one in mine - theirs:
            for other in theirs - mine:
                near.setdefault(one, set()).add(other)
                near.setdefault(other, set()).add(one)
                touched.setdefault(one, set()).add(first)
                touched.setdefault(other, set()).add(second)
    known = [each for each in texts if each in near]
    groups: dict[int, int] = {}
    for each in known:
        taken = {groups[other] for other in near[each] if other in groups}
        groups[each] = next(number for number in range(len(taken) + 1) if number not in taken)
    for number in range(min(_MOST_GROUPS, max(groups.values(), default=-1) + 1)):
        members = [each for each in known if groups[each] == number]
        yield members, sorted({at for each in members for at in touched[each]})


def overlaps(boxes: Sequence[Box], share: float) -> Iterator[tuple[int, int]]:
    """Pairs of boxes that share more than so much of the smaller one."""
    sides = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
    areas = (sides[:, 2] - sides[:, 0]) * (sides[:, 3] - sides[:, 1])
    order = np.argsort(sides[:, 1], kind="stable")
    tops = sides[order, 1]
    for at, first in enumerate(order.tolist()):
        end = int(np.searchsorted(tops, sides[first, 3]))
        others = order[at + 1 : end]
        low = np.maximum(sides[others, :2], sides[first, :2])
        high = np.minimum(sides[others, 2:], sides[first, 2:])
        both = np.clip(high - low, 0, None).prod(axis=1)
        smaller = np.minimum(areas[others], areas[first])
        for second in others[both > share * smaller].tolist():
            yield min(first, second), max(first, second)
