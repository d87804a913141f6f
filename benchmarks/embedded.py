"""Evaluation images inside larger pages: which ways of placing one are found, and what is none.

    python -m benchmarks.embedded [--json FILE] [--images 8] [--first 0] [--only WAY]

Charts and tables of the synthesizer, in turns, are the evaluation images. Each is placed on a page
of text or a slide in the ways named. None of the rest is an evaluation image: another chart or
table in its place, the page without it, and the evaluation image with one of its numbers changed
by hand. Images with other numbers (`--first`) were drawn after the thresholds stood.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.text_pages import font, page
from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.dedup.contamination.embedded import EvaluationImages, held
from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.files.decode import decode_grey
from gyogwa.transforms.ingest.hashes import hashes_of
from gyogwa.transforms.synthesis.job import render_chart, render_table
from gyogwa.transforms.synthesis.noise import jpeg
from gyogwa.transforms.synthesis.writing import Writer

_INK, _WHITE = (25, 25, 25), (255, 255, 255)


def shown(number: int) -> Image.Image:
    """An evaluation image: charts and tables, Korean and English, in turns."""
    rng = random.Random(f"embedded/{number}")
    render = render_chart if number % 2 == 0 else render_table
    return render(rng, ("ko", "en")[number // 2 % 2])[0].image.convert("RGB")


def _fitted(image: Image.Image, width: int, height: int) -> Image.Image:
    scale = min(width / image.width, height / image.height)
    size = (round(scale * image.width), round(scale * image.height))
    return image.resize(size, Image.Resampling.LANCZOS)


def textbook(image: Image.Image | None, number: int) -> Image.Image:
    """A page of a book at 150 dpi, the image between two paragraphs, a caption below."""
    writer = Writer(random.Random(f"book/{number}"), ("ko", "en")[number // 2 % 2])
    sheet = Image.new("RGB", (1240, 1754), _WHITE)
    draw = ImageDraw.Draw(sheet)
    top = _paragraph(draw, writer, 120, 90, 9)
    if image is not None:
        figure = _fitted(image, 900, 700)
        sheet.paste(figure, ((1240 - figure.width) // 2, top + 40))
        top += figure.height + 70
        draw.text((400, top), f"그림 {number + 1}. {writer.title('report')[:20]}", _INK, font(20))
        top += 70
    _paragraph(draw, writer, 120, top + 30, min(12, (1700 - top) // 44))
    return sheet


def _paragraph(draw: ImageDraw.ImageDraw, writer: Writer, left: int, top: int, rows: int) -> int:
    text = " ".join(writer.paragraph(4) for _ in range(rows))
    for row in range(rows):
        line = text[46 * row : 46 * (row + 1)].strip()
        draw.text((left, top + 42 * row), line, _INK, font(22))
    return top + 42 * rows


def slide(image: Image.Image | None, number: int) -> Image.Image:
    """A slide, 1600 x 900: a bar with the title, points on the left, the image on the right."""
    writer = Writer(random.Random(f"slide/{number}"), ("ko", "en")[number // 2 % 2])
    sheet = Image.new("RGB", (1600, 900), _WHITE)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, 1600, 110), fill=(33, 60, 110))
    draw.text((50, 30), writer.title("report")[:30], "white", font(40))
    for row in range(6):
        draw.text((60, 190 + 95 * row), f"• {writer.paragraph(1)[:22]}", _INK, font(26))
    if image is not None:
        figure = _fitted(image, 860, 700)
        sheet.paste(figure, (700, 150 + (700 - figure.height) // 2))
    return sheet


def _columns(image: Image.Image, number: int) -> Image.Image:
    """A page of two columns at 150 dpi, the image in the right one."""
    writer = Writer(random.Random(f"columns/{number}"), ("ko", "en")[number // 2 % 2])
    sheet = Image.new("RGB", (1240, 1754), _WHITE)
    draw = ImageDraw.Draw(sheet)
    for row in range(34):
        draw.text((90, 100 + 44 * row), writer.paragraph(1)[:22], _INK, font(21))
        if not 10 <= row < 21:
            draw.text((650, 100 + 44 * row), writer.paragraph(1)[:22], _INK, font(21))
    sheet.paste(_fitted(image, 490, 460), (650, 550))
    return sheet


def _scanned(sheet: Image.Image) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, 6, (sheet.height, sheet.width, 1))
    pixels = 0.9 * np.asarray(sheet, np.float32) + 14 + noise
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _framed(image: Image.Image) -> Image.Image:
    frame = Image.new("RGB", (image.width + 60, image.height + 60), _WHITE)
    frame.paste(image, (30, 30))
    box = (4, 4, frame.width - 5, frame.height - 5)
    ImageDraw.Draw(frame).rectangle(box, outline=(40, 40, 40), width=3)
    return frame


def _two(image: Image.Image, number: int) -> Image.Image:
    """Beside another."""
    other = shown(number + 1000)
    sheet = slide(None, number)
    ImageDraw.Draw(sheet).rectangle((0, 130, 1600, 900), fill=_WHITE)
    for place, one in enumerate((other, image)):
        figure = _fitted(one, 720, 700)
        sheet.paste(figure, (40 + 800 * place, 160))
    return sheet


def _changed(image: Image.Image) -> Image.Image:
    """With a patch of another number in its middle."""
    patched = image.copy()
    draw = ImageDraw.Draw(patched)
    x, y = image.width // 2, image.height // 2
    draw.rectangle((x - 30, y - 14, x + 30, y + 14), fill=_WHITE)
    draw.text((x - 26, y - 11), "9,731", _INK, font(20))
    return patched


WAYS: dict[str, Callable[[Image.Image, int], Image.Image]] = {
    "in a book": textbook,
    "on a slide": slide,
    "framed, in a book": lambda image, n: textbook(_framed(image), n),
    "turned, in a book": lambda image, n: textbook(image.rotate(90, expand=True), n),
    "on a slide turned by 90": lambda image, n: slide(image, n).rotate(270, expand=True),
    "beside another": _two,
    "in two columns": _columns,
    "in a scanned book": lambda image, n: _scanned(textbook(image, n)),
    "small, in a book": lambda image, n: textbook(_small(image), n),
    "askew by 1, in a book": lambda image, n: textbook(image, n).rotate(
        1, Image.Resampling.BICUBIC, fillcolor=_WHITE
    ),
    "askew by 3, in a book": lambda image, n: textbook(image, n).rotate(
        3, Image.Resampling.BICUBIC, fillcolor=_WHITE
    ),
}
NONE: dict[str, Callable[[Image.Image, int], Image.Image]] = {
    "another in its place": lambda image, n: textbook(shown(n + 500), n),
    "another on a slide": lambda image, n: slide(shown(n + 502), n),
    "a number changed": lambda image, n: textbook(_changed(image), n),
    "the page without it": lambda image, n: textbook(None, n),
    "a page of text": lambda image, n: page(n),
}


def _small(image: Image.Image) -> Image.Image:
    """At 450 of the page's 1240 pixels, the rest of its width white."""
    figure = _fitted(image, 450, 350)
    sheet = Image.new("RGB", (900, figure.height), _WHITE)
    sheet.paste(figure, (225, 0))
    return sheet


