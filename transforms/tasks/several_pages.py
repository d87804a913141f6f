"""Tasks over the pages of one document, and over two versions of one page.

Pages that go together come sorted by page number; two versions come the earlier one first.
"""

import difflib
from collections.abc import Iterator
from itertools import pairwise, zip_longest

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.page import Block
from gyogwa.schemas.records import Page
from gyogwa.transforms.ingest.furniture import is_page_number
from gyogwa.transforms.ingest.joining import Vocabulary, is_sure, join_lines
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.tasks.furniture import without_furniture
from gyogwa.transforms.tasks.line_ends import LineEnds
from gyogwa.transforms.tasks.page import Draft, Setting, ask
from gyogwa.transforms.tasks.questions_base import Answers, answered
from gyogwa.transforms.tasks.sentences import (
    MARKER,
    finished,
    sentences,
    text_blocks,
)

_SHORT, _LONG = 6, 80  # characters of a line worth asking for
_MOST_PAGES, _MOST_CHANGES = 4, 5
_HYPHENS = ("-", "‐", "\u00ad")
_NO_BEGINNING = ".,;:)]}"
_FULL = 0.8
"""How far across its column a line reaches that goes on: listings and formulas end sooner."""
_ORDINALS = {
    "ko": ["첫 번째", "두 번째", "세 번째", "네 번째"],
    "en": ["first", "second", "third", "fourth"],
}

Group = Iterator[tuple[list[Page], Draft]]


def _group_key(pages: list[Page]) -> str:
    return "/".join(page.image.image_id for page in pages)


def _text(page: Page) -> str:
    return page.text(0, len(page.annotation.words))


def which_page(pages: list[Page], setting: Setting) -> Group:
    """On which image a line stands that stands on one of them only; two to four images at once."""
    bodies = _bodies(pages)
    for shown in neighbours(pages):
        if len(shown) < 2:
            continue
        language, key = shown[0].annotation.language, _group_key(shown)
        ordinals = _ORDINALS["ko" if language == "ko" else "en"]
        ranked = sorted(
            _lines_of_one(shown, bodies), key=lambda found: hash_of("which_page", key, *found)
        )
        for text, number in ranked[: setting.spec.per_image]:
            choice = f"{key}/{text}"
            prompt = prompt_for("which_page", language, choice, text=setting.dialect.escape(text))
            ordinal = ordinals[number]
            image = f"{ordinal} 이미지" if language == "ko" else f"the {ordinal} image"
            sentence = prompt_for("which_page", language, choice, "answer", ordinal=ordinal)
            answers = Answers(image, sentence)
            turns = answered(prompt, answers, language, f"which_page/{choice}", len(shown))
            yield shown, Draft(turns, detail=text)


def neighbours(pages: list[Page]) -> Iterator[list[Page]]:
    """The pages cut into runs of up to four that follow each other in one document."""
    run: list[Page] = []
    for page in pages:
        last = run[-1].image if run else page.image
        follows = (page.image.document, page.image.page) == (last.document, last.page + 1)
        if run and (not follows or len(run) == _MOST_PAGES):
            yield run
            run = []
        run.append(page)
    yield run


def _bodies(pages: list[Page]) -> dict[str, Page]:
    """The pages by id, their blocks without running heads, footers and page numbers."""
    ids = [page.image.image_id for page in pages]
    return dict(zip(ids, without_furniture(pages), strict=True))


def _lines_of_one(pages: list[Page], bodies: dict[str, Page]) -> list[tuple[str, int]]:
    """(line, index of its page) for lines of body text that stand on no other page."""
    texts, ends = [_text(page) for page in pages], [LineEnds(page) for page in pages]
    found = {
        (line, number)
        for number, page in enumerate(pages)
        for block, lines in text_blocks(bodies[page.image.image_id])
        if block.kind not in ("table", "chart")
        for line in _whole(lines, ends[number])
        if _SHORT <= len(line) <= _LONG and sum(char.isalpha() for char in line) > _SHORT // 2
    }
    return sorted(
        (line, number)
        for line, number in found
        if not any(line in text for other, text in enumerate(texts) if other != number)
    )


def _whole(lines: list[str], ends: LineEnds) -> Iterator[str]:
    """The lines that begin and end with a whole word, as far as is known."""
    for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        hyphened = before.endswith(_HYPHENS) or line.endswith(_HYPHENS)
        if not hyphened and ends.told(before, line) and ends.told(line, after):
            yield line


def continue_text(pages: list[Page], setting: Setting) -> Group:
    """The sentence that runs over a page break, from two images."""
    drafts, bodies = 0, _bodies(pages)
    known = Vocabulary(line for page in pages for line in page.line_texts())
    for above, below in pairwise(pages):
        one, two = (bodies[page.image.image_id] for page in (above, below))
        sentence = sentence_over_break(one, two, known)
        if not sentence or drafts >= setting.spec.per_image:
            continue
        drafts += 1
        key = _group_key([above, below])
        prompt = prompt_for("continue_text", above.annotation.language, key)
        answer = setting.dialect.escape(sentence)
        yield [above, below], Draft(ask(prompt, answer, 2), detail=f"page {above.image.page}")


