"""Copies that are hard to find and look-alikes that are hard to keep apart, in both languages.

    python -m benchmarks.copy_kinds [--json FILE] [--pages 4]

Kinds: what becomes of a page on its way (a dark edge of a scanner, a turn, uneven light, one bit of
a fax). Of each it is told whether hashes or words propose the copy, and how many pass for the same.
Apart on purpose are those that show something else besides: a watermark, other windows.

Look-alikes: pairs that differ in colour alone, or in one digit of an image that is larger than what
is compared at once (`benchmarks.look_alikes`). None may pass for the same.
"""

import argparse
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.look_alikes import PAIRS
from benchmarks.text_pages import WHITE, font, page
from gyogwa.schemas.curriculum import Duplicates
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.perspective import flattened
from gyogwa.transforms.dedup.picture import load
from gyogwa.transforms.dedup.upright import upright
from gyogwa.transforms.files.decode import decode_grey
from gyogwa.transforms.ingest.hashes import KINDS, hashes_of
from gyogwa.transforms.ingest.phash import distance
from gyogwa.transforms.synthesis.noise import jpeg


def _edge(image: Image.Image) -> Image.Image:
    dark = image.copy()
    width = round(0.02 * image.width)
    draw = ImageDraw.Draw(dark)
    draw.rectangle((0, 0, width, image.height), fill=(18, 18, 20))
    draw.rectangle((0, image.height - width, image.width, image.height), fill=(18, 18, 20))
    return dark


def _light(image: Image.Image) -> Image.Image:
    pixels = np.asarray(image, np.float32)
    y, x = np.mgrid[: image.height, : image.width]
    shade = 1 - 0.35 * (x / image.width) * (0.4 + 0.6 * y / image.height)
    return Image.fromarray((pixels * shade[..., None]).astype(np.uint8))


def _framed(image: Image.Image) -> Image.Image:
    frame = Image.new("RGB", (round(1.3 * image.width), round(1.15 * image.height)), (90, 92, 96))
    frame.paste(image, (round(0.15 * image.width), round(0.06 * image.height)))
    return frame


def _window(image: Image.Image) -> Image.Image:
    frame = _framed(image)
    draw = ImageDraw.Draw(frame)
    draw.rectangle((0, 0, frame.width, 44), fill=(45, 45, 50))
    for place, name in enumerate(("파일", "편집", "보기", "도구", "도움말")):
        draw.text((20 + 90 * place, 10), name, "white", font(18))
    return frame


def _watermark(image: Image.Image) -> Image.Image:
    mark = Image.new("L", image.size, 0)
    ImageDraw.Draw(mark).text((90, 500), "대외비 사본", 255, font(110))
    mark = mark.rotate(30, Image.Resampling.BICUBIC)
    grey = Image.new("RGB", image.size, (205, 205, 210))
    laid = Image.composite(grey, image, mark)
    return Image.fromarray(np.minimum(np.asarray(image), np.asarray(laid)))


def _perspective(image: Image.Image, times: float = 1.0) -> Image.Image:
    """Photographed from a little to the side and above: a keystone of 2.4 % and 1.6 %."""
    w, h = image.size
    by = (0.012 * times * w, 0.008 * times * h)
    quad = (-by[0], -by[1], 0, h, w + by[0], h + by[1], w - by[0], by[1])
    return image.transform(
        image.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=WHITE
    )


def _scan(image: Image.Image, seed: int) -> Image.Image:
    """Printed and scanned: a small turn, blur, noise of paper, its own tone."""
    rng = np.random.default_rng(seed)
    turned = image.rotate(
        float(rng.uniform(-0.6, 0.6)), Image.Resampling.BICUBIC, fillcolor=WHITE
    ).filter(ImageFilter.GaussianBlur(0.7))
    pixels = np.asarray(turned, np.float32) * 0.88 + 18 + rng.normal(0, 5, (*turned.size[::-1], 1))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


