"""What stands on a page: words, lines, blocks, tables and charts, with their boxes.

Coordinates: every `Box` is `[x0, y0, x1, y1]`, fractions of the image's width and height with the
origin at the top left, of the image as a viewer shows it (EXIF orientation applied).

Words, lines and blocks nest by position: an annotation's words stand in reading order, a line is a
run of words, a block is a run of lines. So the text of a line is its words joined by one space, and
no two levels can disagree.
"""

from typing import Literal

from msgspec import field

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.row import Row


class Word(Row, frozen=True):
    """One space-delimited word. `confidence` is 0..1, and 1 where the text is known.

    `quad`: where the word was read askew, x and y of its upper left, upper right, lower right and
    lower left corner as the text runs, fractions; [] where the box says it all. `origin`: where it
    is from, "" where that is as with the page's other words.
    """

    text: str
    box: Box
    confidence: float = 1.0
    quad: list[float] = field(default_factory=list)
    origin: str = ""


class Line(Row, frozen=True):
    """Words `first` to `last - 1`, on one baseline. `language` is a code such as "ko", or ""."""

    first: int
    last: int
    box: Box
    language: str = ""


class Block(Row, frozen=True):
    """Lines `first` to `last - 1`. `kind`: heading, paragraph, list, table, chart, caption,
    page-number and the like, or as a data set calls it. `known`: its source says so; else block and
    kind are a guess from the boxes of words. `level`: of a heading, from 1 on, 0 unknown."""

    kind: str
    first: int
    last: int
    box: Box
    known: bool = True
    level: int = 0


class Picture(Row, frozen=True):
    """A picture or drawing as a region, standing before block `before` in reading order; words that
    stand in it are a block of kind picture."""

    box: Box
    before: int = 0


class Region(Row, frozen=True):
    """A part of a page as its source names it, without words: its kind (see `Block`) and place."""

    kind: str
    box: Box


class Cell(Row, frozen=True):
    """One cell of a table; rows and columns count from 0. `box` holds its text, not its rules."""

    row: int
    column: int
    row_span: int
    column_span: int
    header: bool
    text: str
    box: Box


class Table(Row, frozen=True):
    """A table. `known`: its source says how it is built; else that was found from where the words
    stand, which is good enough to look at but not to ask questions about."""

    box: Box
    cells: list[Cell]
    known: bool = True


class Series(Row, frozen=True):
    """The numbers of one legend entry of a chart, one a category."""

    name: str
    values: list[float]


class Chart(Row, frozen=True):
    """A chart whose numbers are known.

    `kind`: bar, line or pie, or any other name; of a box plot the series are least value, quartiles
    and largest value, of a scatter plot what runs to the right and what runs upwards.
    """

    kind: str
    title: str
    unit: str
    categories: list[str]
    series: list[Series]
    box: Box


OBLIQUE = -1


class Truth(Row, frozen=True):
    """What a source itself says stands on an image: a PDF's text layer or a data set's labels.

    `lines` and `blocks` may be empty: then they are found from the boxes of the words. If they are
    given, `words` are in reading order already. `pictures` are those that are known, none where
    nothing is. `turns`: by how many degrees counter-clockwise the
    image has to be turned for each word to stand upright, `OBLIQUE` for one that no quarter turn
    sets upright; [] where all stand upright as they are.
    """

    origin: str
    words: list[Word]
    lines: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


class TextLayer(Row, frozen=True):
    """What became of the text layer of a PDF's page, and why ("" where it is believed).

    Of a doubted one reading the page decides. `unseen`: words that aren't to be seen, and so go
    nowhere; `covered`: those of them that something was laid over, which an auditor should look at.
    `truth`: the words that are seen, None where the layer is refused.
    """

    verdict: Literal["believed", "doubted", "refused"]
    reason: str
    unseen: int = 0
    covered: int = 0
    truth: Truth | None = None


class Coverage(Row, frozen=True):
    """How words lie on the ink of their image: the share of its strokes that lies in their boxes (1
    without strokes), and how many boxes hold none; see `transforms.ingest.coverage`."""

    share: float
    bare: int
