"""Words, lines, blocks and tables of a page, put down in reading order."""

from collections.abc import Sequence
from functools import cached_property

from msgspec.structs import replace

from gyogwa.schemas.boxes import Box, turned, union
from gyogwa.schemas.page import OBLIQUE, Block, Cell, Line, Picture, Table, Word
from gyogwa.transforms.ingest.joining import Vocabulary
from gyogwa.transforms.ingest.sources.pdf_words import LayerWord
from gyogwa.transforms.ingest.sources.structure.cell_texts import texts_of_cells
from gyogwa.transforms.ingest.sources.structure.flowing import Part
from gyogwa.transforms.ingest.sources.structure.lines import strips_of
from gyogwa.transforms.ingest.sources.structure.pieces import Strip, pieces_of
from gyogwa.transforms.ingest.sources.structure.ruled import PlacedTable, box_of_cell


class PageBuilder:
    """Words, lines, blocks and tables in the order in which they are given; boxes in points of the
    page as it is read come out as fractions of the page as it is displayed, `back` degrees on.
    `near`: the lines of the pages around it, whose words tell how texts of cells are joined."""

    def __init__(self, size: tuple[float, float], back: int, near: Sequence[str] = ()) -> None:
        self.size, self.back = size, back
        self._near = near
        self.words: list[Word] = []
        self.lines: list[Line] = []
        self.blocks: list[Block] = []
        self.tables: list[Table] = []
        self.pictures: list[Picture] = []
        self.turns: list[int] = []

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self._near)

    def placed(self, box: Box) -> Box:
        """Points to fractions."""
        width, height = self.size
        sides = [box[0] / width, box[1] / height, box[2] / width, box[3] / height]
        return turned([round(min(max(side, 0.0), 1.0), 6) for side in sides], self.back)

    def _line(self, strip: Strip, marks: set[int]) -> bool:
        pieces = [piece for piece in strip.pieces if piece.at not in marks]
        first = len(self.words)
        self.words += [Word(piece.text, self.placed(piece.box)) for piece in pieces]
        if pieces:
            box = self.placed(union([piece.box for piece in pieces]))
            self.lines.append(Line(first, len(self.words), box))
        return bool(pieces)

    def block(
        self,
        kind: str,
        strips: Sequence[Strip],
        box: Box | None = None,
        level: int = 0,
        marks: set[int] | None = None,
        known: bool = True,
    ) -> None:
        """A block of these lines, around them where no box is given; none without words."""
        first = len(self.lines)
        for strip in strips:
            self._line(strip, marks or set())
        if len(self.lines) > first:
            around = self.placed(box) if box else union([n.box for n in self.lines[first:]])
            self.blocks.append(Block(kind, first, len(self.lines), around, known, level))

    def part(self, part: Part, marks: set[int]) -> None:
        """A block of the running text."""
        self.block(part.kind, [line.strip for line in part.lines], level=part.level, marks=marks)

    def table(self, table: PlacedTable) -> None:
        """A table, its words cell by cell; it isn't known where the text of a cell isn't sure."""
        cells = sorted(table.cells, key=lambda cell: (cell.row, cell.column))
        texts, sure = texts_of_cells(cells, lambda: self._vocabulary)
        known = table.known and sure
        self.block(
            "table",
            [strip for cell in cells for strip in cell.strips],
            table.box,
            known=known,
        )
        self.tables.append(
            Table(
                self.placed(table.box),
                [
                    Cell(
                        cell.row,
                        cell.column,
                        cell.row_span,
                        cell.column_span,
                        cell.head,
                        text,
                        self.placed(box_of_cell(cell)),
                    )
                    for cell, text in zip(cells, texts, strict=True)
                ],
                known,
            )
        )

    def picture(self, box: Box, strips: Sequence[Strip]) -> None:
        """A figure, and the words in it."""
        self.pictures.append(Picture(self.placed(box), len(self.blocks)))
        self.block("picture", strips, box)

    def apart(self, words: Sequence[LayerWord]) -> None:
        """Words that stand in another direction, each line a block that nothing is known of; nor is
        a table that holds some, such as heads set upwards, as its cells lack them."""
        if not words:
            return
        turn = words[0].chars[0].turn
        strips: list[list[LayerWord]] = [[word] for word in words]
        if turn != OBLIQUE:
            self._doubt_tables([word.box for word in words])
            width, height = self.size if self.back in (0, 180) else self.size[::-1]
            size = (height, width) if turn in (90, 270) else (width, height)
            lines = strips_of(pieces_of(words, size, turn))
            lines.sort(key=lambda line: (round(line.bottom), line.box[0]))
            strips = [[words[piece.at] for piece in line.pieces] for line in lines]
        for strip in strips:
            first = len(self.words)
            self.words += [Word(word.text, word.box) for word in strip]
            self.turns += [turn] * len(strip)
            box = union([word.box for word in strip])
            self.lines.append(Line(first, len(self.words), box))
            at = len(self.lines)
            self.blocks.append(Block("paragraph", at - 1, at, box, known=False))

    def _doubt_tables(self, boxes: Sequence[Box]) -> None:
        """Tables that hold some of these boxes aren't known."""
        for at, table in enumerate(self.tables):
            if any(_holds(table.box, box) for box in boxes):
                self.tables[at] = replace(table, known=False)
                self.blocks = [
                    replace(block, known=False)
                    if block.kind == "table" and block.box == table.box
                    else block
                    for block in self.blocks
                ]


def _holds(box: Box, other: Box) -> bool:
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return box[0] < x < box[2] and box[1] < y < box[3]
