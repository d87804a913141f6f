"""What documents are made of, before it is set: headings, paragraphs, lists, tables, charts."""

from dataclasses import dataclass

from gyogwa.transforms.synthesis.chart import ChartSpec
from gyogwa.transforms.synthesis.table import TableSpec


@dataclass(frozen=True)
class Heading:
    """A heading; `scale` is its size as a multiple of the body's, `wide` spans all columns."""

    text: str
    scale: float = 1.2
    align: str = "left"
    wide: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Running text; `indent` in ems for its first line."""

    text: str
    indent: float = 0.0


@dataclass(frozen=True)
class Lines:
    """Lines that are not wrapped unless they must be: dates, addresses, signatures.

    `stamp` is what a red seal behind the last one says, `signed`: the last one is followed by a
    signature; both are marks of a hand, not set in type.
    """

    texts: list[str]
    align: str = "left"
    scale: float = 1.0
    wide: bool = False
    kind: str = "paragraph"
    stamp: str = ""
    signed: bool = False


@dataclass(frozen=True)
class Bullets:
    """List items with their markers."""

    items: list[tuple[str, str]]


@dataclass(frozen=True)
class Figure:
    """A table or chart with its caption, "" for none."""

    content: TableSpec | ChartSpec
    caption: str
    ruling: str | None = None


@dataclass(frozen=True)
class LongTable:
    """A table that goes on where a page ends, with its head again under `caption_after`."""

    content: TableSpec
    caption: str
    caption_after: str


@dataclass(frozen=True)
class Blank:
    """White space of `lines` lines, with a rule in it if `ruled`."""

    lines: float
    ruled: bool = False


@dataclass(frozen=True)
class Ticks:
    """Choices with a box before each, a tick in those that are chosen."""

    items: list[tuple[str, bool]]


Element = Heading | Paragraph | Lines | Bullets | Figure | LongTable | Blank | Ticks