def known_images(folder: Path, numbers: range) -> EvaluationImages:
    """The evaluation images, as files of a set."""
    found = []
    for number in numbers:
        data = jpeg(shown(number), 92)
        path = folder / f"{number}.jpg"
        path.write_bytes(data)
        name = f"benchmark:set: {number}"
        ref = ImageRef(str(path), 0, len(data))
        hashes = hashes_of(decode_grey(data).pixels)
        found.append(Fingerprint(name, "", hashes, "", False, f"!{name}", ref, sha256_hex(data)))
    return EvaluationImages(found)


def measured(first: int, count: int, only: str = "") -> dict[str, Any]:
    """Of each way how many are found, with bits and differences; of the rest how many, wrongly."""
    limit = Duplicates().max_difference
    numbers = range(first, first + count)
    result: dict[str, Any] = {"found": {}, "none": {}}
    with tempfile.TemporaryDirectory() as folder:
        known = known_images(Path(folder), numbers)
        begun, pages = time.process_time(), 0
        for kind, ways in (("found", WAYS), ("none", NONE)):
            for name, place in ways.items():
                if only not in name:
                    continue
                rows = []
                for number in numbers:
                    found = held(jpeg(place(shown(number), number), 85), known, limit)
                    right = found is not None and found.image.image_id.endswith(f" {number}")
                    rows.append((right or kind == "none", found))
                    pages += 1
                hits = [f for right, f in rows if right and f is not None]
                result[kind][name] = {
                    "of": count,
                    "found": len(hits),
                    "bits": [f.bits for f in hits],
                    "differ_by": [round(f.apart, 3) for f in hits],
                }
                print(name, json.dumps(result[kind][name]), flush=True)
        spent = time.process_time() - begun
    return result | {"cpu_s_a_page_drawing_included": round(spent / max(1, pages), 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=8)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", default="", help="ways with this in their name")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    result = measured(arguments.first, arguments.images, arguments.only)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
