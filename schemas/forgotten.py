"""What a run was made to forget: receipts for people, and hashes that keep it from coming back.

Names of files may be personal data themselves, so only hashes of them are kept.
"""

from typing import Literal

from pydantic import Field

from gyogwa.schemas import SCHEMA_VERSION
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.manifest import Written


class ForgottenSample(Written):
    """A sample that showed or quoted what was forgotten, and the shard that it lay in."""

    stage: str
    split: str
    key: str
    shard: str


class RewrittenFile(Written):
    """A file of the run, by its SHA-256 before and after; "" where it is gone."""

    file: str
    before: str
    after: str


class Receipt(Written):
    """One act of forgetting. `asked`: by what; `place`: the hash of what was given. `places`: of
    each occurrence `place_hash`. `copies`: images that stay though they were dropped for, or kept
    instead of, one that is forgotten, as they look alike. `done`: nothing is left to do."""

    asked: Literal["uri", "image", "source"]
    place: str
    images: list[str]
    sha256: list[str]
    places: list[str]
    conversations: list[str]
    copies: list[str] = Field(default_factory=list)
    samples: list[ForgottenSample] = Field(default_factory=list)
    files: list[RewrittenFile] = Field(default_factory=list)
    done: bool = False


class Forgotten(Written):
    """`forgotten.json`: all receipts of a run, in order. Later commands of the run obey it."""

    schema_version: Literal[1] = SCHEMA_VERSION  # type: ignore[assignment]
    receipts: list[Receipt]


class Tombstones:
    """What may not come back: images by their bytes, and places by their names."""

    def __init__(self, forgotten: Forgotten) -> None:
        receipts = forgotten.receipts
        self._bytes = {hash_ for r in receipts for hash_ in (*r.images, *r.sha256)}
        self._places = {place for r in receipts if r.asked != "image" for place in r.places}
        self._places |= {r.place for r in receipts if r.asked != "image"}

    def __bool__(self) -> bool:
        return bool(self._bytes or self._places)

    def holds_bytes(self, *hashes: str) -> bool:
        """Whether an image with one of these ids or SHA-256 was forgotten."""
        return not self._bytes.isdisjoint(hashes)

    def holds_place(self, source: str, uri: str) -> bool:
        """Whether what lies there was: the source, the file, or the page or row of it."""
        return any(
            place in self._places
            for place in (
                place_hash(source),
                place_hash(source, uri),
                place_hash(source, file_of(uri)),
            )
        )


def file_of(uri: str) -> str:
    """The file that a URI is of, without page or row: "a.pdf" of "a.pdf#page=3"."""
    return uri.partition("#")[0]


def place_hash(source: str, uri: str = "") -> str:
    """What stands for a place in receipts: 64 hex digits; without `uri`, for the whole source."""
    return hash_of("place", source, uri)
