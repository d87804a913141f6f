"""Draws the plan of a chart: title, unit, legend, axes, marks and numbers, in reading order.

The title is a heading block, all else one chart block. A number that would touch other text is
left out, and the chart then doesn't count as labelled.
"""

import math
import random

from gyogwa.transforms.synthesis.canvas import Canvas, Face, Rect
from gyogwa.transforms.synthesis.chart import ChartSpec, number
from gyogwa.transforms.synthesis.style import Style


def draw_chart(
    canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, rng: random.Random
) -> bool:
    """Draws `plan` inside `rect` (pixels) and records it; True if every value is written out."""
    x0, y0, x1, y1 = rect
    first = len(canvas.words)
    title = fitted(style.heading(1.3), plan.title, x1 - x0)
    baseline = y0 + title.size
    with canvas.block("heading"):
        if rng.random() < 0.7:
            canvas.line(plan.title, (x0 + x1) / 2, baseline, title, "center")
        else:
            canvas.line(plan.title, x0, baseline, title)
    with canvas.block("chart"):
        inner = (x0, round(baseline + style.size * 0.8), x1, y1)
        if plan.kind == "pie":
            labelled = _pie(canvas, inner, plan, style)
        else:
            labelled = _axes(canvas, inner, plan, style, rng)
    boxes = [word["box"] for word in canvas.words[first:]]
    canvas.charts.append(
        {
            "kind": plan.kind,
            "title": plan.title,
            "unit": plan.unit,
            "categories": plan.categories,
            "series": [{"name": name, "values": values} for name, values in plan.series],
            "box": [
                min(x0, *(box[0] for box in boxes)),
                min(y0, *(box[1] for box in boxes)),
                max(x1, *(box[2] for box in boxes)),
                max(y1, *(box[3] for box in boxes)),
            ],
        }
    )
    return labelled


def fitted(face: Face, text: str, width: float) -> Face:
    """The face, made smaller until `text` is at most `width` pixels wide, but not below 8."""
    while face.width(text) > width and face.size > 8:
        face = face.resized(face.size - 1)
    return face


def _pie(canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style) -> bool:
    x0, y0, x1, y1 = rect
    values = plan.series[0][1]
    face = style.face(0.95)
    texts = [
        f"{name} {number(value)}%" for name, value in zip(plan.categories, values, strict=True)
    ]
    side = max(face.width(text) for text in texts) + style.size * 2.2
    radius = max(20.0, min((y1 - y0) / 2 - 6, (x1 - x0 - side) / 2 - 6))
    cx, cy = x0 + radius + 6 + max(0.0, (x1 - x0 - side - 2 * radius) / 3), (y0 + y1) / 2
    left = min(cx + radius + style.size * 1.2, x1 - side + style.size)
    step = min(style.size * 2.0, (y1 - y0) / len(texts))
    tops = [cy + (i - (len(texts) - 1) / 2) * step for i in range(len(texts))]
    with canvas.graphics(rect) as shapes:
        angle = -90.0
        for i, value in enumerate(values):
            end = angle + value * 3.6
            shapes.slice(cx, cy, radius, angle, end, style.colours[i % 6])
            angle = end
            half = style.size * 0.38
            shapes.bar(left, tops[i] - half, left + 2 * half, tops[i] + half, style.colours[i % 6])
    for text, top in zip(texts, tops, strict=True):
        canvas.line(text, left + style.size * 1.2, top + face.rise / 2, face)
    return True


def _legend(canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style) -> int:
    """Draws the unit at the left and the legend at the right; returns the y below them."""
    x0, y0, x1, _ = rect
    face = style.face(0.85)
    korean = any("가" <= char <= "힣" for char in plan.title)
    unit = f"(단위: {plan.unit})" if korean else f"({plan.unit})"
    baseline = y0 + face.size
    canvas.line(unit, x0, baseline, face)
    if len(plan.series) == 1:
        return round(baseline + face.size * 1.2)
    names = [name for name, _ in plan.series]
    widths = [face.width(name) + face.size * 2.4 for name in names]
    x = x1 - sum(widths)
    if x < x0 + face.width(unit) + face.size:
        baseline += round(face.size * 1.6)
        x = max(float(x0), x)
    for i, name in enumerate(names):
        with canvas.graphics((x0, baseline - face.size, x1, baseline + 3)) as shapes:
            mark = face.size * 0.7
            shapes.bar(x, baseline - mark, x + mark, baseline, style.colours[i])
        canvas.line(name, round(x + face.size), baseline, face)
        x += widths[i]
    return round(baseline + face.size * 1.2)


