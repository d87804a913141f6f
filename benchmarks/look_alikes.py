"""Pairs of images that one spot tells apart: a colour, a stamp, one digit of a large image.

What differs is small beside the image, or has the same grey: each is a kind that was once taken for
a copy.
"""

import random
from collections.abc import Callable

from PIL import Image, ImageDraw

from benchmarks.text_pages import INK, WHITE, font, page
from gyogwa.transforms.synthesis.writing import Writer


def pie(swapped: bool, size: int = 700) -> Image.Image:
    """A pie of four sectors; `swapped`: two of them have one another's colour, of equal grey."""
    colours = [(214, 96, 77), (67, 147, 195), (120, 198, 121), (254, 204, 92)]
    if swapped:
        colours[0], colours[1] = colours[1], colours[0]
    image = Image.new("RGB", (size, size), WHITE)
    draw = ImageDraw.Draw(image)
    draw.text((size // 2 - 90, 20), "분기별 매출 비중", INK, font(24))
    start = 0
    for share, colour in zip((110, 95, 85, 70), colours, strict=True):
        draw.pieslice((90, 90, size - 90, size - 90), start, start + share, colour, WHITE, 3)
        start += share
    for place, name in enumerate(("1분기", "2분기", "3분기", "4분기")):
        draw.text((60 + 150 * place, size - 60), name, INK, font(22))
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
        draw.text((110, top + 16), name, INK, font(20))
    return image


def contract(stamped: bool, dpi: int) -> Image.Image:
    """A contract in black, with a red stamp or without."""
    scale = dpi / 100
    image = page(7, scale=scale)
    draw = ImageDraw.Draw(image)
    draw.text((480 * scale, 1060 * scale), "대표이사 김민수", INK, font(round(18 * scale)))
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
    image = Image.new("RGB", (3840, 2160), WHITE)
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
    image = Image.new("RGB", (4961, 3508), WHITE)
    draw = ImageDraw.Draw(image)
    for number in range(60):
        left, top = rng.randint(100, 4300), rng.randint(100, 3100)
        wide, high = rng.randint(60, 500), rng.randint(60, 300)
        draw.rectangle((left, top, left + wide, top + high), outline=INK, width=3)
        text = size if number == 31 else f"{rng.randint(100, 9999)}"
        draw.text((left + 8, top - 30), text, INK, font(25))
    return image


def shop(price: str) -> Image.Image:
    """A page of a shop, 860 x 12000 pixels; one price is `price`."""
    writer = Writer(random.Random(12), "ko")
    image = Image.new("RGB", (860, 12000), WHITE)
    draw = ImageDraw.Draw(image)
    for row in range(48):
        top = 250 * row
        shade = tuple(writer.rng.randint(90, 220) for _ in range(3))
        draw.rectangle((30, top + 20, 240, top + 230), fill=shade)
        draw.text((270, top + 40), writer.title("report")[:28], INK, font(22))
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
