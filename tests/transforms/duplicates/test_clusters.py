"""Near duplicates: words overrule hashes, and nothing is dropped for what is dropped itself."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.curriculum import Duplicates
from schemas.records import ImageRef
from transforms.duplicates.clusters import joined, kept_instead
from transforms.duplicates.fingerprints import Hashes
from transforms.duplicates.judge import Fingerprint, judge


def fingerprint(name: str, text: str, truth: bool = True) -> Fingerprint:
    rank = f"{0 if truth else 1}-0-{name}"
    return Fingerprint(name, "d", Hashes("", "", ""), text, truth, rank, ImageRef("", 0, 0))


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
