"""Images of more pixels than wanted, brought to size at ingest, once.

What is packed and read from then on is the reduced picture, so that no later step takes the memory
of the large one. The id stays that of the file, by which rows name it.
"""

from dataclasses import replace

from gyogwa.schemas.ids import ID_DIGITS, sha256_hex
from gyogwa.transforms.files.decode import Decoded, decode, decode_grey
from gyogwa.transforms.files.png import png_of
from gyogwa.transforms.ingest.raw import RawImage

REDUCED = "reduced"
"""What `Image.changes` says of such an image."""


def to_size(raw: RawImage, max_pixels: int) -> tuple[RawImage, Decoded]:
    """The image with at most `max_pixels`, decoded to grey; packed anew where it has more. Raises
    BadImage. `Decoded.original` is the size that its labels refer to."""
    decoded = decode_grey(raw.data, max_pixels)
    if REDUCED not in decoded.changes:
        return raw, decoded
    image_id = raw.image_id or sha256_hex(raw.data)[:ID_DIGITS]
    original = decoded.original
    del decoded  # its pixels aren't held beside those in colour
    data = png_of(decode(raw.data, max_pixels).pixels)
    small = decode_grey(data, max_pixels)
    packed = replace(raw, data=data, path="", offset=0, image_id=image_id, changes=REDUCED)
    return packed, Decoded(small.pixels, small.format, small.changes, original)
