"""A model's answer as checks look at it: text without white space, text in one line, items with
boxes, tables.

Signs that mean the same are made one (curly and straight quotes, dashes, an ellipsis and three
dots), and Markdown's marks (`*`, `_`, `#`, `|`, backquotes) left out, on both sides of every
comparison: neither is a misreading.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from gyogwa.schemas.page import Cell
from gyogwa.transforms.targets.dialect import Dialect, Item, Size
from gyogwa.transforms.tasks.structure.html import parse_html
from gyogwa.transforms.tasks.structure.otsl import parse_otsl

_SAME = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "…": "..."}
    | dict.fromkeys("*_#|`", "")
)
_HTML = re.compile(r"<table\b.*?</table>", re.DOTALL | re.IGNORECASE)
_OTSL = re.compile(
    r"(?:<otsl>)?((?:<(?:fcel|ecel|lcel|ucel|xcel|ched|rhed|srow)>.*?<nl>\s*)+)", re.S
)
_ROW = re.compile(r"^[ \t]*\|?(.*?)\|?[ \t]*$")
_RULE = re.compile(r"^[\s|:-]*-[\s|:-]*$")


def one_line(text: str) -> str:
    """NFC, signs made one, and every run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_SAME).split())


def squeezed(text: str) -> str:
    """The same without white space."""
    return one_line(text).replace(" ", "")


def letters(text: str) -> int:
    """How many letters and digits a text has."""
    return sum(map(str.isalnum, one_line(text)))


@dataclass(frozen=True)
class Given:
    """An answer. `items` is None where the dialect can't have written it; `said` is then "", as it
    is for an answer in a dialect whose items hold no text."""

    answer: str
    items: list[Item] | None = None
    with_boxes: bool = False

    @cached_property
    def said(self) -> str:
        """The text in one line; of an answer with boxes, its items' texts."""
        if self.with_boxes:
            return one_line("\n".join(item.text for item in self.items or []))
        return one_line(self.answer)

    @cached_property
    def squeezed(self) -> str:
        """The text without white space."""
        return self.said.replace(" ", "")

    @cached_property
    def tables(self) -> list[list[Cell]]:
        """The cells of every table that can be read."""
        return tables_in(self.answer)


def given(answer: str, dialect: Dialect | None = None, size: Size | None = None) -> Given:
    """An answer in plain words, or with boxes in a dialect on an image of that size."""
    if dialect is None or size is None:
        return Given(answer)
    try:
        return Given(answer, dialect.parse(answer, size), with_boxes=True)
    except ValueError:
        return Given(answer, None, with_boxes=True)


def tables_in(answer: str) -> list[list[Cell]]:
    """The tables of an answer, as HTML, OTSL or Markdown; what can't be read is left out."""
    found = []
    for text in _HTML.findall(answer):
        found += _read(parse_html, text)
    for text in _OTSL.findall(answer):
        found += _read(parse_otsl, f"<otsl>{text.strip()}</otsl>")
    return [*found, *_markdown(answer)]


def _read(parse: Callable[[str], list[Cell]], text: str) -> list[list[Cell]]:
    try:
        return [parse(text)]
    except ValueError:
        return []


def _markdown(answer: str) -> list[list[Cell]]:
    """Pipe tables, as GitHub Flavored Markdown has them (github.github.com/gfm, "Tables"): runs of
    lines with pipes, without the line of dashes under the head. They know no spans."""
    tables: list[list[Cell]] = []
    rows: list[list[str]] = []
    for line in [*answer.splitlines(), ""]:
        if "|" in line and (found := _ROW.match(line)):
            if not _RULE.match(line):
                rows.append([text.strip() for text in found[1].split("|")])
        elif rows:
            tables.append(
                [
                    Cell(number, column, 1, 1, False, text, [])
                    for number, row in enumerate(rows)
                    for column, text in enumerate(row)
                ]
            )
            rows = []
    return tables
