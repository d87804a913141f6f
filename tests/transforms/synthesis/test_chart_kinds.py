"""Charts of every kind: what is written lies apart, and what counts as written out is."""

import random
from collections import Counter

import pytest

from gyogwa.transforms.synthesis.canvas import Canvas
from gyogwa.transforms.synthesis.chart import ChartSpec, number
from gyogwa.transforms.synthesis.chart_kinds import CHART_KINDS, plan_of_kind
from gyogwa.transforms.synthesis.plot import draw_chart
from gyogwa.transforms.synthesis.style import choose_style
from gyogwa.transforms.synthesis.writing import Writer
from gyogwa.transforms.tasks.captions import _CHARTS


def _drawn(kind: str, language: str, seed: int) -> tuple[ChartSpec, Canvas, bool]:
    rng = random.Random(f"{kind}/{language}/{seed}")
    plan = plan_of_kind(Writer(rng, language), kind)
    style = choose_style(rng, language, rng.randint(13, 19))
    canvas = Canvas(rng.randint(480, 900), rng.randint(330, 560), style.paper)
    box = (20, 20, canvas.width - 20, canvas.height - 20)
    return plan, canvas, draw_chart(canvas, box, plan, style, rng)


@pytest.mark.parametrize("kind", CHART_KINDS)
def test_charts_of_every_kind(kind: str) -> None:
    labelled = 0
    for seed in range(5):
        for language in ("ko", "en"):
            plan, canvas, exact = _drawn(kind, language, seed)
            labelled += exact
            words = canvas.words
            for i, one in enumerate(words):
                x0, y0, x1, y1 = one["box"]
                assert 0 <= x0 < x1 <= canvas.width, one
                assert 0 <= y0 < y1 <= canvas.height, one
                for other in words[i + 1 :]:
                    a0, b0, a1, b1 = other["box"]
                    apart = a0 >= x1 - 1 or a1 <= x0 + 1 or b0 >= y1 - 2 or b1 <= y0 + 2
                    assert apart, (kind, language, seed, one, other)
            shown = Counter(word["text"].strip("%") for word in words)
            values = Counter(number(value) for _, row in plan.series for value in row)
            assert not exact or not values - shown, (kind, language, seed, values - shown)
            text = "".join(word["text"] for word in words)
            named = [*plan.categories]
            if len(plan.series) > 1 and kind != "box":
                named += [name for name, _ in plan.series]
            assert all(name.replace(" ", "") in text for name in named), named
    assert labelled or kind in ("scatter", "box")
    assert kind in _CHARTS


def test_shares_of_stacks_make_a_whole() -> None:
    whole = 0
    for seed in range(40):
        plan = plan_of_kind(Writer(random.Random(seed), "ko"), "stacked bar")
        if plan.unit == "%":
            whole += 1
            assert {sum(run) for run in zip(*(row for _, row in plan.series), strict=True)} == {100}
            assert all(value > 0 for _, row in plan.series for value in row)
    assert whole > 5


def test_quartiles_are_in_order() -> None:
    for seed in range(20):
        plan = plan_of_kind(Writer(random.Random(seed), "en"), "box")
        for run in zip(*(row for _, row in plan.series), strict=True):
            assert list(run) == sorted(run)
            assert min(run) >= 0
