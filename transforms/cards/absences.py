"""Cards of what is in no shard: rejects of any kind, and pairs of duplicates."""

from collections.abc import Iterable

from gyogwa.schemas.curriculum import Filters
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.ledger import Duplicate, Reject
from gyogwa.schemas.records import Conversation
from gyogwa.transforms.cards.card import Card, Compared, Picture, Reason, Said
from gyogwa.transforms.cards.evidence import Evidence, picture_of_image


def reject_id(reject: Reject) -> str:
    """The identity of a reject: it has none of its own, since one image may be rejected twice."""
    return hash_of("reject", reject.step, reject.unit, reject.rule, reject.id, reject.source,
                   reject.uri, reject.value)[:24]  # fmt: skip


def pair_id(pair: Duplicate) -> str:
    """The identity of a pair."""
    return hash_of("pair", pair.kept, pair.member)[:24]


def reject_card(
    reject: Reject,
    known: Evidence | None,
    said: Conversation | None,
    bounds: Iterable[Filters],
) -> Card:
    """The card of a reject. `known`: what the tables say of the image of its id, if it has one;
    `said`: the conversation of its id."""
    image = known.image if known else None
    return Card(
        id=reject_id(reject),
        kind="reject",
        title=reject.rule.replace("_", " "),
        source=reject.source,
        uri=reject.uri,
        licence=image.licence if image else said.licence if said else "",
        language=known.annotation.language if known and known.annotation else "",
        document=image.document if image else "",
        images=[picture_of_image(known, bounds)] if known else [],
        turns=[Said(turn.role, turn.content) for turn in said.conversation] if said else [],
        reason=Reason(
            reject.step, reject.unit, reject.rule, reject.message, reject.value, reject.threshold
        ),
    )


def pair_card(pair: Duplicate, kept: Evidence | None, member: Evidence | None) -> Card:
    """The card of a pair: the image that is kept first."""
    pictures = [
        picture_of_image(known, ()) if known else Picture(id=identity, absent="not in the catalog")
        for known, identity in ((kept, pair.kept), (member, pair.member))
    ]
    first = kept.image if kept else None
    return Card(
        id=pair_id(pair),
        kind="pair",
        title=f"{pair.verdict} duplicate",
        source=first.source if first else "",
        uri=first.uri if first else "",
        licence=first.licence if first else "",
        images=pictures,
        compared=Compared(
            pair.verdict, pair.distance, pair.difference, round(pair.similarity, 4), pair.scope
        ),
    )
