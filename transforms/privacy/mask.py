"""Masking: what a page or a conversation holds of personal data gives way to one token.

The words of a line that hold it become one word, the token, whose box is around all of them and is
filled when the image is written. So what a model is asked to read is what it sees. A word that
holds more than the personal data goes as a whole: where in its box the rest stands isn't known.
"""

from itertools import groupby
from typing import NamedTuple

from msgspec.structs import replace

from gyogwa.schemas.boxes import Box, union
from gyogwa.schemas.page import Cell, Chart, Line, Table, Word
from gyogwa.schemas.records import Annotation, Turn
from gyogwa.transforms.privacy.page import OnPage
from gyogwa.transforms.privacy.text import find, replaced


class MaskedPage(NamedTuple):
    """`boxes`: the regions to fill, fractions."""

    annotation: Annotation
    boxes: list[Box]


def mask_page(found: Annotation, on_page: OnPage, token: str) -> MaskedPage:
    """The page without what was found on it."""
    words: list[Word] = []
    lines: list[Line] = []
    boxes: list[Box] = []
    for line in found.lines:
        first = len(words)
        numbers = range(line.first, line.last)
        for hidden, run in groupby(numbers, key=lambda number: number in on_page.words):
            of_run = [found.words[number] for number in run]
            if hidden:
                box = union([word.box for word in of_run])
                boxes.append(box)
                words.append(Word(token, box, 1.0, origin=of_run[0].origin))
            else:
                words += of_run
        lines.append(replace(line, first=first, last=len(words)))
    hidden_words = [found.words[number] for number in sorted(on_page.words)]
    tables = []
    for number, table in enumerate(found.tables):
        cells, more = _cells(number, table, on_page, hidden_words, token)
        tables.append(replace(table, cells=cells))
        boxes += more
    charts = [_chart(chart, on_page.values, token) for chart in found.charts]
    masked = replace(found, words=words, lines=lines, tables=tables, charts=charts)
    return MaskedPage(masked, boxes)


def _cells(
    number: int, table: Table, on_page: OnPage, hidden: list[Word], token: str
) -> tuple[list[Cell], list[Box]]:
    """The cells of a table without what was found, and those to be filled because no word in them
    is."""
    cells, boxes = [], []
    for place, cell in enumerate(table.cells):
        inside = [word for word in hidden if _holds(cell.box, word.box)]
        text = mask_values(cell.text, [*on_page.values, *(word.text for word in inside)], token)
        if text == cell.text and (number, place) in on_page.cells:
            text = token  # what was found runs on into another cell
        if text != cell.text and not inside:
            boxes.append(cell.box)
        cells.append(cell if text == cell.text else replace(cell, text=text))
    return cells, boxes


def _holds(box: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _chart(chart: Chart, values: list[str], token: str) -> Chart:
    series = [replace(one, name=mask_values(one.name, values, token)) for one in chart.series]
    names = [mask_values(name, values, token) for name in chart.categories]
    title = mask_values(chart.title, values, token)
    return replace(chart, title=title, categories=names, series=series)


def mask_values(text: str, values: list[str], token: str) -> str:
    """The text without these values, the longest first."""
    spans: list[tuple[int, int]] = []
    for value in sorted(set(values), key=lambda value: (-len(value), value)):
        start = text.find(value)
        while start >= 0:
            end = start + len(value)
            if all(end <= other or done <= start for other, done in spans):
                spans.append((start, end))
            start = text.find(value, end)
    return replaced(text, spans, token) if spans else text


def mask_text(text: str, kinds: frozenset[str], values: list[str], token: str) -> str:
    """A text without personal data of some kinds, and without what was found on its pages."""
    spans = [(found.start, found.end) for found in find(text) if found.kind in kinds]
    return mask_values(replaced(text, spans, token), values, token)


def mask_turns(
    turns: list[Turn], kinds: frozenset[str], values: list[str], token: str
) -> list[Turn]:
    """Turns without either."""
    return [replace(t, content=mask_text(t.content, kinds, values, token)) for t in turns]
