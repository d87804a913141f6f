"""The numbers of a manifest are those of its index, and within the curriculum's budgets."""

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from gyogwa.pipelines.lint.curriculum import SplitOfStage
from gyogwa.pipelines.lint.index import Totals, is_replay
from gyogwa.pipelines.lint.problems import Problem

_OVER = 1.05
"""A token budget is met by the mean length of each stratum, so a little more may come out."""


def lint_numbers(split: SplitOfStage, totals: Totals) -> Iterator[Problem]:
    """Samples, draws, tokens, bytes, shares and budgets."""
    manifest, where = split.manifest, split.path
    if not totals.rows == manifest.samples == manifest.index.rows:
        what = (
            f"{manifest.samples} samples, {manifest.index.rows} rows of the index; there are "
            f"{totals.rows}"
        )
        yield Problem("index_rows", where, what)
    if totals.draws != manifest.draws:
        yield Problem("draws", where, f"{manifest.draws} draws, the index has {totals.draws}")
    if totals.questions != manifest.questions:
        what = f"{manifest.questions} questions, the index has {totals.questions}"
        yield Problem("questions", where, what)
    if totals.tokens != manifest.tokens:
        yield Problem("tokens", where, f"{manifest.tokens} tokens, the index has {totals.tokens}")
    own = {shard.file: shard.bytes for shard in manifest.shards if not is_replay(shard.file)}
    if sum(own.values()) != manifest.bytes:
        what = f"{manifest.bytes} bytes, its own shards have {sum(own.values())}"
        yield Problem("stage_bytes", where, what)
    for shard in manifest.shards:
        if shard.samples != totals.in_shard[shard.file]:
            what = f"{shard.file}: {shard.samples} samples, the index has "
            yield Problem("shard_samples", where, f"{what}{totals.in_shard[shard.file]}")
    yield from _lint_mixture(split, totals)
    if split.split == "train":  # what is held out isn't chosen
        yield from _lint_budgets(split, totals)


def _lint_mixture(split: SplitOfStage, totals: Totals) -> Iterator[Problem]:
    """Every task of the stage, with the share that was asked for and the one that there is."""
    weights = sum(spec.weight for spec in split.tasks.values())
    draws: Counter[str] = Counter()
    for (task, _, _), number in totals.strata.items():
        draws[task] += number
    total = max(draws.total(), 1)
    expected = [
        (task, round(spec.weight / weights, 4), draws[task], round(draws[task] / total, 4))
        for task, spec in sorted(split.tasks.items())
    ]
    found = [(row.task, row.asked, row.draws, row.share) for row in split.manifest.mixture]
    for one, other in zip_longest(found, expected):
        if one != other:
            yield Problem("mixture", split.path, f"(task, asked, draws, share) {one}, not {other}")


def _lint_budgets(split: SplitOfStage, totals: Totals) -> Iterator[Problem]:
    stage, own = split.stage, totals.strata.total()
    if stage.max_samples is not None and own > stage.max_samples:
        what = f"{own} draws of its own, the curriculum allows {stage.max_samples}"
        yield Problem("max_samples", split.path, what)
    budget = stage.tokens.budget
    if budget is not None and totals.own_tokens > budget * _OVER:
        what = f"{totals.own_tokens} tokens of its own, the budget is {budget}"
        yield Problem("token_budget", split.path, what)
