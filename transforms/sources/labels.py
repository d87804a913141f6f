"""The metadata row of an image: words, blocks, tables and charts with boxes in pixels.

A row of `metadata.jsonl` (the Hugging Face ImageFolder convention) may hold, all optional:
`words: [{text, box}]`, `lines: [[first, last]]`, `blocks: [{kind, first, last}]`,
`tables: [{box, cells: [{row, column, row_span, column_span, header, text, box}]}]`,
`charts: [{kind, title, unit, categories, series: [{name, values}], box}]`. Boxes are
`[x0, y0, x1, y1]` in pixels of the displayed image; lines are runs of words and blocks runs of
lines, the last one excluded. `gyogwa synthesize` writes the same.
"""

from typing import Any

from schemas.records import Block, Box, Cell, Chart, Line, Series, Table, Truth, Word
from transforms.decode import BadImage
from transforms.text import clean


def truth_of(labels: dict[str, Any], width: int, height: int) -> Truth | None:
    """What the labels say, boxes as fractions. Raises BadImage("bad_labels"); None without words.

    Words that are blank once cleaned are dropped only where no line refers to words by position.
    """
    if "words" not in labels:
        return None
    try:
        words = [
            Word(clean(word["text"]), _box(word["box"], width, height)) for word in labels["words"]
        ]
        if "lines" not in labels:
            words = [word for word in words if word.text]
        lines = [_line(words, int(first), int(last)) for first, last in labels.get("lines", [])]
        blocks = [
            Block(
                str(block["kind"]),
                int(block["first"]),
                int(block["last"]),
                union([line.box for line in lines[int(block["first"]) : int(block["last"])]]),
            )
            for block in labels.get("blocks", [])
        ]
        tables = [_table(table, width, height) for table in labels.get("tables", [])]
        charts = [_chart(chart, width, height) for chart in labels.get("charts", [])]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise BadImage(
            "bad_labels", f"metadata row: {type(error).__name__}: {error}; see the README"
        ) from error
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


def _line(words: list[Word], first: int, last: int) -> Line:
    run = words[first:last]
    if not all(word.text for word in run):
        raise ValueError("a line holds a blank word")
    return Line(first, last, union([word.box for word in run]))


def _box(box: list[float], width: int, height: int) -> Box:
    x0, y0, x1, y1 = (float(value) for value in box)
    if not (-1 <= x0 < x1 <= width + 1 and -1 <= y0 < y1 <= height + 1):
        raise ValueError(f"box {box} is not inside {width} x {height} pixels")
    return fractions([x0, y0, x1, y1], width, height)


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
                int(cell["row"]),
                int(cell["column"]),
                int(cell.get("row_span", 1)),
                int(cell.get("column_span", 1)),
                bool(cell.get("header", False)),
                clean(cell["text"]),
                _box(cell["box"], width, height),
            )
            for cell in table["cells"]
        ],
    )


def _chart(chart: dict[str, Any], width: int, height: int) -> Chart:
    return Chart(
        str(chart["kind"]),
        clean(chart.get("title", "")),
        clean(chart.get("unit", "")),
        [clean(category) for category in chart["categories"]],
        [
            Series(clean(series["name"]), [float(value) for value in series["values"]])
            for series in chart["series"]
        ],
        _box(chart["box"], width, height),
    )
