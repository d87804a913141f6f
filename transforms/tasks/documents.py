"""Questions about a document whose answer stands on the page once: title, dates, sums, shares; its
fields (`questions_fields`), the section that a statement stands in, and how long its list is.

A question points at a labelled item ("Date: …"), at a list item or at a sentence by its first
words. It is asked only if those words stand on the page once and only one date (sum, percentage)
stands there, so that there is one right answer; the answer is the page's own wording.
"""

import re
from collections.abc import Iterator

from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.prompts.particles import particle_for
from gyogwa.transforms.targets.dialect import Dialect
from gyogwa.transforms.tasks.line_ends import CUT, LineEnds
from gyogwa.transforms.tasks.mentions import KINDS, the_only
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.questions_base import (
    Answers,
    Question,
    answered,
    chosen,
    count_answers,
)
from gyogwa.transforms.tasks.questions_fields import field_questions
from gyogwa.transforms.tasks.sentences import (
    MARKER,
    Passage,
    passages,
    text_blocks,
    times_labelled,
    title_of,
)

_BEGINNING = 4  # words that a question quotes
_QUOTES = set('"“”«»「」')  # a quotation cut off in the middle reads badly
_LONGEST_HEADING = 40
_LEAST = 6  # characters that it quotes, at least
_FIGURE = re.compile(r"[-+±△▲(]?\d[\d,.]*\)?")


def doc_qa(page: Page, setting: Setting) -> Iterator[Draft]:
    """Title, dates, sums of money and percentages of a document."""
    image_id, language, dialect = page.image.image_id, page.annotation.language, setting.dialect
    for found in chosen(document_asked(page), setting.spec.per_image, "doc_qa", image_id):
        key = f"{image_id}/{found.kind}:{found.detail}"
        prompt = prompt_of(found, language, key, dialect)
        said = found.answers
        escaped = Answers(*map(dialect.escape, (said.short, said.sentence, said.explained)))
        turns = answered(prompt, escaped, language, f"doc_qa/{key}")
        yield Draft(turns, f"{found.kind}:{found.detail}")


def document_asked(page: Page) -> list[Question]:
    """All that can be asked about a document; nothing about charts and tables by themselves, whose
    titles and numbers are asked for as such."""
    if page.image.kind in ("chart", "table"):
        return []
    return [*questions(page), *field_questions(page), *structure_questions(page)]


def prompt_of(found: Question, language: str, key: str, dialect: Dialect) -> str:
    """A question about a document in one of its phrasings, what it quotes escaped."""
    fields = {name: dialect.escape(text) for name, text in found.fields.items()}
    if form := fields.pop("form", ""):
        quote = fields.pop("quote")
        fields["place"] = prompt_for("doc_qa", language, key, f"place_{form}", quote=quote)
    return prompt_for("doc_qa", language, key, found.kind, **fields)


def structure_questions(page: Page) -> Iterator[Question]:
    """The heading that a sentence stands under, and the number of items of the only list; where the
    kinds of all blocks are known, and their order."""
    read = page.annotation.origin == "ocr"
    if read or not all(block.known for block in page.annotation.blocks):
        return
    korean, headings, lists = page.annotation.language == "ko", [], []
    parts, text = passages(page), page.text(0, len(page.annotation.words))
    under: list[tuple[str, str]] = []
    title = title_of(page)  # which all of the page stands under
    directly, ends = False, LineEnds(page)
    for block, lines in text_blocks(page):
        if block.kind == "heading":
            headings.append(ends.join(lines))
        elif block.kind == "list":
            lists.append(sum(bool(MARKER.match(line)) for line in lines))
        if block.kind not in ("heading", "paragraph"):
            directly = False  # what closes a form isn't part of its last section
        elif block.kind == "heading":
            directly = True
        if headings and directly and block.kind == "paragraph":
            under.append((headings[-1], ends.join(lines)))
    for part in parts if len(headings) > 1 else []:
        quote = beginning(part, len(part.text)) if part.form == "sentence" else ""
        holding = [heading for heading, body in under if quote and quote in body]
        if (
            len(holding) != 1
            or holding[0] == title
            or text.count(quote) != 1
            or headings.count(holding[0]) != 1
        ):
            continue
        heading = holding[0]
        if len(heading) <= _LONGEST_HEADING and not {*_QUOTES, CUT} & set(heading):
            said = f'"{heading}" 아래에 있습니다.' if korean else f'It stands under "{heading}".'
            others = tuple(name for name in headings if name != title and CUT not in name)
            yield Question("section", quote, {"quote": quote}, Answers(heading, said), others)
    if len(lists) == 1 and lists[0] > 1:
        yield Question("list_count", "", {}, count_answers(lists[0], korean))


