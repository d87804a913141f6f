"""The metadata row of an image: words, blocks, tables and charts with boxes in pixels.

A row of `metadata.jsonl` (the Hugging Face ImageFolder convention) may hold, all optional:
`words: [{text, box}]`, `lines: [[first, last]]`, `blocks: [{kind, first, last}]`,
`tables: [{box, cells: [{row, column, row_span, column_span, header, text, box}]}]`,
`charts: [{kind, title, unit, categories, series: [{name, values}], box}]`. Boxes are
`[x0, y0, x1, y1]` in pixels of the displayed image; lines are runs of words and blocks runs of
lines, the last one excluded. Null means absent. `gyogwa synthesize` writes the same.
"""

from math import isfinite
from typing import Any

from schemas.page import Block, Box, Cell, Chart, Line, Series, Table, Truth, Word
from transforms.decode import BadImage
from transforms.text import clean


def truth_of(labels: dict[str, Any], width: int, height: int) -> Truth | None:
    """What the labels say, boxes as fractions. Raises BadImage("bad_labels"); None without words.

    Words that are blank once cleaned are dropped only where no line refers to words by position.
    """
    try:
        words = [
            Word(clean(word["text"]), _box(word["box"], width, height))
            for word in _get(labels, "words", [])
        ]
        if labels.get("lines") is None:
            words = [word for word in words if word.text]
        lines = [_line(words, first, last) for first, last in _get(labels, "lines", [])]
        blocks = [_block(lines, block) for block in _get(labels, "blocks", [])]
        tables = [_table(table, width, height) for table in _get(labels, "tables", [])]
        charts = [_chart(chart, width, height) for chart in _get(labels, "charts", [])]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise BadImage(
            "bad_labels", f"metadata row: {type(error).__name__}: {error}; see the README"
        ) from error
    if not words and (tables or charts):
        raise BadImage("bad_labels", "tables and charts need words; see the README")
    return Truth("dataset", words, lines, blocks, tables, charts) if words else None


def union(boxes: list[Box]) -> Box:
    """The smallest box around all. Raises ValueError without any."""
    if not boxes:
        raise ValueError("a line or block without words")
    return [
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    ]


def _get(labels: dict[str, Any], name: str, default: Any) -> Any:
    value = labels.get(name)
    return default if value is None else value


def _count(value: Any) -> int:
    number = int(value)
    if not 0 <= number < 2**31:
        raise ValueError(f"{value!r} is no position or number of things")
    return number


def _run(first: Any, last: Any, count: int) -> tuple[int, int]:
    start, end = _count(first), _count(last)
    if not start < end <= count:
        raise ValueError(f"{start} to {end} is no run of {count}, the last one excluded")
    return start, end


def _block(lines: list[Line], block: dict[str, Any]) -> Block:
    first, last = _run(block["first"], block["last"], len(lines))
    return Block(str(block["kind"]), first, last, union([line.box for line in lines[first:last]]))


def _line(words: list[Word], start: Any, end: Any) -> Line:
    first, last = _run(start, end, len(words))
    run = words[first:last]
    if not all(word.text for word in run):
        raise ValueError("a line holds a blank word")
    return Line(first, last, union([word.box for word in run]))


def _box(box: list[float], width: int, height: int) -> Box:
    x0, y0, x1, y1 = (float(value) for value in box)
    if not (-1 <= x0 < x1 <= width + 1 and -1 <= y0 < y1 <= height + 1):
        raise ValueError(f"box {box} is not inside {width} x {height} pixels")
    clamped = fractions([x0, y0, x1, y1], width, height)
    if not (clamped[0] < clamped[2] and clamped[1] < clamped[3]):
        raise ValueError(f"box {box} has no area inside {width} x {height} pixels")
    return clamped


def fractions(box: Box, width: float, height: float) -> Box:
    """Pixels (or points) to fractions, clamped to 0..1 and rounded to a millionth."""
    sizes = (width, height, width, height)
    return [
        round(min(max(value / size, 0.0), 1.0), 6) for value, size in zip(box, sizes, strict=True)
    ]


def _table(table: dict[str, Any], width: int, height: int) -> Table:
    return Table(
        _box(table["box"], width, height),
        [
            Cell(
                _count(cell["row"]),
                _count(cell["column"]),
                _count(_get(cell, "row_span", 1)),
                _count(_get(cell, "column_span", 1)),
                bool(cell.get("header")),
                clean(cell["text"]),
                _box(cell["box"], width, height),
            )
            for cell in table["cells"]
        ],
    )


def _chart(chart: dict[str, Any], width: int, height: int) -> Chart:
    return Chart(
        str(chart["kind"]),
        clean(_get(chart, "title", "")),
        clean(_get(chart, "unit", "")),
        [clean(category) for category in chart["categories"]],
        [
            Series(clean(series["name"]), [_number(value) for value in series["values"]])
            for series in chart["series"]
        ],
        _box(chart["box"], width, height),
    )


def _number(value: Any) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    return number
