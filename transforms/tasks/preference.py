"""Preference pairs: the true answer against a plausible failure of models, made by rule: of reading
(`corruptions`), and of answering questions (`rivals`).

Every kind of failure that can befall a page does so by its share, in a strength and a form of
answer (OCR with boxes, plain reading, a short value) that hang on the image's hash as well. Costs
one serialisation and parse for every kind that is tried, and few fail.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from msgspec.structs import replace as update

from gyogwa.schemas.ids import fraction_of, hash_of
from gyogwa.schemas.records import IMAGE, Page, Turn
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.prompts.lengths import with_length
from gyogwa.transforms.targets.dialect import Dialect
from gyogwa.transforms.targets.sameness import normalised, same_items
from gyogwa.transforms.tasks.captions import caption, facts
from gyogwa.transforms.tasks.corruptions import FAILURES, FailureKind, Form
from gyogwa.transforms.tasks.corruptions.answer import (
    STRENGTHS,
    Answer,
    Piece,
    answer_of,
    pick,
    running_text,
    with_boxes,
)
from gyogwa.transforms.tasks.corruptions.disclosure import Mask, masks_of
from gyogwa.transforms.tasks.corruptions.veiling import Plain, plain_in
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.reading import ocr_request
from gyogwa.transforms.tasks.rivals import RIVALS, rival_of


def prefer(page: Page, setting: Setting) -> Iterator[Draft]:
    """At most `per_image` pairs, each of another kind; `detail` is "kind:strength", of a question
    "kind:subject"."""
    image_id = page.image.image_id
    left = setting.spec.per_image
    for name in sorted([*FAILURES, *RIVALS], key=lambda name: _turn_of(name, image_id)):
        if name in RIVALS:
            draft = rival_of(page, setting, name)
        else:
            strength = STRENGTHS[pick(len(STRENGTHS), "strength", image_id, name)]
            draft = pair_of(page, setting, name, strength)
        if draft:
            yield draft
            left -= 1
        if not left:
            return


def _turn_of(name: str, image_id: str) -> float:
    """When a kind's turn comes on an image: by hash, sooner for kinds of a larger share."""
    return -math.log1p(-fraction_of("failure", image_id, name)) / share_of(name)


def share_of(name: str) -> float:
    """How often a kind of failure is taken where others are taken once."""
    return RIVALS[name].share if name in RIVALS else FAILURES[name].share


def pair_of(page: Page, setting: Setting, name: str, strength: int) -> Draft | None:
    """The pair for one kind of failure, None where the page gives no occasion for it."""
    for form in _forms(page, setting.dialect, name, FAILURES[name]):
        draft = _in_form(page, setting, name, strength, form)
        if draft:
            return draft
    return None


def _forms(page: Page, dialect: Dialect, name: str, failure: FailureKind) -> list[Form]:
    """The forms of answer to try, the best first."""
    forms = [form for form in failure.forms if form != "boxes" or dialect.has_boxes]
    return sorted(forms, key=lambda form: hash_of("form", page.image.image_id, name, form))


def _in_form(page: Page, setting: Setting, name: str, strength: int, form: Form) -> Draft | None:
    dialect, size = setting.dialect, setting.size(page)
    language, image_id = page.annotation.language, page.image.image_id
    described = ""
    if form == "caption":
        told = next(caption(page, setting), None)
        if told is None:
            return None
        request, description = (turn.content for turn in told.conversation)
        prompt, described = request.removeprefix(f"{IMAGE}\n"), description
        answer = answer_of(page, "line")
    elif form == "value":
        mask = _only(page, plain_in if name == "veiled" else masks_of)
        if mask is None:
            return None
        answer = Answer([Piece(mask.text, [0.0, 0.0, 1.0, 1.0], 0, 0)], language, page.image.kind)
        asked = prompt_for("prefer", language, image_id, kind=mask.kind)
        prompt = with_length(asked, "short", language, image_id)
    elif form == "boxes":
        answer = answer_of(page, setting.spec.granularity)
        prompt = ocr_request(page, setting)
    else:
        answer = answer_of(page, "line")
        if name == "wrong_language":
            answer = replace(answer, described=described_otherwise(page))
        prompt = prompt_for("read", language, image_id)
    failed = FAILURES[name].corrupt(answer, strength, f"{image_id}/{name}")
    if failed is None:
        return None
    if form == "boxes":
        chosen, rejected = (with_boxes(said, dialect, size) for said in (answer, failed))
        same = same_items(chosen, rejected, dialect, size)
    else:
        chosen, rejected = (running_text(said, dialect) for said in (answer, failed))
        chosen = described or chosen
        same = normalised(chosen) == normalised(rejected)
    if same:
        return None
    turns = [Turn("user", f"{IMAGE}\n{prompt}")]
    return Draft(turns, f"{name}:{strength}", chosen, rejected)


def described_otherwise(page: Page) -> str:
    """A Korean page described as an English one would be, and the reverse; "" for any other."""
    other = {"ko": "en", "en": "ko"}.get(page.annotation.language)
    if other is None:
        return ""
    taken = Page(page.image, update(page.annotation, language=other))
    key = page.image.image_id
    return " ".join(
        prompt_for("caption", other, f"{key}/{said.kind}", said.kind, **said.fields)
        for said in facts(taken)
    )


def _only(page: Page, found_in: Callable[[str], Sequence[Mask | Plain]]) -> Mask | Plain | None:
    """A mask, or a number in full, that a question can mean: the only one of its kind, masked or
    not. None if there is none such."""
    texts = page.line_texts()
    masks = {mask.text: mask for text in texts for mask in found_in(text)}
    every = {mask.text: mask.kind for text in texts for mask in masks_of(text)}
    every |= {plain.text: plain.kind for text in texts for plain in plain_in(text)}
    kinds = list(every.values())
    single = [mask for mask in masks.values() if kinds.count(mask.kind) == 1]
    if not single:
        return None
    return single[pick(len(single), "mask", page.image.image_id)]
