"""Charts of distributions: one point a name over two scales, and boxes with whiskers."""

import random

from gyogwa.transforms.synthesis.axes import Axes, axes_in, ticks_between, ticks_to, write_unit
from gyogwa.transforms.synthesis.canvas import Canvas, Graphics, Rect
from gyogwa.transforms.synthesis.chart import ChartSpec, number
from gyogwa.transforms.synthesis.style import Style, mixed


def draw_scatter(
    canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, rng: random.Random
) -> bool:
    """A point with its name for each category; the first series runs to the right, the second
    upwards, each named at its axis. Never labelled: values are read off the axes."""
    face, small = style.face(0.85), style.face(0.8)
    (across, xs), (upwards, ys) = plan.series
    canvas.line(upwards, rect[0], rect[1] + face.size, face)
    body = (rect[0], rect[1] + round(face.size * 1.6), rect[2], rect[3] - round(face.size * 1.5))
    axes = axes_in(body, ticks_between(min(ys), max(ys)), face, face.size)
    scale = ticks_between(min(xs), max(xs))
    wide = max(small.width(name) for name in plan.categories)

    def place(value: float) -> float:
        share = (value - scale[0]) / (scale[-1] - scale[0])
        return axes.left + 8 + (axes.right - axes.left - 16) * share

    with canvas.graphics(rect) as shapes:
        axes.draw(shapes, style)
        for tick in scale:
            low = axes.bottom + face.size * 0.3
            shapes.line([(place(tick), axes.bottom), (place(tick), low)], style.ink)
        for x, y in zip(xs, ys, strict=True):
            shapes.dot(place(x), axes.level(y), style.size * 0.28, style.colours[0])
    axes.write_ticks(canvas, face)
    for name, x, y in sorted(zip(plan.categories, xs, ys, strict=True), key=lambda at: -at[2]):
        beside = style.size * 0.55
        right = place(x) + beside + wide < axes.right
        at, align = (place(x) + beside, "left") if right else (place(x) - beside, "right")
        canvas.line(name, at, axes.level(y) + small.rise / 2, small, align)
    for tick in scale:
        canvas.line(number(tick), place(tick), axes.bottom + face.size * 1.5, face, "center")
    canvas.line(across, (axes.left + axes.right) / 2, rect[3] - 2, face, "center")
    return False


def draw_boxes(
    canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, rng: random.Random
) -> bool:
    """A box from the lower to the upper quartile with a line at the median, and whiskers to the
    least and the largest value. The series are those five, in this order. Some print the median."""
    face = style.face(0.85)
    low, lower, middle, upper, high = (values for _, values in plan.series)
    body = (rect[0], write_unit(canvas, rect, plan, style), rect[2], rect[3])
    axes = axes_in(body, ticks_to(1.05 * max(high)), face)
    slot = axes.slot(len(plan.categories))
    half = min(slot * 0.18, style.size * 2.2)
    ground = mixed(style.colours[0], style.paper, 0.45)
    with canvas.graphics(rect) as shapes:
        axes.draw(shapes, style)
        for i, x in enumerate(axes.middles(len(plan.categories))):
            _whisker(axes, shapes, x, half, (upper[i], high[i]), style)
            _whisker(axes, shapes, x, half, (lower[i], low[i]), style)
            shapes.bar(x - half, axes.level(upper[i]), x + half, axes.level(lower[i]), ground)
            sides = [(x - half, axes.level(lower[i])), (x + half, axes.level(lower[i]))]
            tops = [(x + half, axes.level(upper[i])), (x - half, axes.level(upper[i]))]
            shapes.line([*sides, *tops, sides[0]], style.ink, 1.2)
            level = axes.level(middle[i])
            shapes.line([(x - half, level), (x + half, level)], style.ink, 2.2)
    axes.write_ticks(canvas, face)
    small = style.face(0.8)
    widest = max(small.width(number(value)) for value in middle)
    if rng.random() < 0.5 and half + widest + 8 < slot / 2:
        for x, value in zip(axes.middles(len(plan.categories)), middle, strict=True):
            canvas.line(number(value), x + half + 4, axes.level(value) + small.rise / 2, small)
    axes.write_names(canvas, plan.categories, face)
    return False


def _whisker(
    axes: Axes, shapes: Graphics, x: float, half: float, ends: tuple[float, float], style: Style
) -> None:
    """From the edge of a box to the outermost value, with a bar across its end."""
    near, far = axes.level(ends[0]), axes.level(ends[1])
    shapes.line([(x, near), (x, far)], style.ink, 1.2)
    shapes.line([(x - half * 0.5, far), (x + half * 0.5, far)], style.ink, 1.2)
