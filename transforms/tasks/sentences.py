"""Running text taken apart: sentences, list items, labelled items, and page numbers left aside."""

import re
from dataclasses import dataclass

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.page import Block
from gyogwa.schemas.records import Page
from gyogwa.transforms.ingest.furniture import is_page_number
from gyogwa.transforms.tasks.furniture import FURNITURE
from gyogwa.transforms.tasks.line_ends import CUT, LineEnds

_RUNNING = 2  # sentences or list items that make running text
_LEADERS = re.compile(r"(?:\. ?){5,}|…{2,}|·{5,}")
_CONTENTS = 3
"""Lines with leaders that make a page one of contents, on which nothing is a sentence."""
_STOP = re.compile(r"[.!?。][)\"'”’]*(?=\s|$)")
_FINISHED = re.compile(r"[.!?:;。…][)\"'”’]*$")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|Vol|Fig|Sec|Art|Inc|Co|Ltd|vs|cf|approx|etc"
    r"|e\.g|i\.e|a\.m|p\.m)\.$"
)
MARKER = re.compile(r"^(?:[○●□■※·•–—*\-]|\d{1,2}[.)]|[가-힣a-z]\))\s+(?=\S)")
_REFERENCE = re.compile(r"\d(?:절|장|항|조|쪽|편)\.$")
"""A number of a section, behind which its title may stand in quotation marks."""
_BRACKETS = ("()", "[]", "“”", "‘’", "「」", "『』")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])’(?=[^\W\d_])")
_LETTERED = re.compile(r"^[가나다라마바사아자차카타파하a-z]\.\s+(?=\S)")
"""A marker that a label may have; alone it could be the end of a sentence."""
_SUBJECT = re.compile(r"^(?:제목|Subject)(?:\s*[:：])?\s+(?=\S)")
_LABEL = re.compile(r"^([^\W\d][^:：\"]{0,19})[:：]\s+(?=\S)")


@dataclass(frozen=True)
class Passage:
    """Text that a question can point at. `form`: sentence, item (of a list) or label.

    `label` is what stands before the colon, "" for none; `text` begins behind it and behind the
    marker of a list item.
    """

    form: str
    label: str
    text: str


def finished(text: str) -> bool:
    """Whether the text ends as a sentence or an introduction to something does."""
    return bool(_FINISHED.search(text))


def paired(text: str) -> bool:
    """Whether no bracket or quotation mark stands alone, as it does in what is cut out of one.

    >>> [paired(text) for text in ("It isn’t (quite) so.", "It can be set (by default.", "so).")]
    [True, False, False]
    """
    text = _APOSTROPHE.sub("", text)
    every = all(text.count(pair[0]) == text.count(pair[1]) for pair in _BRACKETS)
    return every and text.count('"') % 2 == 0


def sentences(text: str) -> list[str]:
    """The text cut behind each sentence end; the last piece may lack one.

    A full stop behind a number ends a sentence only before a capital letter: in Korean, dates are
    written "2024. 5. 11.".
    """
    pieces, start = [], 0
    for stop in _STOP.finditer(text):
        before = text[: stop.start()]
        after = text[stop.end() :].lstrip()
        if _ABBREVIATION.search(f"{before}."):
            continue
        if after[:1].islower() and stop[0][-1:] in ")]\"'”’":
            continue  # a question that is quoted, or an aside, within a sentence
        if before[-1:].isdigit() and after and not re.match("[A-Z]", after):
            continue
        if after[:1] in tuple("“\"'‘「") and _REFERENCE.search(f"{before}."):
            continue
        pieces.append(text[start : stop.end()].strip())
        start = stop.end()
    rest = text[start:].strip()
    return [*pieces, rest] if rest else pieces


def text_blocks(page: Page) -> list[tuple[Block, list[str]]]:
    """The blocks with their lines' texts, in reading order, without page numbers and what the
    source calls a head or foot of the page."""
    texts = page.line_texts()
    blocks = [(block, texts[block.first : block.last]) for block in page.annotation.blocks]
    return [
        (block, lines)
        for block, lines in blocks
        if block.kind not in FURNITURE and not is_page_number(" ".join(lines))
    ]


def times_labelled(page: Page, label: str) -> int:
    """How often a label stands before a colon, also within sentences."""
    text = "\n".join(page.line_texts()).casefold()
    return len(re.findall(rf"(?<!\w){re.escape(label.casefold())}\s?[:：]", text))


