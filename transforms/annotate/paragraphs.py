"""The running text of a document: headings, paragraphs and items in order, joined over lines and
pages, each with the places where it stands.

Page furniture, tables, captions, figures, notes and code are no running text. A paragraph goes on
over a column or page where it isn't finished and what comes next begins as the rest of a sentence
does. What stands at the end of a line is joined by what the document says elsewhere: a hyphen goes
where the word is written without it, and a Korean word that a line cuts in two is one word.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from statistics import median

from msgspec import field

from gyogwa.schemas.boxes import Box, union
from gyogwa.schemas.page import Block
from gyogwa.schemas.records import Page
from gyogwa.schemas.row import Row
from gyogwa.transforms.annotate.joining import Vocabulary, join_lines
from gyogwa.transforms.ingest.sources.structure.marks import is_bullet, is_number

_TEXT = ("heading", "paragraph", "list")
_STOPS = (".", "!", "?", ":", ";", "。", "…")
_CLOSING = ")]\"'”’»」』*†‡0123456789"
_ITEM_GAP = 1.35
"""Times the least distance of lines in a list: more is between two items."""


class TextPlace(Row, frozen=True):
    """Where a part of a paragraph stands: the image of its page, and the box of its lines there."""

    image_id: str
    page: int
    box: Box


class Paragraph(Row, frozen=True):
    """A paragraph, heading or item of a list (`kind`: paragraph, heading, list) of a document, the
    `number`th one from 0 on; `level` of a heading, 0 unknown."""

    document: str
    number: int
    kind: str
    text: str
    level: int = 0
    places: list[TextPlace] = field(default_factory=list)


class _Run:
    """Lines that make a paragraph, and where they stand."""

    def __init__(self, kind: str, level: int, lines: list[str], place: TextPlace) -> None:
        self.kind, self.level = kind, level
        self.lines = lines
        self.places = [place]


def paragraphs_of(pages: Iterable[Page]) -> list[Paragraph]:
    """Of the pages of one document, in any order. Pages whose blocks are a guess give none, as
    theirs aren't told apart from furniture and captions."""
    ordered = sorted(pages, key=lambda page: page.image.page)
    told = [page for page in ordered if any(block.known for block in page.annotation.blocks)]
    words = Vocabulary(line for page in told for line in page.line_texts())
    runs: list[_Run] = []
    last = -1
    for page in told:
        following = page.image.page == last + 1
        for number, run in enumerate(_runs(page)):
            may = following if number == 0 else True
            if runs and may and _goes_on(runs[-1], run):
                runs[-1].lines += run.lines
                runs[-1].places += run.places
            else:
                runs.append(run)
        last = page.image.page
    return [
        Paragraph(
            told[0].image.document,
            at,
            run.kind,
            join_lines(run.lines, words),
            run.level,
            run.places,
        )
        for at, run in enumerate(runs)
    ]


def _runs(page: Page) -> Iterator[_Run]:
    texts = page.line_texts()
    for block in page.annotation.blocks:
        if block.kind not in _TEXT or not block.known:
            continue
        bounds = list(_items(page, block)) if block.kind == "list" else [(block.first, block.last)]
        for first, last in bounds:
            box = union([line.box for line in page.annotation.lines[first:last]])
            place = TextPlace(page.image.image_id, page.image.page, box)
            yield _Run(block.kind, block.level, texts[first:last], place)


def _items(page: Page, block: Block) -> Iterator[tuple[int, int]]:
    """The lines of each item: one begins at a mark, or where lines stand further apart."""
    lines = page.annotation.lines[block.first : block.last]
    texts = page.line_texts()[block.first : block.last]
    steps = [below.box[3] - above.box[3] for above, below in pairwise(lines)]
    down = [step for step in steps if step > 0]
    usual = min(min(down), median(down)) if down else 0.0
    starts = [0]
    for at, (text, step) in enumerate(zip(texts[1:], steps, strict=True), 1):
        mark = text.split(maxsplit=1)[0]
        if is_bullet(mark) or is_number(mark) or step > _ITEM_GAP * usual or step < 0:
            starts.append(at)
    for first, last in pairwise([*starts, len(lines)]):
        yield block.first + first, block.first + last


def _goes_on(above: _Run, below: _Run) -> bool:
    """Whether one paragraph is the rest of another, in the next column or on the next page."""
    if (above.kind, below.kind) not in (("paragraph", "paragraph"), ("list", "list")):
        return False
    one, other = above.places[-1], below.places[0]
    if one.image_id == other.image_id and other.box[1] >= one.box[1]:
        return False  # it stands below, so the page itself sets it apart
    end = above.lines[-1].rstrip(_CLOSING)
    first = below.lines[0]
    if not end or end.endswith(_STOPS):
        return False
    mark = first.split(maxsplit=1)[0]
    if is_bullet(mark) or is_number(mark):
        return False
    begins_low = first[0].islower() or "가" <= first[0] <= "힣" or end.endswith(",")
    return begins_low or _is_full(above)


def _is_full(run: _Run) -> bool:
    """Whether a paragraph's last line is about as long as the ones before."""
    lengths = [len(line) for line in run.lines]
    return len(lengths) > 1 and lengths[-1] > 0.85 * max(lengths)
