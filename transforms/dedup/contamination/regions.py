"""Parts of a page that may be an image of their own: what empty bands and frames set apart.

The page, reduced, is cut along its widest empty rows and columns, and what lies between is cut
again (recursive XY cuts; G. Nagy and S. Seth, "Hierarchical representation of optically scanned
documents", 1984). A figure has empty bands of its own, between its title and its bars: so of the
parts at one level every run of neighbours is a region too. A region with a rule all around it is
one more without the rule. What is smaller than `_LEAST` of the page's side is none.

Boxes are (left, top, right, bottom), fractions of the image. Cost: 10 ms a page.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import combinations_with_replacement
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gyogwa.transforms.ingest.hashes import ground_of

Region = tuple[float, float, float, float]
_Box = tuple[int, int, int, int]
_Ink = NDArray[np.bool_]

_SIDE = 400
_FAR = 14  # levels from the ground
_NOISES = 5.0  # standard deviations of the paper: a scan has specks all over that are no ink
_LEAST = 0.16
"""Of the page's longer side: what is shown smaller than that can't be read off the page either."""
_SLACK = 1.5  # reduced pixels: an edge may lie between two
_GAPS = 5
"""How many of the widest bands cut at one level."""
_MOST = 200
_RULE = 0.9  # of a side of a frame is ink
_FRAME = 0.03  # of the region's side: rules are thinner, and white follows


def regions_of(grey: Image.Image) -> list[Region]:
    """The regions of an image of mode L, the largest first, at most `_MOST`; the first is the box
    around all its ink."""
    times = max(1.0, max(grey.size) / _SIDE)
    size = (max(1, round(grey.width / times)), max(1, round(grey.height / times)))
    small = grey.resize(size, Image.Resampling.BOX)
    ink = _ink_of(small)
    whole = _trimmed(ink, (0, 0, *size))
    if whole is None:
        return []
    found = _cut(ink, whole, _LEAST * max(size))
    return [_fractions(box, size) for box in sorted(found, key=_smaller)]


def cropped(image: Image.Image, region: Region) -> Image.Image:
    """The pixels of a region, to the pixel: the box around its ink at the image's own size."""
    (width, height), (left, top, right, bottom) = image.size, region
    across, down = _SLACK * width / _SIDE, _SLACK * height / _SIDE
    box = (
        max(0, int(left * width - across)),
        max(0, int(top * height - down)),
        min(width, ceil(right * width + across)),
        min(height, ceil(bottom * height + down)),
    )
    part = image.crop(box)
    inner = _trimmed(_ink_of(part.convert("L")), (0, 0, *part.size))
    return part if inner is None else part.crop(inner)


def _ink_of(grey: Image.Image) -> _Ink:
    counts = np.asarray(grey.histogram(), np.int64)
    ground = ground_of(counts)
    near = np.arange(max(0, ground - _FAR), min(256, ground + _FAR + 1))
    noise = (float(counts[near] @ (near - ground) ** 2) / max(1, int(counts[near].sum()))) ** 0.5
    ink: _Ink = np.abs(np.asarray(grey, np.int16) - ground) > max(_FAR, _NOISES * noise)
    return ink


def _fractions(box: _Box, size: tuple[int, int]) -> Region:
    left, top, right, bottom = box
    return left / size[0], top / size[1], right / size[0], bottom / size[1]


def _cut(ink: _Ink, whole: _Box, least: float) -> set[_Box]:
    """The regions in a box around ink and that box, the largest cut first until `_MOST` are."""
    found = {whole}
    left = [(_smaller(whole), whole)]
    while left and len(found) < _MOST:
        box = heappop(left)[1]
        inside = _within_frame(ink, box)
        for region in [inside] if inside else _runs(ink, box):
            large = min(_sides(region)) >= least / 2 and max(_sides(region)) >= least
            if large and region not in found:
                found.add(region)
                heappush(left, (_smaller(region), region))
    return found


def _smaller(box: _Box) -> tuple[int, _Box]:
    return -(box[2] - box[0]) * (box[3] - box[1]), box


def _runs(ink: _Ink, box: _Box) -> Iterator[_Box]:
    """Of the parts of a box, those across and those along, every run of neighbours."""
    for axis in (0, 1):
        parts = _parts(ink, box, axis)
        for first, last in combinations_with_replacement(range(len(parts)), 2):
            run = _trimmed(ink, _spanning(parts[first], parts[last]))
            if run is not None:
                yield run


def _sides(box: _Box) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]


def _spanning(first: _Box, last: _Box) -> _Box:
    return first[0], first[1], last[2], last[3]


def _parts(ink: _Ink, box: _Box, axis: int) -> list[_Box]:
    """What the widest empty bands across rows (axis 0) or columns (1) leave."""
    left, top, right, bottom = box
    inked = np.asarray(ink[top:bottom, left:right].any(axis=1 - axis), np.bool_).reshape(-1)
    edges = np.flatnonzero(np.diff(inked.astype(np.int8)))
    gaps = [(int(a) + 1, int(b) + 1) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    widest = sorted(sorted(gaps, key=lambda gap: gap[0] - gap[1])[:_GAPS])
    starts = [0, *(end for _, end in widest)]
    ends = [*(start for start, _ in widest), len(inked)]
    if axis == 0:
        return [(left, top + a, right, top + b) for a, b in zip(starts, ends, strict=True)]
    return [(left + a, top, left + b, bottom) for a, b in zip(starts, ends, strict=True)]


def _trimmed(ink: _Ink, box: _Box) -> _Box | None:
    left, top, right, bottom = box
    part = ink[top:bottom, left:right]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not len(rows):
        return None
    return (
        left + int(columns[0]),
        top + int(rows[0]),
        left + int(columns[-1]) + 1,
        top + int(rows[-1]) + 1,
    )


def _within_frame(ink: _Ink, box: _Box) -> _Box | None:
    """The box around what a frame holds; None where no frame runs along the box."""
    left, top, right, bottom = box
    thick = max(1, round(_FRAME * max(_sides(box))))
    part = ink[top:bottom, left:right]
    sides = [part[:thick], part[::-1][:thick], part.T[:thick], part.T[::-1][:thick]]
    inset = []
    for side in sides:
        ruled = side.mean(axis=1) >= _RULE
        if not ruled.any() or ruled.all():
            return None
        inset.append(int(np.flatnonzero(ruled)[-1]) + 1)
    return _trimmed(ink, (left + inset[2], top + inset[0], right - inset[3], bottom - inset[1]))
