"""Loader throughput beside webdataset and beside a bare read-and-decode loop, on the same tars.

    python -m benchmarks.loader [--workers 0 1 2] [--rounds 3] [--quick] [--json FILE]

The pages are the English Debian FAQ at 100 dpi as JPEG (827 x 1169), dozens of samples a page.
All contenders run in turn within a round; what is reported is the median of the rounds' ratios.

- same decode: all decode with the loader's own function, at full size. `limit` walks the tars with
  tarfile, decodes each image and lets it go: in one process, or in as many as there are workers, at
  the same time, each with its part of the tars; their rates are added up. webdataset parses each
  sample's JSON, or leaves it as bytes, which is nearer to the loader: that reads what training
  needs of it, and words and boxes when they are asked for.
- own decode: webdataset with Pillow (decode and bicubic resize) against the loader, same output
  size: 1024 and 512 pixels on the long side.
- difference: of the pixels that these two make, in the mean over a tar's images; at sizes too at
  which the loader decodes JPEG reduced (a sixth of the page's, and less).

webdataset, the slowest by far, gets every fourth tar.
"""

import argparse
import io
import json
import tarfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import torch
import webdataset
from PIL import Image
from torch.utils.data import DataLoader

from benchmarks.contest import contest, medians, rate, ratio
from benchmarks.debian_faq import CACHE, write_pdfs
from gyogwa.loader import StageLoader
from gyogwa.loader.batch import Batch
from gyogwa.loader.decode import decode_image
from gyogwa.pipelines.cli import main as command
from gyogwa.schemas.ids import hash_of

BATCH = 16
Decode = Callable[[bytes], torch.Tensor]
CURRICULUM = """
name: loader-benchmark
seed: 1
stages:
  - name: pages
    trains: [language_model]
    share: 1
    shard_bytes: 20000000
    tasks:
      read: {weight: 1}
      ground: {weight: 40, per_image: 60}
      refer: {weight: 40, per_image: 60}
"""


def stage() -> Path:
    """The benchmark's stage, built once; its manifest."""
    run = CACHE / "loader" / hash_of("loader benchmark", CURRICULUM)[:12]
    manifest = run / "stages" / "1-pages" / "manifest.json"
    if manifest.exists():
        return manifest
    folder = CACHE / "loader" / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for path in sorted(write_pdfs(CACHE)["en"].glob("*.pdf")):
        for number, page in enumerate(pdfium.PdfDocument(path)):
            image = page.render(scale=100 / 72).to_pil().convert("RGB")
            name = f"{number:03d}.jpg"
            image.save(folder / name, quality=90)
            rows.append({"file_name": name, "kind": "document", "words": _words(page, image)})
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows if row["words"])
    (folder / "metadata.jsonl").write_text(text, encoding="utf-8")
    curriculum = CACHE / "loader" / "curriculum.yaml"
    curriculum.write_text(CURRICULUM)
    command(
        ["build", "--input", str(folder), "--output", str(run), "--curriculum", str(curriculum)]
    )
    return manifest


def _words(page: pdfium.PdfPage, image: Image.Image) -> list[dict[str, Any]]:
    from gyogwa.transforms.ingest.sources.pdf_words import words_of

    return [
        {
            "text": word.text,
            "box": [v * s for v, s in zip(word.box, image.size * 2, strict=True)],
        }
        for word in words_of(page)
    ]


def limit(tars: list[Path], workers: int) -> float:
    """What processes that read and decode, and do nothing else, get done together."""
    if not workers:
        return bare(tars)
    with ProcessPoolExecutor(workers, get_context("fork")) as pool:
        list(pool.map(abs, range(workers)))  # started
        return sum(pool.map(bare, [tars[worker::workers] for worker in range(workers)]))


def bare(tars: list[Path]) -> float:
    """Read and decode: samples a second."""
    started, count = time.perf_counter(), 0
    for path in tars:
        with tarfile.open(path) as tar:
            for member in tar:
                content = tar.extractfile(member)
                assert content is not None
                data = content.read()
                if member.name.endswith(".jpg"):
                    decode_image(data)
                    count += 1
    return count / (time.perf_counter() - started)


