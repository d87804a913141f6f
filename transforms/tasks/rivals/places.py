"""Wrong answers to where something is: elsewhere, a place made up, or none."""

from collections.abc import Iterator
from dataclasses import replace

from gyogwa.schemas.boxes import overlap
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.pointing import ground
from gyogwa.transforms.tasks.referents import referents

_ABSENT = "not there: "
"""How the detail of a request begins for what isn't there."""


def wrong_place(page: Page, setting: Setting) -> Iterator[Draft]:
    """The places of another phrase, as many."""
    dialect, size, known = setting.dialect, setting.size(page), referents(page)
    own = {item.text: item for item in known}
    for draft in ground(page, setting):
        item = own.get(draft.detail)
        if item is None:
            continue
        apart = [
            other
            for other in known
            if len(other.boxes) == len(item.boxes)
            and not any(overlap(one, two) for one in other.boxes for two in item.boxes)
        ]
        for other in sorted(apart, key=lambda other: hash_of("place", item.text, other.text))[:1]:
            asked, answer = draft.conversation
            false = dialect.ground(replace(item, boxes=other.boxes), size)
            yield Draft([asked], draft.detail, answer.content, false)


def made_up_place(page: Page, setting: Setting) -> Iterator[Draft]:
    """The place of something like it for what isn't there."""
    own = {item.text: item for item in referents(page)}
    for draft in ground(page, setting):
        item = own.get(draft.instead.detail) if draft.instead else None
        if item is None:
            continue
        asked, answer = draft.conversation
        missing = replace(item, text=draft.detail.removeprefix(_ABSENT))
        false = setting.dialect.ground(missing, setting.size(page))
        yield Draft([asked], draft.detail, answer.content, false)


def place_refused(page: Page, setting: Setting) -> Iterator[Draft]:
    """ "It isn't there" for what is; only where something that isn't there can be asked for too."""
    drafts = list(ground(page, setting))
    if all(draft.instead is None for draft in drafts):
        return
    image_id, language = page.image.image_id, page.annotation.language
    for draft in drafts:
        if draft.instead is None:
            key = f"{image_id}/{draft.detail}"
            text = setting.dialect.escape(draft.detail)
            false = prompt_for("ground", language, key, "answer_absent", text=text)
            asked, answer = draft.conversation
            yield Draft([asked], draft.detail, answer.content, false)
