"""Copies that are hard to find and look-alikes that are hard to keep apart, in both languages.

    python -m benchmarks.copy_kinds [--json FILE] [--pages 4]

Kinds: what becomes of a page on its way (a dark edge of a scanner, a turn, uneven light, one bit of
a fax). Of each it is told whether hashes or words propose the copy, and how many pass for the same.
Apart on purpose are those that show something else besides: a watermark, other windows.

Look-alikes: pairs that differ in colour alone, or in one digit of an image that is larger than what
is compared at once. None may pass for the same.
"""

import argparse
import io
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from gyogwa.schemas.curriculum import Duplicates
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.perspective import flattened
from gyogwa.transforms.dedup.picture import load
from gyogwa.transforms.dedup.upright import upright
from gyogwa.transforms.files.decode import decode_grey
from gyogwa.transforms.ingest.hashes import KINDS, hashes_of
from gyogwa.transforms.ingest.phash import distance
from gyogwa.transforms.synthesis.fonts import families
from gyogwa.transforms.synthesis.noise import jpeg
from gyogwa.transforms.synthesis.writing import Writer

_INK = (25, 25, 25)
_WHITE = (255, 255, 255)


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(families("ko")[0].regular, size)


def page(number: int, language: str = "ko", scale: float = 1.0) -> Image.Image:
    """A page of paragraphs, 827 x 1169 pixels at scale 1."""
    writer = Writer(random.Random(f"copy kinds/{number}"), language)
    image = Image.new("RGB", (round(827 * scale), round(1169 * scale)), _WHITE)
    draw = ImageDraw.Draw(image)
    draw.text((80 * scale, 70 * scale), writer.title("report")[:24], _INK, font(round(30 * scale)))
    row = 0
    for paragraph in range(5):
        text = writer.paragraph(4)
        for at in range(0, min(len(text), 200), 40):
            top = (150 + 34 * row + 20 * paragraph) * scale
            draw.text((80 * scale, top), text[at : at + 40], _INK, font(round(17 * scale)))
            row += 1
    return image


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
        image.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=_WHITE
    )


def _scan(image: Image.Image, seed: int) -> Image.Image:
    """Printed and scanned: a small turn, blur, noise of paper, its own tone."""
    rng = np.random.default_rng(seed)
    turned = image.rotate(
        float(rng.uniform(-0.6, 0.6)), Image.Resampling.BICUBIC, fillcolor=_WHITE
    ).filter(ImageFilter.GaussianBlur(0.7))
    pixels = np.asarray(turned, np.float32) * 0.88 + 18 + rng.normal(0, 5, (*turned.size[::-1], 1))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


