"""What a look at two images costs, by kind of copy: seconds of the processor, decoding included.

    python -m benchmarks.duplicates_looks [--dpi 150] [--pages 6] [--rounds 3] [--json FILE]

Pages of the Debian FAQ, in both languages in turns, each with its kinds of copy
(`benchmarks.planted`, and the scans of `benchmarks.copy_kinds`), with another page, and with the
page after one digit was changed. A look is at a page that is decoded already, as the pipeline has
it for the pairs of one image, and at one that isn't: `load` is what decoding that one takes, and
within `look`. Least of the rounds, which leaves out what else ran on the machine; mean and greatest
of the pages.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from benchmarks.copy_kinds import KINDS_OF_COPY
from benchmarks.debian_faq import CACHE, write_pdfs
from benchmarks.planted import COPIES
from benchmarks.text_pages import font
from gyogwa.schemas.curriculum import Duplicates
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.picture import load
from gyogwa.transforms.ingest.sources.pdf_words import words_of
from gyogwa.transforms.synthesis.noise import jpeg

_SCANS = ("two scans", "1 bit", "uneven light")
_WORDS = 80  # of a page: less is no page of text


def pages(count: int, dpi: int) -> list[Image.Image]:
    """Pages of text, English and Korean in turns, from all over the FAQ."""
    of_languages = []
    for folder in write_pdfs(CACHE).values():
        full = [
            page
            for path in sorted(folder.glob("*.pdf"))
            for page in pdfium.PdfDocument(path)
            if len(words_of(page)) >= _WORDS
        ]
        wanted = max(1, -(-count // 2))
        some = full[:: max(1, len(full) // wanted)][:wanted]
        of_languages.append([p.render(scale=dpi / 72).to_pil().convert("RGB") for p in some])
    return [page for pair in zip(*of_languages, strict=False) for page in pair][:count]


def _other_digit(image: Image.Image) -> bytes:
    """With a number in its margin, which says something else on the page that it is looked at
    with."""
    return jpeg(_numbered(image, "Nr. 1838"), 90)


def _numbered(image: Image.Image, text: str) -> Image.Image:
    changed = image.copy()
    scale = image.width / 827
    place = (round(640 * scale), round(30 * scale))
    ImageDraw.Draw(changed).text(place, text, (30, 30, 30), font(round(15 * scale)))
    return changed


def pairs(images: list[Image.Image]) -> Iterator[tuple[str, bytes, bytes]]:
    """(kind, one, other): each page with its copies, with the next, and with another digit."""
    made: dict[str, Callable[[Image.Image, random.Random], bytes]] = dict(COPIES)
    for kind in _SCANS:
        made[kind] = lambda image, _, kind=kind: KINDS_OF_COPY[kind](image)  # type: ignore[misc]
    for number, image in enumerate(images):
        one = jpeg(image, 92)
        for kind, copy in made.items():
            yield kind, one, copy(image, random.Random(f"looks/{number}/{kind}"))
        yield "another page", one, jpeg(images[(number + 2) % len(images)], 90)
        yield "one digit", jpeg(_numbered(image, "Nr. 1833"), 92), _other_digit(image)


def _seconds(work: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    begun = time.process_time()
    found = work(*given)
    return time.process_time() - begun, found


def measured(dpi: int, count: int, rounds: int) -> dict[str, Any]:
    """By kind: seconds, and how many passed for the same."""
    limit = Duplicates().max_difference
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for kind, one, other in pairs(pages(count, dpi)):
        looks, loads, apart = [], [], 0.0
        for _ in range(rounds):
            first = load(one)
            loading, second = _seconds(load, other)
            looking, apart = _seconds(difference, first, second)
            looks.append(loading + looking)
            loads.append(loading)
        rows.setdefault(kind, []).append((min(looks), min(loads), apart))
    result = {}
    for kind, found in rows.items():
        looks = [look for look, _, _ in found]
        result[kind] = {
            "look_s": round(sum(looks) / len(looks), 3),
            "at_most_s": round(max(looks), 3),
            "load_s": round(sum(load for _, load, _ in found) / len(found), 3),
            "same": sum(apart <= limit for _, _, apart in found),
            "of": len(found),
            "differ_by": [round(min(99.0, apart), 4) for _, _, apart in found],
        }
        print(f"{kind:14s}", json.dumps(result[kind]), flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dpi", type=int, default=150)
    parser.add_argument("--pages", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result = measured(arguments.dpi, arguments.pages, arguments.rounds)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
