"""What can be asked about a table: named columns, and rows that are data or sum others up."""

from dataclasses import dataclass

from gyogwa.schemas.page import Cell
from gyogwa.transforms.tasks.footnote_marks import unmarked
from gyogwa.transforms.tasks.numbers import adds_up, parse_quantity
from gyogwa.transforms.tasks.structure.places import header_rows, places_of, size_of
from gyogwa.transforms.tasks.totals import summary_rows


@dataclass(frozen=True)
class BodyRow:
    """One row of the body: what it is called, and the text under each column that has one.

    `summary`: it is no data but sums others up, or says what was paid.
    """

    label: str
    texts: dict[int, str]
    summary: bool = False


@dataclass(frozen=True)
class TableFacts:
    """Columns by number with their labels, and the rows of the body, from top to bottom.

    `additive`: nothing written around the table says that its values can't be added.
    """

    columns: dict[int, str]
    rows: list[BodyRow]
    additive: bool = True


def table_facts(cells: list[Cell], around: str = "") -> TableFacts | None:
    """What can be asked about, None without headers or body; `around` are titles and captions.

    Raises ValueError for cells that overlap.
    """
    places = places_of(cells)
    count, width = size_of(places)
    head = header_rows(cells)
    if not 0 < head < count:
        return None
    stub = _stub(cells, head, width)
    labels = [_label([places.get((row, c)) for row in range(head)]) for c in range(width)]
    named = labels[:stub]  # of two tables side by side the second names rows too
    columns = {c: labels[c] for c in range(stub, width) if not labels[c] or labels[c] not in named}
    if not columns:
        return None
    found: list[tuple[str, dict[int, str], bool]] = []
    for row in range(head, count):
        texts = {
            column: text
            for column in columns
            if (cell := places.get((row, column)))
            and not cell.header
            and cell.row_span == cell.column_span == 1
            and (text := unmarked(cell.text)) is not None
        }
        names = [places.get((row, column)) for column in range(stub)]
        spans = any(cell and cell.column + cell.column_span > stub for cell in names)
        if texts and _label(names):
            found.append((_label(names), texts, spans))
    return TableFacts(columns, _rows(list(columns), found), adds_up(around))


def _rows(columns: list[int], found: list[tuple[str, dict[int, str], bool]]) -> list[BodyRow]:
    quantities = [
        [parse_quantity(texts.get(column, "")) for _, texts, _ in found] for column in columns
    ]
    numbers = [[one.value if one else None for one in column] for column in quantities]
    summary = summary_rows(
        [label for label, _, _ in found], numbers, [spans for _, _, spans in found]
    )
    return [
        BodyRow(label, texts, sums) for (label, texts, _), sums in zip(found, summary, strict=True)
    ]


def _stub(cells: list[Cell], head: int, width: int) -> int:
    """How many columns at the left name the rows: as many as hold headers or groups of rows."""
    body = [cell for cell in cells if cell.row >= head and cell.column_span == 1]
    for column in range(width):
        here = [cell for cell in body if cell.column == column]
        if not here or not (
            all(cell.header for cell in here) or any(cell.row_span > 1 for cell in here)
        ):
            return max(1, column + any(c.row_span > 1 for c in body if c.column == column - 1))
    return width


def _label(cells: list[Cell | None]) -> str:
    """The texts of the cells, a spanning one once."""
    once = dict.fromkeys((c.row, c.column, unmarked(c.text) or c.text) for c in cells if c)
    return " ".join(text for _, _, text in once if text)
