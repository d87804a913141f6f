"""Pages without their furniture: running heads, footers and page numbers.

What a page's blocks are known to be is taken as it is; of other pages the lines are compared with
those of the document's other pages (see `ingest.furniture`). Costs a pass over the outer lines for
each page.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from gyogwa.schemas.records import Page
from gyogwa.transforms.ingest.furniture import Standing, edges_of, repeated

FURNITURE = ("page-header", "page-footer", "page-number")
"""Kinds of blocks that are no text of the document."""


def furniture_of(pages: Sequence[Page]) -> list[frozenset[int]]:
    """For each page the lines that are furniture; `pages` may be of several documents."""
    by_document: dict[str, list[int]] = defaultdict(list)
    for index, page in enumerate(pages):
        by_document[page.image.document].append(index)
    found = [_known(page) for page in pages]
    for indices in by_document.values():
        edges = {index: edges_of(_standing(pages[index])) for index in indices}
        for index in indices:
            if _is_known(pages[index]):
                continue
            for side in (0, 1):
                others = [edges[other][side] for other in indices if other != index]
                found[index] |= frozenset(repeated(edges[index][side], others))
    return found


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """The pages with blocks of body text only; words and lines stay as they are."""
    return [_body(page, lines) for page, lines in zip(pages, furniture_of(pages), strict=True)]


def _is_known(page: Page) -> bool:
    """Whether its source has looked at the document's other pages, or says itself."""
    found = page.annotation
    known = [block for block in found.blocks if block.known]
    told = any(block.kind in FURNITURE for block in known)
    return told or (bool(known) and found.origin == "text_layer")


def _known(page: Page) -> frozenset[int]:
    return frozenset(
        line
        for block in page.annotation.blocks
        if block.kind in FURNITURE
        for line in range(block.first, block.last)
    )


def _standing(page: Page) -> list[Standing]:
    lines = page.annotation.lines
    return [Standing(text, line.box) for text, line in zip(page.line_texts(), lines, strict=True)]


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
