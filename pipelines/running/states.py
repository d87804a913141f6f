"""Beam's look for states and timers, and for the arguments of methods, done once for each class of
steps.

Beam looks through every method of a step for them, some twenty times for each step of a pipeline:
the former was a third of what a small local run costs, the latter a tenth of the rest. What a class
declares stays the same; functions that a step carries with it (`beam.Map`'s) are looked at each
time.
"""

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any
from weakref import WeakKeyDictionary

from apache_beam.transforms import core, userstate

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


def _once_a_method(look: _Look) -> _Look:
    known: WeakKeyDictionary[FunctionType, Any] = WeakKeyDictionary()

    def arguments(function: Any) -> Any:
        method = function.__func__ if isinstance(function, MethodType) else None
        if not isinstance(method, FunctionType):
            return look(function)
        if method not in known:
            known[method] = look(function)
        names, defaults = known[method]
        return list(names), list(defaults)

    arguments.__wrapped__ = look  # type: ignore[attr-defined]
    return arguments


def remember_states() -> None:
    """Have Beam remember them in this process."""
    if not hasattr(userstate.get_dofn_specs, "__wrapped__"):
        userstate.get_dofn_specs = _once_a_class(userstate.get_dofn_specs)
    if not hasattr(core.get_function_args_defaults, "__wrapped__"):
        core.get_function_args_defaults = _once_a_method(core.get_function_args_defaults)
