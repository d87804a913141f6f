"""The order in which lines and other things of a page are read, by their places alone."""

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.ingest.sources.structure.order import Thing, ordered

WORDS = 6


def lines(*boxes: Box, words: int = WORDS, numbers: tuple[int, ...] = ()) -> list[Thing]:
    """Things of so many words; `numbers`: of items, as they begin."""
    told = numbers or (0,) * len(boxes)
    return [Thing(box, words, at, n) for at, (box, n) in enumerate(zip(boxes, told, strict=True))]


def read(things: list[Thing], walls: tuple[Box, ...] = ()) -> list[int]:
    return [found.thing.at for found in ordered(things, walls)]


def row(left: float, top: float, width: float = 200) -> Box:
    return [left, top, left + width, top + 10]


def test_columns_whose_lines_stand_on_heights_of_their_own_are_read_one_after_the_other() -> None:
    """The second begins six points higher, so that every line is alone on its height."""
    left, right = ([row(x, y + 20 * at) for at in range(3)] for x, y in ((40, 111), (300, 100)))
    across = [row(40, 60, 460), row(40, 200, 460)]
    assert read(lines(*left, *right, *across)) == [6, 0, 1, 2, 3, 4, 5, 7]


def test_a_line_above_one_column_stays_before_both() -> None:
    title, date = row(40, 40, 460), row(420, 60, 80)
    left, right = ([row(x, 100 + 20 * at) for at in range(3)] for x in (40, 300))
    assert read(lines(title, date, *left, *right)) == [0, 1, 2, 3, 4, 5, 6, 7]


def test_a_ruling_parts_columns_however_short_their_lines_are() -> None:
    left, right = ([row(x, 100 + 20 * at, 60) for at in range(3)] for x in (40, 300))
    title = row(150, 60, 200)
    things = lines(title, *left, *right, words=1)
    assert read(things) == [0, 1, 4, 2, 5, 3, 6]
    assert read(things, ([200, 95, 201, 160],)) == [0, 1, 2, 3, 4, 5, 6]


def test_a_ruling_parts_nothing_that_it_ends_before_or_that_goes_across_it() -> None:
    left, right = ([row(x, 100 + 20 * at, 60) for at in range(3)] for x in (40, 300))
    things = lines(*left, *right, words=1)
    rows = [0, 3, 1, 4, 2, 5]
    assert read(things, ([200, 95, 201, 112],)) == rows
    assert read(things, ([50, 95, 51, 160],)) == rows


def test_choices_are_read_as_they_are_numbered() -> None:
    boxes = [row(40, 100), row(300, 100), row(40, 120), row(300, 120), row(40, 140)]
    assert read(lines(*boxes, numbers=(1, 2, 3, 4, 5))) == [0, 1, 2, 3, 4]
    assert read(lines(*boxes, numbers=(1, 4, 2, 5, 3))) == [0, 2, 4, 1, 3]
