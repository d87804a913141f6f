"""Resized pixels are Pillow's own, whichever decoder and reduction they took."""

import io

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from gyogwa.loader import decode
from gyogwa.loader.decode import BadPixels, LongSide, decode_sized, image_size_of, resize
from tests.loader.conftest import encoded


def page(width: int, height: int, format_: str = "JPEG") -> bytes:
    """Lines of small print, on which poor resizing shows."""
    image = Image.new("RGB", (width, height), (250, 248, 244))
    draw = ImageDraw.Draw(image)
    for y in range(20, height - 20, 14):
        draw.text((20, y), "abc def ghij klm no " * (width // 120), fill=(20, 20, 60))
    buffer = io.BytesIO()
    image.save(buffer, format_, quality=92)
    return buffer.getvalue()


@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    ("size", "sizing", "expected"),
    [
        ((413, 584), LongSide(512), (362, 512)),
        ((413, 584), LongSide(256), (181, 256)),
        ((413, 584), LongSide(146), (103, 146)),
        ((413, 584), LongSide(800, enlarge=True), (566, 800)),
        ((413, 584), LongSide(800), (413, 584)),
        ((1240, 1754), LongSide(400), (283, 400)),
    ],
)
def test_resized_pixels_are_those_of_pillow(
    size: tuple[int, int], sizing: LongSide, expected: tuple[int, int], format_: str
) -> None:
    data = page(*size, format_)
    pixels, stored = decode_sized(data, sizing)
    assert stored == size == image_size_of(data)
    assert pixels.shape == (3, expected[1], expected[0])
    assert pixels.permute(1, 2, 0).is_contiguous()
    image = Image.open(io.BytesIO(data)).convert("RGB")
    theirs = np.array(image.resize(expected, Image.Resampling.BICUBIC)).astype(int)
    difference = np.abs(pixels.permute(1, 2, 0).numpy().astype(int) - theirs)
    # Of a JPEG shrunk that far only a part of the detail was decoded; print is illegible by then.
    reduced = format_ == "JPEG" and max(expected) * 4 <= max(size)
    assert difference.mean() <= (3 if reduced else 0.1)


def test_jpeg_is_decoded_reduced_where_thrice_the_size_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = []

    def noted(pixels: torch.Tensor, width: int, height: int) -> torch.Tensor:
        sizes.append(tuple(pixels.shape[1:]))
        return resize(pixels, width, height)

    monkeypatch.setattr(decode, "resize", noted)
    data = encoded("JPEG", 400, 600)
    for image_size in (600, 301, 150, 75, 37, 5):
        decode_sized(data, LongSide(image_size))
    assert sizes == [
        (600, 400), (600, 400), (300, 200), (150, 100), (75, 50),
    ]  # fmt: skip


def test_resizing_takes_any_memory_layout() -> None:
    pixels = torch.randint(0, 255, (3, 40, 50), dtype=torch.uint8)
    last = pixels.permute(1, 2, 0).contiguous().permute(2, 0, 1)
    assert (resize(pixels, 33, 21).int() - resize(last, 33, 21).int()).abs().max() <= 1


def test_a_header_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(BadPixels, match="can't be decoded"):
        image_size_of(b"no image")
