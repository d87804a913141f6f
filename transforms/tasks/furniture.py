"""Page furniture: running heads, footers and page numbers, which are no text of the document.

No page shows it alone; the pages of a document do. A line near the upper or lower edge is furniture
where the same line, its digits aside, stands at the same height on another page (further in, on
half of the pages), or where it is a bare number. Heads change with the chapter, so the outermost
line of a page is one too where it stands apart from the text, and the outermost of another page
does at the same height. Between furniture and the edge there is nothing else. Costs a pass over the
outer lines for each page.

The limits were set on the Debian FAQ. On it (73 pages) and on the first 24 pages of the manuals of
nettle and bzip2, as Debian ships them, every head and page number is found; what else is taken for
one stands in tables of contents.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from gyogwa.schemas.page import Line
from gyogwa.schemas.records import Page
from gyogwa.transforms.tasks.sentences import is_page_number

_BAND = 0.14  # of the page's height, above and below
_OUTER = 4  # lines from the edge that may be furniture
_SAME_HEIGHT = 0.012  # of the page's height
_OUTERMOST = 0.08  # of the page's height: how far in a head may stand that only its place tells
_APART = 1.5  # heights of that line, between it and the text


class _Edge(NamedTuple):
    """A line near an edge: its number, what it says without digits, how high it stands, whether it
    is within the outermost part of the page, and whether nothing is further out there and the text
    is far."""

    number: int
    said: str
    middle: float
    outermost: bool
    apart: bool


def furniture_of(pages: Sequence[Page]) -> list[frozenset[int]]:
    """For each page the lines that are furniture; `pages` may be of several documents."""
    by_document: dict[str, list[int]] = defaultdict(list)
    for index, page in enumerate(pages):
        by_document[page.image.document].append(index)
    found = [frozenset[int]() for _ in pages]
    for indices in by_document.values():
        for upper in (True, False):
            edges = [_edge(pages[index], upper) for index in indices]
            for index, numbers in zip(indices, _repeated(edges), strict=True):
                found[index] |= numbers
    return found


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """The pages with blocks of body text only; words and lines stay as they are."""
    return [_body(page, lines) for page, lines in zip(pages, furniture_of(pages), strict=True)]


def _edge(page: Page, upper: bool) -> list[_Edge]:
    """The outermost lines of a page at one edge, from the edge inwards."""
    lines, texts = page.annotation.lines, page.line_texts()
    order = sorted(range(len(lines)), key=lambda n: _distance(lines[n], upper))
    edge = []
    for number in order[:_OUTER]:
        line = lines[number]
        if _distance(line, upper) > _BAND:
            break
        said = re.sub(r"\d+|\b[ivxlc]+\b", "#", " ".join(texts[number].casefold().split()))
        outermost = _distance(line, upper) <= _OUTERMOST
        apart = outermost and _apart(line, [lines[n] for n in order[: _OUTER + 1]], upper)
        edge.append(_Edge(number, said, _middle(line), outermost, apart))
    return edge


def _apart(line: Line, outer: list[Line], upper: bool) -> bool:
    """Whether nothing is further out than a line, and the next line inwards is far."""
    others = [other for other in outer if abs(_middle(other) - _middle(line)) > _SAME_HEIGHT]
    height = line.box[3] - line.box[1]
    gaps = [other.box[1] - line.box[3] if upper else line.box[1] - other.box[3] for other in others]
    return all(gap >= _APART * height for gap in gaps)


def _middle(line: Line) -> float:
    return (line.box[1] + line.box[3]) / 2


def _distance(line: Line, upper: bool) -> float:
    return line.box[3] if upper else 1 - line.box[1]


def _repeated(edges: list[list[_Edge]]) -> list[frozenset[int]]:
    """The furniture of every page of one document at one edge."""
    found = []
    for page, edge in enumerate(edges):
        others = [line for other, lines in enumerate(edges) if other != page for line in lines]
        numbers = []
        for line in edge:
            if not _is_furniture(line, others, len(edges) - 1):
                break
            numbers.append(line.number)
        found.append(frozenset(numbers))
    return found


def _is_furniture(line: _Edge, others: list[_Edge], pages: int) -> bool:
    if is_page_number(line.said.replace("#", "1")):
        return True
    level = [other for other in others if abs(line.middle - other.middle) <= _SAME_HEIGHT]
    same = sum(other.said == line.said for other in level)
    often = 1 if line.outermost else max(2, math.ceil(pages / 2))  # a list, too, repeats a line
    return same >= often or (line.apart and any(other.apart for other in level))


def _body(page: Page, furniture: Iterable[int]) -> Page:
    gone = set(furniture)
    if not gone:
        return page
    blocks = []
    for block in page.annotation.blocks:
        first, last = block.first, block.last
        while first < last and first in gone:
            first += 1
        while first < last and last - 1 in gone:
            last -= 1
        if first < last:
            blocks.append(replace(block, first=first, last=last))
    return replace(page, annotation=replace(page.annotation, blocks=blocks))
