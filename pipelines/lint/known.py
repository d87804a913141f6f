"""What a run's tables say, as facts that a sample's claims are compared with.

A fact is a tuple of texts, such as ("bytes", image id, SHA-256), kept as a hash of 64 bits: 8 bytes
however long it is, and a false claim passes with a chance of one in 10^11 at a hundred million
facts. So a claim can be refused, but what would be right in its place isn't known.
"""

import hashlib
import json
from array import array

import numpy as np
from numpy.typing import NDArray


def fact(*parts: object) -> int:
    """64 bits of the parts; ("a", "bc") and ("ab", "c") differ."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big")


class Facts:
    """A set that is filled first and asked afterwards: it is sorted when asked after an addition,
    n log n. `counting`: which facts come twice is kept too, and should be few."""

    def __init__(self, counting: bool = False) -> None:
        self._new = array("Q")
        self._sorted: NDArray[np.uint64] = np.empty(0, np.uint64)
        self._counting = counting
        self._twice: set[int] = set()

    def add(self, *parts: object) -> None:
        """Remember a fact."""
        self._new.append(fact(*parts))

    def holds(self, *parts: object) -> bool:
        """Whether it was added."""
        self._settle()
        return _place(self._sorted, fact(*parts)) is not None

    def twice(self) -> set[int]:
        """The facts that were added more than once, where they are counted."""
        self._settle()
        return self._twice

    def _settle(self) -> None:
        if self._new:
            both = np.concatenate([self._sorted, np.frombuffer(self._new, np.uint64)])
            self._sorted, counts = np.unique(both, return_counts=True)
            if self._counting:
                self._twice |= set(self._sorted[counts > 1].tolist())
            self._new = array("Q")


class Appearances:
    """Size and perceptual hash of every image of the catalog, 49 bytes an image; filled first and
    asked afterwards, as `Facts`."""

    def __init__(self) -> None:
        self._ids, self._sizes = array("Q"), array("I")
        self._inked, self._hashes = bytearray(), bytearray()
        self._sorted: tuple[NDArray[np.uint64], NDArray[np.intp]] | None = None

    def add(self, image_id: str, size: tuple[int, int], whole: str, ink: bool) -> None:
        """Remember an image's width and height, its hash in 64 hex digits, and whether there is ink
        on it. Raises ValueError for another hash."""
        self._hashes += _bits(whole)
        self._sizes.extend(size)
        self._ids.append(fact(image_id))
        self._inked.append(ink)
        self._sorted = None

    def __len__(self) -> int:
        return len(self._ids)

    def hash(self, image_id: str) -> bytes | None:
        """Its hash; None for an image that the catalog doesn't hold, or that has no ink, since its
        hash is noise."""
        place = self._at(image_id)
        if place is None or not self._inked[place]:
            return None
        return bytes(self._hashes[32 * place : 32 * place + 32])

    def size(self, image_id: str) -> tuple[int, int] | None:
        """Its width and height; None for an image that the catalog doesn't hold."""
        place = self._at(image_id)
        return None if place is None else (self._sizes[2 * place], self._sizes[2 * place + 1])

    def inked(self, image_id: str) -> bool:
        """Whether there is ink on it."""
        place = self._at(image_id)
        return place is not None and bool(self._inked[place])

    def _at(self, image_id: str) -> int | None:
        if self._sorted is None:
            self._sorted = np.unique(np.frombuffer(self._ids, np.uint64), return_index=True)
        ids, first = self._sorted
        place = _place(ids, fact(image_id))
        return None if place is None else int(first[place])


def _place(values: NDArray[np.uint64], wanted: int) -> int | None:
    place = int(np.searchsorted(values, np.uint64(wanted)))
    return place if place < len(values) and int(values[place]) == wanted else None


def _bits(whole: str) -> bytes:
    bits = bytes.fromhex(whole)
    if len(bits) != 32:
        raise ValueError(f"expected a hash of 64 hex digits, found {whole!r}")
    return bits
