"""Questions about a document whose answer stands on the page once: title, dates, sums, shares.

A question points at a labelled item ("Date: …"), at a list item or at a sentence by its first
words. It is asked only if those words stand on the page once and only one date (sum, percentage)
stands there, so that there is one right answer; the answer is the page's own wording.
"""

from collections.abc import Iterator

from transforms.prompts import prompt_for
from transforms.tasks.mentions import KINDS, the_only
from transforms.tasks.page import Draft, Page, Setting, ask
from transforms.tasks.questions_base import Question, chosen
from transforms.tasks.sentences import Passage, passages, title_of

_BEGINNING = 4  # words that a question quotes
_LEAST = 6  # characters that it quotes, at least


def doc_qa(page: Page, setting: Setting) -> Iterator[Draft]:
    """Title, dates, sums of money and percentages of a document."""
    if page.image.kind in ("chart", "table"):
        return  # their titles and numbers are asked for as such
    image_id, language, dialect = page.image.image_id, page.annotation.language, setting.dialect
    for found in chosen(questions(page), setting.spec.per_image, "doc_qa", image_id):
        detail = f"{found.kind}:{found.detail}"
        key, place = f"{image_id}/{detail}", ""
        if form := found.fields.get("form"):
            quote = dialect.escape(found.fields["quote"])
            place = prompt_for("doc_qa", language, key, f"place_{form}", quote=quote)
        prompt = prompt_for("doc_qa", language, key, found.kind, place=place)
        yield Draft(ask(prompt, dialect.escape(found.answers[0])), detail)


def questions(page: Page) -> list[Question]:
    """All that can be asked about the page, without two answers to anything.

    Fields: `form`, what the answer stands in (page, label, item or sentence), and `quote`, the
    label or first words that tell which one.
    """
    found = []
    title = title_of(page)
    if title:
        found.append(Question("title", "", {}, [title]))
    text = page.text(0, len(page.annotation.words))
    parts = passages(page)
    for kind in KINDS:
        only = the_only(kind, text)
        if only:
            found.append(_question(kind, "page", "", only.text))
            continue
        for part in parts:
            mentioned = the_only(kind, part.text)
            quote = _pointer(page, parts, part, mentioned.start) if mentioned else ""
            if mentioned and quote:
                found.append(_question(kind, part.form, quote, mentioned.text))
    return found


def _question(kind: str, form: str, quote: str, answer: str) -> Question:
    return Question(kind, f"{form} {quote}".strip(), {"form": form, "quote": quote}, [answer])


def _pointer(page: Page, parts: list[Passage], part: Passage, end: int) -> str:
    """What tells a passage from all others on the page, its label or first words; "" if nothing."""
    if part.form == "label":
        labels = [other.label for other in parts]
        alone = part.label in page.line_texts()  # the label of a cell in a form
        return part.label if labels.count(part.label) == 1 and not alone else ""
    quote = _beginning(part, end)
    text = page.text(0, len(page.annotation.words))
    return quote if quote and text.count(quote) == 1 else ""


def _beginning(part: Passage, end: int) -> str:
    """The first words of the passage before `end`; "" if they are too few to find it by."""
    before = part.text[:end]
    if end and not before.endswith(" "):
        before = before.rpartition(" ")[0]  # the word that the answer is in gives it away
    quote = " ".join(before.split()[:_BEGINNING])
    return "" if len(quote) < _LEAST or '"' in quote or " " not in quote else quote
