"""Tasks between text and place: grounding (where is it?) and referring (what is there?).

One grounding request in eight asks for a text that isn't on the page, and is told so.
"""

from collections.abc import Iterator

from gyogwa.schemas.ids import fraction_of
from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.targets.protocols import protocol_of
from gyogwa.transforms.tasks.page import Draft, Setting, ask, chosen_by_hash, items_of
from gyogwa.transforms.tasks.referents import near_misses, referents

_ABSENT = 0.3
"""Of the phrases; two in five of them have a near miss, so that one request in eight asks for it
(measured on the synthetic pages of the tests)."""
_LETTERS = 2  # of a line worth reading out


def ground(page: Page, setting: Setting) -> Iterator[Draft]:
    """A phrase, answered by every place where it stands."""
    dialect = setting.dialect
    if not dialect.has_boxes:
        return
    items = referents(page)
    known = [item.text for item in items]
    spec, image_id, language = setting.spec, page.image.image_id, page.annotation.language
    missed: set[str] = set()  # asked for in vain, once each
    for item in chosen_by_hash(items, spec.per_image, image_id):
        absent = absent_text(page, item.text, known)
        if absent in missed or "ground" in protocol_of(dialect).requests:  # none says what then
            absent = ""
        missed.add(absent)
        key = f"{image_id}/{item.text}"
        mark = f"{dialect.grounding_prompt}\n" if dialect.grounding_prompt else ""
        text = dialect.escape(item.text)
        prompt = mark + prompt_for("ground", language, key, text=text)
        answer = dialect.ground(item, setting.size(page))
        there = Draft(ask(prompt, answer), detail=item.text, subject=text)
        if absent:
            text = dialect.escape(absent)
            prompt = mark + prompt_for("ground", language, key, text=text)
            answer = prompt_for("ground", language, key, "answer_absent", text=text)
            yield Draft(ask(prompt, answer), detail=f"not there: {absent}", instead=there)
        else:
            yield there


def absent_text(page: Page, text: str, known: list[str]) -> str:
    """A near miss to ask for in place of `text` that isn't on the page; mostly "".

    Never where OCR may have missed words.
    """
    key = f"{page.image.image_id}/{text}"
    if page.annotation.origin == "ocr" or fraction_of("absent", key) >= _ABSENT:
        return ""
    there = _squeezed(" ".join(word.text for word in page.annotation.words))
    misses = near_misses(page, text, known)
    return next((miss for miss in misses if _squeezed(miss) not in there), "")


def _squeezed(text: str) -> str:
    return "".join(text.casefold().split())


def refer(page: Page, setting: Setting) -> Iterator[Draft]:
    """A box, answered by the line of text in it; lines without letters are left out.

    They are other ones than `ground` asks for as often, as far as there are: in one conversation
    the question of the one would hold the answer of the other.
    """
    dialect = setting.dialect
    if not dialect.has_boxes:
        return
    noun = "이 부분" if page.annotation.language == "ko" else "this region"
    image_id = page.image.image_id
    lines = [
        item
        for item in items_of(page, "line")
        if sum(char.isalpha() for char in item.text) >= _LETTERS
    ]
    count = setting.spec.per_image
    sought = {
        tuple(box)
        for item in chosen_by_hash(referents(page), count, image_id)
        for box in item.boxes
    }
    others = [item for item in lines if tuple(item.boxes[0]) not in sought]
    for item in chosen_by_hash(others or lines, count, image_id, others=True):
        region = dialect.region(noun, item.boxes[0], setting.size(page))
        language = page.annotation.language
        prompt = prompt_for("refer", language, f"{image_id}/{region}", region=region)
        bare = dialect.region("", item.boxes[0], setting.size(page)).strip()
        yield Draft(ask(prompt, dialect.escape(item.text)), detail=region, region=bare)