def passages(page: Page) -> list[Passage]:
    """The whole sentences, list items and labelled items of the page.

    What may go on in another column or on another page, or may have begun there, is left out, and
    so is what runs over the end of a line in a way that isn't known (`line_ends`).
    """
    blocks, ends = text_blocks(page), LineEnds(page)
    found: list[Passage] = []
    if sum(bool(_LEADERS.search(line)) for line in page.line_texts()) >= _CONTENTS:
        return found
    for index, (block, lines) in enumerate(blocks):
        if block.kind not in ("paragraph", "list"):
            continue
        before = blocks[index - 1] if index else None
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        if block.kind == "list" or _is_labelled(lines[0]):
            boxes = [line.box for line in page.annotation.lines[block.first : block.last]]
            items = _items(lines, boxes, ends)
            open_ended = after is None or after[0].kind == block.kind
            if open_ended and block.kind == "list":
                items = items[:-1]
            found += items
        elif not _centred([line.box for line in page.annotation.lines[block.first : block.last]]):
            pieces = sentences(ends.join(lines))
            begun = before is None and page.image.page > 1
            if before and before[0].kind == "paragraph" and not finished(before[1][-1]):
                begun = True
            # A sentence with a listing or a formula in it goes on in a paragraph of its own.
            begun = begun or lines[0][:1].islower()
            found += [
                Passage("sentence", "", piece)
                for piece in pieces[1 if begun else 0 :]
                if finished(piece)
            ]
    return [part for part in found if CUT not in part.text]


def _items(lines: list[str], boxes: list[Box], ends: LineEnds) -> list[Passage]:
    """List items and labelled lines, each with the lines that go on with it."""
    runs: list[list[str]] = []
    begun = boxes[0]
    for line, box in zip(lines, boxes, strict=True):
        if MARKER.match(line) or _is_labelled(line):
            runs.append([line])
            begun = box
        elif runs and not _stands_apart(runs[-1][0], begun, box):
            runs[-1].append(line)
    found = []
    for run in runs:
        text = MARKER.sub("", ends.join(run), count=1)
        label = _LABEL.match(text) if _is_labelled(text) else None
        if label:
            name = _LETTERED.sub("", label[1].strip())
            found.append(Passage("label", name, text[label.end() :]))
        else:
            found.append(Passage("item", "", text))
    return found


def _centred(boxes: list[Box]) -> bool:
    """Whether lines stand in the middle, as of a notice or a foot: each is for itself, and they are
    no running text."""
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    for box in boxes:
        before, after, height = box[0] - left, right - box[2], box[3] - box[1]
        if min(before, after) > height / 2 and abs(before - after) < height / 2:
            return True
    return False


def _stands_apart(text: str, box: Box, below: Box) -> bool:
    """Whether a line below a labelled one begins farther right than its value does, as lines set to
    the right do: it is another matter."""
    label = _LABEL.match(text)
    if label is None:
        return False
    value = box[0] + (box[2] - box[0]) * label.end() / len(text)
    return below[0] > value + (box[3] - box[1])


def _is_labelled(text: str) -> bool:
    """Whether a text begins with a label; the rest of a bracket before a colon is none."""
    label = _LABEL.match(text)
    return label is not None and label[1].count("(") == label[1].count(")")


def title_of(page: Page) -> str:
    """The title of a document's first page, without a label such as "Re:"; "" if in doubt, or where
    it runs over the end of a line in a way that isn't known.

    It is the first heading, near the top, and set clearly larger than all other headings. A page
    without running text has no title: what stands on top of a receipt is the name of the shop.
    """
    subjects = [text for text in page.line_texts() if _SUBJECT.match(text)]
    if subjects:  # an official letter, which is headed by whoever sends it
        alone = len(subjects) == 1 and subjects[0] in _single_lines(page)
        return _SUBJECT.sub("", subjects[0]) if alone else ""
    lines = page.annotation.lines
    headings = [block for block in page.annotation.blocks if block.kind == "heading"]
    if page.image.page > 1 or not headings or headings[0].box[1] > 0.4:
        return ""
    heights = [
        max(line.box[3] - line.box[1] for line in lines[block.first : block.last])
        for block in headings
    ]
    if any(heights[0] < 1.15 * height for height in heights[1:]):
        return ""
    if sum(part.form != "label" for part in passages(page)) < _RUNNING:
        return ""
    text = LineEnds(page).join(page.line_texts()[headings[0].first : headings[0].last])
    if CUT in text:
        return ""
    return re.sub(r"^(?:제목|Re|Subject|Title)\s*[:：]\s*", "", text)


def _single_lines(page: Page) -> set[str]:
    """The lines that are blocks of their own."""
    texts, blocks = page.line_texts(), page.annotation.blocks
    return {texts[block.first] for block in blocks if block.last - block.first == 1}