def pillow(size: int) -> Decode:
    """Decode with Pillow, bicubic to `size` pixels on the long side."""

    def decode(data: bytes) -> torch.Tensor:
        image = Image.open(io.BytesIO(data)).convert("RGB")
        scale = size / max(image.size)
        smaller = image.resize(
            (round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC
        )
        return torch.from_numpy(np.asarray(smaller).transpose(2, 0, 1).copy())

    return decode


def difference(tar: Path, size: int) -> dict[str, float]:
    """Mean difference from Pillow's pixels, of 255, of the images in a tar: mean and largest."""
    theirs, found = pillow(size), []
    with tarfile.open(tar) as file:
        for member in file:
            content = file.extractfile(member)
            if member.name.endswith(".jpg") and content is not None:
                data = content.read()
                apart = decode_image(data, size).int() - theirs(data).int()
                found.append(apart.abs().float().mean().item())
    return {"mean": round(sum(found) / len(found), 3), "largest": round(max(found), 3)}


class _Decoded:
    """A sample of webdataset with its image decoded; a class, as workers need to pickle it."""

    def __init__(self, decode: Decode, parse: Callable[[bytes], Any]) -> None:
        self.decode, self.parse = decode, parse

    def __call__(self, sample: dict[str, Any]) -> dict[str, Any]:
        return {
            "key": sample["__key__"],
            "image": self.decode(sample["jpg"]),
            "json": self.parse(sample["json"]),
        }


def _same(batch: list[Any]) -> list[Any]:
    return batch


def through_webdataset(
    tars: list[Path], workers: int, decode: Decode, parse: Callable[[bytes], Any] = json.loads
) -> float:
    """One epoch through webdataset, shuffled in a buffer as its users do."""
    data = webdataset.WebDataset(
        [str(path) for path in tars], shardshuffle=len(tars), nodesplitter=None
    ).shuffle(200).map(_Decoded(decode, parse))  # fmt: skip
    batches = DataLoader(data, batch_size=BATCH, num_workers=workers, collate_fn=_same)
    return rate(len(batch) for batch in batches)


def through_loader(
    manifest: Path, workers: int, *, each: Callable[[Batch], Any] | None = None, **options: Any
) -> float:
    """One epoch through this project's loader; `each` is called for every batch."""
    loader = StageLoader(
        manifest, batch_size=BATCH, num_workers=workers, drop_last=False, verify="size", **options
    )

    def sizes() -> Iterator[int]:
        for batch in loader:
            if each:
                each(batch)
            yield len(batch)

    return rate(sizes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one round, no workers")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    manifest = stage()
    tars = sorted(manifest.parent.glob("*.tar"))
    fewer = tars[::4]
    rounds = 1 if arguments.quick else arguments.rounds
    results: dict[str, dict[str, list[float]]] = {}
    for workers in [0] if arguments.quick else arguments.workers:
        webdataset = partial(through_webdataset, fewer, workers)
        gyogwa = partial(through_loader, manifest, workers)
        results[f"same decode, {workers} workers"] = contest(
            rounds,
            {
                "limit": partial(limit, tars, workers),
                "webdataset": partial(webdataset, decode_image),
                "webdataset, JSON as bytes": partial(webdataset, decode_image, bytes),
                "gyogwa": gyogwa,
            },
        )
        for size in (1024, 512):
            results[f"to {size} px, {workers} workers"] = contest(
                rounds,
                {
                    "webdataset, Pillow": partial(webdataset, pillow(size)),
                    "gyogwa": partial(gyogwa, image_size=size),
                },
            )
    for name, rates in results.items():
        ratios = {
            other: round(ratio(rates["gyogwa"], found), 3)
            for other, found in rates.items()
            if other != "gyogwa"
        }
        print(f"{name}, samples/s: {medians(rates)}")
        print(f"{name}, gyogwa / other: {ratios}")
    differences = {f"{size} px": difference(tars[0], size) for size in (1024, 512, 384, 256, 128)}
    print(f"difference from Pillow's pixels, of 255: {differences}")
    if arguments.json:
        arguments.json.write_text(
            json.dumps({"rates": results, "difference": differences}, indent=2)
        )


if __name__ == "__main__":
    main()
