"""Image files of a folder, each with its row of `metadata.jsonl`, if there is one.

Bytes stay where they are. A row may name one image or several, or none when it holds a conversation
only; several rows may name one image. Which names it may have is in `labels.vocabulary`. `text`
without a conversation is a caption.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from gyogwa.schemas.ids import ID_DIGITS
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Place, Turn
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.picture_formats import ENDINGS
from gyogwa.transforms.files.text import clean
from gyogwa.transforms.ingest.conversations import caption_of, conversation_of
from gyogwa.transforms.ingest.grounding import places_in
from gyogwa.transforms.ingest.labels.believe import FOUND, believed
from gyogwa.transforms.ingest.labels.box_markup import read_markup, refuse_markup
from gyogwa.transforms.ingest.labels.truth import LABELS, SAYS, has_labels
from gyogwa.transforms.ingest.labels.units import as_declared
from gyogwa.transforms.ingest.labels.vocabulary import mapped
from gyogwa.transforms.ingest.listing import read_as_listed
from gyogwa.transforms.ingest.raw import FAR, SAID, RawImage, RawRow, RowRef, SourceFile, SourcePart
from gyogwa.transforms.ingest.rereading import row_at
from gyogwa.transforms.ingest.rows import attempt, described, licence_of, merged
from gyogwa.transforms.ingest.sources.formats import Format


def read_files(part: SourcePart) -> Iterator[RawRow | Reject]:
    """One record an entry; a reject for what can't be used."""
    for entry in part.entries:
        yield attempt(partial(_record, entry), entry.uri, part.source)


FORMAT = Format("files", ENDINGS, read_files, together=True)


def _record(entry: SourceFile) -> RawRow:
    labels, unread, noted = _labels_of(entry)
    if entry.path:
        truth = partial(believed, labels) if labels else None
        data = read_as_listed(entry)
        raws = [
            RawImage(data, entry.uri, entry.path, labelled=has_labels(labels), truth=truth),
        ]
    else:
        raws = [
            RawImage(b"", entry.uri, image_id=content[:ID_DIGITS], listed=True)
            for content in entry.listed
        ]
    said = {"kind": entry.kind, **labels} if entry.kind else labels
    images = [described(raw, said) for raw in raws]
    talk = talk_in(labels, len(images))
    if not entry.path and not talk.conversation:
        raise BadImage("empty_row", "no conversation, and no image of its own")
    return RawRow(
        entry.uri,
        images,
        talk.conversation,
        licence_of(labels),
        tuple(labels),
        unread,
        talk.places,
        transcription_in(labels),
        noted,
    )


def transcription_in(row: dict[str, Any]) -> str:
    """All that a row says stands on its image, its lines as they are, each in NFC."""
    said = row.get("transcription")
    lines = [clean(line) for line in said.splitlines()] if isinstance(said, str) else []
    return "\n".join(line for line in lines if line)


_WITH_TEXT = ("words", "lines_of_text")
_PLAIN = {"unit": "pixels"}


class Said(NamedTuple):
    """What rows say of an image, the names of what nothing reads, and what is worth knowing."""

    row: dict[str, Any]
    unread: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()


def _labels_of(entry: SourceFile) -> Said:
    return labels_in(entry.rows) if entry.rows else Said({})


def labels_in(refs: tuple[RowRef, ...]) -> Said:
    """All that some rows say of an image, in the one vocabulary."""
    rows = [mapped(row_at(ref)) for ref in refs]
    for ref, (row, _) in zip(refs, rows, strict=True):
        if ref.boxes:
            said = {k: v for k, v in (row.get("boxes") or {}).items() if v is not None}
            found = as_declared(ref.boxes.removeprefix(SAID))
            is_said = ref.boxes.startswith(SAID)
            row["boxes"] = said | found if is_said else {**found, **said, FOUND: True}
    unread = tuple(name for each in rows for name in each.unread)
    noted = [str(said) for each in rows for said in each.row.pop("told", None) or ()]
    noted += [FAR for ref in refs if ref.far]
    return Said(_together([each.row for each in rows]), unread, tuple(noted))


def _together(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the rows say, `boxes` as those of the words are meant, and `boxes_of` how those of other
    things are that come from another row."""
    found = merged(rows, SAYS)
    givers = {
        name: next(row for row in rows if row.get(name) is not None)
        for name in LABELS
        if found.get(name) is not None
    }
    whose = next((givers[name] for name in _WITH_TEXT if name in givers), rows[0])
    if all(giver.get("boxes") == whose.get("boxes") for giver in givers.values()):
        return found
    others = {
        name: {k: v for k, v in (giver.get("boxes") or _PLAIN).items() if k != FOUND}
        for name, giver in givers.items()
        if giver is not whose
    }
    return {**found, "boxes": whose.get("boxes"), "boxes_of": others}


class Talk(NamedTuple):
    """A row's conversation, or why it can't be used, and the places of which it speaks."""

    conversation: list[Turn] | BadImage
    places: tuple[Place, ...] = ()


def talk_in(row: dict[str, Any], images: int) -> Talk:
    """The conversation of a row in the one vocabulary, or why it can't be used: its images stay
    either way."""
    try:
        if not images and row.get("stem") and row.get("conversations"):
            raise BadImage("bad_conversation", "speaks of an image that isn't there", row["stem"])
        turns = conversation_from(row, images)
        if row.get("places"):
            refuse_markup(turns)
            return Talk(turns, places_in(row, turns, images))
        spoken = read_markup(turns, images, row.get("boxes"))
        return Talk(spoken.turns, places_in({"places": spoken.places}, spoken.turns, images))
    except BadImage as bad:
        return Talk(bad)


def conversation_from(row: dict[str, Any], images: int) -> list[Turn]:
    """The conversation of a row in the one vocabulary, or its caption as an answer whose question
    is yet to be chosen; [] when it has neither.

    Raises BadImage when there is one that can't be read.
    """
    if row.get("conversations") is not None:
        return conversation_of(row["conversations"], images)
    caption = _caption(row)
    return caption_of(caption, images) if caption and images else []


def talks(row: dict[str, Any]) -> bool:
    """Whether a row in the one vocabulary holds a conversation or a caption, usable or not."""
    return row.get("conversations") is not None or bool(_caption(row))


def _caption(row: dict[str, Any]) -> str:
    caption = row.get("text")
    return caption.strip() if isinstance(caption, str) else ""


def names_in(row: dict[str, Any]) -> list[str]:
    """The files that a row in the one vocabulary names. Raises ValueError."""
    one, several = row.get("file_name"), row.get("file_names")
    names = several or ([] if one is None else [one])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("file_name must be text and file_names a list of texts")
    return names
