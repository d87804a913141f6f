"""What a curriculum's policy makes of a page or a conversation. Pure functions."""

from typing import NamedTuple

from msgspec.structs import replace

from gyogwa.schemas.curriculum import PersonalDataPolicy
from gyogwa.schemas.personal import PersonalData, PersonalKind
from gyogwa.schemas.records import Conversation, Page
from gyogwa.transforms.privacy.mask import mask_page, mask_text, mask_turns
from gyogwa.transforms.privacy.page import find_on_page
from gyogwa.transforms.privacy.text import find


class Judged(NamedTuple):
    """`told`: rows of what was found; `refused`: kinds for which the whole is rejected."""

    told: list[PersonalData]
    refused: list[PersonalKind]


def judge_page(page: Page, policy: PersonalDataPolicy) -> tuple[Page, Judged]:
    """A page, masked where that is asked for, and what was found on it."""
    wanted = policy.with_action("report", "mask", "reject")
    if not wanted or not (page.annotation.words or page.annotation.tables):
        return page, Judged([], [])
    found = find_on_page(page.annotation, wanted)
    image = page.image
    told = _told((image.image_id, "images", image.source, image.uri), found.kinds, policy)
    to_mask = policy.with_action("mask") & found.kinds.keys()
    if to_mask:
        on_page = find_on_page(page.annotation, policy.with_action("mask"))
        annotation, boxes = mask_page(page.annotation, on_page, policy.token)
        page = replace(page, annotation=annotation, masks=boxes, masked=on_page.values)
    return page, Judged(told, _refused(found.kinds, policy))


def judge_talk(
    talk: Conversation, masked: list[str], policy: PersonalDataPolicy
) -> tuple[Conversation, Judged]:
    """A conversation, masked where that is asked for, and what was found in it. `masked`: what was
    on its pages, see `schemas.records.Page`."""
    wanted = policy.with_action("report", "mask", "reject")
    if not wanted:
        return talk, Judged([], [])
    kinds: dict[PersonalKind, int] = {}
    for turn in talk.conversation:
        for found in find(turn.content):
            if found.kind in wanted:
                kinds[found.kind] = kinds.get(found.kind, 0) + 1
    told = _told((talk.conversation_id, "conversations", talk.source, talk.uri), kinds, policy)
    to_mask = policy.with_action("mask")
    if masked or to_mask & kinds.keys():
        turns = mask_turns(talk.conversation, to_mask, masked, policy.token)
        places = [
            replace(place, name=mask_text(place.name, to_mask, masked, policy.token))
            for place in talk.places
        ]
        talk = replace(talk, conversation=turns, places=places)
    return talk, Judged(told, _refused(kinds, policy))


def _told(
    what: tuple[str, str, str, str], kinds: dict[PersonalKind, int], policy: PersonalDataPolicy
) -> list[PersonalData]:
    return [
        PersonalData(*what, kind, policy.kinds.get(kind, policy.action), kinds[kind])  # type: ignore[arg-type]
        for kind in sorted(kinds)
    ]


def _refused(kinds: dict[PersonalKind, int], policy: PersonalDataPolicy) -> list[PersonalKind]:
    return sorted(policy.with_action("reject") & kinds.keys())
