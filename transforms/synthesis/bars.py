"""Bars: beside each other or stacked, upright or lying."""

import random
from dataclasses import dataclass

from gyogwa.transforms.synthesis.axes import axes_in, fitted, ticks_to, write_values
from gyogwa.transforms.synthesis.canvas import Canvas, Colour, Face, Rect
from gyogwa.transforms.synthesis.chart import ChartSpec, number
from gyogwa.transforms.synthesis.style import Style, contrasting

_LYING = 0.25


@dataclass(frozen=True)
class Segment:
    """A part of a stack: its sides in pixels, from the left clockwise, and its ground."""

    sides: tuple[float, float, float, float]
    value: float
    colour: Colour


def draw_bars(
    canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, rng: random.Random
) -> bool:
    """Bars of every series; True if every value is written out. They lie where names are long."""
    face, stacked = style.face(0.85), plan.kind == "stacked bar"
    runs = list(zip(*(values for _, values in plan.series), strict=True))
    tops = [sum(run) if stacked else max(run) for run in runs]
    ticks = ticks_to((1.0 if plan.unit == "%" else 1.08) * max(tops))
    slot = (rect[2] - rect[0] - face.width(number(ticks[-1]))) / len(plan.categories)
    wide = max(face.width(name) for name in plan.categories) > slot - 6
    printed = rng.random() < 0.8
    if wide or rng.random() < _LYING:
        lying = _stacked_lying if stacked else _lying
        return lying(canvas, rect, plan, style, ticks, printed)
    axes = axes_in(rect, ticks, face)
    middles, slot = axes.middles(len(plan.categories)), axes.slot(len(plan.categories))
    width = slot * (0.55 if stacked else 0.72 / len(plan.series))
    points: list[tuple[float, float, float]] = []
    segments: list[Segment] = []
    with canvas.graphics(rect) as shapes:
        axes.draw(shapes, style)
        below = [0.0] * len(middles)
        for s, (_, values) in enumerate(plan.series):
            for i, value in enumerate(values):
                if stacked:
                    y0, y1 = axes.level(below[i] + value), axes.level(below[i])
                    x0 = middles[i] - width / 2
                    shapes.bar(x0, y0, x0 + width, y1, style.colours[s])
                    segments.append(Segment((x0, y0, x0 + width, y1), value, style.colours[s]))
                    below[i] += value
                else:
                    x0, y0 = middles[i] - slot * 0.36 + s * width, axes.level(value)
                    shapes.bar(x0 + 1, y0, x0 + width - 1, axes.bottom, style.colours[s])
                    points.append((x0 + width / 2, y0, value))
    axes.write_ticks(canvas, face)
    labelled = False
    if printed and stacked:
        labelled = _write_inside(canvas, segments, style)
    elif printed:
        labelled = write_values(canvas, rect, points, style, width, False)
    axes.write_names(canvas, plan.categories, face)
    return labelled


def _write_inside(canvas: Canvas, segments: list[Segment], style: Style) -> bool:
    """Writes each value in the middle of its segment, or none where one of them is too small."""
    written: list[tuple[Segment, Face]] = []
    for segment in segments:
        x0, y0, x1, y1 = segment.sides
        face = fitted(style.face(0.8), number(segment.value), x1 - x0 - 4)
        if face.width(number(segment.value)) > x1 - x0 - 4 or face.size * 0.9 > y1 - y0:
            return False
        written.append((segment, Face(face.path, face.size, contrasting(segment.colour))))
    for segment, face in written:
        x0, y0, x1, y1 = segment.sides
        middle = (y0 + y1 + face.rise) / 2
        canvas.line(number(segment.value), (x0 + x1) / 2, middle, face, "center")
    return True


def _lying(
    canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, ticks: list[float], printed: bool
) -> bool:
    """Bars that run to the right, each with its number at its end, or with an axis below."""
    face = style.face(0.85)
    value_face = style.face(0.78)
    bottom = rect[3] - (0 if printed else face.size * 1.6)
    left = rect[0] + max(face.width(name) for name in plan.categories) + face.size * 0.8
    right = rect[2] - value_face.width(number(ticks[-1])) - face.size * 0.6
    slot = (bottom - rect[1]) / len(plan.categories)
    height = slot * 0.7 / len(plan.series)
    value_face = value_face.resized(min(value_face.size, max(8, round(height * 0.95))))
    rows: list[list[tuple[float, float, float]]] = [[] for _ in plan.categories]
    with canvas.graphics(rect) as shapes:
        if not printed:
            for tick in ticks:
                x = left + (right - left) * tick / ticks[-1]
                shapes.line([(x, rect[1]), (x, bottom)], style.faint, 0.6)
        shapes.line([(left, rect[1]), (left, bottom)], style.ink)
        for s, (_, values) in enumerate(plan.series):
            for i, value in enumerate(values):
                y = rect[1] + slot * (i + 0.15) + s * height
                end = left + (right - left) * value / ticks[-1]
                shapes.bar(left, y + 1, end, y + height - 1, style.colours[s])
                rows[i].append((end, y + height / 2, value))
    for i, name in enumerate(plan.categories):
        middle = rect[1] + slot * (i + 0.5)
        canvas.line(name, left - face.size * 0.5, middle + face.rise / 2, face, "right")
        for end, y, value in rows[i] if printed else []:
            canvas.line(number(value), round(end) + 4, y + value_face.rise / 2, value_face)
    if not printed:
        _ticks_below(canvas, left, right, bottom, ticks, face)
    return printed


def _stacked_lying(
    canvas: Canvas, rect: Rect, plan: ChartSpec, style: Style, ticks: list[float], printed: bool
) -> bool:
    """Stacks that run to the right, over an axis."""
    face = style.face(0.85)
    bottom = rect[3] - face.size * 1.6
    left = rect[0] + max(face.width(name) for name in plan.categories) + face.size * 0.8
    right = rect[2] - face.width(number(ticks[-1])) / 2 - 2
    slot = (bottom - rect[1]) / len(plan.categories)
    segments: list[Segment] = []
    with canvas.graphics(rect) as shapes:
        for tick in ticks:
            x = left + (right - left) * tick / ticks[-1]
            shapes.line([(x, rect[1]), (x, bottom)], style.faint, 0.6)
        shapes.line([(left, rect[1]), (left, bottom)], style.ink)
        for i in range(len(plan.categories)):
            start, y = left, rect[1] + slot * (i + 0.2)
            for s, (_, values) in enumerate(plan.series):
                end = start + (right - left) * values[i] / ticks[-1]
                shapes.bar(start, y, end, y + slot * 0.6, style.colours[s])
                sides = (start, y, end, y + slot * 0.6)
                segments.append(Segment(sides, values[i], style.colours[s]))
                start = end
    for i, name in enumerate(plan.categories):
        middle = rect[1] + slot * (i + 0.5)
        canvas.line(name, left - face.size * 0.5, middle + face.rise / 2, face, "right")
    labelled = printed and _write_inside(canvas, segments, style)
    _ticks_below(canvas, left, right, bottom, ticks, face)
    return labelled


def _ticks_below(
    canvas: Canvas, left: float, right: float, bottom: float, ticks: list[float], face: Face
) -> None:
    """Numbers below an axis that runs to the right; every other where they would touch."""
    pitch = (right - left) / (len(ticks) - 1)
    each = 1 if face.width(number(ticks[-1])) + face.size < pitch else 2
    for tick in ticks[::each]:
        x = left + (right - left) * tick / ticks[-1]
        canvas.line(number(tick), x, bottom + face.size * 1.3, face, "center")
