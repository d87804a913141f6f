"""What a card says, as it stands in the data files of the pages.

Coordinates of boxes are whole ten-thousandths of the image's displayed width and height, x0, y0,
x1, y1 one after another in one list, so that a page of 300 words takes some 6 KB. Positions in
texts count UTF-16 units, as JavaScript does. Fields that are empty aren't written; regions,
checks and spans, of which there are many, are lists of their fields in order.
"""

from typing import Literal

import msgspec

Kind = Literal["sample", "reject", "pair"]


class _Written(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Base of what is written: what has its default is left out."""


class Words(_Written, frozen=True):
    """Words in reading order. `confidence`: percent, [] where all are certain. `origins`: where
    each word is from, [] where all are from where the page's are."""

    texts: list[str] = []
    boxes: list[int] = []
    confidence: list[int] = []
    origins: list[str] = []


class Region(_Written, frozen=True, array_like=True):
    """A box with a name: the kind of a block, the text of a cell."""

    name: str
    box: list[int]


class Check(_Written, frozen=True, array_like=True):
    """A rule's value on an image, its threshold, and whether the image passes."""

    rule: str
    value: str
    threshold: str
    passed: bool


class Member(_Written, frozen=True):
    """An image of the same cluster of duplicates. `pair`: the id of the card that shows both, ""
    where there is none."""

    image_id: str
    verdict: str
    distance: int
    difference: float
    pair: str = ""


class Picture(_Written, frozen=True):
    """An image. `file`: relative to the page, "" where it can't be shown, and then `absent` says
    why. `changes`: what differs from the source's bytes."""

    id: str
    width: int = 0
    height: int = 0
    file: str = ""
    absent: str = ""
    source: str = ""
    uri: str = ""
    licence: str = ""
    sha256: str = ""
    changes: str = ""
    kind: str = ""
    document: str = ""
    page: int = 0
    engine: str = ""
    origin: str = ""
    language: str = ""
    coverage: float | None = None
    covered: int = 0
    confidence: float | None = None
    moved: list[str] = []
    occurrences: list[str] = []
    words: Words | None = None
    lines: list[int] = []
    blocks: list[Region] = []
    tables: list[Region] = []
    cells: list[Region] = []
    checks: list[Check] = []
    cluster: list[Member] = []


class Span(_Written, frozen=True, array_like=True):
    """Characters `first` to `last - 1` of a turn's text that stand for places of image `image`:
    either `boxes`, or the word of this number."""

    first: int
    last: int
    boxes: list[int] = []
    word: int = -1
    image: int = 0


class Said(_Written, frozen=True):
    """A turn, or an answer: the text as the model sees it, and what of it is linked to places."""

    role: str
    text: str
    spans: list[Span] = []


class Answers(_Written, frozen=True):
    """A preference. `kept` and `lost`: the runs of characters, first and last + 1 after one
    another, that only the chosen and only the rejected answer has."""

    chosen: Said
    rejected: Said
    how: str
    kept: list[int] = []
    lost: list[int] = []


class Place(_Written, frozen=True):
    """Where a sample lies: the shard relative to the run, and the bytes of its members there."""

    shard: str
    offset: int
    length: int
    crc32: int


class Reason(_Written, frozen=True):
    """Why something is not in a shard."""

    step: str
    unit: str
    rule: str
    message: str
    value: str = ""
    threshold: str = ""


class Compared(_Written, frozen=True):
    """What a look at two images found; `heat` is the picture of where they differ."""

    verdict: str
    distance: int
    difference: float
    similarity: float
    scope: str
    heat: str = ""


class Card(_Written, frozen=True, kw_only=True):
    """One card. Which fields it has follows from its kind: samples have turns and a place, rejects
    a reason, pairs two images and what the look at them found."""

    id: str
    kind: Kind
    title: str
    stage: str = ""
    split: str = ""
    tasks: list[str] = []
    source: str = ""
    uri: str = ""
    licence: str = ""
    language: str = ""
    detail: str = ""
    dialect: str = ""
    document: str = ""
    images: list[Picture] = []
    turns: list[Said] = []
    answers: Answers | None = None
    place: Place | None = None
    reason: Reason | None = None
    compared: Compared | None = None
    repeats: int = 1


class Listed(_Written, frozen=True, kw_only=True):
    """What the list and the facets know of a card: each facet has values, mostly one."""

    id: str
    kind: Kind
    title: str
    line: str
    facets: dict[str, list[str]]
