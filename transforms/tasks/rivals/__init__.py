"""Preference pairs of questions: the true answer against another that the page could seem to give.

Each kind takes its rejected answers from where true ones come from (other cells, other places,
other letters, the other length), or stands beside one that does the reverse (a place made up, a
refusal without need), so that nothing in two answers by themselves tells which is right. To add
one: a function of type `Rival`, and a line here.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from gyogwa.schemas.records import Page
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.rivals.fields import field_refused, made_up_field, wrong_field
from gyogwa.transforms.tasks.rivals.forms import wrong_length, wrong_letter
from gyogwa.transforms.tasks.rivals.places import made_up_place, place_refused, wrong_place
from gyogwa.transforms.tasks.rivals.values import wrong_column, wrong_row

_MOST = 50  # questions of a kind to choose among

Rival = Callable[[Page, Setting], Iterator[Draft]]
"""From a page to pairs, the first of which is taken."""


class RivalKind(NamedTuple):
    """A kind of wrong answer; `share` as for `corruptions.FailureKind`."""

    pairs: Rival
    share: float = 1.0


RIVALS: dict[str, RivalKind] = {
    "wrong_row": RivalKind(wrong_row),
    "wrong_column": RivalKind(wrong_column),
    "wrong_field": RivalKind(wrong_field),
    "wrong_letter": RivalKind(wrong_letter),
    "wrong_place": RivalKind(wrong_place),
    "made_up_place": RivalKind(made_up_place),
    "place_refused": RivalKind(place_refused),
    "made_up_field": RivalKind(made_up_field, 0.5),
    "field_refused": RivalKind(field_refused, 0.5),
    "wrong_length": RivalKind(wrong_length),
}

PLACED = ("wrong_place", "made_up_place", "place_refused")
"""Those whose `detail` ends in the phrase that is asked for, as `ground`'s does."""


def rival_of(page: Page, setting: Setting, name: str) -> Draft | None:
    """The pair of one kind, None where the page gives no occasion for it. `detail` is the kind, a
    colon and what the question is about."""
    setting = replace(setting, spec=setting.spec.model_copy(update={"per_image": _MOST}))
    for draft in RIVALS[name].pairs(page, setting):
        if draft.chosen != draft.rejected:
            return replace(draft, detail=f"{name}:{draft.detail}")
    return None
