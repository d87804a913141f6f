"""Digits that a PDF sets high come out as such, others as they are."""

import pytest

from gyogwa.transforms.ingest.sources.pdf_characters import Char
from gyogwa.transforms.ingest.sources.pdf_superscripts import shown


def run(base: str, high: str, size: float, raised: float, turn: int = 0) -> list[Char]:
    """Characters of one em, then some of another size whose lower edge is so many ems higher."""
    chars = [
        Char(c, [0, 0, 1, 1], turn=turn, em=[n, 10.0, n + 1, 11.0]) for n, c in enumerate(base)
    ]
    em = [9.0, 11 - raised - size, 9.5, 11 - raised]
    return [*chars, *(Char(c, [0, 0, 1, 1], turn=turn, em=em) for c in high)]


@pytest.mark.parametrize(
    ("base", "high", "size", "raised", "said"),
    [
        ("예", "1", 0.7, 0.4, "예¹"),  # as dblatex sets the marks of notes
        ("m", "2", 0.64, 0.49, "m²"),  # as TeX sets exponents
        ("2", "130", 0.64, 0.49, "2¹³⁰"),
        ("trees", "12", 0.7, 0.3, "trees¹²"),
        ("CFB", "8", 0.81, 0.07, "CFB8"),  # small capitals and digits on the line
        ("lists/", "4526", 0.61, 0.15, "lists/4526"),  # addresses in a smaller font
        ("H", "2", 0.7, -0.2, "H2"),  # set low
        ("x", "n", 0.7, 0.4, "xn"),
    ],
)
def test_what_is_small_and_high_is_a_superscript(
    base: str, high: str, size: float, raised: float, said: str
) -> None:
    assert shown(run(base, high, size, raised)) == said


def test_what_is_alone_or_turned_stays() -> None:
    assert shown(run("", "1", 0.7, 0.4)) == "1"
    assert shown(run("예", "1", 0.7, 0.4, turn=90)) == "예1"
