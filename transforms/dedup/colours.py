"""What two images differ by in colour alone: swapped sectors of a pie, a light red and not green.

Cb and Cr at half the size of comparison, laid over one another as the greys are. The colour of the
paper and how strong colours are belong to the scan: the commonest colour of each image is taken
away, and one scale brings the one to the other. What is left is averaged over squares of 9 pixels
of the comparison, and the worst counts. Where one image has no colour at all, a copy in grey, there
is nothing to compare.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from gyogwa.transforms.dedup.picture import Chroma, Picture
from gyogwa.transforms.dedup.refinement import Map, covered_by, eroded
from gyogwa.transforms.dedup.registration import Placement

_LEVELS = 60.0
"""Levels of Cb and Cr, as a vector, that count as a difference of 1."""
_COLOURED = 16.0
_SQUARE = 5
_GREYISH = 0.2  # so much weaker, the colours are a tint of a scan in grey

Plane = NDArray[np.float32]


def colours_apart(target: Picture, source: Picture, placed: Placement) -> float:
    """How much the worst spot differs in colour, on the scale of `pixels.worst_of`."""
    if target.chroma is None or source.chroma is None or placed.inverted:
        return 0.0
    here, there = _bare(target.chroma), _bare(source.chroma)
    onto, size = _halved(placed)
    box = _around(here, there, onto, size)
    if box is None:
        return 0.0
    here = here[box[1] : box[3], box[0] : box[2]]
    there, inside = _laid(there, here.shape[:2], _cropped(onto, box), size)
    strong = [np.hypot(*np.moveaxis(planes, -1, 0)) for planes in (here, there)]
    coloured = inside & ((strong[0] > _COLOURED) | (strong[1] > _COLOURED))
    if not coloured.any():
        return 0.0
    means = [max(1e-3, float(of[coloured].mean())) for of in strong]
    if min(means) < _GREYISH * max(means):
        return 0.0
    scales = [max(means) / mean for mean in means]
    left = here * scales[0] - there * scales[1]
    # Where one image's pixel is the other's neighbour, nothing is another colour.
    left = np.stack([ndimage.uniform_filter(left[..., plane], _SQUARE) for plane in (0, 1)])
    apart = np.hypot(*left)[inside]
    return float(apart.max(initial=0)) / _LEVELS


def _bare(chroma: Chroma) -> NDArray[np.float32]:
    """The colours as what they are beside the commonest."""
    some = chroma[::2, ::2]
    paper = [np.bincount(some[..., plane].ravel(), minlength=256).argmax() for plane in (0, 1)]
    return chroma.astype(np.float32) - np.array(paper, np.float32)


def _halved(placed: Placement) -> tuple[Map, tuple[int, int]]:
    """The map at the size of the colours, and the source's size there."""
    onto: Map = placed.onto.copy()
    onto[:, 2] /= 2
    return onto, (max(1, round(placed.size[0] / 2)), max(1, round(placed.size[1] / 2)))


def _around(
    here: Plane, there: Plane, onto: Map, size: tuple[int, int]
) -> tuple[int, int, int, int] | None:
    """The box of the target (left, top, right, bottom) that holds the colours of both."""
    scale = np.array(size) / (there.shape[1], there.shape[0])
    back = np.linalg.inv(np.vstack([onto, [0, 0, 1]]))[:2]
    found = []
    for planes, way in ((here, None), (there, back)):
        y, x = (np.flatnonzero((np.abs(planes) > _COLOURED / 2).any(axis=(of, 2))) for of in (1, 0))
        if len(x) and len(y):
            corners = np.array([[a, b] for a in (x[0], x[-1] + 1) for b in (y[0], y[-1] + 1)])
            found.append(corners if way is None else corners * scale @ way[:, :2].T + way[:, 2])
    if not found:
        return None
    low = np.floor(np.concatenate(found).min(axis=0)).astype(int) - _SQUARE
    high = np.ceil(np.concatenate(found).max(axis=0)).astype(int) + _SQUARE
    low, high = np.maximum(0, low), np.minimum((here.shape[1], here.shape[0]), high)
    return None if (high <= low).any() else (*low.tolist(), *high.tolist())


def _cropped(onto: Map, box: tuple[int, int, int, int]) -> Map:
    return np.hstack([onto[:, :2], (onto[:, :2] @ box[:2] + onto[:, 2])[:, None]])


def _laid(
    bare: Plane, shape: tuple[int, ...], onto: Map, size: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The source's colours over the target's, and where there are any."""
    height, width = shape

    def moved(plane: NDArray[np.float32]) -> NDArray[np.float32]:
        image = Image.fromarray(plane)
        if image.size != size:
            image = image.resize(size, Image.Resampling.BOX)
        way = (Image.Transform.AFFINE, tuple(onto.ravel()), Image.Resampling.BILINEAR)
        return np.asarray(image.transform((width, height), *way), np.float32)

    there = np.stack([moved(np.ascontiguousarray(bare[..., plane])) for plane in (0, 1)], axis=-1)
    # A pixel at the edge of the source is half of what is outside.
    return there, eroded(covered_by(size, onto, (width, height)), _SQUARE + 2)
