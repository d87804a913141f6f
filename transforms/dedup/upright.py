"""The hashes that an image would have if it were turned upright, from those that it has.

To turn an image is to exchange the axes of its spectrum and to change the sign of every second
frequency, so a hash of signs can be turned without the pixels. Frequencies near the median may fall
on its other side: 2 to 10 of 256 bits of `whole` on pages, 12 to 44 of the other two.
"""

import base64

import numpy as np

from gyogwa.transforms.ingest.hashes import KINDS, Hashes
from gyogwa.transforms.ingest.sketch import cells_of, packed

_LOWEST = 16


def upright(hashes: Hashes, turned: int) -> Hashes:
    """The hashes of the image turned counter-clockwise by so many degrees: 0, 90, 180 or 270."""
    times = turned // 90 % 4
    if not times:
        return hashes
    whole, boxed, centred = (_turned_hash(getattr(hashes, kind), times) for kind in KINDS)
    return Hashes(whole, boxed, centred, _turned_sketch(hashes.sketch, times))


def _turned_hash(value: str, times: int) -> str:
    if not value:
        return ""
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(value), np.uint8)).reshape(_LOWEST, _LOWEST)
    odd = (np.arange(_LOWEST, dtype=np.uint8) % 2)[:, None]
    for _ in range(times):
        bits = bits.T ^ odd
    return np.packbits(bits).tobytes().hex()


def _turned_sketch(sketch: str, times: int) -> str:
    if not sketch:
        return ""
    (cells,) = cells_of([base64.b64decode(sketch)])
    return base64.b64encode(packed(np.rot90(cells, times))).decode()
