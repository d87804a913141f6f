"""Conversations about a copy that was dropped speak of the image that was kept instead.

Only ids and the conversations themselves go through a shuffle here. What a conversation says of
places in pixels of the copy is not converted: places from 0 to 1 hold for both. One whose boxes
still are in such pixels leaves.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.metrics import Metrics
from msgspec.structs import replace

from gyogwa.schemas.ledger import ChoiceRule, ConversationRule, Duplicate, Reject
from gyogwa.schemas.records import Conversation
from gyogwa.transforms.dedup.contamination.images import display_name, is_evaluation
from gyogwa.transforms.flow.steps import Composite, Found, Join

REJECTED = "rejected"
Place = tuple[str, int]
"""(conversation's id, position among its images)."""
Instead = tuple[int, str]
"""(position among a conversation's images, the image kept)."""


def rejected(
    talk: Conversation,
    rule: ConversationRule | ChoiceRule,
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


def mentions(talk: Conversation) -> Iterator[tuple[str, Place]]:
    """Where a conversation mentions images: (image id, place)."""
    for position, image_id in enumerate(talk.image_ids):
        yield image_id, (talk.conversation_id, position)


def following(talk: Conversation, instead: dict[int, str]) -> Conversation | Reject:
    """A conversation with the images that were kept instead of some of its own, by position, or why
    it can't be told of them.

    An evaluation image is never one: what is said of its copies leaves as they do. Two images of a
    conversation don't become one.
    """
    shown = next((kept for _, kept in sorted(instead.items()) if is_evaluation(kept)), None)
    if shown is not None:
        message = f"speaks of what the evaluation set shows: {display_name(shown)}"
        return rejected(talk, "contamination", message)
    ids = [instead.get(position, own) for position, own in enumerate(talk.image_ids)]
    if len(set(ids)) < len(set(talk.image_ids)):
        twice = next(image_id for image_id in ids if ids.count(image_id) > 1)
        return rejected(talk, "image_dropped", "two of its images show the same", twice)
    measured = next(
        (p.image for p in talk.places if p.unit == "pixels" and p.image in instead), None
    )
    if measured is not None:
        message = "its boxes are in pixels of a copy that was dropped"
        return rejected(talk, "image_dropped", message, talk.image_ids[measured])
    return replace(talk, image_ids=ids)


class Followed(NamedTuple):
    """`conversations`: PCollection[Conversation]; `rejects`: of Reject."""

    conversations: Any
    rejects: Any


class FollowCopies(Composite):
    """(Conversations, pairs looked at) to conversations about the images that are kept."""

    def expand(self, inputs: tuple[Any, Any]) -> Followed:
        conversations, pairs = inputs
        dropped = (
            pairs
            | "Near" >> beam.Filter(lambda pair: pair.verdict == "near")
            | "Kept" >> beam.Map(_member_and_kept).with_output_types(tuple[str, str])
        )
        moved = {
            "mentions": conversations
            | "Mentions" >> beam.FlatMap(mentions).with_output_types(tuple[str, Place]),
            "dropped": dropped,
        } | "JoinDropped" >> Join(
            _moved, {"mentions": Place, "dropped": str}, gives=tuple[str, Instead]
        )
        followed = {
            "conversations": conversations
            | "ById" >> beam.Map(_by_id).with_output_types(tuple[str, Conversation]),
            "moved": moved,
        } | "JoinMoved" >> Join(
            _follow,
            {"conversations": Conversation, "moved": Instead},
            gives=Conversation,
            tagged={REJECTED: Reject},
        )
        return Followed(followed.main, followed.rejected)


def _member_and_kept(pair: Duplicate) -> tuple[str, str]:
    return pair.member, pair.kept


def _by_id(talk: Conversation) -> tuple[str, Conversation]:
    return talk.conversation_id, talk


def _moved(_: str, found: Found) -> Iterator[tuple[str, Instead]]:
    for kept in found["dropped"]:
        for conversation_id, position in found["mentions"]:
            yield conversation_id, (position, kept)


def _follow(_: str, found: Found) -> Iterator[Any]:
    instead = dict(found["moved"])
    for talk in found["conversations"]:
        outcome = following(talk, instead) if instead else talk
        if isinstance(outcome, Reject):
            yield beam.pvalue.TaggedOutput(REJECTED, outcome)
            continue
        if instead:
            Metrics.counter("duplicates", "conversations_moved").inc()
        yield outcome
