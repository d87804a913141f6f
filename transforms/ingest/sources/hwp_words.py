"""Words and tables of a page of a Korean office document, from its glyphs and what it says.

Which glyphs are one word is told by the document's own text, found line by line, since justified
lines and spread titles have gaps that are no spaces; where a line isn't in the text (numbers of
lists, fields), a gap is a space. A table's cells are told from the layout, their spans and texts
from the document, and one is known where all its cells lie on the page with the same texts.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from gyogwa.schemas.boxes import fractions, union
from gyogwa.schemas.page import Cell, Table, Word
from gyogwa.transforms.files.text import clean
from gyogwa.transforms.ingest.sources.hwp_characters import is_private, public
from gyogwa.transforms.ingest.sources.hwp_fonts import Box
from gyogwa.transforms.ingest.sources.hwp_svg import Glyph, Page

_GAP = 0.18
"""Ems between two glyphs from which on they are taken for two words, where no text says so."""
_NUMBER = 8
"""Glyphs of a list's mark or number that may stand before a line's text, at most."""
_SURE = 3
_AGAIN, _OVER = 64, 0.5
CUT, OVERLAP = "words that are cut off", "words that lie over one another"
"""Why a page isn't known in full: its layout isn't that of the program that wrote it."""


class Found(NamedTuple):
    """What stands on a page, boxes as fractions, and how many words were dropped, by why."""

    words: list[Word]
    tables: list[Table]
    dropped: dict[str, int]


class Text:
    """What a document says, without its spaces, and where these are; it is read from start to end,
    so a line is looked for behind the one before."""

    def __init__(self, document: Any) -> None:
        paragraphs = list(_texts(document))
        self.plain = "".join("".join(text.split()) for text in paragraphs)
        self.starts: set[int] = set()
        at = 0
        for text in paragraphs:
            for word in text.split():
                self.starts.add(at)
                at += len(word)
        self.cursor = 0

    def starts_in(self, line: str) -> set[int] | None:
        """Where words start in a line without spaces; None where the text doesn't hold it."""
        for skipped in range(min(_NUMBER, max(0, len(line) - _SURE)) + 1):
            rest = line[skipped:]
            at = self.plain.find(rest, self.cursor)
            at = at if at >= 0 else self.plain.find(rest)
            if at >= 0:
                self.cursor = at + len(rest)
                inside = {n for n in range(1, len(rest)) if at + n in self.starts}
                return {skipped + n for n in inside} | ({skipped} if skipped else set())
        return None


def _texts(node: Any) -> Iterator[str]:
    """The texts of all paragraphs, in order."""
    if isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, dict):
        if node.get("kind") != "table" and isinstance(node.get("text"), str):
            yield public(node["text"])
        for name, value in node.items():
            if name not in ("inlines", "prov"):
                yield from _texts(value)


def read(page: Page, text: Text, document: Any) -> Found:
    """The words of a page and those of its tables that lie on it whole."""
    dropped: Counter[str] = Counter()
    words: list[Word] = []
    for line in _lines(page.glyphs):
        for run in _words(line, text):
            said = clean("".join(glyph.text for glyph in run))
            if why := _unusable(run, said):
                dropped[why] += 1
                continue
            box = fractions(list(_around(run)), page.width, page.height)
            if box[0] < box[2] and box[1] < box[3] and Word(said, box) not in words[-_AGAIN:]:
                words.append(Word(said, box))  # shadows are drawn as the same word again
    if over := _over_one_another(words):
        dropped[OVERLAP] = over
    return Found(words, list(_tables(page, document)), dict(dropped))


def _over_one_another(words: list[Word]) -> int:
    """How many words lie on an earlier one for more than half."""
    found, open_ones = 0, list[Word]()
    for word in sorted(words, key=lambda word: word.box[1]):
        open_ones = [other for other in open_ones if other.box[3] > word.box[1]]
        found += any(_shared(word.box, other.box) > _OVER for other in open_ones)
        open_ones.append(word)
    return found


def _shared(a: list[float], b: list[float]) -> float:
    """What two boxes share, of the smaller one."""
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    sizes = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return max(0.0, across) * max(0.0, down) / min(sizes)


def _lines(glyphs: list[Glyph]) -> Iterator[list[Glyph]]:
    """Runs of glyphs that follow one another on a baseline, in one cell."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _follows(run[-1], glyph):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _follows(last: Glyph, glyph: Glyph) -> bool:
    em = max(last.em, glyph.em)
    return (
        glyph.cell == last.cell
        and glyph.askew == last.askew
        and abs(glyph.base - last.base) < 0.3 * em
        and glyph.start > last.start - 0.1 * em
    )


def _words(line: list[Glyph], text: Text) -> Iterator[list[Glyph]]:
    said = "".join(glyph.text for glyph in line)
    starts = text.starts_in("".join(said.split()))
    run: list[Glyph] = []
    at = 0
    for last, glyph in pairwise([None, *line]):
        assert glyph is not None
        gap = 0.0 if last is None else glyph.start - last.end
        apart = gap > _GAP * glyph.em if starts is None else at in starts
        if run and apart:
            yield run
            run = []
        run.append(glyph)
        at += len("".join(glyph.text.split()))
    yield run


def _unusable(run: list[Glyph], said: str) -> str:
    """Why a word can't be learnt; "" where it can."""
    if any(glyph.hidden for glyph in run):
        return CUT
    if any(glyph.askew for glyph in run):
        return "words that aren't set from left to right"
    if not said or any(is_private(char) for glyph in run for char in glyph.text):
        return "words with private-use characters"
    if not all(glyph.painted for glyph in run):
        return "words that no font here can paint"
    return ""


def _around(run: list[Glyph]) -> Box:
    boxes = [glyph.box for glyph in run]
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )


def _tables(page: Page, document: Any) -> Iterator[Table]:
    """Tables whose cells follow one another on the page with the texts that the document gives."""
    names = list(page.cells)
    held: dict[str, list[Glyph]] = {name: [] for name in names}
    for glyph in page.glyphs:
        if glyph.cell:
            held[glyph.cell].append(glyph)
    shown = ["".join("".join(g.text for g in held[name]).split()) for name in names]
    at = 0
    for table in _tables_in(document):
        texts = ["".join(_said(cell).split()) for cell in table["cells"]]
        count = len(texts)
        if count < 2 or not any(texts):
            continue
        starts = (n for n in range(at, len(shown) - count + 1) if shown[n : n + count] == texts)
        start = next(starts, None)
        if start is None:
            continue
        at = start + count
        cells = [
            _cell(cell, held[name], page.cells[name], page)
            for cell, name in zip(table["cells"], names[start:at], strict=True)
        ]
        yield Table(union([cell.box for cell in cells]), cells)


def _tables_in(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for item in node:
            yield from _tables_in(item)
    elif isinstance(node, dict):
        if node.get("kind") == "table":
            yield node
        for value in node.values():
            yield from _tables_in(value)


def _said(cell: dict[str, Any]) -> str:
    """The text of a cell, without that of tables in it."""
    own = [block for block in cell.get("blocks") or [] if block.get("kind") != "table"]
    return " ".join(text for block in own for text in _texts(block))


def _cell(cell: dict[str, Any], glyphs: list[Glyph], area: Box, page: Page) -> Cell:
    visible = [glyph for glyph in glyphs if not glyph.hidden]
    box = fractions(list(_around(visible) if visible else area), page.width, page.height)
    return Cell(
        int(cell["row"]),
        int(cell["col"]),
        int(cell["row_span"]),
        int(cell["col_span"]),
        cell.get("role") not in (None, "data"),
        clean(_said(cell)),
        box,
    )
