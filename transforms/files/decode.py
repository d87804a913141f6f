"""Open encoded images safely, and make the bytes that go into a shard.

The size is checked on the header, before any pixel is decoded. What comes out shows the image as a
viewer would: orientation applied, alpha laid on white, pixels square, eight bits a channel, RGB or
grey. An image of more than `max_pixels` is reduced by a whole factor where that takes little
memory: JPEG and JPEG 2000 while they are decoded, others when their pixels fit in `_ROOM`.
"""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.files.bad_image import BadImage as BadImage
from gyogwa.transforms.files.masks import filled
from gyogwa.transforms.files.picture_formats import opened
from gyogwa.transforms.files.shown import (
    Mode,
    Size,
    coded_size,
    factor_for,
    orientation_of,
    own_mode,
    shown,
    square_size,
    turned_size,
)
from gyogwa.transforms.files.tiff import Tiff, pages_of

MAX_PIXELS = 120_000_000
SUFFIXES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
"""Formats that stand in shards as they are, with their member suffixes."""

_LOSSY = ("JPEG", "HEIF", "AVIF")
"""Formats of photos: where their bytes can't stand in a shard, JPEG of high quality does."""
_MOST_OF_WEBP = 16_383  # pixels of a side
_WEBP = {"method": 2, "quality": 50}
"""How hard it is tried; more saves .2 % in 1.6 times the time, less costs 60 % more bytes."""
_ROOM = 600_000_000
"""Bytes of decoded pixels that may be held to reduce them: Pillow takes one for a pixel of one
channel and four for any other."""
_MOST_PROGRESSIVE = 160_000_000
"""Pixels of a progressive JPEG, whose coefficients are all held: up to 6 bytes a pixel."""
_MOST = {"WEBP": 60_000_000, "AVIF": 80_000_000, "HEIF": 80_000_000, "JXL": 60_000_000}
"""Pixels up to which other decoders, which hold several copies, stay below 1 GB."""
_MOST_JPEG_2000 = 40_000_000

Image.MAX_IMAGE_PIXELS = None  # `decode` has its own limit, which rejects instead of warning


@dataclass(frozen=True)
class Decoded:
    """`pixels`: mode RGB or L, displayed orientation. `changes`: why the source's own bytes can't
    stand in a shard (see `schemas.records.Image`). `original`: the displayed (width, height) in
    pixels as they are encoded, which boxes in pixels refer to; other than that of `pixels` where
    these were reduced or made square. `orientation`: as EXIF has it, 1 to 8."""

    pixels: Image.Image
    format: str
    changes: tuple[str, ...]
    original: Size = (0, 0)
    orientation: int = 1


def decode(data: bytes, max_pixels: int = MAX_PIXELS) -> Decoded:
    """Decode encoded image bytes. Raises BadImage with the reason."""
    return _decoded(data, max_pixels, "RGB")


def decode_grey(data: bytes, max_pixels: int = MAX_PIXELS) -> Decoded:
    """As `decode`, but `pixels` are of mode L.

    Of a JPEG in colour only the luma is brought to pixels, at its full size, in two thirds of the
    time; it is within a grey level or two of the converted colours. The whole file is read all the
    same, so a truncated one raises BadImage as well.
    """
    return _decoded(data, max_pixels, "L")


def _decoded(data: bytes, max_pixels: int, mode: Mode) -> Decoded:
    if not data:
        raise BadImage("empty_file", "the file has no bytes", "0", "1")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on odd EXIF blocks
            return _loaded(_at_page(opened(data), data), data, max_pixels, mode)
    except BadImage:
        raise
    # Pillow's decoders raise nearly anything on hostile bytes; all of it means the same here.
    except Exception as error:
        raise BadImage("broken_image", f"can't be decoded: {error}") from error


def _at_page(image: Image.Image, data: bytes) -> Image.Image:
    """The image at its first frame that is a page: a TIFF may begin with a thumbnail."""
    if image.format == "TIFF" and getattr(image, "n_frames", 1) > 1:
        frames = Tiff(io.BytesIO(data)).frames()
        image.seek(frames.index(pages_of(frames)[0]))
    return image


