"""What a setting may be, said at once and by its name.

A wrong one would show later, as a comparison that fails somewhere inside; or never: a text is as
true as True, and a seed of half a number orders an epoch, but comes back from no state.
"""

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

from gyogwa.schemas.errors import GyogwaError


def whole(name: str, value: Any, least: int | None = None, other: str = "") -> int:
    """`value` as an int, also where it is one of NumPy. Raises GyogwaError for another type, and
    for less than `least`; `other` says what else it may be.

    >>> whole("window", 8, 1)
    8
    """
    fits = isinstance(value, Integral) and not isinstance(value, bool)
    if not fits or (least is not None and value < least):
        bound = "" if least is None else f" of at least {least}"
        raise GyogwaError(f"{name} is {value!r}; it must be a whole number{bound}{other}")
    return int(value)


def number(name: str, value: Any) -> float:
    """`value` as a float. Raises GyogwaError for another type."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise GyogwaError(f"{name} is {value!r}; it must be a number")
    return float(value)


def yes_or_no(name: str, value: Any) -> bool:
    """`value` as a bool, also where it is one of NumPy, 0 or 1. Raises GyogwaError for others."""
    if isinstance(value, str) or value not in (False, True):
        raise GyogwaError(f"{name} is {value!r}; it must be True or False")
    return bool(value)


def names(name: str, value: Any) -> Mapping[str, Any]:
    """`value`, a mapping. Raises GyogwaError for another type."""
    if not isinstance(value, Mapping):
        raise GyogwaError(f"{name} is {value!r}; it must be a mapping by name")
    return value


def one_of(name: str, value: Any, *choices: str) -> None:
    """Raises GyogwaError for a value that isn't one of `choices`."""
    if value not in choices:
        listed = " or ".join(f'"{choice}"' for choice in choices)
        raise GyogwaError(f"{name} is {value!r}; choose {listed}")
