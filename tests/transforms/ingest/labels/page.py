"""A page drawn here, whose words and boxes are known, and how boxes are laid on it."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gyogwa.transforms.ingest.labels.form import LabelRow

WIDTH, HEIGHT = 400, 160
ROWS = [["주민", "설명회"], ["Notice", "3,450,000원", "2024년"]]
WORDS = [word for row in ROWS for word in row]
_NANUM = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"
_SLACK = 1
"""Pixels by which ink may lie outside its box: blurred edges."""


class Page(NamedTuple):
    """`ink`: whether a pixel is dark [height, width]; `boxes`: `[x0, y0, x1, y1]`, of `WORDS`;
    `lines`: the boxes of `ROWS`."""

    ink: np.ndarray
    boxes: list[list[int]]
    lines: list[list[int]]


@cache
def drawn() -> Page:
    """The page, in black on white."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(_NANUM, 26)
    boxes: list[list[int]] = []
    lines = []
    for number, row in enumerate(ROWS):
        x, first = 20.0, len(boxes)
        for word in row:
            at = (x, 30 + 60 * number)
            x0, y0, x1, y1 = draw.textbbox(at, word, font=font)
            draw.text(at, word, font=font, fill=0)
            boxes.append([int(x0), int(y0), int(x1), int(y1)])
            x = x1 + 16
        lines.append(around(boxes[first:]))
    return Page(np.asarray(image) < 128, boxes, lines)


def around(boxes: list[list[int]]) -> list[int]:
    """The box around boxes."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return [min(x0), min(y0), max(x1), max(y1)]


def sizes(box: list[int]) -> list[int]:
    """x, y, width and height."""
    return [box[0], box[1], box[2] - box[0], box[3] - box[1]]


def quad(box: list[int]) -> list[list[int]]:
    """The corners, clockwise from the upper left."""
    x0, y0, x1, y1 = box
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


def flat(box: list[int]) -> list[int]:
    """The corners as 8 numbers."""
    return [value for point in quad(box) for value in point]


def entries_of(row: LabelRow) -> list[dict[str, Any]]:
    """All texts with boxes that a row has."""
    return [*row.get("words", []), *row.get("lines_of_text", [])]


def pixels(box: Any, boxes: dict[str, Any]) -> list[float]:
    """A row's box as `[x0, y0, x1, y1]` in pixels of the page, by what its `boxes` declares."""
    numbers = [v for p in box for v in p] if isinstance(box[0], list) else list(box)
    if len(numbers) == 8:
        xs, ys = numbers[::2], numbers[1::2]
        numbers = [min(xs), min(ys), max(xs), max(ys)]
    elif boxes.get("form") == "sizes":
        x, y, width, height = numbers
        numbers = [x, y, x + width, y + height]
    width, height = boxes.get("size") or (WIDTH, HEIGHT)
    if boxes.get("unit") == "fractions":
        width, height = 1, 1
    return [v * side for v, side in zip(numbers, [WIDTH / width, HEIGHT / height] * 2, strict=True)]


def covered(boxes: list[list[float]]) -> bool:
    """Whether every box has ink in it, and all ink lies in a box."""
    left = drawn().ink.copy()
    for x0, y0, x1, y1 in boxes:
        part = np.s_[
            max(0, round(y0) - _SLACK) : round(y1) + _SLACK,
            max(0, round(x0) - _SLACK) : round(x1) + _SLACK,
        ]
        if not left[part].any():
            return False
        left[part] = False
    return not left.any()


LINES = drawn().lines
PAIRS = list(zip(WORDS, drawn().boxes, strict=True))
LINE_PAIRS = list(zip([" ".join(row) for row in ROWS], LINES, strict=True))
