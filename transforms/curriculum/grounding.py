"""The places of which a conversation speaks, written in the dialect of a stage."""

import re

from gyogwa.schemas.boxes import fractions
from gyogwa.schemas.curriculum import Stage
from gyogwa.schemas.records import Conversation, Page, Place, Turn
from gyogwa.transforms.ingest.labels.placeholders import PLACEHOLDER
from gyogwa.transforms.targets.dialect import Item
from gyogwa.transforms.targets.registry import DIALECTS
from gyogwa.transforms.tasks.page import stored_size

_HANGUL = re.compile("[가-힣]")


def can_write(talk: Conversation, stage: Stage) -> bool:
    """Whether the stage's dialect has a way to write the places of a conversation."""
    return not talk.places or DIALECTS[stage.dialect].has_boxes


def with_places(talk: Conversation, pages: list[Page], stage: Stage) -> list[Turn]:
    """The turns of a conversation with every `<bbox>` written: in an answer as the dialect grounds
    a name, in a question as it names a region. What has no name is this part of the image."""
    if not talk.places:
        return talk.conversation
    left = iter(talk.places)
    dialect = DIALECTS[stage.dialect]

    def write(turn: Turn) -> str:
        place = next(left)
        page = pages[place.image]
        size = stored_size(page.image, stage.resolution.stored_max_side)
        noun = "이 부분" if _HANGUL.search(turn.content) else "this region"
        boxes = _boxes(place, page)
        if turn.role == "assistant":
            return dialect.ground(Item(place.name or noun, boxes), size)
        return " ".join(dialect.region(place.name or noun, box, size) for box in boxes)

    return [
        Turn(turn.role, PLACEHOLDER.sub(lambda _, turn=turn: write(turn), turn.content))  # type: ignore[misc]
        for turn in talk.conversation
    ]


def _boxes(place: Place, page: Page) -> list[list[float]]:
    if place.unit == "fractions":
        return place.boxes
    return [fractions(box, page.image.width, page.image.height) for box in place.boxes]
