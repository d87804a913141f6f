"""Duplicates among documents: precision and recall by kind of copy, distinct pages, and search.

    python -m benchmarks.duplicates [--quick] [--json FILE] [--seed N] [--skip-search]

Pairwise precision and recall: over all pairs of images, those in one cluster against those that are
copies (see `benchmarks.planted`). Recall of a kind: the share of copies of that kind that are in
the cluster of their base. Beside it, clusters of `imagehash` by union-find on the same images, as
such tools are used. Distinct pages: all pages of both editions of the FAQ. Hashing and search are
those of `benchmarks.duplicates_hashing` and `..._search`. The JSON names what was merged.

`--seed` gives other images and other copies: the threshold was set on seed 0.
"""

import argparse
import io
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
from PIL import Image

from benchmarks.debian_faq import CACHE, write_pdfs
from benchmarks.duplicates_hashing import measure_hashing
from benchmarks.duplicates_search import imagededup_pairs, measure_search
from benchmarks.planted import COPIES, Planted, faq_pages, planted
from schemas.curriculum import Duplicates
from transforms.decode import decode_grey
from transforms.duplicates.clusters import joined, kept_instead
from transforms.duplicates.fingerprints import hashes_of
from transforms.duplicates.index import BANDS
from transforms.duplicates.pixels import difference, load
from transforms.duplicates.propose import groups, near_hashes, same_hash

_FEWEST_WORDS = 40


class Judge:
    """Asks the pixels about pairs of ranks, counting pairs and seconds."""

    def __init__(self, data: dict[str, bytes], limit: float) -> None:
        self.data, self.limit = data, limit
        self.asked: dict[tuple[str, str], float] = {}
        self.seconds = 0.0

    def __call__(self, kept: str, other: str) -> bool:
        begun = time.process_time()
        found = difference(load(self.data[kept]), load(self.data[other]))
        self.seconds += time.process_time() - begun
        self.asked[kept, other] = found
        return found <= self.limit


def proposed(images: list[tuple[str, bytes]], radius: int) -> tuple[set[tuple[str, str]], float]:
    """Pairs with a hash of one kind within the radius, and seconds an image for the hashes."""
    begun = time.process_time()
    hashes = {name: hashes_of(decode_grey(data).pixels) for name, data in images}
    seconds = (time.process_time() - begun) / len(images)
    pairs: set[tuple[str, str]] = set()
    for kind in ("whole", "boxed", "centred"):
        entries = [(name, getattr(hashes[name], kind)) for name, _ in images]
        for ids in groups(entries).values():
            pairs |= {pair[:2] for pair in same_hash(ids)}
        for band in range(BANDS):
            pairs |= {pair[:2] for pair in near_hashes(band, entries, radius)}
    return pairs, seconds


def ranked(images: Iterable[Planted]) -> list[tuple[str, bytes]]:
    """(rank, bytes), more pixels first, as pages of OCR are ranked."""
    found = []
    for image in images:
        with Image.open(io.BytesIO(image.data)) as opened:
            found.append((f"{10**12 - opened.width * opened.height:013d}-{image.name}", image.data))
    return sorted(found)


