"""The rows that flow through the pipelines and lie in the tables of a run; see `schemas.page` for
what stands on an image.
"""

from dataclasses import dataclass

from schemas.page import Block, Chart, Line, Table, Truth, Word


@dataclass(frozen=True)
class ImageRef:
    """Where the encoded bytes of an image are: a file, or a byte range of an uncompressed tar."""

    path: str
    offset: int
    length: int


@dataclass(frozen=True)
class Signals:
    """What the pixels say of an image's quality, each 0..1; see `transforms.signals`.

    `sharpness`: the steepest step between neighbouring pixels, as a share of the contrast.
    `contrast`: between the darkest and the lightest pixels. `ink`: the share of pixels that differ
    from the ground; nearly 0 on a blank page.
    """

    sharpness: float
    contrast: float
    ink: float


@dataclass(frozen=True)
class Image:
    """One row of the catalog: one occurrence of an image in a source.

    `image_id`: the first 32 hex digits of the SHA-256 of the encoded bytes; for a PDF page, of the
    PDF's SHA-256, the page number and the render settings. `uri` is relative to the source's root.
    `document` groups the pages of one document; `page` counts from 1. `width` and `height` are of
    the displayed image. `format` is Pillow's name; `changes` says, comma-separated, why the bytes
    can't stand in a shard as they are ("" if they can). `phash`, `boxed` and `centred` are 64 hex
    digits each, the latter two "" without ink; see `transforms.duplicates.fingerprints`.
    """

    image_id: str
    ref: ImageRef
    source: str
    uri: str
    licence: str
    kind: str
    document: str
    page: int
    width: int
    height: int
    format: str
    changes: str
    sha256: str
    phash: str
    signals: Signals
    truth: Truth | None = None
    boxed: str = ""
    centred: str = ""


SYLLABLE = 2.5
"""Letters that a Hangul syllable stands for."""


@dataclass(frozen=True)
class Scripts:
    """How many characters of a text are of each kind; white space is not counted."""

    hangul: int = 0
    latin: int = 0
    other_letters: int = 0
    digits: int = 0
    rest: int = 0

    @property
    def letters(self) -> int:
        return self.hangul + self.latin + self.other_letters

    @property
    def hangul_share(self) -> float:
        """The share of Hangul in what is said; 0 without letters. A syllable counts as much as the
        two or three letters that it is made of."""
        weighed = SYLLABLE * self.hangul
        total = weighed + self.latin + self.other_letters
        return weighed / total if total else 0.0


@dataclass(frozen=True)
class Annotation:
    """What stands on one image, as read by `engine` or known from its `origin`.

    `origin`: text_layer, dataset or ocr. `engine`: the fingerprint of what made this row.
    `confidence` is the mean over words weighted by length, 0 without words. `language` is that of
    most letters, "" without words, with the share of letters in it as `language_share`; `scripts`
    counts all characters by script.

    `text_height` is the median height of the lines in pixels, 0 without. `direction` is horizontal,
    vertical, or "" without text. A page that was photographed or scanned askew is read upright:
    `turned` is by how many degrees (0, 90, 180, 270) the image has to be turned counter-clockwise
    so that its text stands upright, `skew` by how many degrees more. The image stays as it is, and
    boxes are of the image as it is.
    """

    image_id: str
    width: int
    height: int
    origin: str
    engine: str
    words: list[Word]
    lines: list[Line]
    blocks: list[Block]
    tables: list[Table]
    charts: list[Chart]
    language: str
    language_share: float
    confidence: float
    scripts: Scripts = Scripts()
    text_height: float = 0.0
    direction: str = ""
    turned: int = 0
    skew: float = 0.0

    @property
    def known_tables(self) -> list[Table]:
        """The tables whose structure the source gave."""
        return [table for table in self.tables if table.known]


@dataclass(frozen=True)
class BenchmarkRow:
    """A row of an evaluation set: what it asks, choices included, and shows. Never in training."""

    benchmark: str
    row: str
    question: str
    images: list[Image]


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation. `role`: user, assistant or system; `<image>` marks an image."""

    role: str
    content: str


@dataclass(frozen=True)
class Record:
    """A conversation that a source brought, about the images named, possibly none."""

    record_id: str
    source: str
    uri: str
    licence: str
    image_ids: list[str]
    conversation: list[Turn]


@dataclass(frozen=True)
class SampleImage:
    """One image of a sample; `file` is its member suffix in the tar, such as "jpg" or "0.png"."""

    image_id: str
    file: str
    ref: ImageRef
    sha256: str
    width: int
    height: int
    changes: str
    source: str
    uri: str
    licence: str


@dataclass(frozen=True)
class Sample:
    """One training sample before it is written. `chosen` and `rejected` only for preferences.

    `stage` is the stage's name, `split` train or validation; `key` is unique in a run and has no
    dot. `tokens` counts the text by the curriculum's counting rule. `annotations` are parallel to
    `images`. An epoch shows the sample `repeats` times.
    """

    key: str
    stage: str
    split: str
    task: str
    language: str
    source: str
    uri: str
    licence: str
    document: str
    tokens: int
    images: list[SampleImage]
    conversation: list[Turn]
    annotations: list[Annotation]
    chosen: str | None = None
    rejected: str | None = None
    detail: str = ""
    repeats: int = 1


@dataclass(frozen=True)
class Reject:
    """Something that left the flow: what, at which step, by which rule, and why in a sentence."""

    id: str
    step: str
    rule: str
    value: str
    threshold: str
    message: str
    source: str
    uri: str


@dataclass(frozen=True)
class Duplicate:
    """A pair that was looked at. `verdict`: exact, near (the member was dropped for the one kept),
    alike (as near, but settled by another pair) or different. `distance` is that of the nearest of
    the hashes, in bits; `difference` that of the pixels, at most 99, -1 where the words settled
    it. `scope`: within (one source) or across (two, or a source and an evaluation set)."""

    cluster: str
    member: str
    kept: str
    distance: int
    similarity: float
    verdict: str
    difference: float = -1.0
    scope: str = "within"


@dataclass(frozen=True)
class IndexRow:
    """Where a sample lies: tar members from `offset`, `length` bytes, headers and padding included.

    `crc32` is of those bytes. `shard` is relative to the index; a replayed sample's lies in another
    stage's folder. An epoch shows the sample `repeats` times.
    """

    key: str
    shard: str
    offset: int
    length: int
    crc32: int
    task: str
    source: str
    licence: str
    language: str
    images: int
    width: int
    height: int
    text_length: int
    tokens: int
    document: str
    repeats: int


@dataclass(frozen=True)
class Book:
    """What came in at a step, what was kept and what was rejected; in = kept + rejected.

    `part` is the unit of work that counted, `unit` what was counted: images, samples, records.
    """

    step: str
    part: str
    unit: str
    incoming: int
    kept: int
    rejected: int


VERSIONS: dict[type, int] = {Image: 2, Annotation: 2}
"""Versions of the tables that have changed since the first release of the formats."""
