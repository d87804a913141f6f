"""How many draws of each stratum a stage takes, so that its shares come out as asked.

A stratum is a task, language and source. The asked shares of tasks, languages and sources are
marginals of one table; a linear programme fills it: first as few draws short as possible, then as
near as possible to what is there in proportion, so that no stratum is emptied for want of a rule.
No stratum gives more than `max_repeats` times what it holds. Draws are then rounded by largest
remainder. Cost: a few hundred variables at most, milliseconds.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from gyogwa.schemas.curriculum import Stage
from gyogwa.schemas.plan import Shortage
from gyogwa.transforms.targets.protocols import can_ask
from gyogwa.transforms.targets.registry import dialect_of

Key = tuple[str, str, str]
"""Task, language, source."""

_TOLERANCE = 0.01
"""Shares within this of the asked ones count as met."""


@dataclass(frozen=True)
class Stock:
    """How many samples a stratum holds, and the sum of their tokens."""

    samples: int
    tokens: int


@dataclass(frozen=True)
class Mixture:
    """Draws by stratum, and what came short."""

    draws: dict[Key, int]
    shortages: list[Shortage]


@dataclass(frozen=True)
class _Marginal:
    """Strata that together shall make up `share` of the draws; at most that if `cap`."""

    what: str
    keys: tuple[Key, ...]
    share: float
    cap: bool = False


def mix(stage: Stage, stock: dict[Key, Stock]) -> Mixture:
    """The draws of a stage from what there is. Pure: the same stock gives the same draws."""
    keys = sorted(key for key, held in stock.items() if held.samples and key[0] in stage.tasks)
    marginals = _marginals(stage, keys)
    if not keys:
        return Mixture({}, _shortages(stage, marginals, {}, {}, 0))
    most = np.array([stock[key].samples * stage.max_repeats for key in keys], dtype=float)
    total = _total(stage, stock, keys, marginals, most)
    draws = _fill(keys, marginals, most, total)
    draws = _within_tokens(stage, stock, keys, draws)
    whole = _rounded(keys, draws, most)
    held = dict(zip(keys, most, strict=True))
    return Mixture(whole, _shortages(stage, marginals, whole, held, total))


def _marginals(stage: Stage, keys: list[Key]) -> list[_Marginal]:
    weight = sum(spec.weight for spec in stage.tasks.values())
    found = [
        _Marginal(f"task {task}", tuple(k for k in keys if k[0] == task), spec.weight / weight)
        for task, spec in sorted(stage.tasks.items())
    ]
    weight = sum(stage.languages.values())
    found += [
        _Marginal(f"language {code}", tuple(k for k in keys if k[1] == code), value / weight)
        for code, value in sorted(stage.languages.items())
    ]
    for source, spec in sorted(stage.sources.items()):
        of_source = tuple(k for k in keys if k[2] == source)
        if spec.share is not None:
            found.append(_Marginal(f"source {source}", of_source, spec.share))
        if spec.cap is not None:
            found.append(_Marginal(f"source {source} (cap)", of_source, spec.cap, cap=True))
    return found


def _total(
    stage: Stage,
    stock: dict[Key, Stock],
    keys: list[Key],
    marginals: list[_Marginal],
    most: np.ndarray,
) -> float:
    """The draws aimed at: the sample budget, or what the typical task allows (weighted median of
    stock / share, so that one scarce task doesn't shrink the stage to nothing)."""
    if stage.max_samples is not None:
        return float(stage.max_samples)
    held = dict(zip(keys, most, strict=True))
    tasks = [
        (sum(held[key] for key in m.keys) / m.share, m.share)
        for m in marginals
        if m.what.startswith("task ") and m.keys
    ]
    half, passed = sum(share for _, share in tasks) / 2, 0.0
    for value, share in sorted(tasks):
        passed += share
        if passed >= half:
            return float(value)
    return 0.0


def _fill(
    keys: list[Key], marginals: list[_Marginal], most: np.ndarray, total: float
) -> np.ndarray:
    """Draws (not whole yet) with the least shortage, then the nearest to proportional."""
    count, asked = len(keys), [m for m in marginals if not m.cap]
    place = {key: index for index, key in enumerate(keys)}
    # variables: draws, then the shortage of each asked marginal, then how far each draw is from
    # proportional
    sides = np.zeros((len(asked), count))
    for row, marginal in enumerate(asked):
        sides[row, [place[key] for key in marginal.keys]] = 1
    targets = np.array([m.share * total for m in asked])
    proportional = _proportional(keys, marginals, most, total)
    limits = np.zeros((0, count))
    bounds: list[float] = []
    for marginal in marginals:
        if marginal.cap:
            limit = np.zeros((1, count))
            limit[0, [place[key] for key in marginal.keys]] = 1
            limits = np.vstack([limits, limit])
            limit -= marginal.share
            bounds.append(0.0)
    eye = np.eye(count)
    equal = np.hstack([sides, np.eye(len(asked)), np.zeros((len(asked), count))])
    above = np.hstack([eye, np.zeros((count, len(asked))), -eye])
    below = np.hstack([-eye, np.zeros((count, len(asked))), -eye])
    capped = np.hstack([limits, np.zeros((len(bounds), len(asked) + count))])
    # a draw short weighs a thousand times one that is merely out of proportion
    costs = np.concatenate([np.zeros(count), np.full(len(asked), 1000.0), np.ones(count)])
    result = linprog(
        costs,
        A_ub=np.vstack([above, below, capped]),
        b_ub=np.concatenate([proportional, -proportional, np.array(bounds)]),
        A_eq=equal,
        b_eq=targets,
        bounds=[(0, value) for value in most] + [(0, None)] * (len(asked) + count),
        method="highs-ds",
    )
    if not result.success:  # pragma: no cover - always feasible: draw nothing, all short
        raise RuntimeError(f"the mixture has no solution: {result.message}")
    return np.asarray(result.x[:count])


def _proportional(
    keys: list[Key], marginals: list[_Marginal], most: np.ndarray, total: float
) -> np.ndarray:
    """Each task's draws spread over its strata by what they hold."""
    shares = {m.what.removeprefix("task "): m.share for m in marginals if m.what[:5] == "task "}
    held: dict[str, float] = defaultdict(float)
    for key, value in zip(keys, most, strict=True):
        held[key[0]] += float(value)
    return np.array(
        [
            min(value, shares[key[0]] * total * value / held[key[0]])
            for key, value in zip(keys, most, strict=True)
        ]
    )


def _within_tokens(
    stage: Stage, stock: dict[Key, Stock], keys: list[Key], draws: np.ndarray
) -> np.ndarray:
    """All draws cut alike when their tokens would be over the stage's budget."""
    if stage.tokens.budget is None:
        return draws
    means = np.array([stock[key].tokens / stock[key].samples for key in keys])
    tokens = float(means @ draws)
    return draws if tokens <= stage.tokens.budget else draws * (stage.tokens.budget / tokens)


def _rounded(keys: list[Key], draws: np.ndarray, most: np.ndarray) -> dict[Key, int]:
    """Whole draws with the same sum, the largest remainders rounded up; ties by key."""
    whole = np.floor(draws + 1e-9).astype(int)
    left = round(float(draws.sum())) - int(whole.sum())
    order = sorted(range(len(keys)), key=lambda i: (-(draws[i] - whole[i]), keys[i]))
    for index in order[: max(left, 0)]:
        if whole[index] < most[index]:
            whole[index] += 1
    return {key: int(value) for key, value in zip(keys, whole, strict=True) if value}


def _shortages(
    stage: Stage,
    marginals: list[_Marginal],
    draws: dict[Key, int],
    held: dict[Key, float],
    total: float,
) -> list[Shortage]:
    given_total = sum(draws.values())
    found = []
    for marginal in marginals:
        given = sum(draws.get(key, 0) for key in marginal.keys)
        share = given / given_total if given_total else 0.0
        off = share - marginal.share
        if marginal.cap:
            if off > _TOLERANCE:
                most = round(marginal.share * given_total)
                why = "there is too little else"
                found.append(Shortage(what=marginal.what, asked=most, given=given, why=why))
            continue
        if off >= -_TOLERANCE:
            continue
        there = round(sum(held[key] for key in marginal.keys))
        if not marginal.keys:
            why = _never_asked(stage, marginal.what) or "there are no such samples"
        elif given >= there:
            why = f"there are only {there} draws (at most {stage.max_repeats} a sample)"
        else:
            why = f"there are {there} draws, but more would break another share or the budget"
        asked = round(marginal.share * total)
        found.append(Shortage(what=marginal.what, asked=asked, given=given, why=why))
    if stage.max_samples is not None and given_total < stage.max_samples * (1 - _TOLERANCE):
        why = "not enough samples, or the token budget is spent"
        found.append(Shortage(what="samples", asked=stage.max_samples, given=given_total, why=why))
    return found


def _never_asked(stage: Stage, what: str) -> str:
    """Why the stage's dialect can't ask for a task, "" where it can."""
    kind, _, task = what.partition(" ")
    if kind != "task" or can_ask(dialect_of(stage), task, _granularity(stage, task)):
        return ""
    return f"the dialect {stage.dialect!r} has no request for it"


def _granularity(stage: Stage, task: str) -> str:
    return {str(name): spec.granularity for name, spec in stage.tasks.items()}[task]
