"""Where faults are listed: each makes one thing wrong in a good run."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from gyogwa.pipelines.lint.problems import Rule
from tests.pipelines.lint.forgery import Forgery

Make = Callable[[Forgery], str]
"""Makes the fault; gives the place that lint must name, as it ends or begins there."""


@dataclass(frozen=True)
class Fault:
    """A fault of a kind, and how it is made."""

    rule: Rule
    name: str
    make: Make


FAULTS: list[Fault] = []
_ALONE = {
    "empty_stage", "index_order", "index_shards", "index_unreadable", "json_form", "key_twice",
    "manifest_unreadable", "member_name", "plan_unreadable", "question_names", "question_turns",
    "run_files", "run_fingerprint", "sample_json", "shard_hash", "shard_listed_twice", "shard_name",
    "shard_unreadable", "stage_list", "table_missing", "tables_changed", "tar_broken",
    "too_many_questions", "validation_missing",
}  # fmt: skip
"""Kinds that hide others, or leave a run in which others can't be made."""
_CONTENT = ("samples", "images", "texts", "splits")
"""Whoever changes what a sample holds makes all above it true again, and other faults with it."""
_TOGETHER = 3


def batches() -> list[list[Fault]]:
    """All faults, several of different kinds together where they are likely to show together."""
    rest = [fault for fault in FAULTS if fault.rule not in _ALONE]
    inside = [fault for fault in rest if _module(fault.make) in _CONTENT]
    around = [fault for fault in rest if _module(fault.make) not in _CONTENT]
    alone = [[fault] for fault in FAULTS if fault.rule in _ALONE]
    return [*_dealt(inside), *_dealt(around), *alone]


def _dealt(faults: list[Fault]) -> list[list[Fault]]:
    """In batches of which none has two of a kind."""
    kinds = Counter(fault.rule for fault in faults)
    dealt: list[list[Fault]] = [[] for _ in range(max(len(faults) // _TOGETHER, *kinds.values()))]
    for fault in faults:
        fits = (batch for batch in dealt if all(fault.rule != other.rule for other in batch))
        min(fits, key=len).append(fault)
    return dealt


def _module(make: Make) -> str:
    while isinstance(make, partial):
        make = make.func
    return make.__module__.rpartition(".")[2]


def fault(rule: Rule) -> Callable[[Make], Make]:
    """List a function as one that makes a fault of this kind."""

    def listed(make: Make) -> Make:
        FAULTS.append(Fault(rule, make.__name__, make))
        return make

    return listed


def faults(rule: Rule, **made: Make) -> None:
    """List several ways to make a fault of this kind, by name."""
    FAULTS.extend(Fault(rule, name, make) for name, make in made.items())
