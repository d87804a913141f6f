"""The cells of a table by place, and which of its rows are headers."""

from collections.abc import Iterable

from gyogwa.schemas.page import Cell

Place = tuple[int, int]
_MOST_PLACES = 100_000


def places_of(cells: Iterable[Cell]) -> dict[Place, Cell]:
    """Every place (row, column) to the cell that covers it.

    Raises ValueError where cells overlap, lie outside or cover more than 100,000 places.
    """
    places: dict[Place, Cell] = {}
    for cell in cells:
        if min(cell.row, cell.column) < 0 or min(cell.row_span, cell.column_span) < 1:
            raise ValueError(f"cell {cell.text!r} has no place in a table")
        if len(places) + cell.row_span * cell.column_span > _MOST_PLACES:
            raise ValueError(f"a table of more than {_MOST_PLACES} places")
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                if (row, column) in places:
                    raise ValueError(f"two cells at row {row}, column {column}")
                places[row, column] = cell
    return places


def size_of(places: Iterable[Place]) -> tuple[int, int]:
    """Rows and columns. Raises ValueError for a table without cells."""
    listed = list(places)
    if not listed:
        raise ValueError("a table without cells")
    rows, columns = (max(place[axis] for place in listed) + 1 for axis in (0, 1))
    if rows * columns > _MOST_PLACES:
        raise ValueError(f"a table of {rows} x {columns} places")
    return rows, columns


def filled(cells: Iterable[Cell]) -> list[Cell]:
    """The cells in row-major order, with an empty one at every place that none covers."""
    places = places_of(cells)
    rows, columns = size_of(places)
    for row in range(rows):
        for column in range(columns):
            places.setdefault((row, column), Cell(row, column, 1, 1, False, "", []))
    return [cell for place, cell in sorted(places.items()) if place == (cell.row, cell.column)]


def header_rows(cells: Iterable[Cell]) -> int:
    """How many rows at the top hold nothing but headers, none of which reaches further down."""
    places = places_of(cells)
    if not places:
        return 0
    rows, _ = size_of(places)
    body = [cell.row for cell in places.values() if not cell.header]
    count = min(body, default=rows)
    while any(cell.row < count < cell.row + cell.row_span for cell in places.values()):
        count -= 1
    return count
