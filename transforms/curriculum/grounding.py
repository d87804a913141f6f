"""The places of which a conversation speaks, written in the dialect of a stage."""

import re

from gyogwa.schemas.boxes import fractions
from gyogwa.schemas.curriculum import Stage
from gyogwa.schemas.records import Conversation, Page, Place, Turn
from gyogwa.transforms.ingest.labels.placeholders import PLACEHOLDER
from gyogwa.transforms.targets.dialect import Item
from gyogwa.transforms.targets.neutral import Neutral
from gyogwa.transforms.targets.protocols import can_ask
from gyogwa.transforms.targets.registry import dialect_of
from gyogwa.transforms.targets.saying import Saying
from gyogwa.transforms.tasks.page import Draft, stored_size
from gyogwa.transforms.tasks.registry import target_of

_HANGUL = re.compile("[가-힣]")


def can_write(talk: Conversation, stage: Stage) -> bool:
    """Whether the stage's dialect has a way to write a conversation and its places."""
    dialect = dialect_of(stage)
    return can_ask(dialect, "converse") and (not talk.places or dialect.has_boxes)


def with_places(talk: Conversation, pages: list[Page], stage: Stage) -> Draft:
    """A conversation with every `<bbox>` written: in an answer as the dialect grounds a name, in a
    question as it names a region. What has no name is this part of the image."""
    if not talk.places:
        return Draft(talk.conversation, talk.conversation_id)
    left = iter(talk.places)
    sizes = [stored_size(page.image, stage.resolution.stored_max_side) for page in pages]
    saying = Saying(dialect_of(stage), sizes, lambda level: [], pages[0].annotation.language)
    neutral = Neutral(saying.dialect, saying.text)

    def write(turn: Turn) -> str:
        place = next(left)
        neutral.image = place.image
        noun = "이 부분" if _HANGUL.search(turn.content) else "this region"
        boxes = _boxes(place, pages[place.image])
        size = sizes[place.image]
        if turn.role == "assistant":
            return neutral.ground(Item(place.name or noun, boxes), size)
        return " ".join(neutral.region(place.name or noun, box, size) for box in boxes)

    turns = [
        Turn(turn.role, PLACEHOLDER.sub(lambda _, turn=turn: write(turn), turn.content))  # type: ignore[misc]
        for turn in talk.conversation
    ]
    target = target_of(Draft(turns), neutral)
    written = [Turn(turn.role, saying.text(neutral.parts(turn.content))) for turn in turns]
    return Draft(written, talk.conversation_id, target=target)


def _boxes(place: Place, page: Page) -> list[list[float]]:
    if place.unit == "fractions":
        return place.boxes
    return [fractions(box, page.image.width, page.image.height) for box in place.boxes]
