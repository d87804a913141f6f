"""Which samples a stage takes, and how often: by the mixture, first come by hash of the key.

The counts of every stratum are gathered first; the plan is a pure function of them
(`transforms.mixture`), so `gyogwa plan` and a build agree. Samples of the validation split are all
taken, once each.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import apache_beam as beam

from schemas.curriculum import Curriculum, Stage
from schemas.ids import hash_of
from schemas.plan import Plan, StagePlan, Stratum
from schemas.records import Reject, Sample
from transforms.assemble.books import counted
from transforms.assemble.staging import MADE, REJECTED, stage_named
from transforms.mixture import Mixture, Stock, mix

StratumKey = tuple[str, str, str, str, str]
"""Stage, split, task, language, source."""
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


def chosen_keys(
    element: tuple[StratumKey, Iterable[str]], counts: Counts, curriculum: Curriculum
) -> Iterator[tuple[str, int]]:
    """(key, repeats) of the samples of one stratum that are taken."""
    stratum, keys = element
    ranked = sorted(set(keys), key=lambda key: hash_of(curriculum.seed, "select", key))
    if stratum[1] == "validation":
        yield from ((key, 1) for key in ranked)
        return
    draws = mixture_of(stage_named(curriculum, stratum[0]), sorted(counts)).draws.get(
        stratum[2:], 0
    )
    each, extra = divmod(draws, len(ranked))
    for place, key in enumerate(ranked):
        repeats = each + (place < extra)
        if repeats:
            yield key, repeats


def sample_reject(sample: Sample, rule: str, value: str, threshold: str, message: str) -> Reject:
    """The reject row of a sample; `id` is its key."""
    text = f"{sample.stage}/{sample.task}: {message}"
    return Reject(sample.key, "samples", rule, value, threshold, text, sample.source, sample.uri)


def _short_enough(sample: Sample, curriculum: Curriculum) -> Iterator[Any]:
    most = stage_named(curriculum, sample.stage).tokens.max_per_sample
    if most is None or sample.tokens <= most:
        yield sample
    else:
        reject = sample_reject(
            sample, "max_per_sample", str(sample.tokens), str(most), "the text is too long"
        )
        yield beam.pvalue.TaggedOutput(REJECTED, reject)


def _chosen(element: tuple[str, Any]) -> Iterator[Any]:
    _, found = element
    repeats = list(found["chosen"])
    samples = sorted(found["samples"], key=lambda sample: (sample.source, sample.uri))
    for sample in samples[1:]:
        reject = sample_reject(sample, "exact_duplicate", "", "", "the same sample again")
        yield beam.pvalue.TaggedOutput(REJECTED, reject)
    for sample in samples[:1]:
        if repeats:
            yield replace(sample, repeats=repeats[0])
        else:
            reject = sample_reject(
                sample, "mixture", "", "", "more than the stage's mixture asks for"
            )
            yield beam.pvalue.TaggedOutput(REJECTED, reject)


class ChooseSamples(beam.PTransform):
    """Samples to (chosen, rejects, counts for the books, counts of strata)."""

    def __init__(self, curriculum: Curriculum) -> None:
        super().__init__()
        self.curriculum = curriculum

    def expand(self, made: Any) -> Any:
        curriculum = self.curriculum
        short = made | "ShortEnough" >> beam.FlatMap(
            _short_enough, curriculum=curriculum
        ).with_outputs(REJECTED, main=MADE)
        samples = short[MADE] | "ShortType" >> beam.Map(lambda s: s).with_output_types(Sample)
        key_type = tuple[str, str, str, str, str]
        sizes = (
            samples
            | "Sizes"
            >> beam.Map(lambda s: (stratum_of(s), (1, s.tokens))).with_output_types(
                tuple[key_type, tuple[int, int]]
            )
            | "SumSizes" >> beam.CombinePerKey(_sum_pairs)
        )
        keys = (
            samples
            | "Strata"
            >> beam.Map(lambda s: (stratum_of(s), s.key)).with_output_types(tuple[key_type, str])
            | "GroupStrata" >> beam.GroupByKey()
            | "ChosenKeys"
            >> beam.FlatMap(
                chosen_keys, counts=beam.pvalue.AsList(sizes), curriculum=curriculum
            ).with_output_types(tuple[str, int])
        )
        split = (
            {
                "samples": samples
                | "SampleKey"
                >> beam.Map(lambda s: (s.key, s)).with_output_types(tuple[str, Sample]),
                "chosen": keys,
            }
            | "JoinChosen" >> beam.CoGroupByKey()
            | "ChosenOnly" >> beam.FlatMap(_chosen).with_outputs(REJECTED, main=MADE)
        )
        chosen = split[MADE] | "ChosenType" >> beam.Map(lambda s: s).with_output_types(Sample)
        rejects = (short[REJECTED], split[REJECTED]) | "ChoiceRejects" >> beam.Flatten()
        counts = [
            counted("CountMade", made, "samples", "samples", "incoming"),
            counted("CountChosen", chosen, "samples", "samples", "kept"),
            counted("CountNotChosen", rejects, "samples", "samples", "rejected"),
        ]
        return chosen, rejects, counts, sizes


def _sum_pairs(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    samples = tokens = 0
    for pair in pairs:
        samples, tokens = samples + pair[0], tokens + pair[1]
    return samples, tokens
