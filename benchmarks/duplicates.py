"""Duplicates among documents: precision and recall by kind of copy, distinct pages, and search.

    python -m benchmarks.duplicates [--quick] [--json FILE] [--seed N ...] [--skip-search] [--ours]

Pairwise precision and recall: over all pairs of images, those in one cluster against those that are
copies (see `benchmarks.planted`). Recall of a kind: the share of copies of that kind that are in
the cluster of their base. Beside it, clusters of `imagehash` by union-find on the same images, as
such tools are used. Distinct pages: all pages of both editions of the FAQ. Hashing and search are
those of `benchmarks.duplicates_hashing` and `..._search`. The JSON names what was merged and which
copies were missed, and whether they were proposed.

`--seed` gives other images and other copies: the threshold was set on seed 0. Of several, `pooled`
counts their pairs together. `--ours` leaves out the peers, hashing and search.
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
from gyogwa.schemas.curriculum import Duplicates
from gyogwa.transforms.dedup.by_hash import groups, near_hashes, same_hash
from gyogwa.transforms.dedup.hash_index import BANDS
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.picture import load
from gyogwa.transforms.dedup.settle import joined, kept_instead
from gyogwa.transforms.files.decode import decode_grey
from gyogwa.transforms.ingest.hashes import hashes_of

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
        entries = [(name, bytes.fromhex(getattr(hashes[name], kind))) for name, _ in images]
        for ids in groups(entries).values():
            pairs |= {pair[:2] for pair in same_hash(ids)}
        pairs |= {pair[:2] for pair in near_hashes(range(BANDS), entries, radius)}
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
    merged, missed = [], []
    for image in images:
        together = of[image.name] == of[image.base]
        if image.kind in COPIES:
            kinds[image.kind].append(together)
            if not together:
                missed.append(image.name)
        elif image.truth != image.base and together:
            merged.append(image.name)
    return _rates(pairs) | {
        "by_kind": {kind: round(float(np.mean(hits)), 4) for kind, hits in kinds.items()},
        "look_alikes": sum(image.truth != image.base for image in images),
        "look_alikes_merged": merged,
        "missed": missed,
    }


def _rates(pairs: list[int]) -> dict[str, Any]:
    """From how many pairs of copies are together, pairs are together, pairs are copies."""
    return {
        "pairs": dict(zip(("right", "found", "true"), pairs, strict=True)),
        "precision": round(pairs[0] / max(pairs[1], 1), 4),
        "recall": round(pairs[0] / max(pairs[2], 1), 4),
    }


def pooled(found: list[dict[str, Any]]) -> dict[str, Any]:
    """`scores` of several sets as of one."""
    pairs = [sum(of["pairs"][name] for of in found) for name in ("right", "found", "true")]
    return _rates(pairs) | {
        "look_alikes": sum(of["look_alikes"] for of in found),
        "look_alikes_merged": [name for of in found for name in of["look_alikes_merged"]],
        "missed": [name for of in found for name in of["missed"]],
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


def run_planted(images: list[Planted], rules: Duplicates, ours: bool) -> dict[str, Any]:
    """Ours, and unless `ours` alone is wanted its peers, on the planted set."""
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
    of_base = {
        image.name: _in_order(ranks[image.base], ranks[image.name])
        for image in images
        if image.kind in COPIES
    }
    result["copies_proposed_with_their_base"] = round(
        sum(pair in pairs for pair in of_base.values()) / len(of_base), 4
    )
    result["missed"] = {
        name: {
            "proposed": of_base[name] in pairs,
            "differs_by": judge.asked.get(of_base[name]),
        }
        for name in result["gyogwa"]["missed"]
    }
    truth = {ranks[image.name]: image.truth for image in images}
    alike = sorted(d for (a, b), d in judge.asked.items() if truth[a] == truth[b])
    unlike = sorted(d for (a, b), d in judge.asked.items() if truth[a] != truth[b])
    result["copies_differ_by"] = _quantiles(alike, (0.5, 0.9, 0.99, 1))
    result["look_alikes_differ_by"] = _quantiles(unlike, (0, 0.01, 0.1, 0.5))
    if ours:
        return result
    for name, side, most in (("imagehash 64 bit, 10", 8, 10), ("imagehash 256 bit, 24", 16, 24)):
        result[name] = scores(images, ranks, by_imagehash(dict(listed), side, most))
    near = imagededup_pairs(dict(listed), CACHE)
    skipped = "skipped: its environment could not be installed"
    result["imagededup PHash, 10"] = (
        skipped if near is None else scores(images, ranks, joined(near))
    )
    return result


def _in_order(first: str, second: str) -> tuple[str, str]:
    return (first, second) if first < second else (second, first)


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
    parser.add_argument("--ours", action="store_true", help="no peers, no hashing, no search")
    parser.add_argument("--seed", type=int, nargs="+", default=[0])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    folders = write_pdfs(CACHE)
    ours, few, rules = arguments.ours, arguments.quick, Duplicates()
    result: dict[str, Any] = {} if ours else {"hashing": measure_hashing(folders["en"])}
    pages = list(faq_pages(folders))
    result["distinct"] = run_distinct(pages, rules)
    long = [page for page in pages if len(page[2]) >= _FEWEST_WORDS]
    every = 48 if few else 8
    for seed in arguments.seed:
        bases = long[seed % every :: every]
        images = list(planted(bases, 1 if few else 14, seed))
        result[f"planted {seed}"] = run_planted(images, rules, ours)
    of_seeds = [result[f"planted {seed}"]["gyogwa"] for seed in arguments.seed]
    result["pooled"] = pooled(of_seeds)
    if not (ours or arguments.skip_search):
        result["search"] = measure_search([10_000, 100_000] + ([] if few else [1_000_000]), CACHE)
    print(json.dumps(shortened(result), indent=2, ensure_ascii=False))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
