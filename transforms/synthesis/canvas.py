"""A page that remembers the exact box of every word drawn on it.

Coordinates are pixels, origin at the top left. A word is drawn at whole pixels, in one call, and
its box is the ink that the font reports for it there, so no box is ever estimated. Words are
recorded in the order of drawing, which callers keep to the reading order.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageDraw

from gyogwa.transforms.synthesis.fonts import advance, font_for, load

Colour = tuple[int, int, int]
Rect = tuple[int, int, int, int]
_SCALE = 3


@dataclass(frozen=True)
class Face:
    """A font file at a size in pixels, and the colour it is drawn in."""

    path: str
    size: int
    colour: Colour = (20, 20, 20)

    def width(self, text: str) -> float:
        """How far `text` (words joined by one space) advances, in pixels."""
        words = text.split(" ")
        return sum(advance(self.path, self.size, word) for word in words) + (len(words) - 1) * load(
            self.path, self.size
        ).getlength(" ")

    @property
    def rise(self) -> int:
        """Height of a capital letter above the baseline, in pixels."""
        return round(-load(self.path, self.size).getbbox("H", anchor="ls")[1])

    def resized(self, size: int) -> "Face":
        """The same face at another size."""
        return Face(self.path, size, self.colour)


@dataclass(frozen=True)
class Picture:
    """A finished picture and its labels, a row of `metadata.jsonl` without names."""

    image: Image.Image
    labels: dict[str, Any]


@dataclass
class Canvas:
    """An empty sheet of `width` x `height` pixels.

    `revised`: what lines of this version say instead, by their number.
    """

    width: int
    height: int
    paper: Colour
    revised: dict[int, str] = field(default_factory=dict)
    words: list[dict[str, Any]] = field(default_factory=list)
    lines: list[list[int]] = field(default_factory=list)
    blocks: list[dict[str, Any]] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    charts: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (self.width, self.height), self.paper)
        self.draw = ImageDraw.Draw(self.image)

    @contextmanager
    def block(self, kind: str) -> Iterator[None]:
        """Lines drawn inside are one block of `kind`; none at all leave no block."""
        first = len(self.lines)
        yield
        if len(self.lines) > first:
            self.blocks.append({"kind": kind, "first": first, "last": len(self.lines)})

    def line(
        self, text: str, x: float, baseline: float, face: Face, align: str = "left", gap: float = 0
    ) -> list[int]:
        """Draws the words of `text` and returns the box around them.

        `x` is the left end, middle or right end of the line, after `align`. `gap` pixels are added
        to every space, for justified text.
        """
        text = self.revised.get(len(self.lines), text)
        first = len(self.words)
        left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * face.width(text)
        space = load(face.path, face.size).getlength(" ") + gap
        for word in text.split(" "):
            font = font_for(face.path, face.size, word)
            at = (round(left), round(baseline))
            box = [round(side) for side in self.draw.textbbox(at, word, font=font, anchor="ls")]
            self.draw.text(at, word, font=font, fill=face.colour, anchor="ls")
            self.words.append({"text": word, "box": box})
            left += advance(face.path, face.size, word) + space
        self.lines.append([first, len(self.words)])
        return around([word["box"] for word in self.words[first:]])

    def free(self, text: str, x: float, baseline: float, face: Face, rect: Rect) -> bool:
        """Whether `text` centred at `x` would lie in `rect` without touching any word so far."""
        half = face.width(text) / 2 + 2
        box = (x - half, baseline - face.size, x + half, baseline + face.size * 0.25)
        inside = box[0] >= rect[0] and box[1] >= rect[1] and box[2] <= rect[2] and box[3] <= rect[3]
        return inside and not any(_overlap(box, word["box"]) for word in self.words)

    @contextmanager
    def graphics(self, rect: Rect) -> Iterator["Graphics"]:
        """Shapes drawn inside appear, with smooth edges, in `rect` when the block ends."""
        big = self.image.crop(rect).resize(
            ((rect[2] - rect[0]) * _SCALE, (rect[3] - rect[1]) * _SCALE), Image.Resampling.NEAREST
        )
        yield Graphics(ImageDraw.Draw(big), rect)
        size = (rect[2] - rect[0], rect[3] - rect[1])
        self.image.paste(big.resize(size, Image.Resampling.BOX), rect[:2])

    def page(self, **extra: Any) -> Picture:
        """The picture with its labels and whatever else the row should say."""
        labels: dict[str, Any] = {"words": self.words, "lines": self.lines, "blocks": self.blocks}
        if self.tables:
            labels["tables"] = self.tables
        if self.charts:
            labels["charts"] = self.charts
        return Picture(self.image, labels | extra)


@dataclass(frozen=True)
class Graphics:
    """Shapes in pixels of the page, drawn three times as large inside."""

    draw: ImageDraw.ImageDraw
    rect: Rect

    def _at(self, *sides: float) -> list[float]:
        return [(side - self.rect[i % 2]) * _SCALE for i, side in enumerate(sides)]

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float = 1) -> None:
        """A polyline `width` pixels wide."""
        flat = self._at(*(side for point in points for side in point))
        self.draw.line(flat, fill=colour, width=max(1, round(width * _SCALE)), joint="curve")

    def bar(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """A filled rectangle."""
        sides = self._at(x0, y0, x1, y1)
        self.draw.rectangle(
            (sides[0], sides[1], max(sides[0], sides[2] - 1), max(sides[1], sides[3] - 1)),
            fill=colour,
        )

    def polygon(self, corners: list[tuple[float, float]], colour: Colour) -> None:
        """A filled polygon."""
        self.draw.polygon(self._at(*(side for corner in corners for side in corner)), fill=colour)

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self.draw.ellipse(self._at(x - radius, y - radius, x + radius, y + radius), fill=colour)

    def ring(self, x: float, y: float, radius: float, colour: Colour, width: float) -> None:
        """The outline of a circle, `width` pixels wide."""
        sides = self._at(x - radius, y - radius, x + radius, y + radius)
        self.draw.ellipse(sides, outline=colour, width=round(width * _SCALE))

    def slice(
        self, x: float, y: float, radius: float, start: float, end: float, colour: Colour
    ) -> None:
        """A sector from `start` to `end` degrees, clockwise from three o'clock."""
        sides = self._at(x - radius, y - radius, x + radius, y + radius)
        self.draw.pieslice(
            (sides[0], sides[1], sides[2], sides[3]), start, end, fill=colour, outline=(255,) * 3
        )


def wrapped(text: str, face: Face, width: float, indent: float = 0) -> list[str]:
    """Lines at most `width` pixels wide, broken at spaces; the first one `indent` shorter."""
    lines: list[str] = []
    for word in text.split(" "):
        room = width - (0 if len(lines) > 1 else indent)
        if lines and face.width(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def around(boxes: list[list[int]]) -> list[int]:
    """The smallest box around all of `boxes`, which are not none."""
    return [
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    ]


def _overlap(one: tuple[float, ...], two: list[int]) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
