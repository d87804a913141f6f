"""The running text of a document: headings, paragraphs and items in order, joined over lines and
pages, each with the places where it stands.

Page furniture, tables, captions, figures, notes and code are no running text. A paragraph goes on
over a column or page where it isn't finished and what comes next begins as the rest of a sentence
does. What stands at the end of a line is joined by what the document says elsewhere: a hyphen goes
where the word is written without it, and a Korean word that a line cuts in two is one word.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import cast, get_args

from gyogwa.schemas.boxes import Box, union
from gyogwa.schemas.page import Block
from gyogwa.schemas.records import Annotation
from gyogwa.schemas.row import Row
from gyogwa.schemas.running_text import Paragraph, TextKind, TextPlace
from gyogwa.transforms.ingest.joining import Vocabulary, is_sure, join_lines
from gyogwa.transforms.ingest.sources.structure.marks import is_bullet, is_number

_TEXT = get_args(TextKind)
_ASIDE = frozenset(
    [
        "page-header",
        "page-footer",
        "page-number",
        "footnote",
        "side-note",
        "caption",
        "picture",
        "table",
        "chart",
    ]
)
"""What stands within a paragraph that goes on after it."""
_STOPS = (".", "!", "?", ":", ";", "。", "…")
_CLOSING = ")]\"'”’»」』*†‡0123456789"
_ITEM_GAP = 1.35
"""Times the least distance of lines in a list: more is between two items."""


class Passage(Row, frozen=True):
    """Lines of one page that make a paragraph or a part of one, and the box around them. `cut`:
    code, formulas or what nothing is known of stand before it."""

    kind: TextKind
    level: int
    lines: list[str]
    box: Box
    cut: bool


class PageText(Row, frozen=True):
    """What a page adds to the running text of its document. `lines`: all that stand on it, which
    tell how the document writes its words; `cut`: code or the like stands at its end."""

    image_id: str
    page: int
    passages: list[Passage]
    lines: list[str]
    cut: bool


class _Run:
    """Lines that make a paragraph, and where they stand."""

    def __init__(self, passage: Passage, place: TextPlace) -> None:
        self.kind, self.level = passage.kind, passage.level
        self.lines = list(passage.lines)
        self.places = [place]


def text_of(page: int, annotation: Annotation) -> PageText | None:
    """What stands on the page of this number. None where its blocks are a guess, as theirs aren't
    told apart from furniture and captions, or all of its words were read."""
    read = annotation.origin == "ocr" and not any(word.origin for word in annotation.words)
    if read or not any(block.known for block in annotation.blocks):
        return None
    words = [word.text for word in annotation.words]
    lines = [" ".join(words[line.first : line.last]) for line in annotation.lines]
    passages, cut = _passages(annotation, lines)
    return PageText(annotation.image_id, page, passages, lines, cut)


def paragraphs_of(document: str, pages: Iterable[PageText]) -> list[Paragraph]:
    """Of the pages of one document, in any order."""
    ordered = sorted(pages, key=lambda page: (page.page, page.image_id))
    words = Vocabulary(line for page in ordered for line in page.lines)
    runs: list[_Run] = []
    last, cut = -1, False
    for page in ordered:
        following = page.page == last + 1 and not cut
        for number, passage in enumerate(page.passages):
            run = _Run(passage, TextPlace(page.image_id, page.page, passage.box))
            may = (following or number > 0) and not passage.cut
            if runs and may and _goes_on(runs[-1], run):
                runs[-1].lines += run.lines
                runs[-1].places += run.places
            else:
                runs.append(run)
        last, cut = page.page, page.cut
    return [
        Paragraph(
            document,
            at,
            run.kind,
            join_lines(run.lines, words),
            run.level,
            is_sure(run.lines, words),
            run.places,
        )
        for at, run in enumerate(runs)
    ]


def _passages(annotation: Annotation, texts: Sequence[str]) -> tuple[list[Passage], bool]:
    """The passages of a page, and whether something cuts the text after the last one."""
    found: list[Passage] = []
    cut = False
    for block in annotation.blocks:
        if block.kind not in _TEXT or not block.known:
            cut = cut or block.kind not in _ASIDE
            continue
        kind = cast(TextKind, block.kind)
        whole = [(block.first, block.last)]
        for first, last in _items(annotation, texts, block) if kind == "list" else whole:
            box = union([line.box for line in annotation.lines[first:last]])
            found.append(Passage(kind, block.level, list(texts[first:last]), box, cut))
            cut = False
    return found, cut


def _items(annotation: Annotation, page: Sequence[str], block: Block) -> Iterator[tuple[int, int]]:
    """The lines of each item: one begins at a mark, or where lines stand further apart."""
    lines = annotation.lines[block.first : block.last]
    texts = page[block.first : block.last]
    steps = [below.box[3] - above.box[3] for above, below in pairwise(lines)]
    down = [step for step in steps if step > 0]
    usual = min(min(down), median(down)) if down else 0.0
    starts = [0]
    for at, (text, step) in enumerate(zip(texts[1:], steps, strict=True), 1):
        if _begins_item(texts[at - 1], text) or step > _ITEM_GAP * usual or step < 0:
            starts.append(at)
    for first, last in pairwise([*starts, len(lines)]):
        yield block.first + first, block.first + last


def _begins_item(above: str, text: str) -> bool:
    """Whether a line begins with a mark of a list. 다., with which most sentences end, is none
    where the line above it ends within one."""
    mark = text.split(maxsplit=1)[0]
    if mark == "다." and "가" <= above[-1:] <= "힣":
        return False
    return is_bullet(mark) or is_number(mark)


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
    if _begins_item(above.lines[-1], first):
        return False
    begins_low = first[0].islower() or "가" <= first[0] <= "힣" or end.endswith(",")
    return begins_low or _is_full(above)


def _is_full(run: _Run) -> bool:
    """Whether a paragraph's last line is about as long as the ones before."""
    lengths = [len(line) for line in run.lines]
    return len(lengths) > 1 and lengths[-1] > 0.85 * max(lengths)
