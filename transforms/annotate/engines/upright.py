"""Read a page upright, however it was scanned, and say where its words stand on the image as it is.

The ink tells along which slope the lines run, whether they fan out as on a photograph taken from
the side, and whether they run up and down: then a quarter turn is tried first (see `slopes`).
Whether a page stands on its head only reading can tell, so a page that was read with little
confidence is read again the other way up and the better reading is kept. What comes out poorly
after that is read in other ways (see `opinions`).

Cost: some 50 ms for the posture; further readings of pages that come out poorly, of no others.
"""

from dataclasses import replace
from statistics import median

import numpy as np
from msgspec import structs
from PIL import Image

from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.direction import is_vertical
from gyogwa.transforms.annotate.engines.opinions import evidence, second_opinion
from gyogwa.transforms.annotate.engines.page_text import (
    PageText,
    Posture,
    fanned,
    set_upright,
)
from gyogwa.transforms.annotate.engines.protocol import Calibrated, Engine, ReadsVertical
from gyogwa.transforms.annotate.engines.slopes import (
    LEAST_SKEW,
    SHORT,
    Slope,
    fan_of,
    ink_of,
    slope_of,
)
from gyogwa.transforms.annotate.engines.twice import read_once
from gyogwa.transforms.ingest.coverage import coverage_of
from gyogwa.transforms.ingest.noise import calmed

_CLEARLY = 1.5  # how much more distinct columns than rows must be for a quarter turn to come first
_CONFIDENT = 0.7
_SURELY = 0.9
_LEAST_PIECES = 8
_AS_SURE = 0.8  # of what is read across stacked syllables: enough for their columns


def read_upright(engine: Engine, image: Image.Image) -> PageText:
    """Read an image of mode L or RGB, turned upright where that reads better."""
    image = calmed(image)
    read = _best_reading(engine, image)
    page = set_upright(image, read.posture)
    grey = np.asarray(page.convert("L"))
    read = second_opinion(engine, page, read, coverage_of(grey, _boxes(read.words)).share)
    words = read_once(read.words)
    dropped = read.dropped + len(read.words) - len(words)
    if isinstance(engine, Calibrated):
        words = [_calibrated(engine, word, read) for word in words]
    return replace(read, words=words, dropped=dropped, coverage=coverage_of(grey, _boxes(words)))


def _calibrated(engine: Calibrated, word: Word, read: PageText) -> Word:
    height = (word.box[3] - word.box[1]) * read.height
    return structs.replace(word, confidence=engine.calibrated(word, height))


def _boxes(words: list[Word]) -> list[list[float]]:
    return [word.box for word in words]


def _best_reading(engine: Engine, image: Image.Image) -> PageText:
    ink = ink_of(image)
    along, across = slope_of(ink), slope_of(np.rot90(ink))
    rows = np.flatnonzero(ink.any(axis=1))
    sideways = len(rows) > 0 and rows[-1] - rows[0] >= SHORT
    sideways = sideways and across.distinct > _CLEARLY * along.distinct
    tries = [90, 270, 0] if sideways else [0, 180]
    best: PageText | None = None
    for turned in tries:
        read = _read(engine, image, turned, across if turned in (90, 270) else along)
        if best is None or evidence(read.words) > evidence(best.words):
            best = read
        # letters lying on their side are read as others, not very surely
        enough = _SURELY if best.posture.turned in (90, 270) else _CONFIDENT
        if _confidence(best) >= enough or not ink.any():
            break
    assert best is not None
    if sideways and _confidence(best) < _CONFIDENT:
        return _vertical(engine, image, read)  # the last try: as it is
    if best.posture == Posture() and _in_pieces(best.words):
        down = _vertical(engine, image, best)
        return down if down.words is not best.words else best
    return best


def _in_pieces(words: list[Word]) -> bool:
    """Whether words are single syllables for the most part, as of vertical lines read across."""
    if len(words) < _LEAST_PIECES or median(len(word.text) for word in words) > 1:
        return False
    return 2 * sum("가" <= word.text[0] <= "힣" for word in words) > len(words)


def _vertical(engine: Engine, image: Image.Image, across: PageText) -> PageText:
    """A page whose lines seem to run from top to bottom, by an engine that reads such."""
    words = engine.read_vertical(image) if isinstance(engine, ReadsVertical) else []
    # read across, syllables that stand on each other are sure too, as words of their own
    stacked = is_vertical(across.words, across.height / across.width)
    least = (_AS_SURE if stacked else 1.0) * evidence(across.words)
    return replace(across, words=words if evidence(words) > least else across.words, vertical=True)


def _read(engine: Engine, image: Image.Image, turned: int, slope: Slope) -> PageText:
    skew = round(slope.degrees, 2) if abs(slope.degrees) >= LEAST_SKEW else 0.0
    posture = Posture(turned, skew)
    page = set_upright(image, posture)
    fan = fan_of(ink_of(page))
    if fan is not None:
        posture = fanned(posture, fan, page.width)
        page = set_upright(image, posture)
    words = engine.read(page)
    return PageText(words, page.width, page.height, posture, dropped=getattr(engine, "dropped", 0))


def _confidence(read: PageText) -> float:
    length = sum(len(word.text) for word in read.words)
    return sum(word.confidence * len(word.text) for word in read.words) / length if length else 0.0
