"""Whether a page's text layer is believed: what it says is compared with what is to be seen.

A word is taken where all of it is seen. The layer is refused where nothing of it is seen, or where
text that is seen isn't in its words: glyphs without meaning, boxes beside their ink. It is doubted
where the page shows much beside it that may be text (a scan below a stamp, pictures of text), or
where its words, font by font, aren't seen to be of a language; then reading the page decides (see
`annotate.doubt`). A word that isn't seen goes nowhere. How many something was laid over, a bar or a
picture, is told: their text is what somebody wanted to hide.
"""

import ctypes
from collections import defaultdict
from collections.abc import Callable, Sequence
from math import sqrt
from typing import Literal

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.page import TextLayer, Truth, Word
from gyogwa.transforms.ingest.labels.ink import edges_of
from gyogwa.transforms.ingest.sources.pdf_objects import Drawn, box_of, drawn_on
from gyogwa.transforms.ingest.sources.pdf_seen import (
    Mask,
    Pixels,
    Seen,
    overlaps,
    pixel_box,
    pixels_of,
    seen_of,
)
from gyogwa.transforms.ingest.sources.pdf_sense import makes_sense
from gyogwa.transforms.ingest.sources.pdf_words import LayerWord, layer_words

Belief = Literal["auto", "always", "never"]
"""Of layers: as the pixels say, whatever they say (but for words that aren't seen), or none."""
BELIEFS: tuple[Belief, ...] = ("auto", "always", "never")
NO_LANGUAGE = "its words aren't seen to be of a language"
_SCALE = 150 / 72
_MOST_PIXELS = 6_000_000  # of a rendering that is compared
_WHOLE = 0.9
"""Of a word's characters are seen. Of 60 PDFs from the tests of two libraries and six manuals all
but 40 words in some 60,000 have all of them or none, and most of these run off the page."""
_UNMAPPED = 0.1
_STRAY = 0.05
"""Of the ink of text lies beside words: .0001 on the median of those pages, .04 to .07 where
formulas are set in fonts without a map, .1 and more where the layer lacks or misplaces text."""
_REMAINDER = 0.05
"""Of the strokes on the page aren't of its text: 0 on pages of text alone, .02 to .04 with a logo
or hatching, .05 and more with figures; .88 and more on scans with a stamp or a print header."""
_LEAST_STROKES = 500  # edge pixels, those of some ten letters
_VARIED = 32  # grey levels, as for edges
_MARGIN = 70
"""Rows around what is looked at; more than are looked along for rules."""
_TWICE = 0.5
_OVER = 0.5
_OF_PAGE = 0.5
_DARK = 80


TruthOf = Callable[[Sequence[LayerWord], Sequence[Drawn]], Truth]
"""From the words that are seen, and marks of lists among them, and from all that is drawn."""


def judge(
    page: pdfium.PdfPage,
    belief: Belief = "auto",
    truth_of: TruthOf | None = None,
) -> TextLayer | None:
    """What becomes of the page's text layer; None where it has none. The page's objects are as
    they were afterwards."""
    words = layer_words(page)
    if not words:
        return None
    if belief == "never":
        return TextLayer("refused", "layers aren't wanted")
    scale = min(_SCALE, sqrt(_MOST_PIXELS / (page.get_width() * page.get_height())))
    full = pixels_of(page, scale)
    drawn = drawn_on(page)
    seen = seen_of(page, words, drawn, scale, full)
    kept = _kept(words, seen)
    hidden = [word for word, share in zip(words, seen.shares, strict=True) if share < _WHOLE]
    covered = _covered(page, hidden, drawn, full)
    verdict, reason = _verdict(words, kept, seen)
    if belief == "always" and kept:
        verdict, reason = "believed", ""
    if verdict == "refused" or not kept:
        return TextLayer(verdict, reason, unseen=len(hidden), covered=covered)
    told = [*kept, *_marks(words, seen)]
    truth = (truth_of or plain_truth)(told, drawn)
    return TextLayer(verdict, reason, unseen=len(hidden), covered=covered, truth=truth)


def plain_truth(words: Sequence[LayerWord], drawn: Sequence[Drawn]) -> Truth:
    """The words alone, in the layer's order."""
    own = [word for word in words if not word.mark]
    turns = [word.chars[0].turn for word in own]
    boxes = [Word(word.text, word.box) for word in own]
    return Truth("text_layer", boxes, turns=turns if any(turns) else [])


def _marks(words: Sequence[LayerWord], seen: Seen) -> list[LayerWord]:
    """Marks of lists that are seen; fonts of symbols have them, which say nothing of what they
    mean."""
    return [
        word
        for word, share in zip(words, seen.shares, strict=True)
        if word.mark and share >= _WHOLE
    ]


