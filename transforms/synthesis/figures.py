"""Sets tables and charts with their captions, and parts long tables where a page ends."""

from dataclasses import replace
from typing import TYPE_CHECKING

from gyogwa.transforms.synthesis.canvas import Face, wrapped
from gyogwa.transforms.synthesis.chart import ChartSpec
from gyogwa.transforms.synthesis.elements import Figure, LongTable
from gyogwa.transforms.synthesis.plot import draw_chart
from gyogwa.transforms.synthesis.ruled import draw_grid, frame_grid
from gyogwa.transforms.synthesis.table_kinds import parted

if TYPE_CHECKING:
    from gyogwa.transforms.synthesis.setting import Setter

_CHART = 20
"""Ems that a chart needs, so that its legend and its numbers don't run into each other."""


def set_figure(setter: "Setter", figure: Figure) -> None:
    """A table below its caption or a chart above it; nothing where there is no room for it,
    nor in a narrow column."""
    content, style = figure.content, setter.style
    chart = isinstance(content, ChartSpec)
    caption = style.face(0.9, strong=setter.rng.random() < 0.5)
    rows = wrapped(figure.caption, caption, setter.width) if figure.caption else []
    pitch = round(caption.size * 1.4)
    frame = None
    if isinstance(content, ChartSpec):
        if setter.width < _CHART * style.size:
            return
        height = round(min(setter.width * 0.62, setter.sheet.height * 0.33))
    else:
        frame = frame_grid(content, setter.width, style, setter.rng, figure.ruling)
        if frame is None:
            return
        height = frame.height
    total = height + pitch * len(rows) + style.pitch
    if setter.y + total > setter.bottom and (
        not setter.advance() or setter.y + total > setter.bottom
    ):
        return
    setter.y += round(style.pitch * 0.3)
    if not chart:
        _caption(setter, rows, caption, pitch)
    if isinstance(content, ChartSpec):
        rect = (setter.x, setter.y, setter.x + setter.width, setter.y + height)
        draw_chart(setter.canvas, rect, content, style, setter.rng)
    elif frame:
        draw_grid(setter.canvas, setter.x, setter.y, frame, style)
    setter.y += height + round(style.pitch * 0.25)
    if chart:
        _caption(setter, rows, caption, pitch)
    setter.y += round(style.pitch * 0.5)


def set_long_table(setter: "Setter", table: LongTable) -> None:
    """A table on as many pages as there are, its head on each; columns are equally wide on all."""
    frame = frame_grid(table.content, setter.width, setter.style, setter.rng, "full")
    if frame is None:
        return
    face = setter.style.face(0.9)
    pitch, caption, grid = round(face.size * 1.4), table.caption, table.content
    while grid.rows > 1:
        fit = (setter.bottom - setter.y - 2 * pitch) // frame.row_height
        if fit > 1:
            part, grid = parted(grid, min(fit, grid.rows))
            _caption(setter, [caption], face, pitch)
            part_frame = replace(frame, grid=part)
            draw_grid(setter.canvas, setter.x, setter.y, part_frame, setter.style)
            setter.y += part_frame.height + setter.style.pitch
            caption = table.caption_after
        if grid.rows > 1 and not setter.advance():
            return


def _caption(setter: "Setter", rows: list[str], face: Face, pitch: int) -> None:
    with setter.canvas.block("caption"):
        for row in rows:
            setter.put(row, face, "left", pitch, setter.width)
