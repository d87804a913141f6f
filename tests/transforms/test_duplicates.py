"""Near duplicates: nothing within the radius is missed, and words overrule hashes."""

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.curriculum import Duplicates
from transforms.duplicates import BANDS, Fingerprint, joined, judge, kept_instead, pairs_in_band
from transforms.phash import distance

BASES = st.integers(0, 2**256 - 1)
FLIPS = st.lists(st.integers(0, 255), max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(BASES, st.lists(FLIPS, max_size=4)), max_size=4), st.integers(0, 31))
def test_every_pair_within_the_radius_once(
    groups: list[tuple[int, list[list[int]]]], radius: int
) -> None:
    values = []
    for base, copies in groups:
        values.append(base)
        for flips in copies:
            values.append(base ^ sum(1 << bit for bit in set(flips)))
    hashes = [(f"{index:04d}", f"{value:064x}") for index, value in enumerate(values)]
    expected = sorted(
        (a, b, distance(x, y))
        for (a, x), (b, y) in itertools.combinations(hashes, 2)
        if distance(x, y) <= radius
    )
    found = [pair for band in range(BANDS) for pair in pairs_in_band(band, hashes, radius)]
    assert sorted(found) == expected


def fingerprint(name: str, text: str, truth: bool = True) -> Fingerprint:
    return Fingerprint(name, "d", "0" * 64, text, truth, f"{0 if truth else 1}-0-{name}")


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
