"""Boxes stay on what they mark through resizes, crops, pads and tiles."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gyogwa.loader.geometry import Geometry, Picture
from gyogwa.loader.sample import parse_sample
from gyogwa.loader.tiling import Tiling, tile_boxes
from gyogwa.loader.view import viewer_of
from gyogwa.schemas.errors import GyogwaError
from tests.loader.conftest import Made, encoded
from tests.loader.test_sample import tar_of


def painted(width: int, height: int, box: tuple[int, int, int, int]) -> torch.Tensor:
    pixels = torch.zeros(3, height, width, dtype=torch.uint8)
    pixels[:, box[1] : box[3], box[0] : box[2]] = 255
    return pixels


def found(pixels: torch.Tensor) -> list[float] | None:
    """The painted rectangle's edges in pixels, to a fraction from how grey its borders are."""
    lit = pixels[0].float() / 255
    if lit.max() < 0.5:
        return None
    columns, rows = lit.amax(dim=0) >= 0.5, lit.amax(dim=1) >= 0.5
    x, y = columns.nonzero().flatten(), rows.nonzero().flatten()
    return [float(x[0]), float(y[0]), float(x[-1]) + 1, float(y[-1]) + 1]


@st.composite
def rectangles(draw: st.DrawFn, width: int, height: int) -> tuple[int, int, int, int]:
    left, top = draw(st.integers(0, width - 12)), draw(st.integers(0, height - 12))
    return (
        left,
        top,
        draw(st.integers(left + 12, width)),
        draw(st.integers(top + 12, height)),
    )


