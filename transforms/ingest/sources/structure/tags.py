"""The tags of a page of a tagged PDF (ISO 32000-1, 14.8): what the program that wrote the file says
its parts are. Text without a tag that says something (Div, NonStruct ...) is told by how it looks.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_KINDS = {
    "P": "paragraph",
    "LI": "list",
    "LBody": "list",
    "Lbl": "list",
    "Caption": "caption",
    "Note": "footnote",
    "Code": "code",
    "Formula": "formula",
    "BlockQuote": "paragraph",
    "TH": "cell",
    "TD": "cell",
    "Title": "heading",
    "H": "heading",
} | {f"H{level}": "heading" for level in range(1, 7)}
_INSIDE = {"P", "LBody", "Lbl"}
"""Tags that say nothing more within an item of a list, a cell or a caption."""
_MOST = 20_000
_MOST_DEPTH = 60


@dataclass(frozen=True)
class Tag:
    """What a part of a page is. `element`: which one; `cell`: row, column, rows and columns that it
    spans, and whether it is a head, of the table numbered `table` (-1: none)."""

    element: int
    kind: str
    level: int = 0
    table: int = -1
    cell: tuple[int, int, int, int, bool] = (0, 0, 1, 1, False)


@dataclass
class Tags:
    """By the ids under which the page's objects are marked."""

    of_mark: dict[int, Tag] = field(default_factory=dict)
    headings: bool = False


def tags_of(page: pdfium.PdfPage) -> Tags:
    """The tags of a page; none where it has no tree."""
    tree = pdfium_c.FPDF_StructTree_GetForPage(page.raw)
    found = Tags()
    if not tree:
        return found
    walk = _Walk(found)
    for at in range(max(pdfium_c.FPDF_StructTree_CountChildren(tree), 0)):
        child = pdfium_c.FPDF_StructTree_GetChildAtIndex(tree, at)
        if child:
            walk.visit(child, Tag(-1, ""), 0)
    pdfium_c.FPDF_StructTree_Close(tree)
    return found


class _Walk:
    def __init__(self, found: Tags) -> None:
        self.found = found
        self.elements = 0
        self.tables = 0

    def visit(self, element: Any, above: Tag, depth: int) -> None:
        """Note the marks below an element, which stands in `above`."""
        self.elements += 1
        if self.elements > _MOST or depth > _MOST_DEPTH:
            return
        name = _text(pdfium_c.FPDF_StructElement_GetType, element)
        if name == "Table":
            self._table(element, depth)
            return
        here = self._tag(name, above)
        self._content(element, here, depth)

    def _tag(self, name: str, above: Tag) -> Tag:
        kind = _KINDS.get(name)
        if kind is None or (above.kind in ("list", "cell", "caption") and name in _INSIDE):
            return above
        if above.table >= 0 and kind != "cell":
            return above
        if kind in ("code", "formula") and above.kind:
            return above  # a few words of a paragraph
        level = int(name[1]) if kind == "heading" and name[1:].isdigit() else 0
        self.found.headings |= kind == "heading"
        return Tag(self.elements, kind, level)

    def _content(self, element: Any, here: Tag, depth: int) -> None:
        for at in range(max(pdfium_c.FPDF_StructElement_CountChildren(element), 0)):
            mark = pdfium_c.FPDF_StructElement_GetChildMarkedContentID(element, at)
            if mark >= 0 and here.kind:
                self.found.of_mark[mark] = here
            child = pdfium_c.FPDF_StructElement_GetChildAtIndex(element, at)
            if child:
                self.visit(child, here, depth + 1)

    def _table(self, element: Any, depth: int) -> None:
        table, row = self.tables, 0
        self.tables += 1
        taken: set[tuple[int, int]] = set()
        for name, child in _below(element, ("TR", "Caption"), depth):
            if name == "Caption":
                self._content(child, self._tag(name, Tag(-1, "")), depth + 1)
                continue
            column = 0
            for kind, cell in _below(child, ("TH", "TD"), depth + 1):
                while (row, column) in taken:
                    column += 1
                rows, columns = (int(_number(cell, key)) or 1 for key in (b"RowSpan", b"ColSpan"))
                rows, columns = min(max(rows, 1), 200), min(max(columns, 1), 200)
                taken |= {(row + r, column + c) for r in range(rows) for c in range(columns)}
                self.elements += 1
                place = (row, column, rows, columns, kind == "TH")
                tag = Tag(self.elements, "cell", table=table, cell=place)
                self._content(cell, tag, depth + 2)
                column += columns
            row += 1


def _below(element: Any, wanted: tuple[str, ...], depth: int) -> Iterator[tuple[str, Any]]:
    """The nearest elements of these names below one, in order."""
    if depth > _MOST_DEPTH:
        return
    for at in range(max(pdfium_c.FPDF_StructElement_CountChildren(element), 0)):
        child = pdfium_c.FPDF_StructElement_GetChildAtIndex(element, at)
        if not child:
            continue
        name = _text(pdfium_c.FPDF_StructElement_GetType, child)
        if name in wanted:
            yield name, child
        else:
            yield from _below(child, wanted, depth + 1)


def _text(ask: Any, element: Any) -> str:
    length = ask(element, None, 0)
    buffer = ctypes.create_string_buffer(length)
    ask(element, buffer, length)
    return buffer.raw[: max(length - 2, 0)].decode("utf-16le", errors="replace")


def _number(element: Any, name: bytes) -> float:
    value = ctypes.c_float()
    for at in range(max(pdfium_c.FPDF_StructElement_GetAttributeCount(element), 0)):
        attribute = pdfium_c.FPDF_StructElement_GetAttributeAtIndex(element, at)
        held = pdfium_c.FPDF_StructElement_Attr_GetValue(attribute, name)
        if held and pdfium_c.FPDF_StructElement_Attr_GetNumberValue(held, value):
            return float(value.value)
    return 0.0
