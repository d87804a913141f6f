"""Parts of a page that a source names, over the words that were read there."""

from gyogwa.schemas.page import Block, Line, Picture, Region, Truth, Word
from gyogwa.transforms.annotate.regions import in_regions

LEFT, RIGHT = [0.1, 0.1, 0.4, 0.15], [0.6, 0.1, 0.9, 0.15]
FOOT = [0.1, 0.9, 0.4, 0.95]


def read(*places: tuple[str, list[float]]) -> Truth:
    """A page of lines of one word each, all in one block that is a guess."""
    words = [Word(text, box) for text, box in places]
    lines = [Line(n, n + 1, box) for n, (_, box) in enumerate(places)]
    return Truth("ocr", words, lines, [Block("paragraph", 0, len(lines), [0, 0, 1, 1], False)])


def texts(page: Truth) -> list[tuple[str, str, bool]]:
    """Kind, text and whether it is known, of each block."""
    return [
        (
            block.kind,
            " ".join(
                word.text
                for line in page.lines[block.first : block.last]
                for word in page.words[line.first : line.last]
            ),
            block.known,
        )
        for block in page.blocks
    ]


def below(box: list[float]) -> list[float]:
    """The place of the next line."""
    return [box[0], box[1] + 0.1, box[2], box[3] + 0.1]


def test_lines_that_were_read_across_columns_come_to_stand_in_their_parts() -> None:
    page = read(("가", LEFT), ("다", RIGHT), ("나", below(LEFT)), ("라", below(RIGHT)))
    columns = [Region("paragraph", [0, 0, 0.5, 1]), Region("list", [0.5, 0, 1, 1])]
    found = in_regions(page, columns)
    assert texts(found) == [("paragraph", "가 나", True), ("list", "다 라", True)]
    assert [block.box for block in found.blocks] == [region.box for region in columns]
    assert [found.words[line.first].box for line in found.lines] == [n.box for n in found.lines]


def test_the_smallest_part_holds_a_line_and_others_stay_a_guess() -> None:
    page = read(("제목", LEFT), ("쪽", FOOT))
    parts = [Region("paragraph", [0, 0, 1, 0.5]), Region("heading", [0, 0, 0.5, 0.2])]
    found = in_regions(page, parts[1:])
    assert texts(found) == [("heading", "제목", True), ("paragraph", "쪽", False)]
    assert in_regions(page, parts).blocks[0].kind == "heading"


def test_pictures_without_text_stand_before_what_lies_below_them() -> None:
    page = read(("가", LEFT), ("나", FOOT))
    parts = [
        Region("heading", [0, 0, 0.5, 0.2]),
        Region("picture", [0.1, 0.3, 0.4, 0.5]),
        Region("picture", [0.6, 0.3, 0.9, 0.5]),
        Region("paragraph", [0, 0.8, 0.5, 1]),
    ]
    found = in_regions(page, parts)
    assert [known for *_, known in texts(found)] == [True, True]
    assert found.pictures == [Picture(parts[1].box, 1), Picture(parts[2].box, 2)]


def test_where_a_part_of_text_was_not_read_nothing_is_known() -> None:
    page = read(("가", LEFT))
    parts = [Region("heading", [0, 0, 0.5, 0.2]), Region("paragraph", [0, 0.8, 0.5, 1])]
    assert texts(in_regions(page, parts)) == [("heading", "가", False)]
