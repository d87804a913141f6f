"""Many fillings of one template, and planted copies of some: forms, slides, screens, and those of
`benchmarks.other_templates`, on which nothing was chosen.

A template is drawn once; each filling draws its values over it, with chance that hangs on its
number alone. What fillings share (labels, rules, bars, frames) is most of their ink.
"""

import random
from collections.abc import Iterator
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from benchmarks.other_templates import empty, fill
from benchmarks.planted import COPIES, Planted
from gyogwa.transforms.synthesis.fonts import families
from gyogwa.transforms.synthesis.noise import jpeg
from gyogwa.transforms.synthesis.writing import Writer

TEMPLATES = ("form", "slide", "screen", "invoice", "exam", "sheet")

_INK, _BLUE, _GREY = (25, 25, 25), (30, 60, 140), (225, 225, 228)
_LABELS = (
    "성명", "생년월일", "연락처", "소속", "주소", "이용 일시",
    "이용 장소", "이용 인원", "신청 내용", "이용 금액", "이용 목적",
)  # fmt: skip


def filling(template: str, number: int) -> Image.Image:
    """One filling, RGB."""
    writer = Writer(random.Random(f"{template}/{number}"), "ko")
    own = {"form": _fill_form, "slide": _fill_slide, "screen": _fill_screen}.get(template)
    image = (_empty(template) if own else empty(template)).copy()
    draw = ImageDraw.Draw(image)
    if own:
        own(draw, writer)
    else:
        fill(template, draw, writer)
    return image


def fillings(template: str, count: int, every: int = 10) -> Iterator[Planted]:
    """`count` fillings, and of each tenth one copy; the kinds of copy take turns."""
    kinds = list(COPIES)
    for number in range(count):
        image = filling(template, number)
        name = f"{template}/{number:06d}"
        yield Planted(name, name, name, "base", jpeg(image, 88))
        if number % every == 0:
            kind = kinds[number // every % len(kinds)]
            copied = COPIES[kind](image, random.Random(f"{name}/{kind}"))
            yield Planted(f"{name} {kind}", name, name, kind, copied)


@cache
def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    family = families("ko")[0]
    return ImageFont.truetype(family.bold if bold else family.regular, size)


@cache
def _empty(template: str) -> Image.Image:
    size = {"form": (827, 1169), "slide": (1280, 720), "screen": (1280, 800)}[template]
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    if template == "form":
        draw.text((280, 70), "시설 이용 신청서", _INK, _font(34, True))
        for row, label in enumerate(_LABELS):
            top = 180 + 62 * row
            draw.rectangle((70, top, 757, top + 62), outline=_INK, width=2)
            draw.rectangle((70, top, 220, top + 62), outline=_INK, fill=_GREY, width=2)
            draw.text((88, top + 20), label, _INK, _font(19))
        draw.text((90, 960), "위와 같이 시설 이용을 신청합니다.", _INK, _font(20))
        draw.text((120, 1080), "신청인:                     (서명 또는 인)", _INK, _font(19))
    elif template == "slide":
        draw.rectangle((0, 0, 1280, 96), fill=_BLUE)
        draw.rectangle((0, 690, 1280, 720), fill=_BLUE)
        draw.text((1000, 694), "기획조정실 정기 보고", "white", _font(17))
    else:
        draw.rectangle((0, 0, 1280, 52), fill=(45, 45, 50))
        for place, name in enumerate(("파일", "편집", "보기", "도구", "도움말")):
            draw.text((20 + 90 * place, 14), name, "white", _font(18))
        draw.rectangle((0, 52, 240, 800), fill=_GREY)
        for place, name in enumerate(("홈", "문서", "내려받기", "공유", "휴지통", "설정")):
            draw.text((30, 80 + 48 * place), name, _INK, _font(18))
        for line in range(15):
            draw.line((240, 100 + 46 * line, 1280, 100 + 46 * line), fill=_GREY)
    return image


def _fill_form(draw: ImageDraw.ImageDraw, writer: Writer) -> None:
    rng = writer.rng
    values = (
        writer.person(),
        f"{rng.randint(1955, 2008)}. {rng.randint(1, 12)}. {rng.randint(1, 28)}.",
        writer.phone(),
        writer.pick("department"),
        f"{writer.pick('place')} {rng.randint(1, 320)}번지 {rng.randint(1, 20)}층",
        f"{writer.times.date()} {writer.time()}",
        writer.pick("room"),
        f"{writer.n()}명",
        writer.fill("{item} 이용"),
        writer.price(),
        writer.fill("{project} 준비 모임"),
    )
    for row, value in enumerate(values):
        draw.text((240, 198 + 62 * row), value, _INK, _font(21))
    draw.text((260, 1010), writer.times.date(), _INK, _font(20))
    draw.text((230, 1078), values[0], _INK, _font(21))


def _fill_slide(draw: ImageDraw.ImageDraw, writer: Writer) -> None:
    draw.text((50, 28), writer.title("report")[:30], "white", _font(34, True))
    for row in range(writer.rng.randint(4, 6)):
        draw.ellipse((70, 168 + 82 * row, 82, 180 + 82 * row), fill=_BLUE)
        draw.text((100, 156 + 82 * row), writer.paragraph(1)[:44], _INK, _font(25))


def _fill_screen(draw: ImageDraw.ImageDraw, writer: Writer) -> None:
    rng = writer.rng
    for row in range(rng.randint(11, 15)):
        top = 68 + 46 * row
        draw.text((260, top), writer.fill("{project}")[:26] + ".hwp", _INK, _font(18))
        draw.text((760, top), f"{writer.times.date()}", _INK, _font(17))
        draw.text((1100, top), f"{rng.randint(1, 9999)} KB", _INK, _font(17))
