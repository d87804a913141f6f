"""Where faults are listed: each makes one thing wrong in a good run."""

from collections.abc import Callable
from dataclasses import dataclass

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


def fault(rule: Rule) -> Callable[[Make], Make]:
    """List a function as one that makes a fault of this kind."""

    def listed(make: Make) -> Make:
        FAULTS.append(Fault(rule, make.__name__, make))
        return make

    return listed


def faults(rule: Rule, **made: Make) -> None:
    """List several ways to make a fault of this kind, by name."""
    FAULTS.extend(Fault(rule, name, make) for name, make in made.items())
