"""What stands on a page: words, lines, blocks, tables and charts, with their boxes.

Coordinates: every `Box` is `[x0, y0, x1, y1]`, fractions of the image's width and height with the
origin at the top left, of the image as a viewer shows it (EXIF orientation applied).

Words, lines and blocks nest by position: an annotation's words stand in reading order, a line is a
run of words, a block is a run of lines. So the text of a line is its words joined by one space, and
no two levels can disagree.
"""

from dataclasses import dataclass, field

Box = list[float]


@dataclass(frozen=True)
class Word:
    """One space-delimited word. `confidence` is 0..1, and 1 where the text is known.

    `quad`: where the word was read askew, x and y of its upper left, upper right, lower right and
    lower left corner as the text runs, fractions; [] where the box says it all.
    """

    text: str
    box: Box
    confidence: float = 1.0
    quad: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """Words `first` to `last - 1`, on one baseline. `language` is a code such as "ko", or ""."""

    first: int
    last: int
    box: Box
    language: str = ""


@dataclass(frozen=True)
class Block:
    """Lines `first` to `last - 1`. `kind`: heading, paragraph, list, table, chart or caption."""

    kind: str
    first: int
    last: int
    box: Box


@dataclass(frozen=True)
class Cell:
    """One cell of a table; rows and columns count from 0. `box` holds its text, not its rules."""

    row: int
    column: int
    row_span: int
    column_span: int
    header: bool
    text: str
    box: Box


@dataclass(frozen=True)
class Table:
    """A table. `known`: its source says how it is built; else that was found from where the words
    stand, which is good enough to look at but not to ask questions about."""

    box: Box
    cells: list[Cell]
    known: bool = True


@dataclass(frozen=True)
class Series:
    """The numbers of one legend entry of a chart, one a category."""

    name: str
    values: list[float]


@dataclass(frozen=True)
class Chart:
    """A chart whose numbers are known. `kind`: bar, line or pie."""

    kind: str
    title: str
    unit: str
    categories: list[str]
    series: list[Series]
    box: Box


@dataclass(frozen=True)
class Truth:
    """What a source itself says stands on an image: a PDF's text layer or a data set's labels.

    `lines` and `blocks` may be empty: then they are found from the boxes of the words. If they are
    given, `words` are in reading order already.
    """

    origin: str
    words: list[Word]
    lines: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
