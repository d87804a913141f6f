"""How the search for duplicates grows with the fillings of one template.

    python -m benchmarks.duplicates_growth [--json FILE] [--sizes 100,400,1600] [--look 200]

Of each tenth filling one copy is planted (see `benchmarks.templates`). The pairs are those that the
pipeline's own step proposes, in process, of which those are looked at that aren't put off until
both images are known to have a copy; recall counts a copy that is looked at with its original.
Then `--look` of the pairs at the last size that are no planted copies are looked at, and every
planted copy: none of the former may pass for the same. Seconds are of the processor.

`--inside`: inside one crowd of them all, from sketches and hashes to pairs, without a pipeline, in
which images are of a crowd by each of three hashes: a third of the work and fewer chances.
`--scanned`: all images and copies are scans, laid askew by up to .6 degrees and noisy.
`--synthetic N`: N images of made-up hashes and sketches around one template, no pixels.
"""

import argparse
import base64
import json
import math
import random
import resource
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import apache_beam as beam
import numpy as np
from apache_beam.options.pipeline_options import PipelineOptions
from PIL import Image, ImageFilter

from benchmarks.planted import COPIES
from benchmarks.templates import TEMPLATES, filling
from gyogwa.pipelines.runner import run_pipeline
from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.dedup.likeness import LATER, Crowd, pairs_of
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.picture import load
from gyogwa.transforms.dedup.propose import ProposePairs
from gyogwa.transforms.dedup.variation import SAMPLE, seen, view_of
from gyogwa.transforms.files.decode import decode_grey
from gyogwa.transforms.ingest.hashes import Hashes, hashes_of
from gyogwa.transforms.ingest.sketch import SIDE, cells_of, packed
from gyogwa.transforms.synthesis.noise import jpeg

_EVERY = 10
_SCANS = ((4, 80), (8, 60), (14, 40), (14, 30))
"""Standard deviation of the noise in grey levels, quality of the JPEG."""
_FOUND: list[tuple[tuple[str, str], int]] = []


