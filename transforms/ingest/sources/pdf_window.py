"""A PDF's pages with those around them, which tell how it is set and what stands on every page.

A page is judged with `REACH` pages on either side, whatever part of the document is at work, so
that the outcome is the same however a document is cut into parts. Cost: the words of each page once
more, some .05 s, and those of `2 * REACH` pages for each part.
"""

import re
from typing import NamedTuple

import pypdfium2 as pdfium

from gyogwa.schemas.boxes import Box, turned
from gyogwa.transforms.ingest.furniture import Edge, Standing, edges_of, is_page_number, repeated
from gyogwa.transforms.ingest.sources.pdf_objects import flattened
from gyogwa.transforms.ingest.sources.pdf_words import layer_words
from gyogwa.transforms.ingest.sources.structure.lines import strips_of
from gyogwa.transforms.ingest.sources.structure.marks import is_caption
from gyogwa.transforms.ingest.sources.structure.page import (
    Around,
    Furnishing,
    main_turn,
    size_of,
)
from gyogwa.transforms.ingest.sources.structure.pieces import Strip, pieces_of
from gyogwa.transforms.ingest.sources.structure.setting import setting_of

_ROMAN = re.compile(r"[ivxlc]+|[IVXLC]+")
REACH = 8
"""Pages on either side: chapters are mostly longer, and heads of left and right pages differ."""


class _Seen(NamedTuple):
    """A page's lines, and those at its edges."""

    turn: int
    strips: list[Strip]
    standing: list[Standing]
    edges: tuple[list[Edge], list[Edge]]


class Window:
    """The pages of an open document; what was seen of them is kept for as long as it may be needed
    when pages are asked for in order."""

    def __init__(self, document: pdfium.PdfDocument) -> None:
        self.document = document
        self._seen: dict[int, _Seen] = {}

    def around(self, index: int) -> Around:
        """What the pages around one, and itself, tell of it."""
        first, last = max(index - REACH, 0), min(index + REACH + 1, len(self.document))
        self._seen = {
            at: self._seen.get(at) or _look(self.document, at) for at in range(first, last)
        }
        setting = setting_of(strip for seen in self._seen.values() for strip in seen.strips)
        lines = [strip.text for seen in self._seen.values() for strip in seen.strips]
        return Around(setting, self._furniture(index, range(first, last)), lines)

    def _furniture(self, index: int, near: range) -> list[Furnishing]:
        seen = self._seen[index]
        found: dict[int, Furnishing] = {}
        for side, kind in enumerate(("page-header", "page-footer")):
            others = [
                self._seen[at].edges[side]
                for at in near
                if at != index and not _is_copy(seen, self._seen[at])
            ]
            for number in repeated(seen.edges[side], others):
                text, box = seen.standing[number]
                if is_caption(text) == "sure":
                    continue  # of a table that goes on from page to page
                bare = is_page_number(text) or _ROMAN.fullmatch(text) is not None
                shown = "page-number" if bare else kind
                found[number] = Furnishing(shown, turned(box, (360 - seen.turn) % 360))
        return list(found.values())


def _is_copy(one: _Seen, other: _Seen) -> bool:
    """Whether a page stands twice in the document, or grows, as slides do line by line: all that is
    between the edges of one page stands in the same place on the other, so what is alike at their
    edges tells nothing."""
    fewer, more = sorted((_inner(one), _inner(other)), key=len)
    return bool(fewer) and fewer <= more


def _inner(seen: _Seen) -> set[tuple[str, float, float]]:
    """The lines between the edges of a page, and where they begin."""
    edges = {edge.number for side in seen.edges for edge in side}
    return {
        (line.text, round(line.box[0], 3), round(line.box[1], 3))
        for number, line in enumerate(seen.standing)
        if number not in edges
    }


def _look(document: pdfium.PdfDocument, index: int) -> _Seen:
    """What stands on a page, read of a copy that is closed at once."""
    try:
        page = flattened(document, index)
    except pdfium.PdfiumError:
        return _Seen(0, [], [], ([], []))
    words = layer_words(page)
    turn = main_turn(words)
    size = size_of(page, turn)
    page.close()
    own = [word for word in words if word.whole and word.chars[0].turn == turn]
    strips = strips_of(pieces_of(own, size, turn))
    standing = [Standing(strip.text, _shares(strip.box, size)) for strip in strips]
    return _Seen(turn, strips, standing, edges_of(standing))


def _shares(box: Box, size: tuple[float, float]) -> Box:
    return [box[0] / size[0], box[1] / size[1], box[2] / size[0], box[3] / size[1]]
