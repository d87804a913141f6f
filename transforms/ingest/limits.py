"""What may be taken into memory of one file, checked before it is.

With what decoding takes (see `files.decode`) the ingest of one file stays within some 1 GB,
whatever its header, its compression or its rows promise.
"""

import gzip
from collections.abc import Iterator
from typing import BinaryIO

from gyogwa.transforms.files.decode import BadImage

MAX_BYTES = 400 << 20
"""Of an image file, a member of a tar, a row of a table, or an unpacked document."""
MAX_RATIO = 200
"""How many times its size a compressed file may unpack to, once that is more than `_ANY`. Deflate
reaches 1,032 on zeros; text that repeats itself hardly reaches 100."""
_ANY = 64 << 20
_CHUNK = 1 << 20


def check_size(what: str, size: int, most: int = MAX_BYTES) -> None:
    """Raise BadImage where that many bytes are too many."""
    if size > most:
        raise BadImage("too_large", f"{what} is too large to be read", str(size), str(most))


def check_ratio(unpacked: int, packed: int) -> None:
    """Raise BadImage where a file unpacks to suspiciously much."""
    if unpacked > max(_ANY, MAX_RATIO * packed):
        message = f"it unpacks to more than {MAX_RATIO} times its size"
        raise BadImage("too_large", message, str(unpacked), str(MAX_RATIO * packed))


def unpacked(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """What a gzipped stream of `size` bytes holds, in pieces of 1 MiB at most. Raises BadImage
    where it is too much, and what `gzip` does where it is damaged."""
    done = 0
    with gzip.GzipFile(fileobj=stream) as file:
        while piece := file.read(_CHUNK):
            done += len(piece)
            check_ratio(done, size)
            check_size("what it unpacks to", done)
            yield piece
