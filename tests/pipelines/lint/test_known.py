"""Facts and appearances, against plain sets and dicts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyogwa.pipelines.lint.known import Appearances, Facts, fact

PARTS = st.lists(st.text(max_size=3), max_size=3).map(tuple)


@settings(max_examples=50)
@given(st.lists(PARTS), st.lists(PARTS), st.lists(PARTS))
def test_facts_hold_what_was_added(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]], asked: list[tuple[str, ...]]
) -> None:
    facts = Facts(counting=True)
    added: list[tuple[str, ...]] = []
    for more in (first, second):
        for parts in more:
            facts.add(*parts)
        added += more
        for parts in [*added, *asked]:
            assert facts.holds(*parts) == (parts in added)
        assert facts.twice() == {fact(*parts) for parts in added if added.count(parts) > 1}


def test_appearances() -> None:
    looks = Appearances()
    assert (looks.size("a"), looks.hash("a")) == (None, None)
    looks.add("a", (3, 4), "0" * 63 + "7", ink=True)
    looks.add("b", (5, 6), "f" * 64, ink=False)
    looks.add("a", (3, 4), "0" * 63 + "7", ink=True)
    assert (looks.size("a"), looks.size("b"), looks.size("c")) == ((3, 4), (5, 6), None)
    assert (looks.inked("a"), looks.inked("b"), looks.inked("c")) == (True, False, False)
    assert looks.hash("a") == bytes(31) + b"\7"
    assert looks.hash("b") is None  # without ink a hash is noise
    with pytest.raises(ValueError, match="64 hex digits"):
        looks.add("d", (1, 1), "00", ink=True)
