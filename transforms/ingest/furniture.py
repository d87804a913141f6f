"""Page furniture: running heads, footers and page numbers, which are no text of the document.

No page shows it alone; the pages around it do. A line near the upper or lower edge is furniture
where the same line, its digits aside, stands at the same height on another page (further in, on
half of the pages), or where it is a bare number; and so is what stands on the height of a page's
number, where the numbers of other pages stand too. Heads change with the chapter, so the outermost
line of a page is one too where it stands apart from the text, and the outermost of another page
does at the same height. Between furniture and the edge there is nothing else.

The limits were set on the Debian FAQ. On it (73 pages) and on the first 24 pages of the manuals of
nettle and bzip2, as Debian ships them, every head and page number is found; what else is taken for
one stands in tables of contents.
"""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from gyogwa.schemas.boxes import Box

_BAND = 0.14  # of the page's height, above and below
_OUTER = 4  # lines from the edge that may be furniture
_SAME_HEIGHT = 0.012  # of the page's height
_OUTERMOST = 0.08  # of the page's height: how far in a head may stand that only its place tells
_APART = 1.5  # heights of that line, between it and the text
_SURE = 2
"""Pages with the same line in the same place, that make it furniture whatever is further out, such
as a line of the text that the edge of the page cuts off."""
_PAGE_NUMBER = re.compile(r"[\s\-–—]*\d{1,4}(?:\s*/\s*\d{1,4})?[\s\-–—]*")


class Standing(NamedTuple):
    """A line of a page, its box as fractions."""

    text: str
    box: Box


class Edge(NamedTuple):
    """A line near an edge: its number, what it says without digits, how high it stands, whether it
    is within the outermost part of the page, and whether nothing is further out there and the text
    is far."""

    number: int
    said: str
    middle: float
    outermost: bool
    apart: bool


def is_page_number(text: str) -> bool:
    """Whether a line holds nothing but the number of the page."""
    return bool(_PAGE_NUMBER.fullmatch(text))


def edges_of(lines: Sequence[Standing]) -> tuple[list[Edge], list[Edge]]:
    """The outermost lines of a page at its upper and at its lower edge, from the edge inwards."""
    return _edge(lines, True), _edge(lines, False)


def _edge(lines: Sequence[Standing], upper: bool) -> list[Edge]:
    order = sorted(range(len(lines)), key=lambda n: _distance(lines[n].box, upper))
    edge = []
    for number in order[:_OUTER]:
        text, box = lines[number]
        if _distance(box, upper) > _BAND:
            break
        said = re.sub(r"\d+|\b[ivxlc]+\b", "#", " ".join(text.casefold().split()))
        outermost = _distance(box, upper) <= _OUTERMOST
        apart = outermost and _apart(box, [lines[n].box for n in order[: _OUTER + 1]], upper)
        edge.append(Edge(number, said, _middle(box), outermost, apart))
    return edge


def _apart(box: Box, outer: list[Box], upper: bool) -> bool:
    """Whether nothing is further out than a line, and the next line inwards is far."""
    others = [other for other in outer if abs(_middle(other) - _middle(box)) > _SAME_HEIGHT]
    height = box[3] - box[1]
    gaps = [other[1] - box[3] if upper else box[1] - other[3] for other in others]
    return all(gap >= _APART * height for gap in gaps)


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _distance(box: Box, upper: bool) -> float:
    return box[3] if upper else 1 - box[1]


def repeated(edge: Sequence[Edge], others: Sequence[Sequence[Edge]]) -> list[int]:
    """The numbers of the lines of one edge of a page that are furniture, as the same edges of the
    other pages show."""
    lines = [line for other in others for line in other]
    numbers = []
    further_in = False
    for line in edge:
        told = _is_furniture(line, lines, len(others)) or _beside_number(line, edge, lines)
        further_in = further_in or not told
        if not further_in or (line.outermost and _same(line, lines) >= _SURE):
            numbers.append(line.number)
    return numbers


def _is_number(line: Edge) -> bool:
    return is_page_number(line.said.replace("#", "1"))


def _beside_number(line: Edge, edge: Sequence[Edge], others: Sequence[Edge]) -> bool:
    """Whether a line stands on the height of its page's number, as heads that change with every
    section do: there are numbers of other pages too."""
    numbers = [each for each in (*edge, *others) if _is_number(each) and _level(each, line)]
    return line not in numbers and len(numbers) > _SURE and any(n in edge for n in numbers)


def _level(one: Edge, other: Edge) -> bool:
    return abs(one.middle - other.middle) <= _SAME_HEIGHT


def _is_furniture(line: Edge, others: Sequence[Edge], pages: int) -> bool:
    if _is_number(line):
        return True
    level = [other for other in others if _level(line, other)]
    same = _same(line, others)
    often = 1 if line.outermost else max(2, math.ceil(pages / 2))  # a list, too, repeats a line
    return same >= often or (line.apart and any(other.apart for other in level))


def _same(line: Edge, others: Sequence[Edge]) -> int:
    """On how many other pages the same stands at the same height."""
    return sum(other.said == line.said and _level(line, other) for other in others)
