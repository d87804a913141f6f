"""Data files of the pages: scripts that hand a value over, since a page that was opened from disk
may load scripts beside it and nothing else (`file://` has no fetch).

A file holds one call, `gyogwa.put("name", value)`. In the JSON no character can end a script or a
line of it, so that nothing in the data is ever read as code.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

LISTED = 1000
"""Cards a piece of the list has: 200 KB, which a browser reads in some 3 ms."""
CARDS = 20
"""Cards a piece of cards has, some 200 KB where pages are full of words."""
THUMBNAILS = 100
"""Thumbnails a piece has, some 300 KB."""

_ESCAPES = (
    (b"<", b"\\u003c"),
    (b">", b"\\u003e"),
    ("\u2028".encode(), b"\\u2028"),
    ("\u2029".encode(), b"\\u2029"),
)


def script(name: str, value: Any) -> bytes:
    """The file that hands `value` (what msgspec takes) over under `name`.

    >>> script("list-0", ["</script>"])
    b'gyogwa.put("list-0",["\\\\u003c/script\\\\u003e"]);\\n'
    """
    data = msgspec.json.encode(value)
    for character, escaped in _ESCAPES:  # in JSON these stand in texts alone
        data = data.replace(character, escaped)
    return b'gyogwa.put("%s",%s);\n' % (name.encode(), data)


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of `size`, the last one shorter."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def piece_name(folder: str, number: int) -> str:
    """The name of a piece, such as `cards-00012`."""
    return f"{folder}-{number:05d}"


def buckets_of(ids: Sequence[str], most: int = 4000) -> dict[str, dict[str, int]]:
    """Card numbers by id, in buckets by the first hex digits of the id: as many digits as keep a
    bucket below `most` in the mean. All prefixes are there."""
    digits, buckets = 1, 16
    while len(ids) > most * buckets:
        digits, buckets = digits + 1, buckets * 16
    found: dict[str, dict[str, int]] = {f"{n:0{digits}x}": {} for n in range(buckets)}
    for number, identity in enumerate(ids):
        found[identity[:digits]][identity] = number
    return found
