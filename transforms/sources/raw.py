"""What sources hand to ingest, and the units of work they are planned in."""

from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.page import Truth
from schemas.records import Turn

TruthOf = Callable[[int, int], Truth | None]
"""From the displayed width and height in pixels to what the source says stands on the image."""


@dataclass(frozen=True)
class Entry:
    """One file to read. `path` is absolute, `uri` relative to the source's root, `stamp` changes
    with the content, `labels` is the JSON of its metadata row, if any; `first` and `last` bound
    the pages of a PDF. A row of metadata that is no file's own has an empty path; `listed` are the
    paths of the images that it names, which have entries of their own."""

    path: str
    uri: str
    size: int
    stamp: str
    labels: str = ""
    first: int = 0
    last: int = 0
    listed: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourcePart:
    """A unit of ingest: some files of one kind and source. `part_id` covers all that its outcome
    depends on, so a part whose result is there needn't be done again."""

    part_id: str
    kind: str
    source: str
    licence: str
    entries: list[Entry]
    pdf_dpi: int


@dataclass(frozen=True)
class RawImage:
    """An encoded image. `path` and `offset` are set when its bytes can be addressed there, else it
    gets packed. `image_id` overrides the hash of the bytes. `licence` overrides the source's.
    `listed`: the file has an entry of its own, so it needs no second row in the catalog.
    """

    data: bytes
    uri: str
    path: str = ""
    offset: int = 0
    image_id: str = ""
    kind: str = "image"
    document: str = ""
    page: int = 1
    licence: str = ""
    listed: bool = False
    truth: TruthOf | None = None


@dataclass(frozen=True)
class RawRecord:
    """One row of a source: its images and its conversation; either may be empty, not both."""

    uri: str
    images: list[RawImage] = field(default_factory=list)
    conversation: list[Turn] = field(default_factory=list)
    licence: str = ""
