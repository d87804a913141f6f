"""Open encoded images safely, and make the bytes that go into a shard.

The size is checked on the header, before any pixel is decoded. What comes out shows the image as a
viewer would: orientation applied, alpha laid on white, eight bits a channel, RGB or grey.
"""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 120_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
SUFFIXES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
"""Formats that stand in shards as they are, with their member suffixes."""

Image.MAX_IMAGE_PIXELS = None  # `decode` has its own limit, which rejects instead of warning


class BadImage(Exception):
    """An image that can't be used: the rule it broke, its value and the rule's threshold."""

    def __init__(self, rule: str, message: str, value: str = "", threshold: str = "") -> None:
        super().__init__(message)
        self.rule, self.message, self.value, self.threshold = rule, message, value, threshold


@dataclass(frozen=True)
class Decoded:
    """`pixels`: mode RGB or L, displayed orientation. `changes`: why the source's own bytes can't
    stand in a shard (see `schemas.records.Image`)."""

    pixels: Image.Image
    format: str
    changes: tuple[str, ...]


def decode(data: bytes, max_pixels: int = MAX_PIXELS) -> Decoded:
    """Decode encoded image bytes. Raises BadImage with the reason."""
    return _decoded(data, max_pixels, grey=False)


def decode_grey(data: bytes, max_pixels: int = MAX_PIXELS) -> Decoded:
    """As `decode`, but `pixels` are of mode L.

    Of a JPEG in colour only the luma is brought to pixels, at its full size, in two thirds of the
    time; it is within a grey level or two of the converted colours. The whole file is read all the
    same, so a truncated one raises BadImage as well.
    """
    return _decoded(data, max_pixels, grey=True)


def _decoded(data: bytes, max_pixels: int, grey: bool) -> Decoded:
    if not data:
        raise BadImage("empty_file", "the file has no bytes", "0", "1")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on odd EXIF blocks
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            pixels = image.width * image.height
            if pixels > max_pixels:
                raise BadImage(
                    "too_many_pixels",
                    f"{image.width} x {image.height} pixels is more than the limit",
                    str(pixels),
                    str(max_pixels),
                )
            format_ = image.format or ""
            changes = _changes(image, data)
            if grey and format_ == "JPEG" and image.mode == "RGB":
                image.draft("L", image.size)
            image.load()
            shown = _displayed(image)
            return Decoded(shown.convert("L") if grey else shown, format_, changes)
    except UnidentifiedImageError:
        raise BadImage(
            "not_an_image", f"not one of {', '.join(FORMATS)}", data[:8].hex(), ""
        ) from None
    except BadImage:
        raise
    # Pillow's decoders raise nearly anything on hostile bytes; all of it means the same here.
    except Exception as error:
        raise BadImage("broken_image", f"can't be decoded: {error}") from error


def _changes(image: Image.Image, data: bytes) -> tuple[str, ...]:
    found = []
    if image.format not in SUFFIXES:
        found.append(f"format_{(image.format or '').lower()}")
    if getattr(image, "n_frames", 1) > 1:
        found.append("several_frames")
    if image.getexif().get(0x0112, 1) != 1:
        found.append("exif_orientation")
    if image.mode.startswith("I") or (image.format == "PNG" and data[24:25] == b"\x10"):
        found.append("16_bit")
    elif image.has_transparency_data:
        found.append("alpha")
    elif image.mode not in ("RGB", "L", "1", "P"):
        found.append(f"mode_{image.mode.lower()}")
    return tuple(found)


def _displayed(image: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
    if upright.mode in ("I", "F"):
        raise BadImage("unsupported_depth", "32-bit samples have no agreed range", upright.mode)
    if upright.has_transparency_data:
        with_alpha = upright.convert("RGBA")
        paper = Image.new("RGBA", with_alpha.size, "white")
        return Image.alpha_composite(paper, with_alpha).convert("RGB")
    if upright.mode in ("L", "1", "LA"):
        return upright.convert("L")
    return upright.convert("RGB")


def stored_suffix(format_: str, changes: str) -> str:
    """The member suffix under which `stored_bytes` will stand in a shard."""
    if not changes:
        return SUFFIXES[format_]
    return "jpg" if format_ == "JPEG" else "png"


def stored_bytes(data: bytes, suffix: str, changes: str, size: tuple[int, int]) -> bytes:
    """The bytes for a shard: `data` itself when nothing has to change, else encoded again.

    `size` is the stored (width, height); a smaller one than the image's shrinks it. JPEG goes to
    quality 95 without chroma subsampling (thin coloured strokes survive), all else to PNG.
    """
    if not changes:
        return data
    pixels = decode(data).pixels
    if pixels.size != size:
        pixels = pixels.resize(size, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    if suffix == "jpg":
        pixels.save(buffer, "JPEG", quality=95, subsampling=0)
    else:
        pixels.save(buffer, "PNG")
    return buffer.getvalue()
