"""Pages hashed a second on one core, from encoded JPEGs, beside `imagehash.phash(hash_size=16)`.

FAQ pages at 100 dpi (827 x 1169) and A4 at 300 dpi, JPEG at quality 75 and 90. Both sides begin
with the same bytes in memory and take turns in one process; each figure is the best of three rounds
of processor time. "whole" is the hash that imagehash gives, "three" all that duplicates are
proposed by, "ingest" those and the quality signals: what is done to a page when it comes in.
"""

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
import pypdfium2 as pdfium
from PIL import Image

from gyogwa.transforms.files.decode import decode_grey
from gyogwa.transforms.ingest.hashes import hashes_of, reduced, whole_hash
from gyogwa.transforms.ingest.phash import distance
from gyogwa.transforms.ingest.signals import signals_of

SIZES = {"827 x 1169": (827, 1169), "A4 at 300 dpi": (2480, 3508)}
_PAGES, _ROUNDS = 8, 3


def theirs(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as image:
        return str(imagehash.phash(image, hash_size=16))


def whole(data: bytes) -> str:
    return whole_hash(reduced(decode_grey(data).pixels))


def three(data: bytes) -> None:
    hashes_of(decode_grey(data).pixels)


def ingest(data: bytes) -> None:
    grey = decode_grey(data).pixels
    hashes_of(grey)
    signals_of(grey)


WAYS: dict[str, Callable[[bytes], Any]] = {
    "imagehash": theirs, "decoding": decode_grey, "whole": whole, "three": three, "ingest": ingest,
}  # fmt: skip


def pages(folder: Path, size: tuple[int, int], quality: int) -> list[bytes]:
    """Pages spread over the English FAQ."""
    document = pdfium.PdfDocument(next(iter(sorted(folder.glob("*.pdf")))))
    found = []
    for number in np.linspace(3, len(document) - 2, _PAGES).astype(int):
        scale = 1.1 * size[1] / document[int(number)].get_height()
        pixels = document[int(number)].render(scale=scale).to_pil().convert("RGB")
        buffer = io.BytesIO()
        pixels.resize(size, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=quality)
        found.append(buffer.getvalue())
    return found


def measure_hashing(folder: Path) -> list[dict[str, Any]]:
    """A row for each size and quality: milliseconds a page, and how many times as fast."""
    rows = []
    for name, size in SIZES.items():
        for quality in (75, 90):
            files = pages(folder, size, quality)
            best = dict.fromkeys(WAYS, float("inf"))
            for _ in range(_ROUNDS):
                for way, hashed in WAYS.items():
                    begun = time.process_time()
                    for data in files:
                        hashed(data)
                    spent = 1e3 * (time.process_time() - begun) / len(files)
                    best[way] = min(best[way], spent)
            apart = [distance(whole(data), theirs(data)) for data in files]
            rows.append(
                {"size": name, "quality": quality, "kb": sum(map(len, files)) // len(files) // 1000}
                | {f"{way}_ms": round(spent, 2) for way, spent in best.items()}
                | {
                    f"{way}_times": round(best["imagehash"] / best[way], 2)
                    for way in ("whole", "three", "ingest")
                }
                | {"bits_apart_mean": float(np.mean(apart)), "bits_apart_most": max(apart)}
            )
    return rows
