"""Formats of pictures beyond the usual ones, odd pixels, and what is no picture at all."""

import io
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gyogwa.transforms.files import picture_formats
from gyogwa.transforms.files.decode import (
    BadImage,
    decode,
    decode_grey,
    stored_bytes,
    stored_suffix,
)
from gyogwa.transforms.files.picture_formats import looks_like

heif = pytest.importorskip("pillow_heif")
pytest.importorskip("pillow_jxl")
heif.register_heif_opener(thumbnails=False)


def page(size: tuple[int, int] = (480, 160), mode: str = "RGB") -> Image.Image:
    """White, with a black corner at the top left."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 4), fill="black")
    return image.convert(mode)


def coded(image: Image.Image, format_: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("format_", "suffix"),
    [("AVIF", "jpg"), ("HEIF", "jpg"), ("JXL", "webp"), ("JPEG2000", "webp")],
)
def test_formats_that_shards_do_not_hold_are_read_and_coded_again(
    format_: str, suffix: str
) -> None:
    data = coded(page(), format_)
    found = decode(data)
    assert (found.format, found.changes) == (format_, (f"format_{format_.lower()}",))
    assert np.abs(np.asarray(found.pixels, float) - np.asarray(page(), float)).mean() < 3
    changes = ",".join(found.changes)
    assert stored_suffix(format_, changes, found.pixels.size) == suffix
    again = Image.open(io.BytesIO(stored_bytes(data, suffix, changes, found.pixels.size)))
    assert again.format == {"jpg": "JPEG", "webp": "WEBP"}[suffix]
    if suffix == "webp":
        assert (np.asarray(again) == np.asarray(found.pixels)).all()


def test_what_is_too_long_for_webp_is_png() -> None:
    data = coded(Image.new("L", (16_384, 2), 7), "TIFF")
    assert stored_suffix("TIFF", "format_tiff", (16_384, 2)) == "png"
    assert stored_suffix("TIFF", "format_tiff,resized", (16_383, 2)) == "webp"
    again = Image.open(io.BytesIO(stored_bytes(data, "png", "format_tiff", (16_384, 2))))
    assert (again.format, again.size) == ("PNG", (16_384, 2))


def test_of_several_pictures_in_a_jpeg_the_first_stays_as_it_is() -> None:
    data = coded(page(), "MPO", save_all=True, append_images=[page((200, 100))])
    assert Image.open(io.BytesIO(data)).format == "MPO"
    found = decode(data)
    assert (found.format, found.changes, found.pixels.size) == ("JPEG", (), (480, 160))
    assert stored_bytes(data, "jpg", "", (480, 160)) == data


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_pixels_of_a_coarse_fax_are_made_square(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = coded(page(mode="1"), "TIFF", compression="group3", dpi=(204, 98), exif=exif)
    found = decode(data)
    assert found.changes[-1] == "square_pixels"
    upright = (480, 333) if orientation in (1, 3) else (333, 480)
    assert found.pixels.size == upright
    assert found.original == ((480, 160) if orientation in (1, 3) else (160, 480))
    fine = decode(coded(page(mode="1"), "TIFF", compression="group3", dpi=(204, 196), exif=exif))
    assert "square_pixels" not in fine.changes
    assert fine.pixels.size == fine.original
    small = fine.pixels.resize(found.pixels.size)
    assert np.abs(np.asarray(small, float) - np.asarray(found.pixels, float)).mean() < 6


def test_a_thumbnail_is_not_taken_for_the_picture() -> None:
    small = page().resize((96, 32))
    data = coded(small, "TIFF", save_all=True, append_images=[page()])
    assert decode(data).pixels.size == (480, 160)


@pytest.mark.parametrize(
    ("format_", "options"),
    [
        ("JPEG", {}),
        ("JPEG2000", {}),
        ("PNG", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("WEBP", {}),
    ],
)
@pytest.mark.parametrize("orientation", [1, 6])
def test_above_the_limit_a_picture_is_reduced(
    format_: str, options: dict[str, object], orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    if format_ != "JPEG2000":
        options = options | {"exif": exif}
    elif orientation != 1:
        pytest.skip("it has no place for an orientation")
    for mode in ("RGB", "L"):
        if (format_, mode) == ("WEBP", "L"):
            continue
        data = coded(page(mode=mode), format_, **options)
        whole = decode(data)
        for reader in (decode, decode_grey):
            found = reader(data, 30_000)
            assert "reduced" in found.changes
            assert found.original == whole.pixels.size
            assert found.pixels.width * found.pixels.height <= 30_000
            expected = whole.pixels.convert(found.pixels.mode).resize(found.pixels.size)
            assert np.abs(np.asarray(found.pixels, float) - np.asarray(expected, float)).mean() < 8


def test_many_pixels_are_converted_in_bands_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    noise = Image.fromarray(rng.integers(0, 256, (97, 61, 4), np.uint8), "RGBA")
    deep = Image.fromarray(rng.integers(0, 65536, (97, 61), np.uint16))
    pictures = [noise.convert(mode) for mode in ("RGBA", "CMYK", "P", "L", "LA", "RGB")] + [deep]
    for picture in pictures:
        data = coded(picture, "TIFF" if picture.mode == "CMYK" else "PNG")
        whole, grey = decode(data).pixels, decode_grey(data).pixels
        with monkeypatch.context() as patch:
            patch.setattr("gyogwa.transforms.files.shown._WHOLE", 100)
            patch.setattr("gyogwa.transforms.files.shown._BAND", 300)
            assert decode(data).pixels.tobytes() == whole.tobytes()
            assert decode_grey(data).pixels.tobytes() == grey.tobytes()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<!DOCTYPE html><html>404", "a web page"),
        (b'<?xml version="1.0"?><svg xmlns="">', "an SVG drawing"),
        ("그림이 아니라 글".encode(), "text"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\0\0\0\x18ftypmp42", "a video"),
    ],
)
def test_what_is_no_picture_is_told_by_its_content(data: bytes, what: str) -> None:
    assert what in looks_like(data)
    with pytest.raises(BadImage, match=f"it looks like .*{what}") as raised:
        decode(data)
    assert raised.value.rule == "not_an_image"


@pytest.mark.parametrize(("format_", "module"), [("HEIF", "pillow_heif"), ("JXL", "pillow_jxl")])
def test_what_needs_an_extra_says_which(
    format_: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = coded(page(), format_)
    picture_formats._registered.cache_clear()
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(BadImage, match=r"pip install 'gyogwa\[photos\]'") as raised:
        decode(data)
    assert raised.value.rule == "needs_extra"
    picture_formats._registered.cache_clear()