KINDS_OF_COPY: dict[str, Callable[[Image.Image], bytes]] = {
    "dark edge": lambda image: jpeg(_edge(image), 85),
    "turned by 90": lambda image: jpeg(image.rotate(90, expand=True), 85),
    "turned by 180": lambda image: jpeg(image.rotate(180), 85),
    "turned by 3": lambda image: jpeg(
        image.rotate(3, Image.Resampling.BICUBIC, fillcolor=WHITE), 85
    ),
    "uneven light": lambda image: jpeg(_light(image), 85),
    "frame": lambda image: jpeg(_framed(image), 85),
    "1 bit": lambda image: _png(image.convert("L").point(lambda v: 255 * (v > 150)).convert("1")),
    "inverted": lambda image: jpeg(image.point(lambda v: 255 - v), 85),
    "mild perspective": lambda image: jpeg(_perspective(image), 85),
    "perspective, twice": lambda image: jpeg(_perspective(image, 2), 85),
    "perspective, 4 times": lambda image: jpeg(_perspective(image, 4), 85),
    "two scans": lambda image: jpeg(_scan(image, 1), 80),
    "watermark": lambda image: jpeg(_watermark(image), 85),
    "viewer window": lambda image: jpeg(_window(image), 85),
}
TURNS = {"turned by 90": 270, "turned by 180": 180}
"""What annotations of such copies record."""
APART = ("watermark", "viewer window")
"""Kinds that show something that the page doesn't: kept on purpose."""


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


_CODINGS: dict[str, Callable[[Image.Image], bytes]] = {
    "PNG": _png,
    "q85": lambda image: jpeg(image, 85),
    "q50": lambda image: jpeg(image, 50),
}


def measured_pairs(limit: float, only: str) -> dict[str, Any]:
    """Of each look-alike the differences, and those of copies of the same images."""
    result = {}
    for name, make in PAIRS.items():
        if only not in name:
            continue
        one, other = make()
        first = load(jpeg(one, 92))
        unlike, alike = {}, {}
        begun = time.process_time()
        for coding, code in _CODINGS.items():
            unlike[coding] = round(min(99.0, difference(first, load(code(other)))), 3)
            alike[coding] = round(min(99.0, difference(first, load(code(one)))), 3)
        spent = (time.process_time() - begun) / 2 / len(_CODINGS)
        result[name] = {
            "look_alike": unlike,
            "copy": alike,
            "merged": sum(value <= limit for value in unlike.values()),
            "missed": sum(value > limit for value in alike.values()),
            "cpu_s_a_look": round(spent, 2),
        }
        print(name, json.dumps(result[name]), flush=True)
    return result


def measured_kinds(pages: int, rules: Duplicates, only: str) -> dict[str, Any]:
    """Of each kind of copy, of how many pages, what finds it and what the pixels say.

    Words propose all of them: they are those of the page, as a text layer has them or an engine
    that reads the copy. So those that differ are laid flat and looked at once more, as the pipeline
    does where the words agree. Turns by quarters are those that annotations record.
    """
    result = {}
    for kind, copied in KINDS_OF_COPY.items():
        if only not in kind:
            continue
        turn = TURNS.get(kind, 0)
        bits, apart, flat_ones = [], [], 0
        for number in range(pages):
            original = page(number, ("ko", "en")[number % 2])
            data = copied(original)
            one = hashes_of(decode_grey(jpeg(original, 90)).pixels)
            other = upright(hashes_of(decode_grey(data).pixels), turn)
            bits.append(min(distance(getattr(one, k), getattr(other, k)) for k in KINDS))
            kept, copy = load(jpeg(original, 90)), load(data)
            found = difference(kept, copy, turn)
            flat = flattened(kept, copy.turned(turn)) if found > rules.max_difference else None
            found = found if flat is None else min(found, difference(kept, flat))
            flat_ones += flat is not None
            apart.append(round(min(99.0, found), 3))
        result[kind] = {
            "pages": pages,
            "by_hash": sum(value <= rules.max_distance for value in bits),
            "same": sum(value <= rules.max_difference for value in apart),
            "bits": bits,
            "differ_by": apart,
            "laid_flat": flat_ones,
            "meant": "apart" if kind in APART else "the same",
        }
        print(kind, json.dumps(result[kind]), flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=4)
    parser.add_argument("--only", default="", help="kinds and look-alikes with this in their name")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rules = Duplicates()
    result = {
        "kinds": measured_kinds(arguments.pages, rules, arguments.only),
        "look_alikes": measured_pairs(rules.max_difference, arguments.only),
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
