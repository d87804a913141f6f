"""A stratum that is ranked in slices gives what it would give as a whole."""

from hypothesis import given
from hypothesis import strategies as st

from gyogwa.schemas.ids import hash_of
from gyogwa.transforms.curriculum.choose import StratumKey, chosen_keys, ranked, slice_of

STRATUM: StratumKey = ("words", "train", "ocr", "ko", "in")


@given(st.sets(st.text("abcdef0123456789", min_size=1), min_size=1), st.integers(0, 200))
def test_slices_take_the_first_by_hash(keys: set[str], draws: int) -> None:
    slices: dict[int, list[tuple[str, str]]] = {}
    for key in keys:
        by = hash_of(1, "select", key)
        slices.setdefault(slice_of(by), []).append((by, key))
    ordered = [ranked(((STRATUM, place), found)) for place, found in slices.items()]
    counts = {ranking.slice: len(ranking.keys) for ranking in ordered}
    chosen = {
        key: repeats
        for ranking in ordered
        for key, repeats in chosen_keys(ranking, counts, {STRATUM: draws})
    }
    whole = sorted(keys, key=lambda key: hash_of(1, "select", key))
    each, extra = divmod(draws, len(whole))
    expected = {key: each + (place < extra) for place, key in enumerate(whole)}
    assert chosen == {key: repeats for key, repeats in expected.items() if repeats}
