"""Error rates of a review with confidence intervals, by stratum, by stage and of the whole.

Within a stratum the interval is Wilson's score interval at 95 % (E. B. Wilson, JASA 22, 1927),
which holds for few samples and rates near 0 too. Strata are drawn alike whatever their size, so
a rate over several weighs each by its size; its interval is Wilson's for as many samples as one
drawn without strata would have needed for that variance (Kish's effective size, 1 / sum of w²/n).
A stratum of which nothing was marked is left out of the weighing, and counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.review import Draw, Marks

Z = 1.959964
"""Of 95 %, two-sided."""


@dataclass(frozen=True)
class Rate:
    """`bad` of `marked`, out of `samples` that there are. `rate` and the bounds of its interval:
    0..1, (0, 1) where nothing was marked. `unseen`: strata without a mark."""

    name: str
    samples: int
    marked: int
    bad: int
    rate: float
    low: float
    high: float
    unseen: int = 0


@dataclass(frozen=True)
class Review:
    """What some files of marks say together. `disputed`: keys marked good by one and bad by
    another, which count as bad. `stale`: marks on samples that have changed since."""

    total: Rate
    stages: list[Rate]
    strata: list[Rate]
    disputed: list[str]
    stale: int
    notes: list[tuple[str, str, str]]
    """(key, mark, note)"""


def wilson(bad: float, marked: float) -> tuple[float, float]:
    """The interval of a rate; (0, 1) of nothing.

    >>> [round(bound, 3) for bound in wilson(0, 20)]
    [0.0, 0.161]
    """
    if marked <= 0:
        return 0.0, 1.0
    share, square = bad / marked, Z * Z
    middle = (share + square / (2 * marked)) / (1 + square / marked)
    half = Z * sqrt(share * (1 - share) / marked + square / (4 * marked**2)) / (1 + square / marked)
    return max(0.0, middle - half), min(1.0, middle + half)


def review_of(files: Sequence[Marks], there: dict[str, int]) -> Review:
    """Rates of one draw. `there`: CRC-32 of the bytes of every sample that the run holds, by key.

    Raises GyogwaError where there are no files, or files of different draws.
    """
    if not files:
        raise GyogwaError("no file of marks")
    draw = files[0].draw
    if any(file.draw != draw for file in files[1:]):
        raise GyogwaError(
            "the files of marks are of different draws (run, number or seed); give those of one"
        )
    drawn = {each.key: each for each in draw.samples}
    verdicts: dict[str, set[str]] = {}
    stale, notes = 0, []
    for mark in (mark for file in files for mark in file.marks):
        if mark.key not in drawn or there.get(mark.key) != mark.crc32:
            stale += 1
            continue
        if mark.mark:
            verdicts.setdefault(mark.key, set()).add(mark.mark)
        if mark.note:
            notes.append((mark.key, mark.mark or "", mark.note))
    marked, bad = [0] * len(draw.strata), [0] * len(draw.strata)
    for key, said in verdicts.items():
        marked[drawn[key].stratum] += 1
        bad[drawn[key].stratum] += "bad" in said
    everything = range(len(draw.strata))
    stages = dict.fromkeys(stratum.stage for stratum in draw.strata)
    return Review(
        total=_rate("all", draw, marked, bad, everything),
        stages=[
            _rate(
                stage, draw, marked, bad, [n for n in everything if draw.strata[n].stage == stage]
            )
            for stage in stages
        ],
        strata=[_rate(draw.strata[n].name, draw, marked, bad, [n]) for n in everything],
        disputed=sorted(key for key, said in verdicts.items() if len(said) > 1),
        stale=stale,
        notes=sorted(notes),
    )


def _rate(
    name: str, draw: Draw, marked: Sequence[int], bad: Sequence[int], of: Sequence[int]
) -> Rate:
    samples = sum(draw.strata[n].samples for n in of)
    seen = [n for n in of if marked[n]]
    whole = sum(draw.strata[n].samples for n in seen)
    counts = sum(marked[n] for n in of), sum(bad[n] for n in of)
    if not seen:
        return Rate(name, samples, *counts, 0.0, 0.0, 1.0, len(of))
    weights = [draw.strata[n].samples / whole for n in seen]
    rate = sum(w * bad[n] / marked[n] for w, n in zip(weights, seen, strict=True))
    effective = 1 / sum(w * w / marked[n] for w, n in zip(weights, seen, strict=True))
    low, high = wilson(rate * effective, effective)
    return Rate(name, samples, *counts, rate, low, high, len(of) - len(seen))