def _kept(words: Sequence[LayerWord], seen: Seen) -> list[LayerWord]:
    """The words that are whole and seen, each once where it was drawn twice."""
    kept = [
        word
        for word, share in zip(words, seen.shares, strict=True)
        if word.whole and share >= _WHOLE
    ]
    again = {
        later
        for first, later in overlaps([word.box for word in kept], _TWICE)
        if kept[first].text == kept[later].text
    }
    return [word for at, word in enumerate(kept) if at not in again]


def _verdict(
    words: Sequence[LayerWord], kept: Sequence[LayerWord], seen: Seen
) -> tuple[Literal["believed", "doubted", "refused"], str]:
    chars = [char for word in words for char in word.chars]
    unmapped = sum(char.meaningless for char in chars) / len(chars)
    if unmapped > _UNMAPPED:
        return "refused", f"no meaning is known of {unmapped:.0%} of its glyphs"
    mirrored = sum(char.mirrored for char in chars) / len(chars)
    if mirrored > _UNMAPPED:
        return "refused", f"{mirrored:.0%} of its characters are seen as in a mirror"
    if not kept:
        return "refused", "none of its words is seen"
    apart = (word for word in words if word.mark or any(c.mirrored for c in word.chars))
    stray = _stray([*kept, *apart], seen.ink)  # what is in a mirror nobody reads either
    if stray > _STRAY:
        return "refused", f"{stray:.0%} of the ink of text lies beside its words"
    strokes = _strokes(seen.without)
    remainder = strokes / (strokes + int(seen.ink.sum()) + 1)
    if strokes > _LEAST_STROKES and remainder > _REMAINDER:
        return "doubted", f"{remainder:.0%} of the strokes on the page aren't its text"
    if not _is_language(kept):
        return "doubted", NO_LANGUAGE
    return "believed", ""


def _stray(words: Sequence[LayerWord], ink: Mask) -> float:
    """The share of the ink of text that lies outside the characters of these words."""
    outside = ink.copy()
    for word in words:
        for char in word.chars:
            x0, y0, x1, y1 = pixel_box(char.box, ink.shape)
            outside[max(y0 - 2, 0) : y1 + 2, max(x0 - 2, 0) : x1 + 2] = False
    return float(outside.sum() / max(int(ink.sum()), 1))


def _strokes(without: Pixels) -> int:
    """Edge pixels of what isn't text, but for long straight ones: rules, frames, bars. Only rows
    that hold something, and those close to them, are looked at: most pages are bare but for a rule
    or two."""
    grey: np.ndarray[tuple[int, int], np.dtype[np.uint8]] = without[:, :, without.shape[2] // 2]
    varied = grey.max(axis=1) - grey.min(axis=1) >= _VARIED
    near = np.convolve(varied, np.ones(2 * _MARGIN + 1), "same") > 0
    return int(edges_of(grey[near])[-1, -1]) if near.any() else 0


def _is_language(words: Sequence[LayerWord]) -> bool:
    """Whether some font makes sense and none makes nonsense, as a map belongs to a font; those that
    don't tell count together."""
    by_font: dict[str, list[str]] = defaultdict(list)
    for word in words:
        by_font[word.chars[0].font].append(word.text)
    verdicts = {font: makes_sense(texts) for font, texts in by_font.items()}
    few = [text for font, told in verdicts.items() if told is None for text in by_font[font]]
    told = {*verdicts.values(), makes_sense(few)}
    return True in told and False not in told


def _covered(
    page: pdfium.PdfPage, hidden: Sequence[LayerWord], drawn: Sequence[Drawn], full: Pixels
) -> int:
    """How many of these words something was laid over: an object drawn after their own, but for
    pictures of half a page and more, of which the layer is a reading; or they stand on what is
    dark and even, as on a scan of a blacked-out page."""
    if not hidden:
        return 0
    places = {
        ctypes.addressof(each.handle.contents): at for at, each in enumerate(drawn) if each.text
    }
    others = [(at, box_of(page, each)) for at, each in enumerate(drawn) if not each.text]
    others = [(at, box) for at, box in others if _area(box) < _OF_PAGE]
    after = np.array([at for at, _ in others])
    boxes = np.array([box for _, box in others], dtype=np.float64).reshape(-1, 4)
    found = 0
    for word in hidden:
        x0, y0, x1, y1 = pixel_box(word.box, full.shape)
        later = boxes[after > places.get(word.chars[0].drawn_by, len(drawn))]
        found += int(full[y0:y1, x0:x1].max()) < _DARK or any(
            _is_under(char.box, later) for char in word.chars
        )
    return found


def _is_under(box: Box, others: NDArray[np.float64]) -> bool:
    """Whether one of some boxes, [n, 4], holds more than half of a box."""
    sides = np.minimum(others[:, 2:], box[2:]) - np.maximum(others[:, :2], box[:2])
    return bool((np.clip(sides, 0, None).prod(axis=1) > _OVER * _area(box)).any())


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
