"""A second opinion on a page that was read poorly: other pictures of it, and another segmentation.

Poorly is: much of its ink lies in no word, or the engine is unsure. Then the page is read again
after a local threshold, enlarged where its print is small, and as a whole by an engine that can do
that (`ReadsPlain`); what says most that is likely right is kept, and which way that was is told.

Cost: none on pages that are read well; on others up to three readings more, as many as it takes
until one is good.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from statistics import median

import numpy as np
from PIL import Image
from scipy import ndimage

from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.engines.page_text import PageText
from gyogwa.transforms.annotate.engines.protocol import Engine, ReadsPlain
from gyogwa.transforms.ingest.coverage import coverage_of

_COVERED = 0.9
_SURE = 0.75
"""At least so much of the ink in words, and so sure of these, is good."""
_BETTER = 1.02  # times the evidence that another way must have, to be taken for the usual one
_SMALL = 14  # pixels of a word's height
_MOST_PIXELS = 12_000_000  # of an enlarged page
_WINDOW = 0.03  # of the longer side, in which a threshold is local
_DARKER = 0.2  # than the mean around, of the range of the page, is ink

Way = tuple[str, Callable[[], list[Word]]]


def second_opinion(engine: Engine, page: Image.Image, read: PageText, covered: float) -> PageText:
    """The reading of an upright page that is best; `read`, whose words cover this share of the ink,
    where it is good."""
    if not read.words and covered == 1.0:  # blank
        return read
    best, grey = read, np.asarray(page.convert("L"))
    for name, way in _ways(engine, page, read):
        if _is_good(best.words, covered):
            break
        words = way()
        if evidence(words) > max(_BETTER * evidence(best.words), 0.0):
            best = replace(read, words=words, way=name, dropped=getattr(engine, "dropped", 0))
            covered = coverage_of(grey, [word.box for word in words]).share
    return best


def evidence(words: Sequence[Word]) -> float:
    """How many characters it is sure of, more or less: doubtful ones count against it."""
    return sum((word.confidence - 0.5) * len(word.text) for word in words)


def _is_good(words: Sequence[Word], covered: float) -> bool:
    length = sum(len(word.text) for word in words)
    sure = sum(word.confidence * len(word.text) for word in words)
    return covered >= _COVERED and sure >= _SURE * length


def _ways(engine: Engine, page: Image.Image, read: PageText) -> Iterator[Way]:
    if read.vertical:
        return
    if isinstance(engine, ReadsPlain):
        yield "plain", lambda: engine.read_plain(page)
    heights = [(word.box[3] - word.box[1]) * read.height for word in read.words]
    if heights and median(heights) < _SMALL and 4 * page.width * page.height <= _MOST_PIXELS:
        twice = (2 * page.width, 2 * page.height)
        yield "enlarged", lambda: engine.read(page.resize(twice, Image.Resampling.LANCZOS))
    yield "local threshold", lambda: engine.read(_thresholded(page))


def _thresholded(page: Image.Image) -> Image.Image:
    """Black where it is darker than around, white elsewhere."""
    grey = np.asarray(page.convert("L"), np.float32)
    size = max(round(_WINDOW * max(page.size)), 15)
    raised = grey - ndimage.uniform_filter(grey, size, mode="nearest")
    dark, light = np.quantile(raised[::4, ::4], [0.01, 0.99])
    ink = raised < _DARKER * dark if -dark >= light else raised > _DARKER * light
    return Image.fromarray(np.where(ink, np.uint8(0), np.uint8(255)))
