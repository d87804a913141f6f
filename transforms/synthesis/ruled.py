"""Draws a grid of cells: columns sized to their text, rules, and the box of every cell."""

import random
from dataclasses import dataclass
from typing import Any

from gyogwa.transforms.synthesis.canvas import Canvas, Face, Graphics
from gyogwa.transforms.synthesis.style import Style
from gyogwa.transforms.synthesis.table import CellSpec, TableSpec

RULINGS = ("full", "full", "horizontal", "booktabs", "none", "striped")


@dataclass(frozen=True)
class Frame:
    """A grid that fits: body and header face, the columns' left edges and row height in pixels;
    `hand` is the face of cells that are filled in by hand, None where all are typed."""

    grid: TableSpec
    face: Face
    strong: Face
    edges: list[float]
    row_height: int
    ruling: str
    hand: Face | None = None

    @property
    def height(self) -> int:
        """Of all rows, in pixels."""
        return self.grid.rows * self.row_height


def frame_grid(
    grid: TableSpec, width: int, style: Style, rng: random.Random, ruling: str | None = None
) -> Frame | None:
    """The grid laid out `width` pixels wide; None if its text doesn't fit at a legible size."""
    ruling = ruling or rng.choice(RULINGS)
    bold = rng.random() < 0.75
    roomy = rng.uniform(1.75, 2.4)
    by_hand = grid.filled_in and rng.random() < 0.5
    for scale in (0.95, 0.88, 0.8):
        face, strong = style.face(scale), style.face(scale, strong=bold)
        hand = (
            style.hand.resized(round(style.hand.size * scale)) if style.hand and by_hand else None
        )
        needs = _needs(grid, hand or face, strong)
        if sum(needs) <= width and face.size >= 10:
            spare = (width - sum(needs)) / len(needs)
            edges = [0.0]
            for need in needs:
                edges.append(edges[-1] + need + spare)
            return Frame(grid, face, strong, edges, round(face.size * roomy), ruling, hand)
    return None


def _needs(grid: TableSpec, face: Face, strong: Face) -> list[float]:
    """The least width of each column with padding; spans widen the last column they cover."""
    needs = [face.size * 2.0] * grid.width
    for entry in sorted(grid.entries, key=lambda entry: entry.column_span):
        used = strong if entry.header else face
        last = entry.column + entry.column_span
        missing = used.width(entry.text) + face.size * 1.2 - sum(needs[entry.column : last])
        if missing > 0:
            needs[last - 1] += missing
    return needs


def draw_grid(canvas: Canvas, x: int, y: int, frame: Frame, style: Style) -> None:
    """Draws the frame with its top left corner at (x, y): one line a cell, one block of all."""
    height = frame.row_height
    right, bottom = round(x + frame.edges[-1]), y + frame.height
    with canvas.graphics((x, y - 2, right + 2, bottom + 2)) as shapes:
        _grounds(shapes, x, y, frame, style)
        _rules(shapes, x, y, frame, style)
    cells = []
    with canvas.block("table"):
        for entry in frame.grid.entries:
            if not entry.text:
                cells.append(_cell(entry, None))
                continue
            face = frame.strong if entry.header else frame.hand or frame.face
            left = x + frame.edges[entry.column]
            end = x + frame.edges[entry.column + entry.column_span]
            pad = frame.face.size * 0.5
            at = {"left": left + pad, "center": (left + end) / 2, "right": end - pad}[entry.align]
            middle = y + height * (entry.row + entry.row_span / 2)
            box = canvas.line(entry.text, at, middle + face.rise / 2, face, entry.align)
            cells.append(_cell(entry, box))
    inked = [cell["box"] for cell in cells if cell["box"]]
    canvas.tables.append(
        {
            "box": [
                min(x, *(box[0] for box in inked)),
                min(y, *(box[1] for box in inked)),
                max(right, *(box[2] for box in inked)),
                max(bottom, *(box[3] for box in inked)),
            ],
            "cells": cells,
        }
    )


def _cell(entry: CellSpec, box: list[int] | None) -> dict[str, Any]:
    return {
        "row": entry.row,
        "column": entry.column,
        "row_span": entry.row_span,
        "column_span": entry.column_span,
        "header": entry.header,
        "text": entry.text,
        "box": box,
    }


def _sides(x: int, y: int, frame: Frame, entry: CellSpec) -> tuple[float, float, float, float]:
    return (
        x + frame.edges[entry.column],
        y + frame.row_height * entry.row,
        x + frame.edges[entry.column + entry.column_span],
        y + frame.row_height * (entry.row + entry.row_span),
    )


def _grounds(shapes: Graphics, x: int, y: int, frame: Frame, style: Style) -> None:
    for entry in frame.grid.entries:
        striped = frame.ruling == "striped" and entry.row % 2 == 0
        if striped or (entry.header and frame.ruling == "full" and style.tinted):
            shapes.bar(*_sides(x, y, frame, entry), style.wash)


def _rules(shapes: Graphics, x: int, y: int, frame: Frame, style: Style) -> None:
    right, bottom = x + frame.edges[-1], y + frame.height
    if frame.ruling == "full":
        for entry in frame.grid.entries:
            x0, y0, x1, y1 = _sides(x, y, frame, entry)
            shapes.line([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], style.ink, 1)
    if frame.ruling == "horizontal":
        for entry in frame.grid.entries:
            x0, _, x1, y1 = _sides(x, y, frame, entry)
            shapes.line([(x0, y1), (x1, y1)], style.faint, 1)
        shapes.line([(x, y), (right, y)], style.ink, 1.6)
    if frame.ruling == "booktabs":
        heads = [entry for entry in frame.grid.entries if entry.header and entry.row == 0]
        below = y + frame.row_height * max((entry.row_span for entry in heads), default=1)
        shapes.line([(x, y), (right, y)], style.ink, 1.8)
        shapes.line([(x, below), (right, below)], style.ink, 1)
        shapes.line([(x, bottom), (right, bottom)], style.ink, 1.8)
