"""A table in OTSL, the Optimised Table Structure Language, and back.

One token a place of the grid, row by row: a cell begins with `<fcel>` and its text (`<ched>` for a
header of columns, `<rhed>` for one of rows), `<ecel>` is an empty cell, `<lcel>` goes on with the
cell at the left, `<ucel>` with the one above, `<xcel>` with both; `<nl>` ends a row. Structure and
its rules: Lysak et al., "Optimized Table Tokenization for Table Structure Recognition", arXiv
2305.03393, section 4. The tokens' names and the `<otsl>` around them: docling-core's DocTags
(`TableToken`), whose reader accepts what is written here.

Text that itself holds a token comes with a backslash behind its `<`, as in
`transforms.targets.varco`.
"""

import re

from msgspec.structs import replace

from gyogwa.schemas.page import Cell
from gyogwa.transforms.tasks.structure.places import filled, header_rows, places_of, size_of

_TOKENS = "fcel|ecel|lcel|ucel|xcel|ched|rhed|srow|nl"
_TOKEN = re.compile(rf"<({_TOKENS})>")
_ESCAPED = re.compile(rf"<(\\*)(/?(?:otsl|{_TOKENS})>)")
_UNESCAPED = re.compile(rf"<\\(\\*)(/?(?:otsl|{_TOKENS})>)")
_FILLED = ("fcel", "ched", "rhed", "srow")


def write_otsl(cells: list[Cell]) -> str:
    """One line of OTSL. Raises ValueError for cells that overlap.

    An empty header is written `<ecel>`, which says no more than that the cell is empty.
    """
    whole = filled(cells)
    head = header_rows(whole)
    places = places_of(whole)
    rows, columns = size_of(places)
    body = "".join(
        "".join(_token(places[row, column], row, column, head) for column in range(columns))
        + "<nl>"
        for row in range(rows)
    )
    return f"<otsl>{body}</otsl>"


def _token(cell: Cell, row: int, column: int, head: int) -> str:
    if row > cell.row:
        return "<xcel>" if column > cell.column else "<ucel>"
    if column > cell.column:
        return "<lcel>"
    if not cell.text:
        return "<ecel>"
    tag = "fcel" if not cell.header else "ched" if cell.row < head else "rhed"
    return f"<{tag}>" + _ESCAPED.sub(r"<\\\1\2", cell.text)


def parse_otsl(text: str) -> list[Cell]:
    """The cells of `write_otsl`, boxes left empty. Raises ValueError for what breaks OTSL's rules.

    An empty cell counts as a header where its row has a `<ched>`: such a row holds headers only.
    """
    rows = _tokens(text.strip().removeprefix("<otsl>").removesuffix("</otsl>"))
    width = len(rows[0])
    for number, places in enumerate(rows):
        if len(places) != width:
            raise ValueError(f"row {number} has {len(places)} places, row 0 has {width}")
    cells = [
        _cell(rows, row, column)
        for row in range(len(rows))
        for column in range(width)
        if rows[row][column][0] not in ("lcel", "ucel", "xcel")
    ]
    covered = places_of(cells)
    for row in range(len(rows)):
        for column in range(width):
            tag = rows[row][column][0]
            cell = covered.get((row, column))
            if cell is None or tag != _expected(cell, row, column, tag):
                raise ValueError(f"<{tag}> at row {row}, column {column} goes on with no cell")
    return cells


def _tokens(text: str) -> list[list[tuple[str, str]]]:
    """(tag, text) by row."""
    before, *parts = _TOKEN.split(text)
    if before.strip() or not parts or parts[-2] != "nl":
        raise ValueError("expected rows of cells, each ended by <nl>")
    rows: list[list[tuple[str, str]]] = [[]]
    for tag, inner in zip(parts[::2], parts[1::2], strict=True):
        if tag not in _FILLED and inner.strip():
            raise ValueError(f"text {inner!r} after <{tag}>")
        if tag == "nl":
            rows.append([])
        else:
            rows[-1].append((tag, _UNESCAPED.sub(r"<\1\2", inner) if tag in _FILLED else ""))
    return rows[:-1]


def _cell(rows: list[list[tuple[str, str]]], row: int, column: int) -> Cell:
    tag, text = rows[row][column]
    right = column + 1
    while right < len(rows[row]) and rows[row][right][0] == "lcel":
        right += 1
    down = row + 1
    while down < len(rows) and rows[down][column][0] == "ucel":
        down += 1
    cell = Cell(row, column, down - row, right - column, tag in _FILLED[1:], text, [])
    if tag == "ecel" and any(other == "ched" for other, _ in rows[row]):
        return replace(cell, header=True)
    return cell


def _expected(cell: Cell, row: int, column: int, tag: str) -> str:
    if row > cell.row:
        return "xcel" if column > cell.column else "ucel"
    return "lcel" if column > cell.column else tag
