"""Tables are found from the words alone, and running text in columns is none."""

import random

import pytest

from gyogwa.schemas.page import Cell, Table, Word
from gyogwa.transforms.annotate.arranging import arranged
from gyogwa.transforms.annotate.found_tables import find_tables
from gyogwa.transforms.annotate.reading_order import arrange
from tests.transforms.tasks.synthetic import pages

Relation = tuple[str, str, str]


def relations(tables: list[Table]) -> set[Relation]:
    """Which filled cell stands right of or below which (Göbel and others, "A methodology for
    evaluating algorithms for table understanding in PDF documents", 2012)."""
    found = set()
    for table in tables:
        cells = [cell for cell in table.cells if cell.text]
        for cell in cells:
            for other in cells:
                if _shares(cell.row, cell.row_span, other.row) and (
                    other.column == cell.column + cell.column_span
                ):
                    found.add((cell.text, other.text, "right"))
                if _shares(other.column, other.column_span, cell.column) and (
                    other.row == cell.row + cell.row_span
                ):
                    found.add((cell.text, other.text, "below"))
    return found


def _shares(first: int, span: int, place: int) -> bool:
    return first <= place < first + span


@pytest.mark.parametrize("language", ["ko", "en"])
def test_synthetic_tables_are_found(language: str) -> None:
    right = wrong = missed = 0
    for page in pages("table", 12):
        if page.annotation.language != language:
            continue
        words = list(page.annotation.words)
        random.Random(1).shuffle(words)
        found = arranged("ocr", words, page.image.height / page.image.width)
        assert found.tables, page.image.uri
        assert any(block.kind == "table" for block in found.blocks)
        assert not any(table.known for table in found.tables)
        truth, guess = relations(page.annotation.tables), relations(found.tables)
        right += len(truth & guess)
        wrong += len(guess - truth)
        missed += len(truth - guess)
    assert right / (right + wrong) > 0.95
    assert right / (right + missed) > 0.85


def test_two_columns_of_running_text_are_no_table() -> None:
    words = [
        Word("word", [left, 0.1 + 0.04 * row, left + 0.06, 0.13 + 0.04 * row])
        for row in range(8)
        for side in (0.05, 0.55)
        for left in (side + 0.07 * n for n in range(6))
    ]
    ordered, lines, _ = arrange(words, 1.0)
    assert find_tables(ordered, lines, 1.0) == []


def test_spans_and_cells_that_stand_close() -> None:
    rows = [
        [("Both", 0.3, 0.9)],
        [("Name", 0.05, 0.2), ("Left", 0.3, 0.5), ("Right", 0.7, 0.9)],
        [("One", 0.05, 0.12), ("11", 0.4, 0.5), ("12", 0.8, 0.9)],
        [("Two", 0.05, 0.12), ("21", 0.4, 0.5), ("22", 0.8, 0.9)],
    ]
    words = [
        Word(text, [left, 0.1 + 0.05 * row, right, 0.13 + 0.05 * row])
        for row, cells in enumerate(rows)
        for text, left, right in cells
    ]
    ordered, lines, _ = arrange(words, 1.0)
    (grid,) = find_tables(ordered, lines, 1.0)
    cells: dict[str, Cell] = {cell.text: cell for cell in grid.table.cells}
    top = cells["Name"].row
    assert [cells[text].column for text in ("Name", "Left", "Right")] == [0, 1, 2]
    assert [(cells[t].row - top, cells[t].column) for t in ("11", "22")] == [(1, 1), (2, 2)]
