"""From what a user names to what has to go: every occurrence of the images, and what speaks of
them."""

from dataclasses import dataclass, field
from typing import Literal

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.forgotten import Receipt, file_of, place_hash
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate
from gyogwa.schemas.records import Conversation, Image, MovedLabels
from gyogwa.transforms.files.tables import read_folder

By = Literal["uri", "image", "source"]
Place = tuple[str, str]
"""A source and a URI in it."""


@dataclass
class Wanted:
    """What has to go. `source`: the name of a source that goes as a whole, else ""; `images`: ids;
    `derived`: ids of images that stay, but whose samples quote labels of one that goes; `places`:
    (source, uri) of occurrences and conversations; `files`: the same of files that held these and
    nothing that stays."""

    by: By
    place: str
    source: str = ""
    images: set[str] = field(default_factory=set)
    sha256: set[str] = field(default_factory=set)
    derived: set[str] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)
    files: set[Place] = field(default_factory=set)
    conversations: set[str] = field(default_factory=set)
    copies: set[str] = field(default_factory=set)

    def lay_at(self, source: str, uri: str) -> bool:
        """Whether something that has to go lay there: it, the file that it was in, or a part of
        that file."""
        if self.source:
            return source == self.source
        return (source, uri) in self.places or (source, file_of(uri)) in self.files

    def receipt(self) -> Receipt:
        """The receipt as it stands before anything is done."""
        return Receipt(
            asked=self.by,
            place=self.place,
            images=sorted(self.images),
            sha256=sorted(self.sha256),
            places=sorted(place_hash(*place) for place in self.places),
            conversations=sorted(self.conversations),
            copies=sorted(self.copies),
        )


def find_wanted(
    layout: RunLayout, by: By, value: str, source: str, before: Receipt | None
) -> Wanted:
    """What `value` names in a run: a URI (of `source`, or of whatever source has it), an image's id
    or a source. The bytes of an image go with all its occurrences. `before`: the receipt of the
    same that was cut off, whose tables may be empty by now.

    Raises GyogwaError when nothing of the run is meant.
    """
    named = [
        image for image in read_folder(Image, layout.catalog) if _meant(image, by, value, source)
    ]
    place = _place_of(by, value, source or (named[0].source if named else ""))
    wanted = Wanted(by, place, value if by == "source" else "")
    wanted.images = {image.image_id for image in named} | set(before.images if before else ())
    for image in read_folder(Image, layout.catalog):
        if image.image_id in wanted.images:
            wanted.sha256.add(image.sha256)
            wanted.places.add((image.source, image.uri))
    if before:
        wanted.sha256 |= set(before.sha256)
        wanted.conversations |= set(before.conversations)
    for talk in read_folder(Conversation, layout.records):
        if _says(talk, by, value, source) or not wanted.images.isdisjoint(talk.image_ids):
            wanted.conversations.add(talk.conversation_id)
            wanted.places.add((talk.source, talk.uri))
    if not wanted.images and not wanted.conversations:
        raise GyogwaError(
            f"{layout.root}: holds nothing of --{by} {value}; see the columns image_id, source and "
            "uri of catalog/ and records/ for what it holds"
        )
    wanted.files = {(name, file_of(uri)) for name, uri in wanted.places} - _still_there(
        layout, wanted
    )
    for moved in read_folder(MovedLabels, layout.moved):
        if moved.copy_id in wanted.images:
            wanted.derived.add(moved.image_id)
    wanted.derived -= wanted.images
    for pair in read_folder(Duplicate, layout.duplicates):
        both = {pair.member, pair.kept}
        if pair.verdict in ("near", "alike") and not both.isdisjoint(wanted.images):
            wanted.copies |= both - wanted.images
    return wanted


def _still_there(layout: RunLayout, wanted: Wanted) -> set[Place]:
    """The files that hold something that stays."""
    images = (i for i in read_folder(Image, layout.catalog) if i.image_id not in wanted.images)
    talks = (
        talk
        for talk in read_folder(Conversation, layout.records)
        if talk.conversation_id not in wanted.conversations
    )
    return {(row.source, file_of(row.uri)) for rows in (images, talks) for row in rows}


def _place_of(by: By, value: str, source: str) -> str:
    if by == "image":
        return value
    return place_hash(value) if by == "source" else place_hash(source, value)


def _meant(image: Image, by: By, value: str, source: str) -> bool:
    if by == "image":
        return image.image_id == value
    if by == "source":
        return image.source == value
    return source in ("", image.source) and value in (image.uri, file_of(image.uri))


def _says(talk: Conversation, by: By, value: str, source: str) -> bool:
    if by == "image":
        return value in talk.image_ids
    if by == "source":
        return talk.source == value
    return source in ("", talk.source) and value in (talk.uri, file_of(talk.uri))
