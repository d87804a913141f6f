"""Conversations about a copy that was dropped speak of the image that was kept instead.

Its places are told on that image (`dedup.alignment`): as they are where the copy is the image at
another size, moved and scaled where it was cropped, framed or turned by quarters. One with a place
that can't be told there leaves. Only ids and the conversations themselves go through a shuffle.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.metrics import Metrics
from msgspec.structs import replace

from gyogwa.schemas.boxes import fractions
from gyogwa.schemas.ledger import ChoiceRule, ConversationRule, LicenceRule, Reject
from gyogwa.schemas.records import Conversation, Place
from gyogwa.schemas.row import Row
from gyogwa.transforms.dedup.alignment import carried
from gyogwa.transforms.dedup.contamination.images import display_name, is_evaluation
from gyogwa.transforms.dedup.labels import Instead
from gyogwa.transforms.flow.steps import Composite, Found, Join

REJECTED = "rejected"
Mention = tuple[str, int]
"""(conversation's id, position among its images)."""


class Elsewhere(Row, frozen=True):
    """What was kept instead of the image at this position of a conversation."""

    position: int
    instead: Instead


def rejected(
    talk: Conversation,
    rule: ConversationRule | ChoiceRule | LicenceRule,
    message: str,
    value: str = "",
    threshold: str = "",
) -> Reject:
    """The reject row of a conversation."""
    return Reject(
        id=talk.conversation_id,
        step="conversations",
        unit="conversations",
        rule=rule,
        value=value,
        threshold=threshold,
        message=message,
        source=talk.source,
        uri=talk.uri,
    )


def mentions(talk: Conversation) -> Iterator[tuple[str, Mention]]:
    """Where a conversation mentions images: (image id, place)."""
    for position, image_id in enumerate(talk.image_ids):
        yield image_id, (talk.conversation_id, position)


def following(talk: Conversation, instead: dict[int, Instead]) -> Conversation | Reject:
    """A conversation with the images that were kept instead of some of its own, by position, or why
    it can't be told of them.

    An evaluation image is never one: what is said of its copies leaves as they do. Two images of a
    conversation don't become one.
    """
    copies = (instead[position].kept for position in sorted(instead))
    shown = next((kept for kept in copies if is_evaluation(kept)), None)
    if shown is not None:
        message = f"speaks of what the evaluation set shows: {display_name(shown)}"
        return rejected(talk, "contamination", message)
    ids = [
        instead[position].kept if position in instead else own
        for position, own in enumerate(talk.image_ids)
    ]
    if len(set(ids)) < len(set(talk.image_ids)):
        twice = next(image_id for image_id in ids if ids.count(image_id) > 1)
        return rejected(talk, "image_dropped", "two of its images show the same", twice)
    places = [_moved_place(place, instead) for place in talk.places]
    if None in places:
        lost = talk.places[places.index(None)].image
        message = "its boxes can't be told on the copy that was kept"
        return rejected(talk, "image_dropped", message, talk.image_ids[lost])
    return replace(talk, image_ids=ids, places=places)


def _moved_place(place: Place, instead: dict[int, Instead]) -> Place | None:
    """A place on the image kept; None where some of it can't be told there."""
    copy = instead.get(place.image)
    if copy is None:
        return place
    boxes = place.boxes
    if place.unit == "pixels":
        boxes = [fractions(box, copy.width, copy.height) for box in boxes]
    moved = [carried(box, copy.alignment) if copy.alignment else None for box in boxes]
    if None in moved:
        return None
    return replace(place, boxes=moved, unit="fractions")


class Followed(NamedTuple):
    """`conversations`: PCollection[Conversation]; `rejects`: of Reject."""

    conversations: Any
    rejects: Any


class FollowCopies(Composite):
    """(Conversations, images kept instead by those dropped) to conversations about the former."""

    def expand(self, inputs: tuple[Any, Any]) -> Followed:
        conversations, dropped = inputs
        moved = {
            "mentions": conversations
            | "Mentions" >> beam.FlatMap(mentions).with_output_types(tuple[str, Mention]),
            "dropped": dropped,
        } | "JoinDropped" >> Join(
            _moved, {"mentions": Mention, "dropped": Instead}, gives=tuple[str, Elsewhere]
        )
        followed = {
            "conversations": conversations
            | "ById" >> beam.Map(_by_id).with_output_types(tuple[str, Conversation]),
            "moved": moved,
        } | "JoinMoved" >> Join(
            _follow,
            {"conversations": Conversation, "moved": Elsewhere},
            gives=Conversation,
            tagged={REJECTED: Reject},
        )
        return Followed(followed.main, followed.rejected)


def _by_id(talk: Conversation) -> tuple[str, Conversation]:
    return talk.conversation_id, talk


def _moved(_: str, found: Found) -> Iterator[tuple[str, Elsewhere]]:
    for instead in found["dropped"]:
        for conversation_id, position in found["mentions"]:
            yield conversation_id, Elsewhere(position, instead)


def _follow(_: str, found: Found) -> Iterator[Any]:
    instead = {moved.position: moved.instead for moved in found["moved"]}
    for talk in found["conversations"]:
        outcome = following(talk, instead) if instead else talk
        if isinstance(outcome, Reject):
            yield beam.pvalue.TaggedOutput(REJECTED, outcome)
            continue
        if instead:
            Metrics.counter("duplicates", "conversations_moved").inc()
        yield outcome
