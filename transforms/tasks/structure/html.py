"""A table as HTML, and back: `<table>`, `<thead>`, `<tbody>`, `<th>`, `<td>`, spans, no styles.

What is left out is what the picture decides: widths, rules, alignment. Columns of cells follow from
the table model of the HTML standard (html.spec.whatwg.org, "Forming a table").
"""

from html import escape
from html.parser import HTMLParser

from gyogwa.schemas.page import Cell
from gyogwa.transforms.tasks.structure.places import filled, header_rows, size_of


def write_html(cells: list[Cell]) -> str:
    """One line of HTML. Raises ValueError for cells that overlap.

    Rows of headers at the top make the `<thead>`; a header further down is a `<th>` of the body.
    """
    whole = filled(cells)
    count, _ = size_of(_ends(whole))
    rows: list[list[Cell]] = [[] for _ in range(count)]
    for cell in whole:
        rows[cell.row].append(cell)
    head = header_rows(whole)
    parts = [
        (name, part) for name, part in (("thead", rows[:head]), ("tbody", rows[head:])) if part
    ]
    inner = "".join(f"<{name}>{''.join(map(_row, part))}</{name}>" for name, part in parts)
    return f"<table>{inner}</table>"


def _ends(cells: list[Cell]) -> list[tuple[int, int]]:
    return [(c.row + c.row_span - 1, c.column + c.column_span - 1) for c in cells]


def _row(cells: list[Cell]) -> str:
    return f"<tr>{''.join(map(_cell, cells))}</tr>"


def _cell(cell: Cell) -> str:
    tag = "th" if cell.header else "td"
    rows = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    columns = f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    return f"<{tag}{rows}{columns}>{escape(cell.text, quote=False)}</{tag}>"


def parse_html(text: str) -> list[Cell]:
    """The cells of `write_html`, boxes left empty. Raises ValueError for anything but one table."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.tables != 1:
        raise ValueError(f"expected one <table>, found {reader.tables}")
    return reader.cells


class _Reader(HTMLParser):
    """Collects cells; `taken` are the places that spans from above or the left cover."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables = 0
        self.cells: list[Cell] = []
        self.taken: set[tuple[int, int]] = set()
        self.row = -1
        self.open: Cell | None = None
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tables += tag == "table"
        self.row += tag == "tr"
        if tag in ("td", "th"):
            if self.row < 0:
                raise ValueError(f"a <{tag}> outside any <tr>")
            spans = dict(attrs)
            rows, columns = (int(spans.get(name) or 1) for name in ("rowspan", "colspan"))
            column = 0
            while (self.row, column) in self.taken:
                column += 1
            self.open = Cell(self.row, column, rows, columns, tag == "th", "", [])
            self.text = []
            self.taken.update(
                (self.row + down, column + right)
                for down in range(rows)
                for right in range(columns)
            )

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self.open:
            cell = self.open
            text = "".join(self.text)
            self.cells.append(
                Cell(cell.row, cell.column, cell.row_span, cell.column_span, cell.header, text, [])
            )
            self.open = None
