"""Near duplicates: nothing within the radius is missed, and words overrule hashes."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.curriculum import Duplicates
from transforms.duplicates import BANDS, Fingerprint, clusters, judge, pairs_in_band
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
    return Fingerprint(name, "0" * 64, text, truth, f"{0 if truth else 1}-0-{name}")


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


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))), st.randoms())
def test_clusters_do_not_depend_on_order(edges: list[tuple[str, str]], random: object) -> None:
    shuffled = list(edges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert clusters(edges) == clusters((b, a) for a, b in shuffled)
