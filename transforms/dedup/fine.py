"""What large images differ by at their full size, block by block.

Where both of two images were reduced to be compared, a digit of 14 pixels is what noise is. So
those that pass for the same are compared once more, at all the pixels of the smaller one: in blocks
of some hundred pixels, with the tone, the contrast and what is usual of all. A block that is
plainly alike is done with; others are laid anew near where the whole lies, and the first that is
far beyond any limit ends it. Of one bit a grey has no one counterpart, so no tone is asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage

from gyogwa.transforms.dedup.picture import Picture
from gyogwa.transforms.dedup.pixels import Squares, plain_difference, squares_of, worst_of
from gyogwa.transforms.dedup.refinement import FINER, Map, covered_by, ground, refined, warped
from gyogwa.transforms.dedup.registration import Overlaid, Placement, residue, snapped
from gyogwa.transforms.dedup.tone import FLAT, Joint, is_bilevel, joint_of, tone_between, uncurved

_BLOCK = 720
_MARGIN = 24
_TILE, _REACH = 64, 8
_LEAST = 16  # pixels: less is a sliver of the margin
_SAMPLE = 3  # of rows and columns, to tell the tone by
_STEP = 2  # squares overlap, so each second one is enough
_BLUR = 0.8
"""Pixels, of one bit: so blurred, a copy with numbers of 14 pixels differs by .23 and another digit
by 1.13; with a tone and as they are, by .59 and .71."""
_CLEAR = 2.5
"""A difference at which the other blocks needn't be seen."""


@dataclass(frozen=True)
class _Block:
    """A block of the target, the source around it, and where that lies; modes L."""

    target: Image.Image
    source: Image.Image
    onto: Map

    def laid(self, onto: Map) -> Overlaid:
        size = self.target.size
        laid = warped(self.source, onto, size, ground(self.source))
        inside = covered_by(self.source.size, onto, size)
        return Overlaid(np.asarray(self.target), laid, inside, onto)

    def best_laid(self, as_it_is: Overlaid) -> Overlaid:
        """Laid anew by its own tiles, if that brings the two nearer: along a few straight lines
        nothing says where a block lies."""
        onto = refined(as_it_is.target, self.source, self.onto, _TILE, _REACH)
        return min((as_it_is, self.laid(onto)), key=residue)


def fine_difference(target: Picture, source: Picture, placed: Placement) -> float:
    """How much the worst spot differs, on the scale of `pixels.worst_of`."""
    blocks = list(_blocks(target, source, placed))
    if not blocks:
        return 0.0
    pairs = [(block, block.laid(block.onto)) for block in blocks]
    joint = sum((_sampled(laid) for _, laid in pairs), np.zeros((256, 256), np.int64))
    tone, bilevel = tone_between(joint), is_bilevel(joint)
    if bilevel:
        tone = uncurved(tone)
    found: list[Squares] = []
    worst = 0.0
    for block, laid in pairs:
        plain = plain_difference(laid, tone)
        if plain is not None:
            worst = max(worst, plain)
            continue
        best = block.best_laid(laid)
        squares = squares_of(_blurred(best) if bilevel else best, tone, _STEP)
        if worst_of(squares, tone) > _CLEAR:
            return worst_of(squares, tone)
        found += squares
    return max(worst, worst_of(found, tone))


def _blurred(laid: Overlaid) -> Overlaid:
    here, there = (ndimage.gaussian_filter(image, _BLUR) for image in (laid.target, laid.source))
    return replace(laid, target=here, source=there)


def _sampled(laid: Overlaid) -> Joint:
    inside = laid.inside[::_SAMPLE, ::_SAMPLE]
    here, there = (
        image[::_SAMPLE, ::_SAMPLE][inside].astype(np.uint16) * np.uint16(FINER)
        for image in (laid.target, laid.source)
    )
    return joint_of(here, there)


def _blocks(target: Picture, source: Picture, placed: Placement) -> Iterator[_Block]:
    """The blocks that hold anything."""
    times = target.factor
    here = target.fine
    there = ImageOps.invert(source.fine) if placed.inverted else source.fine
    size = here.size if placed.resized else there.size
    if there.size != size:
        there = there.resize(size, Image.Resampling.BICUBIC)
    onto = snapped(placed.onto)[-1].copy()
    onto[:, 2] *= times
    for top in range(0, here.height, _BLOCK):
        for left in range(0, here.width, _BLOCK):
            box = (
                max(0, left - _MARGIN),
                max(0, top - _MARGIN),
                min(here.width, left + _BLOCK + _MARGIN),
                min(here.height, top + _BLOCK + _MARGIN),
            )
            block = _block(here.crop(box), there, onto, box)
            if block is not None:
                yield block


def _block(
    here: Image.Image, source: Image.Image, onto: Map, box: tuple[int, int, int, int]
) -> _Block | None:
    """One block with what the source has there; None where both are empty."""
    corners = np.array([[x, y, 1] for x in box[::2] for y in box[1::2]]) @ onto.T
    low = np.maximum(0, np.floor(corners.min(axis=0)).astype(int) - _MARGIN)
    high = np.minimum(source.size, np.ceil(corners.max(axis=0)).astype(int) + _MARGIN)
    if (high - low < _LEAST).any() or min(here.size) < _LEAST:
        return None
    there = source.crop((*low.tolist(), *high.tolist()))
    if max(np.ptp(np.asarray(image)) for image in (here, there)) < 2 * FLAT:
        return None
    near = np.hstack([onto[:, :2], (onto[:, :2] @ box[:2] + onto[:, 2] - low)[:, None]])
    return _Block(here, there, near)
