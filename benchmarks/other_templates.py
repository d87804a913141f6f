"""Templates that no constant was chosen on: an invoice, an exam, a spreadsheet on a screen.

They vary otherwise than those of `benchmarks.templates`: an invoice fills some rows of a table with
figures, an exam shares nearly all its ink (its questions) and differs in a name and in which
choices are ringed, a spreadsheet shares a little (headings, rulings) and differs in every cell.
"""

import random
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from gyogwa.transforms.synthesis.fonts import families
from gyogwa.transforms.synthesis.writing import Writer

_INK, _GREY, _RED = (25, 25, 25), (228, 230, 233), (200, 40, 40)
_QUESTIONS, _CHOICES = 16, 5
_COLUMNS = (42, 190, 330, 440, 550, 670)  # of an invoice, pixels
_SIZES = {"invoice": (827, 1169), "exam": (827, 1169), "sheet": (1440, 900)}


@cache
def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    family = families("ko")[0]
    return ImageFont.truetype(family.bold if bold else family.regular, size)


@cache
def empty(template: str) -> Image.Image:
    """The template with nothing filled in, RGB."""
    image = Image.new("RGB", _SIZES[template], "white")
    draw = ImageDraw.Draw(image)
    {"invoice": _invoice, "exam": _exam, "sheet": _sheet}[template](draw)
    return image


def fill(template: str, draw: ImageDraw.ImageDraw, writer: Writer) -> None:
    """Draw one filling over the template."""
    {"invoice": _fill_invoice, "exam": _fill_exam, "sheet": _fill_sheet}[template](draw, writer)


def _invoice(draw: ImageDraw.ImageDraw) -> None:
    draw.text((320, 50), "거 래 명 세 서", _INK, _font(32, True))
    for row, label in enumerate(("등록번호", "상호", "대표자", "사업장 주소")):
        top = 130 + 40 * row
        draw.rectangle((420, top, 785, top + 40), outline=_INK)
        draw.text((430, top + 10), label, _INK, _font(16))
    draw.text((42, 140), "공급받는 자", _INK, _font(18))
    draw.text((42, 215), "아래와 같이 계산합니다.", _INK, _font(16))
    for row in range(17):
        top = 330 + 38 * row
        fill_ = _GREY if row == 0 else None
        draw.rectangle((42, top, 785, top + 38), outline=_INK, fill=fill_)
    for left in _COLUMNS[1:]:
        draw.line((left, 330, left, 976), _INK)
    for left, label in zip(
        _COLUMNS, ("월 일", "품목", "규격", "수량", "단가", "공급가액"), strict=True
    ):
        draw.text((left + 10, 340), label, _INK, _font(16))
    draw.text((42, 1010), "합계 금액", _INK, _font(20, True))
    draw.text((42, 1080), "인수자                     (인)", _INK, _font(17))


def _fill_invoice(draw: ImageDraw.ImageDraw, writer: Writer) -> None:
    rng, total = writer.rng, 0
    draw.text((150, 138), writer.pick("department"), _INK, _font(20))
    number = f"{rng.randint(100, 899)}-{rng.randint(10, 99)}-{rng.randint(10000, 99999)}"
    lines = (number, writer.fill("{item} 상사")[:14], writer.person(), writer.pick("place"))
    for row, text in enumerate(lines):
        draw.text((530, 140 + 40 * row), text[:16], _INK, _font(16))
    for row in range(rng.randint(2, 9)):
        top = 378 + 38 * row
        count, price = rng.randint(1, 60), rng.randint(5, 900) * 100
        total += count * price
        cells = (
            f"{rng.randint(1, 12)}. {rng.randint(1, 28)}.", writer.fill("{item}")[:8],
            f"{rng.randint(10, 90)}x{rng.randint(10, 90)}", f"{count}", f"{price:,}",
            f"{count * price:,}",
        )  # fmt: skip
        for left, text in zip(_COLUMNS, cells, strict=True):
            draw.text((left + 10, top + 10), text, _INK, _font(16))
    draw.text((220, 1010), f"{total:,}원", _INK, _font(20, True))


def _exam(draw: ImageDraw.ImageDraw) -> None:
    writer = Writer(random.Random("exam"), "ko")
    draw.text((250, 40), "2학기 중간고사 사회 영역", _INK, _font(26, True))
    draw.rectangle((42, 90, 785, 130), outline=_INK, width=2)
    for left, label in ((52, "학년 반"), (280, "번호"), (480, "성명")):
        draw.text((left, 100), label, _INK, _font(17))
    draw.line((413, 150, 413, 1130), _GREY, 2)
    for number in range(_QUESTIONS):
        left, top = _question(number)
        text = f"{number + 1}. {writer.paragraph(1)}"
        for row in range(2):
            draw.text((left, top + 22 * row), text[22 * row : 22 * (row + 1)], _INK, _font(15))
        for choice, sign in enumerate("①②③④⑤"):
            draw.text((left + 70 * choice, top + 56), sign, _INK, _font(17))
            draw.text(
                (left + 22 + 70 * choice, top + 58), writer.fill("{item}")[:3], _INK, _font(14)
            )


def _question(number: int) -> tuple[int, int]:
    column, row = divmod(number, _QUESTIONS // 2)
    return 50 + 380 * column, 160 + 118 * row


def _fill_exam(draw: ImageDraw.ImageDraw, writer: Writer) -> None:
    rng = writer.rng
    draw.text((150, 98), f"{rng.randint(1, 3)} - {rng.randint(1, 12)}", _INK, _font(19))
    draw.text((340, 98), f"{rng.randint(1, 35)}", _INK, _font(19))
    draw.text((550, 98), writer.person(), _INK, _font(19))
    for number in range(_QUESTIONS):
        left, top = _question(number)
        left += 70 * rng.randrange(_CHOICES)
        draw.ellipse((left - 5, top + 50, left + 23, top + 80), outline=_RED, width=3)


def _sheet(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, 1440, 84), fill=_GREY)
    for place, name in enumerate(("파일", "홈", "삽입", "수식", "데이터", "검토")):
        draw.text((24 + 84 * place, 12), name, _INK, _font(17))
    for row in range(33):
        draw.line((0, 84 + 25 * row, 1440, 84 + 25 * row), _GREY)
        if row:
            draw.text((8, 87 + 25 * row), str(row), (120, 120, 120), _font(14))
    for column in range(12):
        left = 46 + 116 * column
        draw.line((left, 84, left, 900), _GREY)
        draw.text((left + 50, 86), "ABCDEFGHIJKL"[column], (120, 120, 120), _font(15))


def _fill_sheet(draw: ImageDraw.ImageDraw, writer: Writer) -> None:
    rng = writer.rng
    columns = rng.randint(5, 11)
    heads = [writer.fill("{item}")[:7] for _ in range(columns)]
    for row in range(rng.randint(14, 30)):
        for column, head in enumerate(heads):
            left, top = 52 + 116 * column, 112 + 25 * row
            if row == 0:
                draw.text((left, top), head, _INK, _font(15, True))
            elif column == 0:
                draw.text((left, top), writer.pick("place")[:7], _INK, _font(15))
            else:
                draw.text((left + 20, top), f"{rng.randint(1, 99999):,}", _INK, _font(15))
