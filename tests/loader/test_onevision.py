"""Tiles of `loader.onevision` beside what Hugging Face's own processor makes of the same image."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from PIL import Image
from transformers.image_processing_utils import get_patch_output_size, select_best_resolution

from gyogwa.loader import StageLoader
from gyogwa.loader.onevision import OnevisionTiles
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import WORDS, Made, encoded, write_stage

SIDE = 384
SIZES = [
    (827, 1169), (1169, 827), (384, 384), (383, 385), (100, 3000), (3000, 90), (17, 11),
    (2304, 2304), (2600, 2500), (1654, 2339), (500, 767), (769, 1153),
]  # fmt: skip


def processor(**settings: Any) -> Any:
    return transformers.LlavaOnevisionImageProcessorPil(**settings)


def bytes_of(values: torch.Tensor) -> torch.Tensor:
    """What the processor normalised, as bytes again, [tiles, 3, H, W]."""
    mean = torch.tensor(processor().image_mean).view(3, 1, 1)
    deviation = torch.tensor(processor().image_std).view(3, 1, 1)
    return ((values * deviation + mean) * 255).round()


@pytest.mark.parametrize("size", SIZES)
def test_grids_and_sizes_are_the_processors(size: tuple[int, int]) -> None:
    tiling, (width, height) = OnevisionTiles(SIDE), size
    best = select_best_resolution((height, width), processor().image_grid_pinpoints)
    columns, rows = tiling.grid(width, height)
    assert (rows * SIDE, columns * SIDE) == best
    blank = np.zeros((3, height, width), dtype=np.uint8)
    assert tiling.fitted(width, height)[::-1] == get_patch_output_size(
        blank, best, "channels_first"
    )


def test_tiles_are_the_processors_value_by_value(tmp_path: Path) -> None:
    sizes = [(827, 1169), (60, 20), (500, 380)]
    pictures = [Image.fromarray(noise(*size)) for size in sizes]
    files = []
    for number, picture in enumerate(pictures):
        picture.save(tmp_path / f"{number}.png")
        files.append((tmp_path / f"{number}.png").read_bytes())
    made = [Made(f"{number}-one", {"png": data}) for number, data in enumerate(files)]
    pair = Made("3-pair", {"0.png": files[0], "1.png": files[1]})
    stage = write_stage(tmp_path / "stage", [("single-png", made), ("pair-png-png", [pair])])
    loader = StageLoader(
        stage.manifest, batch_size=4, shuffle=False, tiles="llava-onevision", num_workers=1
    )
    (batch,) = loader
    for number, picture in enumerate(pictures):
        (tiles,) = batch.images[number]
        expected = bytes_of(processor()(picture, return_tensors="pt")["pixel_values"][0])
        assert tiles.shape == expected.shape
        same_but_for_rounding(tiles, expected)
        assert batch.grids[number] == [OnevisionTiles(SIDE).grid(*picture.size)]
    assert len(batch.images[0][0]) == 13  # an A4 page: the overview and three by four
    both = processor()([pictures[:2]], return_tensors="pt")["pixel_values"]
    for tile, expected in zip(batch.images[3], bytes_of(both.flatten(0, 1)), strict=True):
        assert tile.shape == (3, SIDE, SIDE)
        same_but_for_rounding(tile, expected)


def same_but_for_rounding(found: torch.Tensor, expected: torch.Tensor) -> None:
    """Pillow rounds between its two passes otherwise than torch does."""
    differing = (found.float() - expected).abs()
    assert differing.max() <= 2
    assert differing.mean() < 0.02
    assert torch.equal(found == 0, expected == 0)  # padding is where it was


def noise(width: int, height: int) -> np.ndarray[Any, Any]:
    """A picture with edges, and no bytes at either end, so that padding shows."""
    at = np.random.default_rng(width)
    small = at.integers(30, 220, (height // 9 + 1, width // 9 + 1, 3), dtype=np.uint8)
    return np.ascontiguousarray(small.repeat(9, 0).repeat(9, 1)[:height, :width])


def test_boxes_follow(tmp_path: Path) -> None:
    images = {"0.jpg": encoded("JPEG", 80, 40), "1.jpg": encoded("JPEG", 40, 40)}
    made = [Made("0-one", {"jpg": encoded("JPEG", 80, 40)}), Made("1-two", images)]
    stage = write_stage(tmp_path, [("single-jpg", made[:1]), ("pair-jpg", made[1:])])
    loader = StageLoader(
        stage.manifest, batch_size=2, shuffle=False, tiles="llava-onevision", tile_side=32
    )
    (batch,) = loader
    assert batch.grids == [[(3, 2)], [None, None]]
    # 80 x 40 in 96 x 64: as wide as the grid, 48 high, 8 rows of padding above
    x0, y0, x1, y1 = WORDS[0][1]
    expected = torch.tensor([x0, (8 + 48 * y0) / 64, x1, (8 + 48 * y1) / 64])
    assert torch.allclose(batch.boxes[0][0][0], expected)
    expected = torch.tensor([x0, 0.25 + y0 / 2, x1, 0.25 + y1 / 2])
    assert torch.allclose(batch.boxes[1][0][0], expected)
    assert torch.allclose(batch.boxes[1][1][0], torch.tensor(WORDS[0][1]))
    with pytest.raises(GyogwaError, match='or "llava-onevision"'):
        StageLoader(stage.manifest, batch_size=2, tiles="llava")
