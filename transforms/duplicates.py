"""Near duplicates: a perceptual hash proposes pairs, the words decide.

Proposing is exact within the radius and compares all with all only among equal hashes. Two hashes
of 256 bits that differ in at most 31 differ in at most one bit of some one of their sixteen 16-bit
bands, so each band looks up every hash and its 16 neighbours at one bit (Norouzi, Punjani and
Fleet, "Fast exact search in Hamming space with multi-index hashing", 2014). Cost: 16 bands x 17
look-ups a hash; a worker holds one band: 50 bytes a hash.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from schemas.curriculum import Duplicates
from schemas.records import Duplicate
from transforms.tasks.page import Page

BANDS = 16
_BAND_BITS = 16
_FLIPS = np.array([0] + [1 << bit for bit in range(_BAND_BITS)], dtype=np.uint16)


@dataclass(frozen=True)
class Fingerprint:
    """What duplicates are told by. `rank` sorts the one to keep first: truth before OCR, then more
    pixels, then the id."""

    image_id: str
    document: str
    phash: str
    text: str
    truth: bool
    rank: str


def fingerprint(page: Page) -> Fingerprint:
    """The fingerprint of a page."""
    pixels = page.image.width * page.image.height
    truth = page.annotation.origin != "ocr"
    rank = f"{0 if truth else 1}-{10**12 - pixels:013d}-{page.image.image_id}"
    text = "\n".join(page.line_texts())
    image = page.image
    return Fingerprint(image.image_id, image.document, image.phash, text, truth, rank)


def pairs_in_band(
    band: int, hashes: Iterable[tuple[str, str]], radius: int
) -> Iterator[tuple[str, str, int]]:
    """(first id, second id, distance) of pairs within `radius` that this band finds first.

    `hashes` are (id, 64 hex digits). Every pair within the radius (at most 31) comes from exactly
    one band. Ids within a pair are in order.
    """
    entries = sorted(hashes)
    if len(entries) < 2:
        return
    ids = [image_id for image_id, _ in entries]
    bits = np.frombuffer(b"".join(bytes.fromhex(value) for _, value in entries), dtype=">u2")
    words = bits.astype(np.uint16).reshape(len(entries), BANDS)
    values = words[:, band]
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    for flip in _FLIPS:
        wanted = values ^ flip
        starts = np.searchsorted(ordered, wanted, "left")
        ends = np.searchsorted(ordered, wanted, "right")
        for first in np.flatnonzero(ends > starts):
            others = order[starts[first] : ends[first]]
            others = others[others > first]
            if not len(others):
                continue
            differing = np.bitwise_count(words[first] ^ words[others])
            distances = differing.sum(axis=1, dtype=np.int64)
            earlier = (differing[:, :band] <= 1).any(axis=1)
            for index in np.flatnonzero((distances <= radius) & ~earlier):
                yield ids[first], ids[others[index]], int(distances[index])


def similarity(first: str, second: str) -> float:
    """How alike two texts are, 0 to 1 (normalised indel similarity); 1 for two empty ones."""
    return fuzz.ratio(first, second) / 100


def judge(first: Fingerprint, second: Fingerprint, distance: int, rules: Duplicates) -> Duplicate:
    """The verdict on a pair: near, or different. `cluster` is filled in later.

    Where both texts are known for certain they must also hold the same digits: one changed number
    makes another document. Without any text the hash alone decides, at half the radius.
    """
    kept, other = sorted((first, second), key=lambda f: f.rank)
    alike = similarity(first.text, second.text)
    if not first.text and not second.text:
        same = distance <= rules.max_distance // 2
    else:
        same = alike >= rules.min_similarity
        if first.truth and second.truth:
            same = same and _digits(first.text) == _digits(second.text)
    return Duplicate(
        cluster="",
        member=other.image_id,
        kept=kept.image_id,
        distance=distance,
        similarity=round(alike, 4),
        verdict="near" if same else "different",
    )


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def kept_instead(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """From pairs of ranks found near to each dropped rank and the kept one that it is near to.

    In order of rank, an image is dropped when it is near one that is kept already. So whatever is
    dropped was itself compared with what stays, and no chain of likenesses swallows others. The
    order of the pairs doesn't matter.
    """
    near: dict[str, set[str]] = {}
    for first, second in pairs:
        low, high = sorted((first, second))
        near.setdefault(high, set()).add(low)
        near.setdefault(low, set())
    dropped: dict[str, str] = {}
    for rank in sorted(near):
        kept = sorted(other for other in near[rank] if other not in dropped)
        if kept:
            dropped[rank] = kept[0]
    return dropped


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """From pairs of names to each name's smallest connected one, whatever the order of pairs."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for first, second in pairs:
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return {node: root(node) for node in list(parent)}
