"""Another mixture at load time: how often each sample is drawn, by task, source and temperature.

A stage records how often an epoch draws each sample. The draws of one task from one source are a
group, and a group's recorded share s of the stage becomes proportional to

    s ** (1 / temperature) * (weight of its task) * (weight of its source)

where weights that aren't given are 1, and questions that are turns of one sample weigh their mean:
a group there is what the same tasks make up. A temperature above 1 brings the shares closer
together, as in multilingual training (Arivazhagan et al., arXiv 1907.05019), infinity makes them
equal, 1 keeps them. A weight of 2 doubles what something is against the rest, 0 leaves it out.

The draws of an epoch stay as many as recorded. Nothing is random: groups are rounded by largest
remainder, and each row gets its exact value rounded down or up, so that the rows rounded up stand
evenly spread over the group. A group that shrinks below its rows shows the same part each epoch.

Cost: two dictionary columns of the index read once, 24 bytes a row while it lasts.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from statistics import fmean

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gyogwa.loader.settings import names, number
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import hash_of

Integers = NDArray[np.int64]

RECORDED = "recorded"
"""Describes the mixture that the stage itself records."""


@dataclass(frozen=True)
class Weights:
    """Factors on the shares of tasks and of sources, by name; 1 for those that aren't named."""

    tasks: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises GyogwaError for a weight that is negative, infinite or no number."""
        given = [*names("tasks", self.tasks).items(), *names("sources", self.sources).items()]
        for name, weight in given:
            if not 0 <= number(f"the weight of {name}", weight) < math.inf:
                raise GyogwaError(f"the weight of {name} is {weight}; it must be 0 or more")


@dataclass(frozen=True)
class Reweighting:
    """A change of a stage's mixture; without arguments, none."""

    weights: Weights = Weights()
    temperature: float = 1.0

    def __post_init__(self) -> None:
        """Raises GyogwaError for weights that aren't `Weights`, and for a temperature that isn't
        above 0."""
        if not isinstance(self.weights, Weights):
            raise GyogwaError(
                f'weights is {self.weights!r}; give Weights(tasks={{"ocr": 2}}, sources={{…}})'
            )
        if not number("temperature", self.temperature) > 0:
            raise GyogwaError(f"temperature is {self.temperature}; it must be above 0")

    @property
    def description(self) -> str:
        """A short text that differs where the mixture does; the weights are a hash in it."""
        factors = [
            sorted((name, float(weight)) for name, weight in names.items() if weight != 1)
            for names in (self.weights.tasks, self.weights.sources)
        ]
        if not any(factors):
            return RECORDED if self.temperature == 1 else f"temperature {self.temperature:g}"
        return f"temperature {self.temperature:g}, weights {hash_of('weights', factors)[:16]}"

    def repeats(self, index: Path, recorded: Integers) -> Integers:
        """How often an epoch draws each row of the index file `index`, given what it recorded.

        Raises GyogwaError for weights of tasks or sources that the stage doesn't have, and when
        nothing is left to draw.
        """
        if self.description == RECORDED:
            return recorded
        # A reader per call: the loader's own reads batches of fixed-width columns only.
        table = pq.read_table(index, columns=["task", "source"], read_dictionary=["task", "source"])
        columns = [table[name].combine_chunks().dictionary_encode() for name in table.column_names]
        names = [column.dictionary.to_pylist() for column in columns]
        asked = [name.split("+") for name in names[0]]
        for kind, known, given in [
            ("task", set(chain(*asked)), self.weights.tasks),
            ("source", set(names[1]), self.weights.sources),
        ]:
            if unknown := sorted(set(given) - known):
                raise GyogwaError(
                    f"{index}: weights for the {kind} {', '.join(unknown)}, but the stage has "
                    f"{', '.join(sorted(known))}"
                )
        tasks, sources = (column.indices.to_numpy().astype(np.int64) for column in columns)
        factors = np.outer(
            [fmean(self.weights.tasks.get(name, 1.0) for name in tasks_of) for tasks_of in asked],
            [self.weights.sources.get(name, 1.0) for name in names[1]],
        ).ravel()
        groups = tasks * len(names[1]) + sources
        try:
            return spread(groups, recorded, factors.tolist(), self.temperature)
        except GyogwaError as error:
            raise GyogwaError(f"{index}: {error}") from error


def spread(
    groups: Integers, recorded: Integers, factors: Sequence[float], temperature: float
) -> Integers:
    """New repeats of rows, [rows], with the sum of the recorded ones.

    `groups` [rows] numbers each row's group, `recorded` [rows] are its repeats, `factors` has one
    element a group. Raises GyogwaError when every group with a draw has the factor 0.

    >>> spread(np.array([0, 0, 0, 1]), np.array([1, 1, 1, 1]), [1.0, 1.0], math.inf).tolist()
    [0, 1, 1, 2]
    """
    old = np.zeros(len(factors), dtype=np.int64)
    np.add.at(old, groups, recorded)
    total = int(old.sum())
    shares = np.where(old > 0, (old / max(total, 1)) ** (1 / temperature), 0) * factors
    if total and not shares.sum() > 0:
        raise GyogwaError("the weights leave nothing to draw; give something a weight above 0")
    new = _rounded(shares, total)
    repeats = np.empty_like(recorded)
    order = np.argsort(groups, kind="stable")
    bounds = np.searchsorted(groups[order], np.arange(len(factors) + 1))
    for group in np.flatnonzero(old):
        rows = order[bounds[group] : bounds[group + 1]]
        # Exact integers: floats would round otherwise on another machine.
        reached = np.cumsum(recorded[rows]) * new[group] // old[group]
        repeats[rows] = np.diff(reached, prepend=0)
    repeats[old[groups] == 0] = 0
    return repeats


def _rounded(shares: NDArray[np.float64], total: int) -> Integers:
    """Integers with sum `total` in proportion to `shares`, by largest remainder; ties go first."""
    exact = shares / max(shares.sum(), np.finfo(np.float64).tiny) * total
    result: Integers = np.floor(exact).astype(np.int64)
    # Only groups with a share: one that was left out must stay out.
    candidates = np.flatnonzero(shares > 0)
    ranked = candidates[np.argsort(result[candidates] - exact[candidates], kind="stable")]
    result[ranked[: total - int(result.sum())]] += 1
    return result
