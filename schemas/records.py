"""The rows that flow through the pipelines and lie in the tables of a run; see `schemas.page` for
what stands on an image.
"""

from typing import Literal

from msgspec import field

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.ledger import ReadingRule
from gyogwa.schemas.page import (
    Block,
    Chart,
    Coverage,
    Line,
    Picture,
    Region,
    Table,
    TextLayer,
    Truth,
    Word,
)
from gyogwa.schemas.row import Row


class ImageRef(Row, frozen=True):
    """Where the encoded bytes of an image are: a file, or a byte range of an uncompressed tar."""

    path: str
    offset: int
    length: int


class Signals(Row, frozen=True):
    """What the pixels say of an image's quality, each 0..1; see `transforms.ingest.signals`.

    `sharpness`: the steepest step between neighbouring pixels, as a share of the contrast.
    `contrast`: between the darkest and the lightest pixels. `ink`: the share of pixels that differ
    from the ground; nearly 0 on a blank page.
    """

    sharpness: float
    contrast: float
    ink: float


class Image(Row, frozen=True):
    """One row of the catalog: one occurrence of an image in a source.

    `image_id`: the first 32 hex digits of the SHA-256 of the encoded bytes; for a page of a PDF or
    a TIFF, of the file's SHA-256, the page number and the settings. `uri` is relative to the
    source's root. `document` groups the pages of one document; `page` counts from 1. `width` and
    `height` are of the displayed image. `format` is Pillow's name; `changes` says, comma-separated,
    why the bytes can't stand in a shard as they are ("" if they can). `phash`, `boxed` and
    `centred` are 64 hex digits each, `sketch` is base64, the last three "" without ink; see
    `transforms.ingest.hashes` and `.sketch`. `layer`: what became of a PDF page's text layer;
    `coverage` is that of the words of `truth`, or of a layer in doubt. `regions`: the parts of the
    page, where its source names these but no words.
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
    sketch: str = ""
    layer: TextLayer | None = None
    coverage: Coverage | None = None
    regions: list[Region] = field(default_factory=list)


ANY_KIND = "image"
"""The kind of an image whose source says none."""
SYLLABLE = 2.5
"""Letters that a Hangul syllable stands for."""


class Scripts(Row, frozen=True):
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


class Annotation(Row, frozen=True):
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

    `coverage` is the share of the image's strokes that lies in the boxes of words, `bare_words` how
    many of these hold none. `layer` says why a PDF's text layer was not believed at once (see
    `page.TextLayer`), and what a reading found of it; `covered` how many of its words something
    was laid over: they stand nowhere, and somebody wanted them hidden. `pictures` are the regions
    of pictures and drawings, where the source tells them. `reading` says in which way a page was
    read that came out poorly in the usual one ("" otherwise; see
    `transforms.annotate.engines.opinions`), and `dropped_words` how many words an engine read and
    gave up: guesses in pictures, and second readings of one place.
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
    coverage: float = 1.0
    bare_words: int = 0
    layer: str = ""
    covered: int = 0
    pictures: list[Picture] = field(default_factory=list)
    reading: str = ""
    dropped_words: int = 0

    @property
    def known_tables(self) -> list[Table]:
        """The tables whose structure the source gave."""
        return [table for table in self.tables if table.known]


class Page(Row, frozen=True):
    """An image (its truth left out, as the annotation holds it) and its annotation.

    `masks`: regions that are to be filled wherever the image is written; `masked`: the texts that
    stood there, which go no further than what is made of the page.
    """

    image: Image
    annotation: Annotation
    masks: list[Box] = field(default_factory=list)
    masked: list[str] = field(default_factory=list)

    def text(self, first: int, last: int) -> str:
        """Words `first` to `last - 1`, joined by one space."""
        return " ".join(word.text for word in self.annotation.words[first:last])

    def line_texts(self) -> list[str]:
        """The text of every line, in reading order."""
        return [self.text(line.first, line.last) for line in self.annotation.lines]


class MovedLabels(Row, frozen=True):
    """What an image that is kept was given by a copy that was dropped: `parts` (words, tables,
    charts, regions, comma-separated), of the copy `copy_id`, as `source` and `uri` say it under
    `licence`.
    `annotation`: what is known of the image kept since."""

    image_id: str
    copy_id: str
    parts: str
    source: str
    uri: str
    licence: str
    annotation: Annotation


class FailedReading(Row, frozen=True):
    """Why `engine` could not read an image: the rule, its value and bound, and a sentence."""

    image_id: str
    engine: str
    rule: ReadingRule
    value: str
    threshold: str
    message: str


class BenchmarkRow(Row, frozen=True):
    """A question of an evaluation set: what it asks, offers and shows. Never in training."""

    benchmark: str
    row: str
    question: str
    choices: list[str]
    images: list[Image]


IMAGE = "<image>"
"""Where an image stands in a turn."""


class Turn(Row, frozen=True):
    """One turn of a conversation. `role`: user, assistant or system; `<image>` marks an image."""

    role: str
    content: str


BOX = "<bbox>"
"""Where a place stands in a turn that a source brought, until a stage writes it in its dialect."""


class Place(Row, frozen=True):
    """What a `<bbox>` of a conversation stands for: the boxes of what has this name ("" if it has
    none) on an image, given by its position among the conversation's. `unit`: fractions, or pixels
    of the displayed image where its size wasn't known when the conversation was read."""

    name: str
    boxes: list[Box]
    image: int = 0
    unit: Literal["fractions", "pixels"] = "fractions"


class Conversation(Row, frozen=True):
    """A conversation that a source brought, about the images named, possibly none.

    An answer alone about images is a caption, or where `transcribes` all that stands on its image:
    its question is chosen when samples are made. Without images it is running text. `places`: what
    each `<bbox>` stands for, in order.
    """

    conversation_id: str
    source: str
    uri: str
    licence: str
    image_ids: list[str]
    conversation: list[Turn]
    places: list[Place] = field(default_factory=list)
    transcribes: bool = False

    @property
    def is_caption(self) -> bool:
        """Whether it says what its images show, or what stands there, and nobody has asked."""
        turns = self.conversation
        return bool(self.image_ids) and len(turns) == 1 and IMAGE not in turns[0].content

    @property
    def is_text(self) -> bool:
        """Whether it is a text that nobody has asked about yet: an answer alone, without images."""
        turns = self.conversation
        return not self.image_ids and len(turns) == 1 and turns[0].role == "assistant"