def sentence_over_break(above: Page, below: Page, known: Vocabulary) -> str:
    """The sentence that begins last on one page and ends first on the next, or "".

    The break must lie between two paragraphs, and no hyphen may hide how the word goes on; nor may
    the end of any of its lines: `known` are the words of the document.
    """
    one, two = above.image, below.image
    if (one.document, one.page + 1) != (two.document, two.page):
        return ""
    ends, begins = text_blocks(above), text_blocks(below)
    if not ends or not begins:
        return ""
    (last, head), (first, tail) = ends[-1], begins[0]
    if (last.kind, first.kind) != ("paragraph", "paragraph"):
        return ""
    if finished(head[-1]) or head[-1].endswith(_HYPHENS):
        return ""
    if not _is_full(above, last):
        return ""
    if MARKER.match(tail[0]):  # a list or a numbered heading begins there, whatever its kind
        return ""
    pieces = sentences(join_lines(head, known))
    # Lines without any full stop may be a signature rather than the start of a sentence.
    if len(pieces) < 2 and not tail[0][:1].islower():
        return ""
    # The break may lie within a date, at a full stop, so the joined text is cut once more.
    begun = pieces[-1]
    if begun[0].islower() or begun[0] in _NO_BEGINNING:
        return ""  # it goes on from a formula or a listing above, or from an abbreviation
    whole = sentences(join_lines([begun, *tail], known))[0]
    if not finished(whole) or len(whole) <= len(begun) + 1:
        return ""
    return whole if is_sure(_lines_with(whole, begun, head, tail, known), known) else ""


def _is_full(page: Page, block: Block) -> bool:
    """Whether the last line of a block reaches as far as those of running text do."""
    if page.annotation.turned in (90, 270) or page.annotation.direction == "vertical":
        return True
    lines = page.annotation.lines
    left = min(line.box[0] for line in lines[block.first : block.last])
    right = max(
        line.box[2]
        for each, _ in text_blocks(page)
        if each.kind == "paragraph"
        for line in lines[each.first : each.last]
    )
    return lines[block.last - 1].box[2] >= left + _FULL * (right - left)


def _lines_with(
    whole: str, begun: str, head: list[str], tail: list[str], known: Vocabulary
) -> list[str]:
    """The lines on which a sentence stands, whose beginning is the end of `head`."""
    first = next(
        (
            at
            for at in reversed(range(len(head)))
            if len(join_lines(head[at:], known)) >= len(begun)
        ),
        0,
    )
    last = next(
        (
            at
            for at in range(1, len(tail))
            if len(join_lines([begun, *tail[:at]], known)) >= len(whole)
        ),
        len(tail),
    )
    return [*head[first:], *tail[:last]]


def what_changed(pages: list[Page], setting: Setting) -> Group:
    """The lines that differ between two versions of a page, one to five of them.

    Not what OCR read, which need not differ where it is read differently, and not charts: those
    that say nearly the same are seldom versions of one, and more differs than their words.
    """
    if len(pages) != 2 or any(p.annotation.origin == "ocr" or p.annotation.charts for p in pages):
        return
    changes = changed_lines(*pages)
    if not 1 <= len(changes) <= _MOST_CHANGES:
        return
    language, key = pages[0].annotation.language, _group_key(pages)
    gone, new = ("(삭제됨)", "(추가됨)") if language == "ko" else ("(removed)", "(added)")
    listed = [f"- {before or new} → {after or gone}" for before, after in changes]
    heading = prompt_for("what_changed", language, key, "answer", count=str(len(changes)))
    answer = "\n".join([heading, *map(setting.dialect.escape, listed)])
    prompt = prompt_for("what_changed", language, key)
    yield pages, Draft(ask(prompt, answer, 2), detail=f"{len(changes)} changed")


def changed_lines(before: Page, after: Page) -> list[tuple[str, str]]:
    """(before, after) of every line that differs, but for the pages' own numbers; "" where a line
    has no counterpart."""
    one, two = map(_lines_of, (before, after))
    matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
    return [
        pair
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
        for pair in zip_longest(one[a:b], two[c:d], fillvalue="")
    ]


def _lines_of(page: Page) -> list[str]:
    """The texts of the lines without the page's number: outermost and alone on its height, which
    numbers in tables and forms aren't."""
    lines, texts = page.annotation.lines, page.line_texts()
    outermost = {
        pick(range(len(lines)), key=lambda at: lines[at].box[side])
        for pick, side in ((min, 1), (max, 3))
        if lines
    }
    numbers = {
        at
        for at in outermost
        if is_page_number(texts[at])
        and not any(
            other is not lines[at]
            and min(other.box[3], lines[at].box[3]) > max(other.box[1], lines[at].box[1])
            for other in lines
        )
    }
    return [text for at, text in enumerate(texts) if at not in numbers]
