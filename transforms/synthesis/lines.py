"""Lines over time: one or several, filled to the base, or over bars with an axis of its own."""

import random

from gyogwa.transforms.synthesis.axes import Axes, axes_in, ticks_to, write_values
from gyogwa.transforms.synthesis.canvas import Canvas, Graphics, Rect
from gyogwa.transforms.synthesis.chart import ChartSpec, number
from gyogwa.transforms.synthesis.style import Style, mixed

_BARS = 1.7
"""Of the tallest bar: how high the axis goes where a line passes above."""


def draw_lines(
    canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, rng: random.Random
) -> bool:
    """A line a series, the ground below it filled if the kind is "area"; True if every value is
    written out, which is tried where there is one line."""
    face = style.face(0.85)
    axes = axes_in(rect, ticks_to(1.08 * max(max(values) for _, values in plan.series)), face)
    points: list[tuple[float, float, float]] = []
    with canvas.graphics(rect) as shapes:
        axes.draw(shapes, style)
        for s, (_, values) in enumerate(plan.series):
            path = _path(axes, values)
            if plan.kind == "area":
                corners = [(path[0][0], axes.bottom), *path, (path[-1][0], axes.bottom)]
                shapes.polygon(corners, mixed(style.colours[s], style.paper, 0.4))
            _line(shapes, path, style, s)
            points += [(x, y, value) for (x, y), value in zip(path, values, strict=True)]
    axes.write_ticks(canvas, face)
    labelled = False
    if len(plan.series) == 1 and rng.random() < 0.8:
        slot = axes.slot(len(plan.categories))
        labelled = write_values(canvas, rect, points, style, slot, plan.kind == "line")
    axes.write_names(canvas, plan.categories, face)
    return labelled


def draw_combined(
    canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, rng: random.Random
) -> bool:
    """Bars on the left axis and a line on the right one, which begins at 0 as well; True if every
    value is written out."""
    face = style.face(0.85)
    (_, bars), (_, line) = plan.series
    second = ticks_to(1.12 * max(line))
    wide = max(face.width(number(tick)) for tick in second) + face.size * 0.6
    axes = axes_in(rect, ticks_to(_BARS * max(bars)), face, wide)
    other = Axes(axes.left, axes.top, axes.right, axes.bottom, second)
    slot = axes.slot(len(bars))
    path = _path(other, line)
    with canvas.graphics(rect) as shapes:
        axes.draw(shapes, style)
        shapes.line([(axes.right, axes.top), (axes.right, axes.bottom)], style.ink)
        for x, value in zip(axes.middles(len(bars)), bars, strict=True):
            shapes.bar(
                x - slot * 0.3, axes.level(value), x + slot * 0.3, axes.bottom, style.colours[0]
            )
        _line(shapes, path, style, 1)
    axes.write_ticks(canvas, face)
    labelled = False
    if rng.random() < 0.8:
        tops = [(x, axes.level(v), v) for x, v in zip(axes.middles(len(bars)), bars, strict=True)]
        over = [(x, y, value) for (x, y), value in zip(path, line, strict=True)]
        # The line's numbers first: those of bars that come too near to them are left out.
        written = [
            write_values(canvas, rect, over, style, slot, False),
            _clear(tops, path, style)
            and write_values(canvas, rect, tops, style, slot * 0.8, False),
        ]
        labelled = all(written)
    for tick in reversed(second):
        at = axes.right + face.size * 0.4
        canvas.line(number(tick), at, other.level(tick) + face.rise / 2, face)
    axes.write_names(canvas, plan.categories, face)
    return labelled


def _clear(
    tops: list[tuple[float, float, float]], path: list[tuple[float, float]], style: Style
) -> bool:
    """Whether the line stays away from where the bars' numbers would stand."""
    lowest = max(y for _, y in path)
    return all(y - style.size * 1.6 > lowest for _, y, _ in tops)


def _path(axes: Axes, values: list[float]) -> list[tuple[float, float]]:
    middles = axes.middles(len(values))
    return [(x, axes.level(value)) for x, value in zip(middles, values, strict=True)]


def _line(shapes: Graphics, path: list[tuple[float, float]], style: Style, series: int) -> None:
    shapes.line(path, style.colours[series], 2)
    for x, y in path:
        shapes.dot(x, y, style.size * 0.22, style.colours[series])