def changed(picture: Picture, data: st.DataObject) -> Picture:
    width, height = picture.geometry.size
    change = data.draw(st.sampled_from(["resize", "crop", "pad"]))
    if change == "resize":
        return picture.resized(
            data.draw(st.integers(round(width * 0.6), width * 2)),
            data.draw(st.integers(round(height * 0.6), height * 2)),
        )
    left, top = data.draw(st.integers(0, width // 4)), data.draw(st.integers(0, height // 4))
    if change == "crop":
        return picture.cropped(
            left,
            top,
            data.draw(st.integers(width // 2, width - left)),
            data.draw(st.integers(height // 2, height - top)),
        )
    return picture.padded(left, top, width + left + data.draw(st.integers(0, 20)), height + top + 3)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_painted_rectangle_lies_where_its_box_says(data: st.DataObject) -> None:
    width, height = data.draw(st.integers(24, 70)), data.draw(st.integers(24, 70))
    box = data.draw(rectangles(width, height))
    picture = Picture.of(painted(width, height, box))
    for _ in range(data.draw(st.integers(0, 4))):
        picture = changed(picture, data)
    assert picture.pixels.shape[:0:-1] == picture.geometry.size
    fractions = torch.tensor([box]) / torch.tensor([width, height] * 2)
    boxes, kept = picture.geometry.boxes(fractions)
    edges = found(picture.pixels)
    if len(boxes) == 0:
        assert edges is None
        return
    assert kept.tolist() == [0]
    expected = boxes[0] * torch.tensor(picture.geometry.size * 2)
    if edges is None:
        # A sliver at the border, too thin to be seen.
        assert min(expected[2] - expected[0], expected[3] - expected[1]) < 3
        return
    # Each resize may move an edge of the painting by up to half a pixel, which later ones enlarge.
    scale = max(1.0, picture.geometry.x.scale, picture.geometry.y.scale)
    assert np.abs(np.array(edges) - expected.numpy()).max() <= 1 + scale


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ([0.0, 0.0, 0.2, 0.2], []),
        ([0.4, 0.4, 0.6, 0.6], [[0.0, 0.0, 0.2, 0.2]]),
        ([0.0, 0.75, 1.0, 1.0], [[0.0, 0.5, 1.0, 1.0]]),
        ([0.25, 0.0, 0.5, 0.5], []),
    ],
)
def test_a_crop_clips_boxes_and_drops_those_outside(
    box: list[float], expected: list[list[float]]
) -> None:
    boxes, kept = Geometry.of(100, 40).cropped(50, 20, 50, 20).boxes(torch.tensor([box]))
    assert boxes.tolist() == [pytest.approx(row) for row in expected]
    assert len(kept) == len(expected)


def test_resizing_alone_leaves_boxes_as_they_are() -> None:
    boxes = torch.tensor([[0.1, 0.2, 0.1, 1.0], [1.0, 1.0, 1.0, 1.0]])
    assert torch.equal(Geometry.of(827, 1169).resized(123, 457).moved(boxes), boxes)


# By hand from `select_best_resolution` of LLaVA-NeXT for grids of 384-pixel tiles.
@pytest.mark.parametrize(
    ("size", "most", "grid"),
    [
        ((384, 384), 9, (1, 1)),
        ((10, 10), 9, (1, 1)),
        ((768, 384), 9, (2, 1)),
        ((5000, 500), 9, (9, 1)),
        ((827, 1169), 9, (3, 3)),
        ((827, 1169), 4, (2, 2)),
        ((4000, 4000), 9, (3, 3)),
        ((4000, 4000), 1, (1, 1)),
    ],
)
def test_the_grid_keeps_most_pixels(
    size: tuple[int, int], most: int, grid: tuple[int, int]
) -> None:
    assert Tiling(most).grid(*size) == grid


@given(width=st.integers(1, 9000), height=st.integers(1, 9000), most=st.integers(1, 12))
def test_an_image_fills_its_grid_one_way(width: int, height: int, most: int) -> None:
    tiling = Tiling(most, 14)
    columns, rows = tiling.grid(width, height)
    assert 1 <= columns * rows <= most
    fitted = tiling.fitted(width, height)
    assert 1 <= fitted[0] <= columns * 14
    assert 1 <= fitted[1] <= rows * 14
    assert fitted[0] == columns * 14 or fitted[1] == rows * 14


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_boxes_on_tiles_lie_on_what_is_painted(data: st.DataObject) -> None:
    width, height = data.draw(st.integers(30, 120)), data.draw(st.integers(30, 120))
    box = data.draw(rectangles(width, height))
    tiling = Tiling(6, 32)
    grid = tiling.grid(width, height)
    picture = Picture.of(painted(width, height, box)).resized(*tiling.fitted(width, height))
    tiles, geometry = tiling.tiles(picture, grid)
    assert tiles.shape == (1 + grid[0] * grid[1], 3, 32, 32)
    fractions = torch.tensor([box]) / torch.tensor([width, height] * 2)
    by_tile = tile_boxes(geometry.moved(fractions), grid)
    for pixels, (boxes, kept) in zip(tiles[1:], by_tile, strict=True):
        edges = found(pixels)
        if edges is not None:
            assert kept.tolist() == [0]
            assert np.abs(np.array(edges) - boxes[0].numpy() * 32).max() <= 1.5
        elif len(kept):
            parts = boxes[0] * 32
            assert min(parts[2] - parts[0], parts[3] - parts[1]) < 3


def test_words_keep_their_boxes_in_the_padded_image() -> None:
    made = Made("a", {"png": encoded("PNG", 200, 60)})
    viewed = parse_sample(tar_of(made.members), viewer_of(tiles="anyres_max_4", tile_side=50))
    (view,) = viewed.images
    assert view.grid == (4, 1)
    assert view.pixels.shape == (5, 3, 50, 50)
    box = view.geometry.moved(torch.tensor([[0.0, 0.0, 1.0, 1.0]]))
    # 60 x 200 goes into 50 x 200 by five sixths: 167 wide, 16 black columns left of it.
    assert box[0].tolist() == pytest.approx([16 / 200, 0, 183 / 200, 1])


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"tiles": "anyres"}, "anyres_max_N"),
        (
            {"tiles": "anyres_max_9", "tile_side": 0},
            "tile_side is 0; it must be a whole number of at least 1",
        ),
        ({"image_size": 3, "scale_long_side": 4}, "choose one of image_size and scale_long_side"),
        ({"scale_long_side": 0}, "scale_long_side is 0"),
        ({"decode_on": "gpu", "image_size": 5}, "stored size"),
        ({"decode_on": "tpu"}, 'choose "worker" or "gpu"'),
    ],
)
def test_views_that_clash_are_refused(settings_: dict[str, object], message: str) -> None:
    with pytest.raises(GyogwaError, match=message):
        viewer_of(**settings_)  # type: ignore[arg-type]
