"""The mixture keeps to what there is, meets the asked shares, and says what is short."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyogwa.schemas.curriculum import SourceMix, Stage, TaskSpec, Tokens
from gyogwa.transforms.curriculum.mixture import Key, Stock, mix


def stage(tasks: dict[str, float], **changes: Any) -> Stage:
    specs = {task: TaskSpec(weight=weight) for task, weight in tasks.items()}
    return Stage(name="s", trains=["projector"], share=1, tasks=specs, **changes)


def stock(counts: dict[Key, int]) -> dict[Key, Stock]:
    return {key: Stock(count, 10 * count) for key, count in counts.items()}


def by(place: int, draws: dict[Key, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for key, count in draws.items():
        found[key[place]] += count
    return found


PLENTY = {
    (task, language, source): 1000
    for task in ("ocr", "read")
    for language in ("ko", "en")
    for source in ("a", "b")
}


def test_tasks_languages_and_sources_come_out_as_asked() -> None:
    asked = stage(
        {"ocr": 3, "read": 1}, languages={"ko": 2, "en": 1}, sources={"a": SourceMix(share=0.2)},
        max_samples=900,
    )  # fmt: skip
    mixture = mix(asked, stock(PLENTY))
    assert mixture.shortages == []
    assert sum(mixture.draws.values()) == 900
    assert by(0, mixture.draws)["ocr"] / 900 == pytest.approx(0.75, abs=0.01)
    assert by(1, mixture.draws)["ko"] / 900 == pytest.approx(2 / 3, abs=0.01)
    assert by(2, mixture.draws)["a"] / 900 == pytest.approx(0.2, abs=0.01)


def test_a_cap_holds() -> None:
    mixture = mix(
        stage({"ocr": 1}, sources={"a": SourceMix(cap=0.1)}, max_samples=500), stock(PLENTY)
    )
    assert by(2, mixture.draws)["a"] <= 50


def test_a_cap_holds_of_what_is_drawn() -> None:
    counts = {("ocr", "ko", "big"): 3000, ("ocr", "ko", "small"): 100}
    capped = stage({"ocr": 1}, sources={"big": SourceMix(cap=0.3)}, max_samples=1000)
    draws = by(2, mix(capped, stock(counts)).draws)
    assert draws["big"] <= 0.31 * (draws["big"] + draws["small"])


def test_scarce_task_is_repeated_up_to_the_limit_and_then_short() -> None:
    counts = {("ocr", "ko", "a"): 1000, ("read", "ko", "a"): 100}
    enough = mix(stage({"ocr": 1, "read": 1}, max_samples=600, max_repeats=3), stock(counts))
    assert enough.draws == {("ocr", "ko", "a"): 300, ("read", "ko", "a"): 300}
    assert enough.shortages == []
    short = mix(stage({"ocr": 1, "read": 1}, max_samples=600, max_repeats=2), stock(counts))
    assert short.draws[("read", "ko", "a")] == 200
    first = short.shortages[0]
    assert (first.what, first.asked, first.given) == ("task read", 300, 200)


def test_a_task_without_samples_is_reported() -> None:
    mixture = mix(stage({"ocr": 1, "read": 1}), stock({("ocr", "ko", "a"): 10}))
    assert any(s.what == "task read" and "no such samples" in s.why for s in mixture.shortages)


def test_a_share_that_another_one_keeps_down_is_not_blamed_on_the_stock() -> None:
    counts = {("ocr", "en", "a"): 100, ("read", "en", "a"): 100}
    asked = stage({"ocr": 1, "read": 1}, languages={"ko": 1, "en": 1}, max_samples=100)
    mixture = mix(asked, stock(counts))
    assert sum(mixture.draws.values()) == 50
    why = {short.what: short.why for short in mixture.shortages}
    assert why["language ko"] == "there are no such samples"
    assert all("there are only" not in text for text in why.values())


def test_token_budget_cuts_all_alike() -> None:
    budget = Tokens(budget=4000)
    mixture = mix(stage({"ocr": 1, "read": 1}, max_samples=800, tokens=budget), stock(PLENTY))
    assert sum(10 * count for count in mixture.draws.values()) <= 4000
    assert by(0, mixture.draws) == {"ocr": 200, "read": 200}


KEYS = st.tuples(st.sampled_from(["ocr", "read"]), st.sampled_from(["ko", "en"]), st.just("a"))


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(KEYS, st.integers(1, 50), min_size=1),
    st.integers(1, 3),
    st.one_of(st.none(), st.integers(1, 200)),
    st.booleans(),
)
def test_never_more_than_there_is_and_always_the_same(
    counts: dict[Key, int], repeats: int, most: int | None, languages: bool
) -> None:
    asked = stage(
        {"ocr": 2, "read": 1}, max_repeats=repeats, max_samples=most,
        languages={"ko": 1, "en": 1} if languages else {},
    )  # fmt: skip
    mixture = mix(asked, stock(counts))
    assert all(0 < n <= repeats * counts[key] for key, n in mixture.draws.items())
    assert most is None or sum(mixture.draws.values()) <= most
    assert mix(asked, dict(reversed(list(stock(counts).items())))) == mixture
