"""Marks of hands on paper: seals, signatures, ticks, highlighter, underlining, strike-through.

What a seal says and the box of a tick are words like others, with exact boxes; the rest only lies
over words, which stay legible.
"""

import random
from itertools import pairwise

from PIL import Image, ImageChops

from gyogwa.transforms.synthesis.canvas import Canvas, Colour, Face, Graphics, Rect, around
from gyogwa.transforms.synthesis.style import Style

_SEAL: Colour = (196, 40, 36)
_MARKERS: list[Colour] = [(255, 244, 120), (180, 245, 170), (255, 200, 220), (170, 225, 255)]
TICKED, OPEN = "☑", "☐"


def seal_size(text: str, size: int) -> int:
    """Pixels along the side of a seal with `text` beside type of `size` pixels an em."""
    return round(size * (2.4 if len(text) <= _ROW else 3.6))


_ROW = 3
"""Syllables in a row of a seal."""


def seal(canvas: Canvas, x: int, y: int, text: str, face: Face) -> None:
    """A red seal with its upper left corner at (x, y): round with a name in one row, or square with
    rows of three syllables, as institutions have. Each row is a line of one word."""
    side = seal_size(text, face.size)
    rows = [text[i : i + _ROW] for i in range(0, len(text), _ROW)]
    pitch = side * 0.86 / max(len(rows), 2)
    size = max(9, round(min(pitch * 0.82, side * 0.74 / _ROW)))
    ink = Face(face.path, size, _SEAL)
    with canvas.graphics((x, y, x + side, y + side)) as shapes:
        edge = max(1.5, side * 0.035)
        if len(rows) == 1:
            shapes.ring(x + side / 2, y + side / 2, side / 2 - edge, _SEAL, edge)
        else:
            near, far = edge / 2 + 0.5, side - edge / 2 - 0.5
            corners = [(near, near), (far, near), (far, far), (near, far), (near, near)]
            shapes.line([(x + a, y + b) for a, b in corners], _SEAL, edge)
    with canvas.block("stamp"):
        for number, row in enumerate(rows):
            middle = y + side / 2 + (number - (len(rows) - 1) / 2) * pitch
            canvas.line(row, x + side / 2, middle + ink.rise / 2, ink, "center")


def signature(canvas: Canvas, rect: Rect, rng: random.Random) -> None:
    """A swift stroke of a pen within `rect`, which nobody could read."""
    x0, y0, x1, y1 = rect
    count = rng.randint(9, 14)
    points = [
        (
            x0 + (x1 - x0) * (i + rng.uniform(0.2, 0.8)) / count,
            y0 + (y1 - y0) * (rng.uniform(0.05, 0.5) if i % 2 else rng.uniform(0.5, 0.95)),
        )
        for i in range(count)
    ]
    with canvas.graphics(rect) as shapes:
        shapes.line(_smooth(points), (26, 34, 92), 1.6)


def _smooth(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of a path cut off, three times (Chaikin's algorithm)."""
    for _ in range(3):
        cut = [points[0]]
        for (a, b), (c, d) in pairwise(points):
            cut += [(0.75 * a + 0.25 * c, 0.75 * b + 0.25 * d)]
            cut += [(0.25 * a + 0.75 * c, 0.25 * b + 0.75 * d)]
        points = [*cut, points[-1]]
    return points


def tick_box(canvas: Canvas, x: int, baseline: int, face: Face, ticked: bool) -> int:
    """A square on the line, ticked or not, as the first word of a line; returns how wide it is."""
    side = round(face.size * 0.8)
    box = [x, baseline - side + 1, x + side, baseline + 1]
    with canvas.graphics((x, baseline - side, x + side + 2, baseline + 3)) as shapes:
        left, top, right, bottom = x + 1.0, baseline - side + 2.0, x + side - 1.0, float(baseline)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        shapes.line(corners, face.colour, 1.2)
        if ticked:
            start, low = (x + side * 0.22, baseline - side * 0.5), (x + side * 0.45, baseline - 3.0)
            shapes.line([start, low, (x + side * 0.85, baseline - side * 0.85)], (30, 40, 120), 2)
    canvas.words.append({"text": TICKED if ticked else OPEN, "box": box})
    return side


def marked(canvas: Canvas, style: Style, rng: random.Random) -> None:
    """One to three runs of words of running text marked by a reader, all in one way."""
    lines = [
        line
        for block in canvas.blocks
        if block["kind"] in ("paragraph", "list")
        for line in range(block["first"], block["last"])
    ]
    if not lines:
        return
    way = rng.choice(["highlighter", "highlighter", "underline", "strike"])
    colour = rng.choice(_MARKERS if way == "highlighter" else [(200, 40, 40), (30, 60, 160)])
    for line in rng.sample(lines, min(len(lines), rng.randint(1, 3))):
        first, last = canvas.lines[line]
        start = rng.randrange(first, last)
        longest = 2 if way == "strike" else 5
        words = canvas.words[start : min(last, start + rng.randint(1, longest))]
        box = around([word["box"] for word in words])
        if way == "highlighter":
            _highlight(canvas.image, box, colour, style.size)
            continue
        x0, y0, x1, y1 = box
        level = y1 + 2 if way == "underline" else (y0 + y1) / 2
        with canvas.graphics((x0, y0, x1 + 2, y1 + 5)) as shapes:
            _stroke(shapes, x0, x1, level, colour, rng)


def _highlight(image: Image.Image, box: list[int], colour: Colour, size: int) -> None:
    """Ink stays dark under the marker, so colours are multiplied."""
    middle = (box[1] + box[3]) / 2
    high = max(box[3] - box[1] + 4, size)
    rect = (box[0] - 3, round(middle - high / 2), box[2] + 3, round(middle + high / 2))
    under = image.crop(rect)
    image.paste(ImageChops.multiply(under, Image.new("RGB", under.size, colour)), rect[:2])


def _stroke(
    shapes: Graphics, x0: float, x1: float, level: float, colour: Colour, rng: random.Random
) -> None:
    """A line as a hand draws it, a pixel up or down on its way."""
    steps = max(2, round((x1 - x0) / 40))
    points = [
        (x0 + (x1 - x0) * i / steps, level + rng.uniform(-0.8, 0.8)) for i in range(steps + 1)
    ]
    shapes.line(points, colour, 1.4)
