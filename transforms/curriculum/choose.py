"""Which samples a stage takes, and how often: by the mixture, first come by hash of the key.

The counts of every stratum are gathered first; the plan is a pure function of them
(module `mixture`), so `gyogwa plan` and a build agree. A stratum is ranked in slices by hash: of
each the size is known to all, so a sample's rank in the stratum is known where its slice is.
Samples of the validation split are all taken, once each.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from msgspec.structs import replace

from gyogwa.schemas.curriculum import Curriculum, Stage
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.ledger import ChoiceRule, Reject
from gyogwa.schemas.plan import Plan, StagePlan, Stratum
from gyogwa.schemas.row import Row
from gyogwa.schemas.samples import Sample
from gyogwa.transforms.curriculum.mixture import Mixture, Stock, mix
from gyogwa.transforms.curriculum.staging import REJECTED, stage_named
from gyogwa.transforms.flow.ledger import Count
from gyogwa.transforms.flow.steps import Composite, Found, Join, SumByKey

_SLICES = 64
StratumKey = tuple[str, str, str, str, str]
"""Stage, split, task, language, source."""
Slice = tuple[StratumKey, int]
"""A stratum, and a slice of it by the hash that ranks its samples: no key gathers them all."""
Ranked = tuple[str, str]
"""What ranks a sample, and its key."""
Counts = list[tuple[StratumKey, tuple[int, int]]]
"""Samples and tokens of each stratum."""


def stratum_of(sample: Sample) -> StratumKey:
    """The stratum a sample belongs to."""
    return sample.stage, sample.split, sample.task, sample.language, sample.source


def mixture_of(stage: Stage, counts: Counts) -> Mixture:
    """The draws of a stage's training split."""
    return mix(
        stage,
        {
            key[2:]: Stock(*numbers)
            for key, numbers in counts
            if key[0] == stage.name and key[1] == "train"
        },
    )


def plan_of(curriculum: Curriculum, counts: Counts) -> Plan:
    """What every stage takes."""
    stages: list[StagePlan] = []
    for stage in curriculum.stages:
        mixture = mixture_of(stage, counts)
        held = {k[2:]: n for k, n in counts if k[0] == stage.name and k[1] == "train"}
        strata = [
            Stratum(
                task=key[0], language=key[1], source=key[2], there=held[key][0],
                draws=mixture.draws.get(key, 0),
            )
            for key in sorted(held)
        ]  # fmt: skip
        draws = sum(mixture.draws.values())
        earlier = {plan.name: plan.samples for plan in stages}
        stages.append(
            StagePlan(
                name=stage.name,
                draws=draws,
                samples=sum(min(s.draws, s.there) for s in strata),
                tokens=round(
                    sum(n * held[key][1] / held[key][0] for key, n in mixture.draws.items())
                ),
                validation=sum(
                    n[0] for k, n in counts if k[0] == stage.name and k[1] == "validation"
                ),
                replayed=sum(
                    replayed(draws, replay.share, stage, earlier[replay.stage])
                    for replay in stage.replay
                ),
                strata=strata,
                shortages=mixture.shortages,
            )
        )
    return Plan(stages=stages)


def replayed(draws: int, share: float, stage: Stage, there: int) -> int:
    """How many samples of an earlier stage (which holds `there`) make up `share` of all draws."""
    own = 1 - sum(replay.share for replay in stage.replay)
    return min(there, round(draws * share / own))


def draws_of(curriculum: Curriculum, counts: Counts) -> Iterator[tuple[StratumKey, int]]:
    """How many draws the mixtures take of each stratum of the training split."""
    for stage in curriculum.stages:
        for key, draws in sorted(mixture_of(stage, sorted(counts)).draws.items()):
            yield (stage.name, "train", *key), draws


def in_slice(sample: Sample, seed: int) -> tuple[Slice, Ranked]:
    """A sample's key and what it is ranked by, under its slice of the stratum."""
    by = hash_of(seed, "select", sample.key)
    return (stratum_of(sample), slice_of(by)), (by, sample.key)


def slice_of(by: str) -> int:
    """The slice of what a hash ranks: slices follow one another in its order."""
    return int(by[:4], 16) * _SLICES // 16**4


class Ranking(Row, frozen=True):
    """A slice's keys, each once, in the order in which they are taken."""

    slice: Slice
    keys: list[str]


def ranked(element: tuple[Slice, Iterable[Ranked]]) -> Ranking:
    """The ranking of a slice."""
    slice_, keys = element
    return Ranking(slice_, [key for _, key in sorted(set(keys))])


