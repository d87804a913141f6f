"""Drawn pages of paragraphs, for benchmarks of copies and of what pages hold."""

import random

from PIL import Image, ImageDraw, ImageFont

from gyogwa.transforms.synthesis.fonts import families
from gyogwa.transforms.synthesis.writing import Writer

INK = (25, 25, 25)
WHITE = (255, 255, 255)


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(families("ko")[0].regular, size)


def page(number: int, language: str = "ko", scale: float = 1.0) -> Image.Image:
    """A page of paragraphs, 827 x 1169 pixels at scale 1."""
    writer = Writer(random.Random(f"copy kinds/{number}"), language)
    image = Image.new("RGB", (round(827 * scale), round(1169 * scale)), WHITE)
    draw = ImageDraw.Draw(image)
    draw.text((80 * scale, 70 * scale), writer.title("report")[:24], INK, font(round(30 * scale)))
    row = 0
    for paragraph in range(5):
        text = writer.paragraph(4)
        for at in range(0, min(len(text), 200), 40):
            top = (150 + 34 * row + 20 * paragraph) * scale
            draw.text((80 * scale, top), text[at : at + 40], INK, font(round(17 * scale)))
            row += 1
    return image