def scores(
    images: list[Planted], ranks: dict[str, str], clusters: dict[str, str]
) -> dict[str, Any]:
    """Pairwise precision and recall, recall by kind of copy, look-alikes in a base's cluster."""
    truth = Counter(image.truth for image in images)
    of = {image.name: clusters.get(ranks[image.name], ranks[image.name]) for image in images}
    found = Counter(of.values())
    both = Counter((image.truth, of[image.name]) for image in images)
    pairs = [sum(n * (n - 1) // 2 for n in counter.values()) for counter in (both, found, truth)]
    kinds: dict[str, list[bool]] = defaultdict(list)
    merged = []
    for image in images:
        together = of[image.name] == of[image.base]
        if image.kind in COPIES:
            kinds[image.kind].append(together)
        elif image.truth != image.base and together:
            merged.append(image.name)
    return {
        "precision": round(pairs[0] / max(pairs[1], 1), 4),
        "recall": round(pairs[0] / max(pairs[2], 1), 4),
        "by_kind": {kind: round(float(np.mean(hits)), 4) for kind, hits in kinds.items()},
        "look_alikes": sum(image.truth != image.base for image in images),
        "look_alikes_merged": merged,
    }


def by_imagehash(data: dict[str, bytes], side: int, most: int) -> dict[str, str]:
    """Clusters of `imagehash.phash` within `most` bits, joined by union-find."""
    names = sorted(data)
    rows = []
    for name in names:
        with Image.open(io.BytesIO(data[name])) as image:
            rows.append(np.packbits(imagehash.phash(image, hash_size=side).hash.ravel()))
    packed = np.array(rows)
    near: list[tuple[str, str]] = []
    for place, row in enumerate(packed):
        distances = np.bitwise_count(packed[place + 1 :] ^ row).sum(axis=1)
        near += [(names[place], names[place + 1 + i]) for i in np.flatnonzero(distances <= most)]
    return joined(near)


def run_planted(images: list[Planted], rules: Duplicates) -> dict[str, Any]:
    """Ours and `imagehash` on the planted set."""
    listed = ranked(images)
    ranks = {rank[14:]: rank for rank, _ in listed}
    judge = Judge(dict(listed), rules.max_difference)
    pairs, seconds = proposed(listed, rules.max_distance)
    clusters = kept_instead(pairs, judge)
    result: dict[str, Any] = {
        "images": len(images),
        "clusters": len({image.truth for image in images}),
        "candidates_an_image": round(len(pairs) / len(images), 2),
        "pairs_looked_at": len(judge.asked),
        "hash_ms_an_image": round(1e3 * seconds, 2),
        "look_ms_a_pair": round(1e3 * judge.seconds / max(len(judge.asked), 1), 1),
        "gyogwa": scores(images, ranks, clusters),
    }
    of_base = [
        tuple(sorted((ranks[image.base], ranks[image.name])))
        for image in images
        if image.kind in COPIES
    ]
    result["copies_proposed_with_their_base"] = round(
        sum(pair in pairs for pair in of_base) / len(of_base), 4
    )
    truth = {ranks[image.name]: image.truth for image in images}
    alike = sorted(d for (a, b), d in judge.asked.items() if truth[a] == truth[b])
    unlike = sorted(d for (a, b), d in judge.asked.items() if truth[a] != truth[b])
    result["copies_differ_by"] = _quantiles(alike, (0.5, 0.9, 0.99, 1))
    result["look_alikes_differ_by"] = _quantiles(unlike, (0, 0.01, 0.1, 0.5))
    for name, side, most in (("imagehash 64 bit, 10", 8, 10), ("imagehash 256 bit, 24", 16, 24)):
        result[name] = scores(images, ranks, by_imagehash(dict(listed), side, most))
    near = imagededup_pairs(dict(listed), CACHE)
    skipped = "skipped: its environment could not be installed"
    result["imagededup PHash, 10"] = (
        skipped if near is None else scores(images, ranks, joined(near))
    )
    return result


def _quantiles(values: list[float], at: tuple[float, ...]) -> dict[str, float]:
    finite = [value for value in values if np.isfinite(value)]
    return {f"{q:.0%}": round(float(np.quantile(finite, q)), 3) for q in at} if finite else {}


def run_distinct(pages: list[tuple[str, Image.Image, Any]], rules: Duplicates) -> dict[str, Any]:
    """What is merged among pages that are all different."""
    listed = []
    for name, image, _ in pages:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=90)
        listed.append((name, buffer.getvalue()))
    judge = Judge(dict(listed), rules.max_difference)
    pairs, _ = proposed(listed, rules.max_distance)
    merged = kept_instead(pairs, judge)
    return {"pages": len(pages), "candidates": len(pairs), "merged": sorted(merged.items())}


def shortened(result: Any) -> Any:
    """The result with the number of names where it lists them."""
    if isinstance(result, dict):
        return {key: shortened(value) for key, value in result.items()}
    if isinstance(result, list) and not any(isinstance(value, dict | float) for value in result):
        return len(result)
    return [shortened(value) for value in result] if isinstance(result, list) else result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few images, search up to 100,000")
    parser.add_argument("--skip-search", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    folders = write_pdfs(CACHE)
    result: dict[str, Any] = {"hashing": measure_hashing(folders["en"])}
    pages = list(faq_pages(folders))
    long = [page for page in pages if len(page[2]) >= _FEWEST_WORDS]
    rules = Duplicates()
    few = arguments.quick
    every = 48 if few else 8
    bases = long[arguments.seed % every :: every]
    images = list(planted(bases, 1 if few else 14, arguments.seed))
    result["planted"] = run_planted(images, rules)
    result["distinct"] = run_distinct(pages, rules)
    if not arguments.skip_search:
        result["search"] = measure_search([10_000, 100_000] + ([] if few else [1_000_000]), CACHE)
    print(json.dumps(shortened(result), indent=2, ensure_ascii=False))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