KINDS_OF_COPY: dict[str, Callable[[Image.Image], bytes]] = {
    "dark edge": lambda image: jpeg(_edge(image), 85),
    "turned by 90": lambda image: jpeg(image.rotate(90, expand=True), 85),
    "turned by 180": lambda image: jpeg(image.rotate(180), 85),
    "turned by 3": lambda image: jpeg(
        image.rotate(3, Image.Resampling.BICUBIC, fillcolor=_WHITE), 85
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


def pie(swapped: bool, size: int = 700) -> Image.Image:
    """A pie of four sectors; `swapped`: two of them have one another's colour, of equal grey."""
    colours = [(214, 96, 77), (67, 147, 195), (120, 198, 121), (254, 204, 92)]
    if swapped:
        colours[0], colours[1] = colours[1], colours[0]
    image = Image.new("RGB", (size, size), _WHITE)
    draw = ImageDraw.Draw(image)
    draw.text((size // 2 - 90, 20), "분기별 매출 비중", _INK, font(24))
    start = 0
    for share, colour in zip((110, 95, 85, 70), colours, strict=True):
        draw.pieslice((90, 90, size - 90, size - 90), start, start + share, colour, _WHITE, 3)
        start += share
    for place, name in enumerate(("1분기", "2분기", "3분기", "4분기")):
        draw.text((60 + 150 * place, size - 60), name, _INK, font(22))
    return image


def panel(colour: tuple[int, int, int]) -> Image.Image:
    """A screen of services whose third has a light of this colour; the others are green."""
    image = Image.new("RGB", (1280, 800), (248, 249, 250))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1280, 56), fill=(33, 53, 94))
    draw.text((24, 14), "서비스 상태", "white", font(22))
    for row, name in enumerate(
        ("결제", "로그인", "알림", "검색", "배송", "저장소", "문자", "통계")
    ):
        top = 90 + 80 * row
        draw.rectangle((40, top, 1240, top + 60), outline=(210, 214, 220), fill="white")
        lit = colour if row == 2 else (40, 160, 70)
        draw.ellipse((64, top + 22, 80, top + 38), fill=lit)
        draw.text((110, top + 16), name, _INK, font(20))
    return image


def contract(stamped: bool, dpi: int) -> Image.Image:
    """A contract in black, with a red stamp or without."""
    scale = dpi / 100
    image = page(7, scale=scale)
    draw = ImageDraw.Draw(image)
    draw.text((480 * scale, 1060 * scale), "대표이사 김민수", _INK, font(round(18 * scale)))
    if stamped:
        box = [round(v * scale) for v in (640, 1035, 700, 1095)]
        red = (205, 45, 40)
        draw.ellipse(box, outline=red, width=round(3 * scale))
        draw.text((652 * scale, 1045 * scale), "민수", red, font(round(17 * scale)))
        draw.text((652 * scale, 1066 * scale), "之印", red, font(round(17 * scale)))
    return image


def spreadsheet(digit: str) -> Image.Image:
    """3840 x 2160, numbers 14 pixels high."""
    rng = random.Random(4)
    image = Image.new("RGB", (3840, 2160), _WHITE)
    draw = ImageDraw.Draw(image)
    for row in range(2160 // 22):
        draw.line((0, 22 * row, 3840, 22 * row), (222, 222, 222))
        for column in range(3840 // 120):
            text = f"{rng.randint(1000, 999999):,}"
            if (row, column) == (53, 17):
                text = f"52,{digit}18"
            draw.text((120 * column + 12, 22 * row + 3), text, (30, 30, 30), font(14))
    for column in range(3840 // 120):
        draw.line((120 * column, 0, 120 * column, 2160), (222, 222, 222))
    return image


def drawing(size: str) -> Image.Image:
    """An A3 drawing at 300 dpi, one dimension of which says `size`."""
    rng = random.Random(9)
    image = Image.new("RGB", (4961, 3508), _WHITE)
    draw = ImageDraw.Draw(image)
    for number in range(60):
        left, top = rng.randint(100, 4300), rng.randint(100, 3100)
        wide, high = rng.randint(60, 500), rng.randint(60, 300)
        draw.rectangle((left, top, left + wide, top + high), outline=_INK, width=3)
        text = size if number == 31 else f"{rng.randint(100, 9999)}"
        draw.text((left + 8, top - 30), text, _INK, font(25))
    return image


def shop(price: str) -> Image.Image:
    """A page of a shop, 860 x 12000 pixels; one price is `price`."""
    writer = Writer(random.Random(12), "ko")
    image = Image.new("RGB", (860, 12000), _WHITE)
    draw = ImageDraw.Draw(image)
    for row in range(48):
        top = 250 * row
        shade = tuple(writer.rng.randint(90, 220) for _ in range(3))
        draw.rectangle((30, top + 20, 240, top + 230), fill=shade)
        draw.text((270, top + 40), writer.title("report")[:28], _INK, font(22))
        draw.text((270, top + 90), writer.paragraph(1)[:36], (110, 110, 110), font(16))
        cost = price if row == 29 else f"{writer.rng.randint(10, 990) * 100:,}원"
        draw.text((270, top + 150), cost, (200, 30, 40), font(24))
    return image


PAIRS: dict[str, Callable[[], tuple[Image.Image, Image.Image]]] = {
    "pie sectors swapped": lambda: (pie(False), pie(True)),
    "light green, red": lambda: (panel((40, 160, 70)), panel((226, 60, 50))),
    "stamp, 150 dpi": lambda: (contract(False, 150), contract(True, 150)),
    "stamp, 300 dpi": lambda: (contract(False, 300), contract(True, 300)),
    "4K spreadsheet, digit": lambda: (spreadsheet("3"), spreadsheet("8")),
    "A3 drawing, dimension": lambda: (drawing("1250"), drawing("1260")),
    "long shop page, price": lambda: (shop("12,900원"), shop("12,300원")),
}
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
