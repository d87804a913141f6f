"""Grey pixels come from a faster path, which may not see less of a file than the full one."""

import io

import numpy as np
import pytest
from PIL import Image

from gyogwa.transforms.files.decode import BadImage, decode, decode_grey


def noise(mode: str = "RGB") -> Image.Image:
    shape = (96, 160) + ((len(mode),) if mode != "L" else ())
    return Image.fromarray(np.random.default_rng(3).integers(0, 256, shape, np.uint8), mode)


def coded(mode: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    noise(mode).save(buffer, "JPEG", **options)
    return buffer.getvalue()


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("kept", [0.3, 0.9, 0.98])
def test_a_truncated_jpeg_is_rejected(progressive: bool, kept: float) -> None:
    data = coded("RGB", progressive=progressive)
    with pytest.raises(BadImage) as raised:
        decode_grey(data[: int(kept * len(data))])
    assert raised.value.rule == "broken_image"


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_grey_is_that_of_the_colours(mode: str) -> None:
    data = coded(mode, quality=95)
    grey, full = decode_grey(data), decode(data)
    assert (grey.format, grey.changes, grey.pixels.mode) == (full.format, full.changes, "L")
    expected = np.asarray(full.pixels.convert("L"), float)
    assert np.abs(np.asarray(grey.pixels, float) - expected).mean() < 8


def test_orientation_is_applied_to_grey() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = coded("RGB", exif=exif)
    grey = decode_grey(data)
    assert grey.pixels.size == (96, 160)
    assert grey.changes == ("exif_orientation",)
