"""Tags that are trusted, and the tables that they tell.

Tags are trusted where they hold nearly all words of the page and call few of them headings. A table
that is told by tags alone, without rulings, is known from three rows on: pages for the web are laid
out in tables of two.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gyogwa.schemas.boxes import union
from gyogwa.transforms.ingest.sources.structure.lines import strips_of
from gyogwa.transforms.ingest.sources.structure.pieces import Piece
from gyogwa.transforms.ingest.sources.structure.ruled import (
    PlacedCell,
    PlacedTable,
    box_of_cell,
)
from gyogwa.transforms.ingest.sources.structure.tags import Tag, Tags

_HELD = 0.5
"""Of the words are under tags that say something: lists of links and the like are under none."""
_HEADINGS = 0.5
_LEAST_ROWS, _LEAST_COLUMNS = 3, 2


def trusted(tags: Tags, pieces: Sequence[Piece]) -> dict[int, Tag]:
    """The tag of each word (by its `at`); {} where they aren't trusted."""
    found = {p.at: tags.of_mark[p.face.mark] for p in pieces if p.face.mark in tags.of_mark}
    if not pieces or len(found) < _HELD * len(pieces):
        return {}
    headings = sum(tag.kind == "heading" for tag in found.values())
    if headings > _HEADINGS * len(pieces):
        return {}
    if len({tag.kind for tag in found.values()}) < 2:
        return {}
    return found


def tagged_tables(tags: Mapping[int, Tag], pieces: Sequence[Piece]) -> list[PlacedTable]:
    """The tables of a page that are told by tags and have no rulings."""
    by_table: dict[int, dict[tuple[int, int, int, int, bool], list[Piece]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for piece in pieces:
        tag = tags.get(piece.at)
        if tag is not None and tag.kind == "cell":
            by_table[tag.table][tag.cell].append(piece)
    found = []
    for cells in by_table.values():
        placed = [
            PlacedCell(
                row,
                column,
                rows,
                columns,
                head,
                sorted(strips_of(words), key=lambda s: (round(s.bottom), s.box[0])),
                union([word.box for word in words]),
            )
            for (row, column, rows, columns, head), words in sorted(cells.items())
        ]
        first = min(cell.row for cell in placed)
        placed = [replace(cell, row=cell.row - first) for cell in placed]
        rows = max(cell.row + cell.row_span for cell in placed)
        width = max(cell.column + cell.column_span for cell in placed)
        if rows >= _LEAST_ROWS and width >= _LEAST_COLUMNS and _is_laid_out(placed):
            found.append(PlacedTable(union([box_of_cell(cell) for cell in placed]), placed, True))
    return found


def _is_laid_out(cells: Sequence[PlacedCell]) -> bool:
    """Whether cells stand as their places say: lower rows lower, further columns further right."""
    for one in cells:
        for other in cells:
            a, b = box_of_cell(one), box_of_cell(other)
            if one.row + one.row_span <= other.row and a[1] > b[1] + 2:
                return False
            if one.column + one.column_span <= other.column and a[0] > b[0] + 2:
                return False
    return True