def _loaded(image: Image.Image, data: bytes, max_pixels: int, mode: Mode) -> Decoded:
    format_ = "JPEG" if image.format == "MPO" else image.format or ""
    original, square = coded_size(image), square_size(image)
    most = min(max_pixels, _MOST_JPEG_2000) if format_ == "JPEG2000" else max_pixels
    factor = factor_for(square, most)
    _refuse_swelling(image, format_, factor)  # first: asked for its EXIF, a PNG is decoded
    changes = list(_changes(image, format_, data))
    orientation = orientation_of(image)
    if square != original:
        changes.append("square_pixels")
    if factor > 1:
        changes.append("reduced")
        factor = _decode_smaller(image, format_, factor, mode, most)
    elif mode == "L" and format_ == "JPEG" and image.mode == "RGB":
        image.draft("L", image.size)
    image.load()
    turn = orientation_of(image)  # 1 by now for a TIFF
    size = turned_size(square, orientation if turn == 1 else 1)
    size = size if square != original else image.size
    flat = shown(image, mode if mode == "L" else own_mode(image), size, turn, factor)
    upright = turned_size(original, orientation)
    return Decoded(flat, format_, tuple(changes), upright, orientation)


def _refuse_swelling(image: Image.Image, format_: str, factor: int) -> None:
    """Raise BadImage where the decoder would take far more memory than the pixels."""
    pixels = image.width * image.height
    limit = pixels
    if format_ in _MOST:
        limit = _MOST[format_]
    elif format_ == "JPEG":
        if image.info.get("progressive"):
            limit = _MOST_PROGRESSIVE
    elif factor > 1 and format_ != "JPEG2000":
        limit = _ROOM // (1 if image.mode in ("1", "L", "P") else 4)
    if pixels > limit:
        raise BadImage(
            "too_many_pixels",
            f"{image.width} x {image.height} pixels is more than the limit",
            str(pixels),
            str(limit),
        )


def _decode_smaller(
    image: Image.Image, format_: str, factor: int, mode: Mode, max_pixels: int
) -> int:
    """Have the decoder give fewer pixels where it can; returns the factor that is left to do."""
    levels = (factor - 1).bit_length()
    if format_ == "JPEG":
        scale = 1 << min(levels, 3)
        wanted = "L" if mode == "L" and image.mode == "RGB" else image.mode
        image.draft(wanted, (max(1, image.width // scale), max(1, image.height // scale)))
        return factor_for(image.size, max_pixels)
    if format_ == "JPEG2000":
        image.reduce = levels  # type: ignore[assignment,method-assign]
        return 1
    return factor


def _changes(image: Image.Image, format_: str, data: bytes) -> tuple[str, ...]:
    found = []
    if format_ not in SUFFIXES:
        found.append(f"format_{format_.lower()}")
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        found.append("several_frames")
    if orientation_of(image) != 1:
        found.append("exif_orientation")
    if image.mode.startswith("I") or (format_ == "PNG" and data[24:25] == b"\x10"):
        found.append("16_bit")
    elif image.has_transparency_data:
        found.append("alpha")
    elif image.mode not in ("RGB", "L", "1", "P"):
        found.append(f"mode_{image.mode.lower()}")
    return tuple(found)


def stored_suffix(format_: str, changes: str, size: Size) -> str:
    """The member suffix in a shard of `stored_bytes` of this (width, height)."""
    if not changes:
        return SUFFIXES[format_]
    if format_ in _LOSSY:
        return "jpg"
    return "webp" if max(size) <= _MOST_OF_WEBP else "png"


def stored_bytes(
    data: bytes, suffix: str, changes: str, size: tuple[int, int], masks: Sequence[Box] = ()
) -> bytes:
    """The bytes for a shard: `data` itself when nothing has to change, else encoded again.

    `size` is the stored (width, height); a smaller one than the image's shrinks it. `masks`, boxes
    in fractions, are filled before that. JPEG goes to quality 95 without chroma subsampling (thin
    coloured strokes survive), all else to WebP without loss, which takes .62 of the bytes that PNG
    does on pages of real PDFs, as long to decode, and 1.6 times as long to encode; PNG where a
    side is beyond what WebP can have.
    """
    if not changes:
        return data
    pixels = filled(decode(data).pixels, masks)
    if pixels.size != size:
        pixels = pixels.resize(size, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    if suffix == "jpg":
        pixels.save(buffer, "JPEG", quality=95, subsampling=0)
    elif suffix == "webp":
        pixels.save(buffer, "WEBP", lossless=True, **_WEBP)
    else:
        pixels.save(buffer, "PNG")
    return buffer.getvalue()
