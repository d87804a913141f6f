"""Error rates by hand, and their bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.quality import calibration, overlaps, quality_of, score

TRUTH = [Word("한글", [0.1, 0.1, 0.2, 0.2]), Word("문서", [0.3, 0.1, 0.4, 0.2])]


def test_a_perfect_reading() -> None:
    found = quality_of("ko", "document", [score(TRUTH, TRUTH)])
    assert (found.cer, found.wer, found.word_box_recall, found.word_recall) == (0, 0, 1, 1)
    assert found.words_read == 1


def test_a_split_word_costs_a_space_and_two_word_edits() -> None:
    read = [Word("한", [0.1, 0.1, 0.15, 0.2]), Word("글", [0.15, 0.1, 0.2, 0.2]), TRUTH[1]]
    found = quality_of("ko", "document", [score(TRUTH, read)])
    assert found.cer == pytest.approx(1 / 5)  # "한글 문서" has five characters
    assert found.cer_without_spaces == 0
    assert found.wer == 1.0  # one word replaced, one inserted
    assert found.word_recall == 0.5


def test_a_wrong_letter_counts_by_length_over_pages() -> None:
    wrong = [Word("한굴", TRUTH[0].box, 0.6), TRUTH[1]]
    found = quality_of("ko", "", [score(TRUTH, TRUTH), score(TRUTH, wrong)], failed=1)
    assert (found.images, found.failed) == (2, 1)
    assert found.cer == pytest.approx(1 / 10)
    assert (found.word_box_recall, found.word_recall) == (1.0, 0.75)


def test_calibration_bins() -> None:
    low, high = calibration([0.55, 0.55, 1.0], [True, False, True])
    assert (low.words, low.confidence, low.right) == (2, 0.55, 0.5)
    assert (high.words, high.confidence, high.right) == (1, 1.0, 1.0)


def test_nothing_read_and_nothing_there() -> None:
    assert score(TRUTH, []).found == 0
    assert quality_of("", "", [score([], TRUTH)]).cer == 0.0
    assert quality_of("ko", "", [score(TRUTH, [])]).cer == 1.0


side = st.floats(0.01, 0.5)
boxes = st.builds(lambda x, y, w, h: Word("x", [x, y, x + w, y + h]), side, side, side, side)


@given(st.lists(boxes, min_size=1, max_size=4), st.lists(boxes, max_size=4))
def test_overlap_is_symmetric_and_one_with_itself(first: list[Word], second: list[Word]) -> None:
    assert overlaps(first, second) == pytest.approx(overlaps(second, first).T)
    assert overlaps(first, first).diagonal() == pytest.approx(1.0)