def _ticks(top: float) -> list[float]:
    """Round numbers from 0 to at least `top`, four to seven of them."""
    scale = 10.0 ** math.floor(math.log10(top / 4))
    step = next(scale * m for m in (1, 2, 2.5, 5, 10) if top / (scale * m) <= 5)
    step = max(1.0, step)
    return [step * i for i in range(math.ceil(top / step) + 1)]


def _axes(canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, rng: random.Random) -> bool:
    body = (rect[0], _legend(canvas, rect, plan, style), rect[2], rect[3])
    face = style.face(0.85)
    ticks = _ticks(1.08 * max(max(values) for _, values in plan.series))
    slot = (rect[2] - rect[0] - face.width(number(ticks[-1]))) / len(plan.categories)
    wide = max(face.width(name) for name in plan.categories) > slot - 6
    if plan.kind == "bar" and (wide or rng.random() < 0.2):
        return _sideways(canvas, body, plan, style, ticks)
    left = body[0] + max(face.width(number(tick)) for tick in ticks) + face.size * 0.6
    bottom = body[3] - face.size * 1.9
    top = body[1] + face.size * 0.6
    slot = (body[2] - left) / len(plan.categories)

    def level(value: float) -> float:
        return bottom - (bottom - top) * value / ticks[-1]

    middles = [left + slot * (i + 0.5) for i in range(len(plan.categories))]
    points: list[tuple[float, float, float]] = []
    with canvas.graphics(body) as shapes:
        for tick in ticks:
            shapes.line([(left, level(tick)), (body[2], level(tick))], style.faint, 0.6)
        shapes.line([(left, top), (left, bottom)], style.ink)
        shapes.line([(left, bottom), (body[2], bottom)], style.ink)
        width = slot * 0.72 / len(plan.series)
        for s, (_, values) in enumerate(plan.series):
            colour = style.colours[s]
            if plan.kind == "bar":
                starts = [middle - slot * 0.36 + s * width for middle in middles]
                for start, value in zip(starts, values, strict=True):
                    shapes.bar(start + 1, level(value), start + width - 1, bottom, colour)
                    points.append((start + width / 2, level(value), value))
                continue
            path = [(middle, level(value)) for middle, value in zip(middles, values, strict=True)]
            shapes.line(path, colour, 2)
            for (x, y), value in zip(path, values, strict=True):
                shapes.dot(x, y, style.size * 0.22, colour)
                points.append((x, y, value))
    for tick in reversed(ticks):
        canvas.line(
            number(tick), left - face.size * 0.4, level(tick) + face.rise / 2, face, "right"
        )
    labelled = False
    if rng.random() < 0.85 and (plan.kind == "bar" or len(plan.series) == 1):
        room = width if plan.kind == "bar" else slot
        labelled = _values(canvas, body, points, style, room, plan.kind == "line")
    for middle, name in zip(middles, plan.categories, strict=True):
        canvas.line(name, middle, bottom + face.size * 1.4, fitted(face, name, slot - 4), "center")
    return labelled


def _values(
    canvas: Canvas,
    rect: Rect,
    points: list[tuple[float, float, float]],
    style: Style,
    room: float,
    line: bool,
) -> bool:
    """Writes each value at its mark; True if there was room for all.

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


def _sideways(
    canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, ticks: list[float]
) -> bool:
    """Bars that run to the right, each with its number at its end."""
    face = style.face(0.85)
    value_face = fitted(style.face(0.78), "9", 99)
    left = rect[0] + max(face.width(name) for name in plan.categories) + face.size * 0.8
    right = rect[2] - value_face.width(number(ticks[-1])) - face.size * 0.6
    slot = (rect[3] - rect[1]) / len(plan.categories)
    height = slot * 0.7 / len(plan.series)
    value_face = value_face.resized(min(value_face.size, max(8, round(height * 0.95))))
    rows: list[list[tuple[float, float, float]]] = [[] for _ in plan.categories]
    with canvas.graphics(rect) as shapes:
        shapes.line([(left, rect[1]), (left, rect[3])], style.ink)
        for s, (_, values) in enumerate(plan.series):
            for i, value in enumerate(values):
                y = rect[1] + slot * (i + 0.15) + s * height
                end = left + (right - left) * value / ticks[-1]
                shapes.bar(left, y + 1, end, y + height - 1, style.colours[s])
                rows[i].append((end, y + height / 2, value))
    for i, name in enumerate(plan.categories):
        middle = rect[1] + slot * (i + 0.5)
        canvas.line(name, left - face.size * 0.5, middle + face.rise / 2, face, "right")
        for end, y, value in rows[i]:
            canvas.line(number(value), round(end) + 4, y + value_face.rise / 2, value_face)
    return True
