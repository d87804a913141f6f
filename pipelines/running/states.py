"""Beam's look for states and timers, done once for each class of steps.

Beam looks through every method of a step for them, some twenty times for each step of a pipeline,
which was a third of what a small local run costs. What a class declares stays the same; functions
that a step carries with it (`beam.Map`'s) are looked at each time.
"""

from collections.abc import Callable
from types import MethodType
from typing import Any

from apache_beam.transforms import userstate

_Look = Callable[[Any], Any]


def _once_a_class(look: _Look) -> _Look:
    known: dict[type, Any] = {}

    def states(step: Any) -> Any:
        if any(isinstance(value, MethodType) for value in vars(step).values()):
            return look(step)
        if type(step) not in known:
            known[type(step)] = look(step)
        return known[type(step)]

    states.__wrapped__ = look  # type: ignore[attr-defined]
    return states


def remember_states() -> None:
    """Have Beam remember them in this process."""
    if not hasattr(userstate.get_dofn_specs, "__wrapped__"):
        userstate.get_dofn_specs = _once_a_class(userstate.get_dofn_specs)
