"""Which of two truths says more, and whether they contradict one another."""

import pytest

from gyogwa.schemas.page import Truth, Word
from gyogwa.transforms.annotate.truths import contradict, richness


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