_NOUNS = {
    "title": ("제목", "title"),
    "date": ("날짜", "date"),
    "amount": ("금액", "amount"),
    "share": ("비율", "percentage"),
}


def _answers(kind: str, text: str, korean: bool) -> Answers:
    """The page's own wording, and a sentence around it."""
    noun = _NOUNS[kind][0 if korean else 1]
    said = f'"{text}"' if kind == "title" else text
    if korean:
        return Answers(text, f"{noun}{particle_for(noun, '은')} {said}입니다.")
    return Answers(text, f"The {noun} is {said}{'' if text.endswith('.') else '.'}")


def questions(page: Page) -> list[Question]:
    """All that can be asked about the page, without two answers to anything.

    Fields: `form`, what the answer stands in (page, label, item or sentence), and `quote`, the
    label or first words that tell which one.
    """
    found = []
    title, korean = title_of(page), page.annotation.language == "ko"
    if title:
        found.append(Question("title", "", {}, _answers("title", title, korean)))
    text = page.text(0, len(page.annotation.words))
    parts = passages(page)
    unsaid = _has_figures(page)
    for kind in KINDS:
        only = the_only(kind, text)
        if only and not (unsaid and kind != "date"):
            found.append(_question(kind, "page", "", only.text, korean))
            continue
        for part in parts:
            mentioned = the_only(kind, part.text)
            quote = _pointer(page, parts, part, mentioned.start) if mentioned else ""
            if mentioned and quote:
                found.append(_question(kind, part.form, quote, mentioned.text, korean))
    return found


def _has_figures(page: Page) -> bool:
    """Whether numbers stand by themselves, as in a table or a chart: their unit is said elsewhere,
    so any of them may be money or a share."""
    return sum(_FIGURE.fullmatch(text) is not None for text in page.line_texts()) > 1


def _question(kind: str, form: str, quote: str, text: str, korean: bool) -> Question:
    fields = {"form": form, "quote": quote}
    return Question(kind, f"{form} {quote}".strip(), fields, _answers(kind, text, korean))


def _pointer(page: Page, parts: list[Passage], part: Passage, end: int) -> str:
    """What tells a passage from all others on the page, its label or first words; "" if nothing."""
    if part.form == "label":
        labels = [other.label for other in parts]
        alone = part.label in page.line_texts()  # the label of a cell in a form
        once = labels.count(part.label) == 1 and times_labelled(page, part.label) < 2
        return part.label if once and not alone else ""
    quote = MARKER.sub("", beginning(part, end), count=1)
    text = page.text(0, len(page.annotation.words))
    return quote if quote and text.count(quote) == 1 else ""


def beginning(part: Passage, end: int) -> str:
    """The first words of the passage before `end`; "" if they are too few to find it by."""
    before = part.text[:end]
    if end and not before.endswith(" "):
        before = before.rpartition(" ")[0]  # the word that the answer is in gives it away
    quote = " ".join(before.split()[:_BEGINNING])
    return "" if len(quote) < _LEAST or _QUOTES & set(quote) or " " not in quote else quote
