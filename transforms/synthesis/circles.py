"""Charts about a centre: pies, rings, and values along spokes."""

import math
import random

from gyogwa.transforms.synthesis.axes import ticks_to, write_values
from gyogwa.transforms.synthesis.canvas import Canvas, Face, Rect
from gyogwa.transforms.synthesis.chart import ChartSpec, number
from gyogwa.transforms.synthesis.style import Style, contrasting

_INSIDE = 8.0
"""Percent of the whole that a slice needs to hold its number."""


def draw_pie(canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, rng: random.Random) -> bool:
    """A pie or a ring with its legend; shares stand in the slices or in the legend."""
    x0, y0, x1, y1 = rect
    values, ring = plan.series[0][1], plan.kind == "donut"
    face, small = style.face(0.95), style.face(0.85)
    shares = [f"{number(value)}%" for value in values]
    texts = [f"{name} {share}" for name, share in zip(plan.categories, shares, strict=True)]
    side = max(face.width(text) for text in texts) + style.size * 2.2
    radius = max(20.0, min((y1 - y0) / 2 - 6, (x1 - x0 - side) / 2 - 6))
    wide = max(small.width(share) for share in shares) < radius * (0.38 if ring else 0.5)
    inside = wide and min(values) >= _INSIDE and rng.random() < 0.5
    cx, cy = x0 + radius + 6 + max(0.0, (x1 - x0 - side - 2 * radius) / 3), (y0 + y1) / 2
    left = min(cx + radius + style.size * 1.2, x1 - side + style.size)
    step = min(style.size * 2.0, (y1 - y0) / len(texts))
    tops = [cy + (i - (len(texts) - 1) / 2) * step for i in range(len(texts))]
    places: list[tuple[float, float]] = []
    with canvas.graphics(rect) as shapes:
        angle = -90.0
        for i, value in enumerate(values):
            end = angle + value * 3.6
            shapes.slice(cx, cy, radius, angle, end, style.colours[i % 6])
            places.append(_spoke(cx, cy, radius * (0.76 if ring else 0.66), (angle + end) / 2))
            angle = end
            half = style.size * 0.38
            shapes.bar(left, tops[i] - half, left + 2 * half, tops[i] + half, style.colours[i % 6])
        if ring:
            shapes.dot(cx, cy, radius * 0.52, style.paper)
    for i, (share, (x, y)) in enumerate(zip(shares, places, strict=True) if inside else []):
        on = Face(small.path, small.size, contrasting(style.colours[i % 6]))
        canvas.line(share, x, y + on.rise / 2, on, "center")
    for text, top in zip(plan.categories if inside else texts, tops, strict=True):
        canvas.line(text, left + style.size * 1.2, top + face.rise / 2, face)
    return True


def draw_radar(
    canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, rng: random.Random
) -> bool:
    """A polygon a series over rings, one spoke a category, the first one upright; True if every
    value is written out, which is tried where there is one series."""
    face, count = style.face(0.85), len(plan.categories)
    widest = max(face.width(name) for name in plan.categories)
    radius = min((rect[3] - rect[1]) / 2 - face.size * 2, (rect[2] - rect[0]) / 2 - widest - 8)
    cx, cy = (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
    ticks = ticks_to(max(max(values) for _, values in plan.series))
    angles = [360 * i / count - 90 for i in range(count)]

    def outline(values: list[float]) -> list[tuple[float, float]]:
        far = [radius * value / ticks[-1] for value in values]
        return [_spoke(cx, cy, r, angle) for r, angle in zip(far, angles, strict=True)]

    points: list[tuple[float, float, float]] = []
    with canvas.graphics(rect) as shapes:
        for tick in ticks[1:]:
            ring = outline([tick] * count)
            shapes.line([*ring, ring[0]], style.faint, 0.8)
        for end in outline([ticks[-1]] * count):
            shapes.line([(cx, cy), end], style.faint, 0.8)
        for s, (_, values) in enumerate(plan.series):
            corners = outline(values)
            shapes.line([*corners, corners[0]], style.colours[s], 2)
            for (x, y), value in zip(corners, values, strict=True):
                shapes.dot(x, y, style.size * 0.22, style.colours[s])
                points.append((x, y, value))
    for name, angle in zip(plan.categories, angles, strict=True):
        x, y = _spoke(cx, cy, radius + face.size * 0.6, angle)
        across = math.cos(math.radians(angle))
        align = "left" if across > 0.1 else "right" if across < -0.1 else "center"
        canvas.line(name, x, y + face.rise * (1 + math.sin(math.radians(angle))) / 2, face, align)
    labelled = False
    if len(plan.series) == 1 and rng.random() < 0.7:
        labelled = write_values(canvas, rect, points, style, radius / 2, False)
    small = style.face(0.7)
    for tick in [] if labelled else reversed(ticks):
        y = cy - radius * tick / ticks[-1]
        if canvas.free(str(tick), cx + small.size * 1.6, y + small.size, small, rect):
            canvas.line(number(tick), cx + small.size * 0.5, y + small.size, small)
    return labelled


def _spoke(x: float, y: float, far: float, degrees: float) -> tuple[float, float]:
    """The point that far from (x, y), clockwise from three o'clock."""
    angle = math.radians(degrees)
    return x + far * math.cos(angle), y + far * math.sin(angle)
