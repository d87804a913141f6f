"""Which of two truths says more, and whether they contradict one another."""

import pytest
from msgspec.structs import replace

from gyogwa.schemas.page import Block, Cell, Table, Truth, Word
from gyogwa.transforms.annotate.truths import contradict, richness, united


def truth(*texts: str) -> Truth:
    return Truth("dataset", [Word(text, [0.1, 0.1, 0.2, 0.2], 1.0) for text in texts])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (["매출", "1,250"], ["매출", "1,250"], False),
        (["매출", "1,250"], ["1,250", "매출"], False),  # another order
        (["매출", "1,250"], ["매출1,250"], False),  # other words of the same text
        (["매출", "1,250"], ["매출"], False),  # labels of a part
        (["매출", "1,250"], ["매출", "1,280"], True),
        ([], ["매출"], False),
    ],
)
def test_contradictions(first: list[str], second: list[str], expected: bool) -> None:
    assert contradict(truth(*first), truth(*second)) is expected
    assert contradict(truth(*second), truth(*first)) is expected


def test_more_characters_are_richer() -> None:
    assert richness(truth("매출", "1,250")) > richness(truth("매출"))
    assert richness(truth("a b")) == (0, 2)


def test_truths_of_the_same_pixels_are_united() -> None:
    box = [0.1, 0.1, 0.2, 0.2]
    table = Table(box, [Cell(0, 0, 1, 1, True, "매출", box)])
    block = replace(truth("매출", "1,250"), blocks=[Block("title", 0, 1, box)], lines=[])
    kept = replace(truth("매출", "1,250"), tables=[table])
    assert united(kept, [truth("매출")]) == kept
    assert united(kept, [block]) == replace(block, tables=[table])
    bare = replace(truth(), tables=[table])
    assert united(bare, [truth("매출"), block]) == replace(block, tables=[table])
    other = truth("매출", "1,280")
    assert united(kept, [other]) == kept
    another = replace(truth(), tables=[Table(box, [Cell(0, 0, 1, 1, True, "원가", box)])])
    assert contradict(kept, another)
