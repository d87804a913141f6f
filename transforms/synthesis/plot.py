"""Draws the plan of a chart: title, unit, legend, axes, marks and numbers, in reading order.

The title is a heading block, all else one chart block. A number that would touch other text is
left out, and the chart then doesn't count as labelled.
"""

import random
from collections.abc import Callable

from gyogwa.transforms.synthesis.axes import fitted, legend
from gyogwa.transforms.synthesis.bars import draw_bars
from gyogwa.transforms.synthesis.canvas import Canvas, Rect
from gyogwa.transforms.synthesis.chart import ChartSpec
from gyogwa.transforms.synthesis.circles import draw_pie, draw_radar
from gyogwa.transforms.synthesis.lines import draw_combined, draw_lines
from gyogwa.transforms.synthesis.points import draw_boxes, draw_scatter
from gyogwa.transforms.synthesis.style import Style

_DRAWN: dict[str, Callable[[Canvas, Rect, ChartSpec, Style, random.Random], bool]] = {
    "bar": draw_bars,
    "stacked bar": draw_bars,
    "line": draw_lines,
    "area": draw_lines,
    "combined": draw_combined,
    "scatter": draw_scatter,
    "radar": draw_radar,
    "box": draw_boxes,
    "pie": draw_pie,
    "donut": draw_pie,
}
_LEGEND_ABOVE = ("bar", "stacked bar", "line", "area", "combined", "radar")


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
        if plan.kind in _LEGEND_ABOVE:
            inner = (x0, legend(canvas, inner, plan, style), x1, y1)
        labelled = _DRAWN[plan.kind](canvas, inner, plan, style, rng)
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
