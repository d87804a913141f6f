"""What sources hand to ingest, and the units of work they are planned in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.ledger import FileRule
from gyogwa.schemas.page import TextLayer
from gyogwa.schemas.records import ANY_KIND, Place, Turn
from gyogwa.schemas.row import Row
from gyogwa.transforms.files.decode import MAX_PIXELS, BadImage
from gyogwa.transforms.ingest.labels.believe import Seen
from gyogwa.transforms.ingest.labels.truth import Labels

TruthOf = Callable[[Seen], Labels]
"""From an image as it was decoded to what the source says stands on it."""

TEXT = "text"
"""The form of an input that holds texts without images."""
METADATA, LABELS, IGNORED = "metadata", "labels", "ignored"
"""Kinds of files that are no format's: `metadata.jsonl`, what may be labels of another form, and
what is ignored in silence."""


class Input(Row, frozen=True):
    """A named root of files, the licence of all that doesn't say otherwise, and what the user says
    of its labels: their form ("" to be told by content, `TEXT` where it holds no images) and how
    boxes are meant ("" as the labels say or the ink shows). `pattern`: which paths below the root
    are meant ("" for all). `columns`: those that are mapped by hand, as `labels.mapping` has them.
    """

    name: str
    path: str
    licence: str
    form: str = ""
    boxes: str = ""
    pattern: str = ""
    columns: str = ""

    @property
    def given(self) -> str:
        """The path as it was given, nearly: made absolute."""
        return f"{self.path.rstrip('/')}/{self.pattern}" if self.pattern else self.path


class ListedFile(Row, frozen=True):
    """A file of an input as it was listed, and what is known of its content.

    `path` is absolute, `uri` relative to the source's root, `stamp` changes with the content,
    `identity` stays when a local file is moved ("" elsewhere). `kind`: the name of its format, ""
    when none reads it. `content`: the SHA-256 of its bytes, "" until they were looked at, by what
    version of its format in `looked_by`; `pages`: how many, for formats that have some; `form`: of
    its labels, if it holds some; `columns`: of its input, mapped by hand; `rule` and `message`: why
    it can't be used, if so.
    """

    source: str
    kind: str
    path: str
    uri: str
    size: int
    stamp: str
    identity: str
    content: str = ""
    looked_by: str = ""
    pages: int = 0
    form: str = ""
    columns: str = ""
    rule: FileRule | Literal[""] = ""
    message: str = ""

    @property
    def key(self) -> str:
        """Its source and path."""
        return f"{self.source}/{self.path}"


UNDECIDED, SAID = "?", "="
"""What `RowRef.boxes` begins with while it stands for rows whose boxes are yet to be understood,
and where the user says how they are meant, whatever the row says."""


class RowRef(Row, frozen=True):
    """Where a row of labels is, in bytes, and the hash of what it says. `form`: of the file that is
    this row ("" where the bytes are JSON). `boxes`: how its boxes were found to be meant, "" where
    that is as it says itself. `columns`: mapped by hand, where the bytes are as they were
    published. `far`: its image was found in another folder, or with another ending, than it
    names."""

    path: str
    offset: int
    length: int
    digest: str
    form: str = ""
    boxes: str = ""
    columns: str = ""
    far: bool = False


class PageRow(Row, frozen=True):
    """A row of labels that names a document: the source and path of that, and the page, from 1; 0
    where it says none."""

    source: str
    path: str
    ref: RowRef
    page: int = 0

    @property
    def key(self) -> str:
        """That of the document: see `ListedFile.key`."""
        return f"{self.source}/{self.path}"


class SourceFile(Row, frozen=True):
    """One file to read: its place, the SHA-256 of its bytes, the rows of labels that are its own
    (what the first one says stands, where others say it too), and the bounds of the pages of a
    document. A row that is no file's own has an empty path; `listed` are the SHA-256 of the images
    that it names, which have entries of their own. `kind`: of the image, as its folder says, ""
    where that says nothing."""

    path: str
    uri: str
    content: str
    rows: tuple[RowRef, ...] = ()
    first: int = 0
    last: int = 0
    listed: tuple[str, ...] = ()
    kind: str = ""


FAR = "labels whose image was found in another folder or with another ending"
"""What is told of such rows."""
Placed = tuple[str, SourceFile]
"""An entry, with the name of its source."""


def key_of(entry: SourceFile) -> str:
    """16 hex digits for what an entry holds, wherever it lies and whatever it is called."""
    rows = [part for ref in entry.rows for part in (ref.digest, f"{ref.boxes}{FAR * ref.far}")]
    kind = ["kind", entry.kind] if entry.kind else []
    told = hash_of(entry.content, len(rows), *rows, entry.first, entry.last, *entry.listed, *kind)
    return told[:16]


class SourcePart(Row, frozen=True):
    """A unit of ingest: some files of one kind, as one source holds them. `part_id` covers their
    contents and all else that the outcome depends on, but for the places, names and licence: a
    part of these contents whose outcome is there needn't be read again."""

    part_id: str
    kind: str
    source: str
    licence: str
    entries: list[SourceFile]
    pdf_dpi: int
    max_pixels: int = MAX_PIXELS
    columns: str = ""
    pdf_text: str = "auto"


@dataclass(frozen=True)
class RawImage:
    """An encoded image. `path` and `offset` are set when its bytes can be addressed there, else it
    gets packed. `image_id` overrides the hash of the bytes. `licence` overrides the source's.
    `listed`: the file has an entry of its own, so it needs no second row in the catalog, and only
    its id is known here. `labelled`: the source says what stands on it, usable or not; `truth`
    reads that. `changes`: what was done to the picture before it became these bytes.
    `layer`: what became of a page's text layer.
    """

    data: bytes
    uri: str
    path: str = ""
    offset: int = 0
    image_id: str = ""
    kind: str = ANY_KIND
    document: str = ""
    page: int = 1
    licence: str = ""
    listed: bool = False
    labelled: bool = False
    truth: TruthOf | None = None
    changes: str = ""
    layer: TextLayer | None = None


@dataclass(frozen=True)
class RawRow:
    """One row of a source: its images and its conversation, or why that can't be used; either may
    be empty, not both. A caption is an answer without a question: see `records.Conversation`.
    `fields`: names of what the row says, `unread`: of what it holds and nothing reads; `places`: as
    there. `transcription`: all that stands on its one image. `noted`: what is worth
    knowing of how it was read, such as fonts that others stand for."""

    uri: str
    images: list[RawImage] = field(default_factory=list)
    conversation: list[Turn] | BadImage = field(default_factory=list)
    licence: str = ""
    fields: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    transcription: str = ""
    noted: tuple[str, ...] = ()