def chosen_keys(
    ranking: Ranking,
    counts: dict[Slice, int],
    draws: dict[StratumKey, int],
) -> Iterator[tuple[str, int]]:
    """(key, repeats) of the samples of one slice that are taken. `counts`: keys of all slices."""
    (stratum, slice_), keys = ranking.slice, ranking.keys
    if stratum[1] == "validation":
        yield from ((key, 1) for key in keys)
        return
    sizes = [counts.get((stratum, place), 0) for place in range(_SLICES)]
    before = sum(sizes[:slice_])
    each, extra = divmod(draws.get(stratum, 0), sum(sizes))
    for place, key in enumerate(keys, before):
        repeats = each + (place < extra)
        if repeats:
            yield key, repeats


def _reject(
    sample: Sample, rule: ChoiceRule, message: str, value: str = "", threshold: str = ""
) -> Any:
    """The reject row of a sample; its `id` is the sample's key."""
    reject = Reject(
        id=sample.key,
        step="samples",
        unit="samples",
        rule=rule,
        value=value,
        threshold=threshold,
        message=f"{sample.stage}/{sample.task}: {message}",
        source=sample.source,
        uri=sample.uri,
    )
    return beam.pvalue.TaggedOutput(REJECTED, reject)


def _short_enough(sample: Sample, curriculum: Curriculum) -> Iterator[Any]:
    most = stage_named(curriculum, sample.stage).tokens.max_per_sample
    if most is None or sample.tokens <= most:
        yield sample
    else:
        message = "the text is too long"
        yield _reject(sample, "max_per_sample", message, str(sample.tokens), str(most))


def _chosen(_: str, found: Found) -> Iterator[Any]:
    repeats = found["chosen"]
    samples = sorted(found["samples"], key=lambda sample: (sample.source, sample.uri))
    for sample in samples[1:]:
        yield _reject(sample, "exact_duplicate", "the same sample again")
    for sample in samples[:1]:
        if repeats:
            yield replace(sample, repeats=repeats[0])
        else:
            yield _reject(sample, "mixture", "more than the stage's mixture asks for")


class Chosen(NamedTuple):
    """`samples`: PCollection[Sample]; `rejects`: of Reject; `counts`: what each side saw; `sizes`:
    samples and tokens of each stratum."""

    samples: Any
    rejects: Any
    counts: list[Any]
    sizes: Any


class ChooseSamples(Composite):
    """Samples made to samples chosen, each with how often an epoch shows it."""

    def __init__(self, curriculum: Curriculum) -> None:
        super().__init__()
        self.curriculum = curriculum

    def expand(self, made: Any) -> Chosen:
        curriculum = self.curriculum
        short = made | "ShortEnough" >> beam.FlatMap(
            _short_enough, curriculum=curriculum
        ).with_output_types(Sample, rejected=Reject).with_outputs(REJECTED, main="main")
        sizes = (
            short.main
            | "Sizes"
            >> beam.Map(lambda s: (stratum_of(s), (1, s.tokens))).with_output_types(
                tuple[StratumKey, tuple[int, int]]
            )
            | "SumSizes" >> SumByKey(2)
        )
        draws = (
            made.pipeline
            | "Once" >> beam.Create([0], reshuffle=False).with_output_types(int)
            | "Draws"
            >> beam.FlatMap(
                lambda _, counts: draws_of(curriculum, counts), beam.pvalue.AsList(sizes)
            ).with_output_types(tuple[StratumKey, int])
        )
        slices = (
            short.main
            | "Slices"
            >> beam.Map(in_slice, seed=curriculum.seed).with_output_types(tuple[Slice, Ranked])
            | "GroupSlices" >> beam.GroupByKey()
            | "Rank" >> beam.Map(ranked).with_output_types(Ranking)
        )
        counted = slices | "SliceSizes" >> beam.Map(
            lambda ranking: (ranking.slice, len(ranking.keys))
        ).with_output_types(tuple[Slice, int])
        keys = slices | "ChosenKeys" >> beam.FlatMap(
            chosen_keys, counts=beam.pvalue.AsDict(counted), draws=beam.pvalue.AsDict(draws)
        ).with_output_types(tuple[str, int])
        split = {
            "samples": short.main
            | "SampleKey" >> beam.Map(lambda s: (s.key, s)).with_output_types(tuple[str, Sample]),
            "chosen": keys,
        } | "JoinChosen" >> Join(
            _chosen, {"samples": Sample, "chosen": int}, gives=Sample, tagged={REJECTED: Reject}
        )
        rejects = (short.rejected, split.rejected) | "ChoiceRejects" >> beam.Flatten()
        counts = [
            made | "CountMade" >> Count("samples", "samples", "incoming"),
            split.main | "CountChosen" >> Count("samples", "samples", "kept"),
            rejects | "CountNotChosen" >> Count("samples", "samples", "rejected"),
        ]
        return Chosen(split.main, rejects, counts, sizes)
