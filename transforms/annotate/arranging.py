"""Words in any order to the lines, blocks and tables that they make, from their boxes."""

from gyogwa.schemas.page import Truth, Word
from gyogwa.transforms.annotate.direction import is_vertical, quarter_turned, turned_back
from gyogwa.transforms.annotate.found_tables import find_tables
from gyogwa.transforms.annotate.reading_order import arrange, blocks_of


def arranged(origin: str, words: list[Word], aspect: float) -> Truth:
    """Words in any order with the lines, blocks and tables they make."""
    if is_vertical(words, aspect):
        lines_of = turned_back(*arrange(quarter_turned(words), 1 / aspect))
        return Truth(origin, *lines_of)
    ordered, lines, _ = arrange(words, aspect)
    grids = find_tables(ordered, lines, aspect)
    blocks = blocks_of(lines, aspect, [(grid.first, grid.last) for grid in grids])
    return Truth(origin, ordered, lines, blocks, [grid.table for grid in grids])
