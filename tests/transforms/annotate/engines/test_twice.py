"""No place of a page is read twice."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.engines.twice import OVERLAP, read_once

sides = st.floats(0.0, 0.8)
sizes = st.floats(0.01, 0.2)
words = st.builds(
    lambda x, y, w, h, sure: Word("가", [x, y, x + w, y + h], sure),
    sides, sides, sizes, sizes, st.floats(0, 1),
)  # fmt: skip


def shared(first: Box, second: Box) -> float:
    wide = min(first[2], second[2]) - max(first[0], second[0])
    high = min(first[3], second[3]) - max(first[1], second[1])
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (first, second))
    return max(wide, 0) * max(high, 0) / smaller


@given(st.lists(words, max_size=25))
def test_no_two_words_share_more_than_half(read: list[Word]) -> None:
    kept = read_once(read)
    assert all(shared(a.box, b.box) <= OVERLAP + 1e-9 for a, b in combinations(kept, 2))
    gone = [word for word in read if not any(word is other for other in kept)]
    for word in gone:  # what goes lies on something as sure that stays
        over = [other for other in kept if shared(word.box, other.box) > OVERLAP - 1e-9]
        assert max(other.confidence for other in over) >= word.confidence


def test_the_surer_reading_stays() -> None:
    notice, junk = (
        Word("안내문", [0.1, 0.1, 0.4, 0.2], 0.97),
        Word("OLI", [0.1, 0.12, 0.38, 0.2], 0.87),
    )
    beside = Word("서울", [0.45, 0.1, 0.6, 0.2], 0.5)
    assert read_once([junk, notice, beside]) == [notice, beside]
    assert read_once([]) == []
