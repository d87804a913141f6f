"""No place of a page is read twice: of two words that lie on each other one stays.

Lines that were found twice, or cut through each other, give two readings of one print: the less
sure of the two, or the shorter where both are as sure, is dropped.
Cost: pairs of boxes, a few milliseconds for a page of a thousand words.
"""

from collections.abc import Sequence

import numpy as np

from gyogwa.schemas.page import Word

OVERLAP = 0.5
"""Of the smaller box, that two words of one page may share at most."""


def read_once(words: Sequence[Word]) -> list[Word]:
    """`words` in their order, without those that lie on surer ones by more than `OVERLAP`."""
    order = sorted(
        range(len(words)),
        key=lambda place: (-words[place].confidence, -len(words[place].text), place),
    )
    boxes = np.array([word.box for word in words], np.float64).reshape(-1, 4)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    stays = np.ones(len(words), bool)
    for place in order:
        if not stays[place]:
            continue
        sides = np.minimum(boxes[:, 2:], boxes[place, 2:]) - np.maximum(
            boxes[:, :2], boxes[place, :2]
        )
        shared = sides.clip(0).prod(axis=1)
        over = shared > OVERLAP * np.minimum(areas, areas[place])
        over[place] = False
        stays &= ~over
    return [word for word, stay in zip(words, stays, strict=True) if stay]
