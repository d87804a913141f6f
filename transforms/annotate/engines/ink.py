"""Where words stand in the picture of a line, from its ink.

Coordinates are pixels of the line's picture: a box is [x0, y0, x1, y1], the right and lower edge
just outside. Ink is what differs from the paper, the picture's median grey, by more than a share
of the strongest difference, so dark paper with light text works as well. Cost: one pass over the
pixels.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from gyogwa.schemas.boxes import Box

Mask = npt.NDArray[np.bool_]
_INK = 0.35  # of the strongest difference; edges of smoothed letters are about half


def ink_of(grey: npt.NDArray[np.uint8]) -> Mask:
    """Which pixels of [height, width] are ink."""
    difference = np.abs(grey.astype(np.float32) - np.median(grey))
    return np.asarray(difference > max(_INK * float(difference.max()), 8.0))


def word_boxes(ink: Mask, spans: Sequence[tuple[float, float]]) -> list[Box]:
    """A tight box for each word of a line, left to right.

    `spans` are the x of the middle of each word's first and last character. Words part at the
    emptiest stretch of columns between them, so a rule under the line doesn't join them.
    """
    height, width = ink.shape
    columns = ink.sum(axis=0)
    cuts = [(0, 0)]
    for (_, before), (after, _) in pairwise(spans):
        cuts.append(_emptiest(columns, before, after))
    cuts.append((width, width))
    boxes = []
    for (_, start), (end, _), span in zip(cuts, cuts[1:], spans, strict=False):
        left, right = _trimmed(columns, start, end)
        if right <= left:  # no ink: all that is known is where the characters peaked
            left, right = int(span[0]), int(span[1]) + 1
        top, bottom = _rows(ink[:, left:right].sum(axis=1))
        boxes.append([float(left), float(top), float(right), float(bottom or height)])
    return boxes


def _emptiest(columns: npt.NDArray[np.int_], after: float, before: float) -> tuple[int, int]:
    """The longest run of columns with the least ink between two places."""
    start, end = int(after), max(int(before) + 1, int(after) + 1)
    least = columns[start:end]
    if not len(least):
        return start, start
    runs = _runs(least <= least.min())
    first, last = max(runs, key=lambda run: (run[1] - run[0], -run[0]))
    return start + first, start + last


def _trimmed(columns: npt.NDArray[np.int_], start: int, end: int) -> tuple[int, int]:
    """`start` and `end` without the empty columns beside them."""
    inked = np.flatnonzero(columns[start:end])
    return (start + int(inked[0]), start + int(inked[-1]) + 1) if len(inked) else (start, start)


def _rows(rows: npt.NDArray[np.int_]) -> tuple[int, int]:
    """First and last row of the word; (0, 0) without ink.

    Ink that touches the upper or lower edge of the picture and is apart from most of the rest
    belongs to a neighbouring line.
    """
    runs = _runs(rows > 0)
    if not runs:
        return 0, 0
    main = max(runs, key=lambda run: int(rows[run[0] : run[1]].sum()))
    own = [run for run in runs if run == main or (run[0] > 0 and run[1] < len(rows))]
    return own[0][0], own[-1][1]


def _runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches of True, the end just outside."""
    padded = np.concatenate([[False], flags, [False]]).astype(np.int8)
    steps = np.diff(padded)
    return list(
        zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True)
    )
