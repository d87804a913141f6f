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

_WIDE = 1.5
"""A gap of so many heights of a line sets two fields apart."""
_SAME_ROW = 0.5
"""Centres of words of one row differ by at most so many heights."""
_BOXED = re.compile(r"[0-9-]{1,2}")
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
    """Reading order, visual rows, and digits in boxes of their own."""
    yield _in_order(found)
    rows = rows_of(found.words)
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
    """The numbers of the words of each visual row, from left to right."""
    rows: list[list[int]] = []
    centres: list[float] = []
    heights: list[float] = []
    for number in sorted(range(len(words)), key=lambda n: (_centre(words[n]), words[n].box[0])):
        centre, height = _centre(words[number]), words[number].box[3] - words[number].box[1]
        if rows and abs(centre - centres[-1]) < _SAME_ROW * min(height, heights[-1]):
            rows[-1].append(number)
            centres[-1] = median(_centre(words[n]) for n in rows[-1])
        else:
            rows.append([number])
            centres.append(centre)
            heights.append(height)
    return [sorted(row, key=lambda n: words[n].box[0]) for row in rows]


def _centre(word: Word) -> float:
    return (word.box[1] + word.box[3]) / 2


def _in_row(words: list[Word], row: list[int]) -> View:
    view = View()
    for before, number in zip([-1, *row], row, strict=False):
        if before >= 0:
            view.add("\t" if _gap(words[before], words[number]) else " ")
        view.add(words[number].text, number)
    return view


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
