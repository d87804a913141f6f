"""What Beam is to look for once it finds as it would each time."""

from typing import Any

import apache_beam as beam
import pytest
from apache_beam.transforms import core, userstate

from gyogwa.pipelines.running.states import remember_states

COUNT = beam.DoFn.StateParam(userstate.CombiningValueStateSpec("count", sum))


class Plain(beam.DoFn):  # type: ignore[misc]
    def process(self, element: Any, factor: int = 2, *, more: str = "") -> None: ...


class Counting(beam.DoFn):  # type: ignore[misc]
    def process(self, element: Any, count: Any = COUNT) -> None: ...


@pytest.mark.parametrize("step", [Plain(), Counting(), beam.DoFn(), beam.Map(len).fn])
def test_arguments_and_states_are_those_that_beam_finds(step: beam.DoFn) -> None:
    remember_states()
    remembered = core.get_function_args_defaults, userstate.get_dofn_specs
    arguments, states = (look.__wrapped__ for look in remembered)
    for _ in range(2):
        for name in ("process", "start_bundle", "finish_bundle", "setup", "teardown"):
            method = getattr(step, name)
            assert remembered[0](method) == arguments(method)
        assert remembered[1](step) == states(step)


def test_nobody_changes_what_is_remembered() -> None:
    remember_states()
    names, defaults = core.get_function_args_defaults(Plain().process)
    assert (names, defaults) == (["element", "factor"], [2])
    names.clear()
    defaults.clear()
    assert core.get_function_args_defaults(Plain().process) == (["element", "factor"], [2])
    assert core.get_function_args_defaults(Counting().process)[0] == ["element", "count"]
