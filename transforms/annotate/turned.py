"""Words that don't all stand upright, put in order: each turn by itself, on the page as it lies
when turned so, by the same rules as upright pages. Those of most characters come first; stamps up
the margin, labels of axes and watermarks across the page follow and are apart from its lines.
"""

from collections import Counter
from typing import NamedTuple

from msgspec.structs import replace

from gyogwa.schemas.boxes import turned
from gyogwa.schemas.page import OBLIQUE, Block, Line, Table, Truth, Word
from gyogwa.transforms.annotate.arranging import arranged


class Turned(NamedTuple):
    """What stands on a page, boxes on the image as it is; the first `upright` words are of the turn
    that the page has (`turned`), `heights` are those of the lines in pixels, across the line."""

    found: Truth
    upright: int
    turned: int
    heights: list[float]


def arrange_turned(truth: Truth, width: int, height: int) -> Turned:
    """Order words with `turns`, on an image of this many pixels."""
    weights: Counter[int] = Counter()
    for word, turn in zip(truth.words, truth.turns, strict=True):
        weights[turn] += 0 if turn == OBLIQUE else len(word.text)
    main = min(weights, key=lambda turn: (-weights[turn], turn))
    words: list[Word] = []
    lines: list[Line] = []
    blocks: list[Block] = []
    tables: list[Table] = []
    heights: list[float] = []
    upright = 0
    for turn in sorted(weights, key=lambda turn: (turn != main, turn == OBLIQUE, turn)):
        own = [w for w, each in zip(truth.words, truth.turns, strict=True) if each == turn]
        found, high = _of_turn(own, turn, truth.origin, width, height)
        blocks += [
            replace(b, first=b.first + len(lines), last=b.last + len(lines)) for b in found.blocks
        ]
        lines += [
            replace(n, first=n.first + len(words), last=n.last + len(words)) for n in found.lines
        ]
        words += found.words
        tables += found.tables
        heights += high
        upright = upright or len(words)
    whole = Truth(truth.origin, words, lines, blocks, tables)
    return Turned(whole, upright, max(main, 0), heights)


def placed_turn(truth: Truth) -> tuple[int, int]:
    """Of words that are in order already: how many, the first ones, stand as the page does, and by
    how much that is turned."""
    main = truth.turns[0]
    upright = next((at for at, turn in enumerate(truth.turns) if turn != main), len(truth.turns))
    return upright, max(main, 0)


def line_height(line: Line, truth: Truth, width: int, height: int) -> float:
    """How high a line is across its own direction, in pixels."""
    x0, y0, x1, y1 = line.box
    return (x1 - x0) * width if truth.turns[line.first] in (90, 270) else (y1 - y0) * height


def _of_turn(
    words: list[Word], turn: int, origin: str, width: int, height: int
) -> tuple[Truth, list[float]]:
    """The words of one turn with their lines, blocks and tables, and the heights of the lines."""
    if turn == OBLIQUE:  # nothing is known of which make a line
        lines = [Line(at, at + 1, word.box) for at, word in enumerate(words)]
        blocks = [
            Block("paragraph", at, at + 1, word.box, known=False) for at, word in enumerate(words)
        ]
        return Truth(origin, words, lines, blocks), []
    if turn in (90, 270):
        width, height = height, width
    upright = [replace(word, box=turned(word.box, turn)) for word in words]
    found = arranged(origin, upright, height / width)
    heights = [(line.box[3] - line.box[1]) * height for line in found.lines]
    back = (360 - turn) % 360
    return (
        Truth(
            origin,
            [replace(word, box=turned(word.box, back)) for word in found.words],
            [replace(line, box=turned(line.box, back)) for line in found.lines],
            [replace(block, box=turned(block.box, back)) for block in found.blocks],
            [
                replace(
                    table,
                    box=turned(table.box, back),
                    cells=[replace(c, box=turned(c.box, back)) for c in table.cells],
                )
                for table in found.tables
            ],
        ),
        heights,
    )
