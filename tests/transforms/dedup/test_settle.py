"""Near duplicates: words overrule hashes, and nothing is dropped for what is dropped itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.dedup.judge import Compared, Known, judge, judged, look_of, other_digits
from gyogwa.transforms.dedup.settle import joined, kept_instead
from gyogwa.transforms.ingest.hashes import Hashes


def fingerprint(name: str, text: str, truth: bool = True) -> Fingerprint:
    rank = f"{0 if truth else 1}-0-{name}"
    nowhere = ImageRef("/nowhere", 0, 1)
    return Fingerprint(name, "d", Hashes("0" * 64, "", ""), text, truth, rank, nowhere, name)


def test_words_decide() -> None:
    rules = Duplicates()
    page = "우리 회사는 2026년에 매출 1,234억 원을 기록했습니다. " * 10
    same = judge(fingerprint("a", page), fingerprint("b", page), 10, rules)
    assert (same.verdict, same.kept, same.member) == ("near", "a", "b")
    number = judge(
        fingerprint("a", page), fingerprint("b", page.replace("4억", "5억", 1)), 2, rules
    )
    assert number.verdict == "different"
    other = judge(fingerprint("a", page), fingerprint("b", "Quite another text"), 0, rules)
    assert other.verdict == "different"


def test_labels_that_lack_some_words_are_no_difference() -> None:
    """An image labelled in part, beside the same one labelled in full: the pixels are asked."""
    full, part = fingerprint("a", "총액 1,234 원 2026년"), fingerprint("b", "총액 2026년")
    assert not other_digits(full, part)
    assert not other_digits(part, full)
    assert judge(full, part, 2, Duplicates(), apart=0.1).verdict == "near"
    assert other_digits(full, fingerprint("b", "총액 2027년"))
    assert other_digits(full, fingerprint("b", "총액 1,235 원 2026년"))


def test_a_look_made_before_is_not_made_again() -> None:
    """Neither image exists, so whoever reads pixels fails."""
    first, second = fingerprint("a", "", False), fingerprint("b", "", False)
    named = look_of(second, first)
    known = {named: Known(named, "b", 0.2, [2.0, 0.0, -0.5, 0.0, 1.0, 0.0])}
    row = judged(Compared(first, second), Duplicates(), known)
    assert (row.pair.verdict, row.pair.difference) == ("near", 0.2)
    assert row.pair.alignment == [0.5, 0.0, 0.25, 0.0, 1.0, 0.0]  # it was the other that was kept
    stricter = judged(Compared(first, second), Duplicates(max_difference=0.1), known)
    assert stricter.pair.verdict == "different"
    with pytest.raises(GyogwaError):
        judged(Compared(first, second), Duplicates(), {})


def test_truth_is_kept_over_ocr() -> None:
    verdict = judge(fingerprint("a", "글", False), fingerprint("b", "글"), 0, Duplicates())
    assert verdict.kept == "b"


EDGES = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")))


@given(EDGES, st.randoms())
def test_what_is_kept_does_not_depend_on_order(edges: list[tuple[str, str]], random: Any) -> None:
    pairs = [(a, b) for a, b in edges if a != b]
    shuffled = [(b, a) for a, b in pairs]
    random.shuffle(shuffled)
    dropped = kept_instead(pairs)
    assert kept_instead(shuffled) == dropped
    for rank, kept in dropped.items():
        assert kept not in dropped
        assert (rank, kept) in pairs or (kept, rank) in pairs
    for a, b in pairs:
        assert a in dropped or b in dropped
    assert joined(pairs) == joined(shuffled)


def test_a_chain_of_likenesses_swallows_nobody() -> None:
    assert kept_instead([("a", "b"), ("b", "c")]) == {"b": "a"}


def test_the_pixels_decide_where_words_were_read() -> None:
    read = fingerprint("a", "one hundrcd", False), fingerprint("b", "one hundred", False)
    assert judge(*read, 10, Duplicates(), apart=0.3).verdict == "near"
    assert judge(*read, 10, Duplicates(), apart=2.0).verdict == "different"


@given(EDGES, st.sets(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))))
def test_asking_late_changes_nothing(
    edges: list[tuple[str, str]], same: set[tuple[str, str]]
) -> None:
    pairs = [(a, b) for a, b in edges if a != b]
    alike = [pair for pair in pairs if tuple(sorted(pair)) in same]
    late = kept_instead(pairs, lambda kept, other: (kept, other) in same)
    assert late == kept_instead(alike)
