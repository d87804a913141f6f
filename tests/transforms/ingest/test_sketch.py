"""Sketches come back as they were, a level of 16 aside, and can be turned without the pixels."""

from base64 import b64decode

import numpy as np
from PIL import Image

from gyogwa.transforms.dedup.upright import upright
from gyogwa.transforms.ingest.hashes import Hashes
from gyogwa.transforms.ingest.sketch import SIDE, cells_of, packed, sketch_of


def test_a_sketch_comes_back() -> None:
    cells = np.random.default_rng(0).integers(0, 256, (2, SIDE, SIDE))
    found = cells_of([packed(one) for one in cells])
    assert np.abs(found - cells).max() <= 8.5


def test_where_a_rule_lies_within_a_cell_is_told() -> None:
    """A thin rule moved by half a cell leaves another sketch, with its middle moved by half."""
    middles = []
    for left in (403, 408):
        ink = np.zeros((800, 800), np.uint8)
        ink[:, left : left + 2] = 255
        (cells,) = cells_of([b64decode(sketch_of(ink))])
        middles.append((cells[40] @ np.arange(SIDE)) / cells[40].sum())
    assert 0.3 < middles[1] - middles[0] < 0.7


def test_a_turned_sketch_is_that_of_the_turned_image() -> None:
    ink = np.asarray(Image.effect_noise((400, 300), 90))
    turned = upright(Hashes("", "", "", sketch_of(ink)), 90).sketch
    found, wanted = (
        cells_of([b64decode(sketch)]) for sketch in (turned, sketch_of(np.rot90(ink).copy()))
    )
    assert np.abs(found - wanted).max() <= 34
