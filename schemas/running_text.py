"""The running text of documents: paragraphs in order, with the places where they stand."""

from typing import Literal

from msgspec import field

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.row import Row

TextKind = Literal["heading", "paragraph", "list"]


class TextPlace(Row, frozen=True):
    """Where a part of a paragraph stands: the image of its page, and the box of its lines there,
    fractions of the displayed image."""

    image_id: str
    page: int
    box: Box


class Paragraph(Row, frozen=True):
    """A paragraph, heading or item of a list of a document, the `number`th one from 0 on.

    `document` is that of the catalog. `text` is joined over lines, columns and pages; `level` is of
    a heading, 0 unknown; `places` are where it stands, in reading order. Not `sure`:
    at the end of some line the document doesn't tell whether a word goes on, so that a space may
    stand within one, or miss between two.
    """

    document: str
    number: int
    kind: TextKind
    text: str
    level: int = 0
    sure: bool = True
    places: list[TextPlace] = field(default_factory=list)
