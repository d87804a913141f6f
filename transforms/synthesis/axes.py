"""What charts with axes share: legend, round numbers for ticks, grid, names along the bottom."""

import math
from dataclasses import dataclass

from gyogwa.transforms.synthesis.canvas import Canvas, Face, Graphics, Rect
from gyogwa.transforms.synthesis.chart import ChartSpec, number
from gyogwa.transforms.synthesis.style import Style


@dataclass(frozen=True)
class Axes:
    """The field between the axes, in pixels; `ticks` go from the bottom to the top."""

    left: float
    top: float
    right: float
    bottom: float
    ticks: list[float]

    def level(self, value: float) -> float:
        """Where a value lies, from the top of the picture."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.bottom - (self.bottom - self.top) * (value - low) / (high - low)

    def slot(self, count: int) -> float:
        """The width that each of so many categories has."""
        return (self.right - self.left) / count

    def middles(self, count: int) -> list[float]:
        """The middles of the slots of so many categories."""
        return [self.left + self.slot(count) * (i + 0.5) for i in range(count)]

    def draw(self, shapes: Graphics, style: Style) -> None:
        """A faint line a tick, the left axis and the base."""
        for tick in self.ticks:
            level = self.level(tick)
            shapes.line([(self.left, level), (self.right, level)], style.faint, 0.6)
        shapes.line([(self.left, self.top), (self.left, self.bottom)], style.ink)
        shapes.line([(self.left, self.bottom), (self.right, self.bottom)], style.ink)

    def write_ticks(self, canvas: Canvas, face: Face) -> None:
        """The numbers left of the axis, from the top down."""
        for tick in reversed(self.ticks):
            at = self.left - face.size * 0.4
            canvas.line(number(tick), at, self.level(tick) + face.rise / 2, face, "right")

    def write_names(self, canvas: Canvas, names: list[str], face: Face) -> None:
        """A name below each slot."""
        slot = self.slot(len(names))
        for middle, name in zip(self.middles(len(names)), names, strict=True):
            below = self.bottom + face.size * 1.4
            canvas.line(name, middle, below, fitted(face, name, slot - 4), "center")


def axes_in(rect: Rect, ticks: list[float], face: Face, right: float = 0) -> Axes:
    """Axes that fill `rect` but for the ticks at the left, the names below and `right` pixels."""
    widest = max(face.width(number(tick)) for tick in ticks)
    return Axes(
        rect[0] + widest + face.size * 0.6,
        rect[1] + face.size * 0.6,
        rect[2] - right,
        rect[3] - face.size * 1.9,
        ticks,
    )


def fitted(face: Face, text: str, width: float) -> Face:
    """The face, made smaller until `text` is at most `width` pixels wide, but not below 8."""
    while face.width(text) > width and face.size > 8:
        face = face.resized(face.size - 1)
    return face


def ticks_to(top: float) -> list[float]:
    """Round numbers from 0 to at least `top`, four to seven of them."""
    step = max(1.0, _round_step(top / 4, top))
    return [step * i for i in range(math.ceil(top / step) + 1)]


def ticks_between(low: float, high: float) -> list[float]:
    """Round numbers from at most `low` to at least `high`."""
    span = high - low
    step = max(1.0, _round_step(span / 4, span))
    first = math.floor(low / step)
    return [step * i for i in range(first, math.ceil(high / step) + 1)]


def _round_step(about: float, span: float) -> float:
    scale = 10.0 ** math.floor(math.log10(about))
    return next(scale * m for m in (1, 2, 2.5, 5, 10) if span / (scale * m) <= 5)


def write_unit(canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style) -> int:
    """Writes the unit, if there is one for all, at the upper left; returns the y below it."""
    face = style.face(0.85)
    if plan.unit:
        canvas.line(_unit(plan), rect[0], rect[1] + face.size, face)
    return round(rect[1] + face.size * 2.2)


def _unit(plan: ChartSpec) -> str:
    return f"(단위: {plan.unit})" if plan.korean else f"({plan.unit})"


def legend(canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style) -> int:
    """Draws the unit at the left and the legend at the right; returns the y below them."""
    x0, y0, x1, _ = rect
    below = write_unit(canvas, rect, plan, style)
    if len(plan.series) == 1:
        return below
    face = style.face(0.85)
    baseline = y0 + face.size
    taken = face.width(_unit(plan)) + face.size if plan.unit else 0.0
    names = [name for name, _ in plan.series]
    widths = [face.width(name) + face.size * 2.4 for name in names]
    x = x1 - sum(widths)
    if x < x0 + taken:
        baseline += round(face.size * 1.6)
        x = max(float(x0), x)
    for i, name in enumerate(names):
        with canvas.graphics((x0, baseline - face.size, x1, baseline + 3)) as shapes:
            mark = face.size * 0.7
            shapes.bar(x, baseline - mark, x + mark, baseline, style.colours[i])
        canvas.line(name, round(x + face.size), baseline, face)
        x += widths[i]
    return round(baseline + face.size * 1.2)


def write_values(
    canvas: Canvas,
    rect: Rect,
    points: list[tuple[float, float, float]],
    style: Style,
    room: float,
    line: bool,
) -> bool:
    """Writes each value of `points` (x, y, value) at its mark; True if there was room for all.

    A number is no wider than `room`, so that it never lies on the bar beside. On a line it goes
    below the point where the line comes down to it from above.
    """
    widest = max((number(value) for _, _, value in points), key=len)
    face = fitted(style.face(0.8), widest, room)
    if face.width(widest) > room:
        return False
    free = True
    for i, (x, y, value) in enumerate(points):
        near = [points[j][1] for j in (i - 1, i + 1) if 0 <= j < len(points)]
        below = (
            line and sum(near) / len(near) < y and y + face.size * 1.6 < rect[3] - style.size * 2
        )
        baseline = y + face.size * 1.4 if below else y - style.size * 0.42
        if canvas.free(number(value), x, baseline, face, rect):
            canvas.line(number(value), x, baseline, face, "center")
        else:
            free = False
    return free
