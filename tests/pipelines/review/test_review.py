"""The draw, and what marks say."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from gyogwa.pipelines.cards.choose import indexed
from gyogwa.pipelines.cli import main
from gyogwa.pipelines.review.draw import draw, shares
from gyogwa.pipelines.review.rates import review_of, wilson
from gyogwa.pipelines.review.required import RequiredReview, refuse_unreviewed
from gyogwa.pipelines.summary import read_run
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.review import Draw, Drawn, Mark, Marks, Stratum

STRATA = [
    Stratum(stage="one", task="ocr", samples=900),
    Stratum(stage="one", task="qa", samples=100),
]
DRAW = Draw(
    fingerprint="f", asked=20, seed=1, strata=STRATA,
    samples=[Drawn(key=f"{n:02x}", crc32=n, stratum=n // 10) for n in range(20)],
)  # fmt: skip
THERE = {each.key: each.crc32 for each in DRAW.samples}


def marks(bad: set[int], **change: object) -> Marks:
    each = [Mark(key=f"{n:02x}", crc32=n, mark="bad" if n in bad else "good") for n in range(20)]
    return Marks(draw=DRAW, marks=each).model_copy(update=change)


def test_rates_are_weighed_by_what_there_is() -> None:
    found = review_of([marks({0, 10, 11, 12, 13, 14})], THERE)
    assert [(rate.marked, rate.bad) for rate in found.strata] == [(10, 1), (10, 5)]
    assert found.total.rate == pytest.approx(0.9 * 0.1 + 0.1 * 0.5)
    assert found.total.low < found.total.rate < found.total.high


def test_wilsons_interval() -> None:
    low, high = wilson(1, 10)  # Brown, Cai, DasGupta 2001, figure 11's n = 10
    assert (round(low, 4), round(high, 4)) == (0.0179, 0.4042)
    assert wilson(0, 0) == (0.0, 1.0)


def test_what_changed_or_is_disputed() -> None:
    there = THERE | {"03": 999}
    found = review_of([marks(set()), marks({5})], there)
    assert found.stale == 2
    assert found.disputed == ["05"]
    assert found.total.bad == 1
    assert found.strata[0].marked == 9
    with pytest.raises(GyogwaError, match="different draws"):
        review_of([marks(set()), marks(set(), draw=DRAW.model_copy(update={"seed": 2}))], THERE)


def test_strata_are_drawn_alike() -> None:
    assert shares([1000, 3, 1000], 30) == [14, 3, 13]
    assert shares([2, 2], 100) == [2, 2]


def test_a_draw_of_a_run(finished: Path) -> None:
    layout = RunLayout(str(finished))
    run = read_run(layout)
    there = list(indexed(layout, run))
    drawn = draw(there, run, 12, 3)
    assert drawn == draw(reversed(there), run, 12, 3)
    assert len({each.key for each in drawn.samples}) == 12
    assert sum(stratum.samples for stratum in drawn.strata) == len(there)
    counts = Counter(each.stratum for each in drawn.samples)
    assert max(counts.values()) <= 12 - len(counts) + 1
    assert draw(there, run, 12, 4).samples != drawn.samples

    good = [Mark(key=each.key, crc32=each.crc32, mark="good") for each in drawn.samples]
    kept = Marks(draw=drawn, marks=good)
    if len(counts) < len(drawn.strata):
        with pytest.raises(GyogwaError, match="nothing was marked in"):
            refuse_unreviewed(layout, run, RequiredReview(0.5, [kept]))
    whole = draw(there, run, len(there), 3)
    seen = [Mark(key=each.key, crc32=each.crc32, mark="good") for each in whole.samples]
    refuse_unreviewed(layout, run, RequiredReview(0.5, [Marks(draw=whole, marks=seen)]))
    bad = [mark.model_copy(update={"mark": "bad"}) for mark in seen]
    with pytest.raises(GyogwaError, match="are bad"):
        refuse_unreviewed(layout, run, RequiredReview(0.5, [Marks(draw=whole, marks=bad)]))
    other = whole.model_copy(update={"fingerprint": "0"})
    with pytest.raises(GyogwaError, match="draw again"):
        refuse_unreviewed(layout, run, RequiredReview(0.5, [Marks(draw=other, marks=seen)]))


def test_stages_are_published_only_with_marks_that_show_enough(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole way: draw, mark, and assemble once more with the marks."""
    place = tmp_path / "run"
    shutil.copytree(finished, place)
    layout = RunLayout(str(place))
    run = read_run(layout)
    there = list(indexed(layout, run))
    drawn = draw(there, run, len(there), 3)
    paths = {}
    for mark in ("good", "bad"):
        marks = [Mark(key=each.key, crc32=each.crc32, mark=mark) for each in drawn.samples]
        paths[mark] = tmp_path / f"{mark}.json"
        paths[mark].write_text(Marks(draw=drawn, marks=marks).model_dump_json(), encoding="utf-8")
    before = (place / "published.json").read_bytes()
    command = ["assemble", "--output", str(place), "--min_review", "0.5", "--marks"]
    assert main([*command, str(paths["bad"])]) == 1
    assert "are bad" in capsys.readouterr().err
    assert (place / "published.json").read_bytes() == before
    assert main([*command, str(paths["good"])]) == 0
    assert read_run(layout).fingerprint == run.fingerprint
