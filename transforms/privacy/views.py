"""A page's words and cells as texts in which personal data stands whole.

A number may be split over words, boxes of one digit, lines or cells, and its label may stand beside
it, above it or in the head of its column. So a page is read several ways, each a text whose
characters know the words or cells that they are of.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from gyogwa.schemas.page import Cell, Table, Word
from gyogwa.schemas.records import Annotation
from gyogwa.transforms.privacy.labels import is_head, is_label, may_be_name, names_a_person

_WIDE = 1.5
"""A gap of so many heights of a line sets two fields apart."""
_SAME_ROW = 0.5
"""Centres of words of one row differ by at most so many heights."""
_BOXED = re.compile(r"[0-9-]{1,2}")
_NEAR = 3.5
"""A value stands so many heights of a line below its label, or below the value before, at most."""
_LEAST_BOXED = 6
"""So many boxes of a digit or two in a row are one number."""


@dataclass
class View:
    """A text. `owners`: for each of its characters the number of the word or cell, -1 for what
    stands between."""

    text: str = ""
    owners: list[int] = field(default_factory=list)

    def add(self, text: str, owner: int = -1) -> None:
        self.text += text
        self.owners += [owner] * len(text)

    def owners_of(self, start: int, end: int) -> list[int]:
        """The words or cells of a span, in order."""
        return sorted({owner for owner in self.owners[start:end] if owner >= 0})


def views_of_words(found: Annotation) -> Iterator[View]:
    """What stands below the label of a field, reading order, visual rows, and digits in boxes of
    their own. The first that finds something says what it is: a label above says more than none."""
    rows = rows_of(found.words)
    yield from _below_labels(found.words, rows)
    yield _in_order(found)
    for row in rows:
        yield _in_row(found.words, row)
        yield from _boxed(found.words, row)


def _in_order(found: Annotation) -> View:
    view = View()
    for block in found.blocks:
        for line in found.lines[block.first : block.last]:
            for number in range(line.first, line.last):
                view.add(found.words[number].text, number)
                view.add("\n" if number == line.last - 1 else " ")
    return view


def rows_of(words: list[Word]) -> list[list[int]]:
    """The numbers of the words of each visual row, from left to right. A dash or comma by itself
    counts as high as letters are: it would begin a row of its own between two."""
    letters = [word.box[3] - word.box[1] for word in words if _is_letters(word)]
    usual = median(letters) if letters else 0.0
    rows: list[list[int]] = []
    centres: list[float] = []
    heights: list[float] = []
    for number in sorted(range(len(words)), key=lambda n: (_centre(words[n]), words[n].box[0])):
        centre, height = _centre(words[number]), words[number].box[3] - words[number].box[1]
        height = height if _is_letters(words[number]) else max(height, usual)
        if rows and abs(centre - centres[-1]) < _SAME_ROW * min(height, heights[-1]):
            rows[-1].append(number)
            centres[-1] = median(_centre(words[n]) for n in rows[-1])
        else:
            rows.append([number])
            centres.append(centre)
            heights.append(height)
    return [sorted(row, key=lambda n: words[n].box[0]) for row in rows]


def _is_letters(word: Word) -> bool:
    return any(char.isalnum() for char in word.text)


def _centre(word: Word) -> float:
    return (word.box[1] + word.box[3]) / 2


def _in_row(words: list[Word], row: list[int]) -> View:
    view = View()
    for before, number in zip([-1, *row], row, strict=False):
        if before >= 0:
            view.add("\t" if _gap(words[before], words[number]) else " ")
        view.add(words[number].text, number)
    return view


def _fields(words: list[Word], row: list[int]) -> list[list[int]]:
    """A row cut at its wide gaps."""
    fields: list[list[int]] = []
    for before, number in zip([-1, *row], row, strict=False):
        if before < 0 or _gap(words[before], words[number]):
            fields.append([])
        fields[-1].append(number)
    return fields


def _below_labels(words: list[Word], rows: list[list[int]]) -> Iterator[View]:
    """Each label with each field below it: one, as in a form, or a column of them, as in a table
    without lines. Only rows of nothing but labels have values below, others beside; labels of what
    isn't looked for may be among them. A column ends where a row has nothing in it, or a label."""
    cut = [_fields(words, row) for row in rows]
    for place, fields in enumerate(cut):
        labels = [_said(words, field_) for field_ in fields]
        if not all(is_head(label) for label in labels):
            continue
        for field_, label, after in zip(fields, labels, [*fields[1:], []], strict=True):
            if not is_label(label):
                continue
            left = words[field_[0]].box[0]
            right = words[after[0]].box[0] if after else 1.0
            above = words[field_[0]]
            for below in cut[place + 1 :]:
                value = _in_column(words, below, left, right, above)
                if not value:
                    break
                text = _said(words, value)
                if is_head(text) or (names_a_person(label) and not may_be_name(text)):
                    break
                view = View()
                view.add(f"{label}:\t")
                for number in value:
                    view.add(words[number].text, number)
                    view.add(" ")
                yield view
                above = words[value[0]]


def _said(words: list[Word], numbers: list[int]) -> str:
    return " ".join(words[number].text for number in numbers)


def _in_column(
    words: list[Word], fields: list[list[int]], left: float, right: float, above: Word
) -> list[int]:
    """The field of a row that begins in a column, below a word and not far from it."""
    high = above.box[3] - above.box[1]
    for field_ in fields:
        first = words[field_[0]]
        near = _centre(first) - _centre(above) < _NEAR * high
        if near and left - high <= first.box[0] < right - high:
            return field_
    return []


def _gap(left: Word, right: Word) -> bool:
    # widths and heights are fractions of different sides; a page is about as wide as it is high
    return right.box[0] - left.box[2] > _WIDE * (left.box[3] - left.box[1])


def _boxed(words: list[Word], row: list[int]) -> Iterator[View]:
    run: list[int] = []
    before = -1
    for number in [*row, -1]:
        if number >= 0 and _BOXED.fullmatch(words[number].text):
            run.append(number)
            continue
        if len(run) >= _LEAST_BOXED:
            view = View()
            if before >= 0:
                view.add(words[before].text, before)
                view.add(" ")
            for boxed in run:
                view.add(words[boxed].text, boxed)
            yield view
        run, before = [], number


def views_of_table(table: Table) -> Iterator[View]:
    """The rows of a table, and each cell below the head of its column. Owners are cells."""
    rows: dict[int, list[int]] = {}
    heads: dict[int, Cell] = {}
    for number, cell in enumerate(table.cells):
        rows.setdefault(cell.row, []).append(number)
        if cell.header and cell.row == 0:
            heads.update(dict.fromkeys(range(cell.column, cell.column + cell.column_span), cell))
    for row in rows.values():
        view = View()
        for number in sorted(row, key=lambda n: table.cells[n].column):
            view.add(table.cells[number].text, number)
            view.add("\t")
        yield view
    for number, cell in enumerate(table.cells):
        head = heads.get(cell.column)
        if head is not None and head is not cell:
            view = View()
            view.add(f"{head.text}:\t")
            view.add(cell.text, number)
            yield view