def copy_of(template: str, number: int) -> bytes:
    """The planted copy of a filling; the kinds of copy take turns."""
    kind = list(COPIES)[number // _EVERY % len(COPIES)]
    return COPIES[kind](filling(template, number), random.Random(f"{template}/{number}/{kind}"))


def prints_of(template: str, first: int, end: int, scanned: bool = False) -> list[Fingerprint]:
    """Fillings from one number to before another and, for each tenth, its copy."""
    found = []
    for number in range(first, end):
        image = filling(template, number)
        grey = _scan(image, number, number) if scanned else image.convert("L")
        found.append(_print(f"{number:07d}-base", hashes_of(grey)))
        if number % _EVERY == 0:
            if scanned:
                grey = _scan(image, number, ~number)
            else:
                grey = decode_grey(copy_of(template, number)).pixels
            found.append(_print(f"{number:07d}-copy", hashes_of(grey)))
    return found


def _scan(image: Image.Image, number: int, seed: int) -> Image.Image:
    """A scan, its noise and coding one of `_SCANS` by the filling's number."""
    noise, quality = _SCANS[number // _EVERY % len(_SCANS)]
    rng = np.random.default_rng(seed & 0xFFFFFFFF)
    askew = image.convert("L").rotate(
        float(rng.uniform(-0.6, 0.6)), Image.Resampling.BICUBIC, fillcolor=255
    )
    blurred = np.asarray(askew.filter(ImageFilter.GaussianBlur(0.7)), np.float32)
    pixels = np.clip(18 + 0.88 * blurred + rng.normal(0, noise, blurred.shape), 0, 255)
    return decode_grey(jpeg(Image.fromarray(pixels.astype(np.uint8)), quality)).pixels


def synthetic(count: int) -> list[Fingerprint]:
    """Fillings of one template without pixels: hashes some bits from one, sketches of which a fifth
    of the cells varies; each tenth has a copy with a little noise."""
    rng = np.random.default_rng(count)
    template = rng.integers(0, 256, 32, np.uint8)
    cells = rng.integers(0, 256, SIDE * SIDE)
    varying = rng.choice(SIDE * SIDE, SIDE * SIDE // 5, replace=False)
    bits = rng.choice(256, 90, replace=False)
    found = []
    for number in range(count):
        turned = np.zeros(256, np.uint8)
        turned[bits[rng.random(len(bits)) < 0.25]] = 1
        own = cells.copy()
        own[varying] = rng.integers(0, 256, len(varying))
        found.append(_made(f"{number:07d}-base", template ^ np.packbits(turned), own))
        if number % _EVERY == 0:
            turned[rng.choice(256, 8, replace=False)] ^= 1
            noisy = own + rng.normal(0, 8, len(own)).round().astype(int)
            found.append(_made(f"{number:07d}-copy", template ^ np.packbits(turned), noisy))
    return found


def _made(rank: str, bits: np.ndarray[Any, Any], cells: np.ndarray[Any, Any]) -> Fingerprint:
    sketch = base64.b64encode(packed(cells.reshape(SIDE, SIDE))).decode()
    return _print(rank, Hashes(bits.tobytes().hex(), bits[::-1].tobytes().hex(), "", sketch))


def _print(rank: str, hashes: Hashes) -> Fingerprint:
    return Fingerprint(rank, "", hashes, "", False, rank, ImageRef("", 0, 0), "")


def _keep(pair: tuple[tuple[str, str], int]) -> int:
    _FOUND.append(pair)
    return 0


def proposed(prints: list[Fingerprint]) -> dict[tuple[str, str], int]:
    """What the pipeline's step proposes, with the distance."""
    _FOUND.clear()

    def graph(pipeline: beam.Pipeline) -> None:
        _ = (
            pipeline
            | beam.Create(prints, reshuffle=False).with_output_types(Fingerprint)
            | ProposePairs(Duplicates().max_distance)
            | "Keep" >> beam.Map(_keep).with_output_types(int)
        )

    run_pipeline(graph, PipelineOptions(["--runner", "DirectRunner"]))
    return dict(sorted(_FOUND))


def inside(prints: list[Fingerprint]) -> dict[tuple[str, str], int]:
    """The pairs inside one crowd of all images, its view of a sample as the pipeline's step has."""
    rng = np.random.default_rng(0)
    sketches = [base64.b64decode(found.hashes.sketch) for found in prints]
    some = rng.permutation(len(prints))[:SAMPLE]
    view = view_of(cells_of([sketches[at] for at in some]))
    vectors = np.concatenate(
        [seen(view, cells_of(sketches[low : low + 1024])) for low in range(0, len(prints), 1024)]
    )
    whole, boxed = (
        np.array([list(bytes.fromhex(getattr(found.hashes, kind))) for found in prints], np.uint8)
        for kind in ("whole", "boxed")
    )
    pairs: dict[tuple[str, str], int] = {}
    for first, second, distance in pairs_of(Crowd(vectors, whole, boxed, view.apart)):
        pair = (prints[first].rank, prints[second].rank)
        pairs[pair] = min(distance, pairs.get(pair, LATER))
    return pairs


def measured(
    prints: list[Fingerprint], count: int, search: Callable[[list[Fingerprint]], Any] = proposed
) -> dict[str, Any]:
    """Pairs, processor's seconds and recall of the planted copies at one size."""
    begun = time.process_time()
    pairs = search(prints)
    seconds = time.process_time() - begun
    planted = {(f"{n:07d}-base", f"{n:07d}-copy") for n in range(0, count, _EVERY)}
    found = {
        "fillings": count,
        "pairs": len(pairs),
        "looks": sum(_is_looked_at(pair, pairs) for pair in pairs),
        "all_with_all": len(prints) * (len(prints) - 1) // 2,
        "cpu_seconds": round(seconds, 2),
        "recall": round(sum(pairs.get(pair, LATER) < LATER for pair in planted) / len(planted), 4),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    return found | {"looks_an_image": round(found["looks"] / len(prints), 2)}


def _is_looked_at(pair: tuple[str, str], pairs: dict[tuple[str, str], int]) -> bool:
    """Whether the judge, which is right about copies, looks at the pixels of a pair."""
    if pairs[pair] < LATER:
        return True
    return all(pairs.get((f"{rank[:7]}-base", f"{rank[:7]}-copy"), LATER) < LATER for rank in pair)


def looked(template: str, pairs: list[tuple[str, str]], most: int) -> dict[str, Any]:
    """Looks at some of the pairs that differ and at as many planted copies."""
    limit = Duplicates().max_difference
    unlike = [pair for pair in pairs if pair[0][:7] != pair[1][:7]]
    alike = [pair for pair in pairs if pair[0][:7] == pair[1][:7]]
    rng = random.Random(0)
    begun, result = time.process_time(), {}
    for name, some in (("unlike", unlike), ("alike", alike)):
        some = rng.sample(some, min(most, len(some)))
        found = [difference(_load(template, a), _load(template, b)) for a, b in some]
        result[name] = {"looked_at": len(some), "same": sum(d <= limit for d in found)}
    spent = time.process_time() - begun
    count = sum(of["looked_at"] for of in result.values())
    return result | {"cpu_s_a_look_drawing_included": round(spent / max(1, count), 3)}


def _load(template: str, rank: str) -> Any:
    number = int(rank[:7])
    if rank.endswith("copy"):
        return load(copy_of(template, number))
    return load(jpeg(filling(template, number), 88))


def _growth(rows: list[dict[str, Any]], column: str) -> list[float]:
    return [
        round(math.log(b[column] / a[column]) / math.log(b["fillings"] / a["fillings"]), 3)
        for a, b in pairwise(rows)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,200,400,800,1600,3200,6400,12800")
    parser.add_argument("--templates", default=",".join(TEMPLATES))
    parser.add_argument("--look", type=int, default=100)
    parser.add_argument("--synthetic", type=int, default=0)
    parser.add_argument("--inside", action="store_true")
    parser.add_argument("--scanned", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result: dict[str, Any] = {}
    if arguments.synthetic:
        count = arguments.synthetic
        result["synthetic"] = measured(synthetic(count), count)
        print(json.dumps(result["synthetic"]), flush=True)
    sizes = sorted(int(size) for size in arguments.sizes.split(",") if size)
    for template in arguments.templates.split(",") if sizes else ():
        rows: list[dict[str, Any]] = []
        prints: list[Fingerprint] = []
        for before, size in pairwise([0, *sizes]):
            prints += prints_of(template, before, size, arguments.scanned)
            search = inside if arguments.inside else proposed
            rows.append(measured(prints, size, search))
            print(template, json.dumps(rows[-1]), flush=True)
        result[template] = {
            "growth": rows,
            "exponent_looks": _growth(rows, "looks"),
            "exponent_seconds": _growth(rows, "cpu_seconds"),
            "looks": looked(template, [p for p, d in sorted(_FOUND) if d < LATER], arguments.look)
            if arguments.look
            else {},
        }
        print(template, json.dumps({k: v for k, v in result[template].items() if k != "growth"}))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    # What stands in `__main__` reaches Beam's workers as a copy, and pairs would fill its list.
    from benchmarks import duplicates_growth

    duplicates_growth.main()
