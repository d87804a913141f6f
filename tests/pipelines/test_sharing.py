"""Which local runs are shared out among processes, and that nothing else of the options changes."""

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import DirectOptions
from apache_beam.runners.worker.bundle_processor import DataOutputOperation

from gyogwa.pipelines.runner import run_pipeline
from gyogwa.pipelines.running.options import beam_options
from gyogwa.pipelines.running.sharing import PAYS_FROM, shared_out, workers_for


@pytest.mark.parametrize(
    ("flags", "images", "expected"),
    [
        ([], PAYS_FROM - 1, 1),
        ([], PAYS_FROM, 4),
        ([], 50_000_000, 4),
        (["--direct_num_workers=1"], PAYS_FROM, 0),
        (["--direct_running_mode=in_memory"], PAYS_FROM, 0),
        (["--runner=FlinkRunner"], PAYS_FROM, 0),
    ],
)
def test_a_run_of_many_images_is_shared_out_unless_options_say_otherwise(
    flags: list[str], images: int, expected: int
) -> None:
    assert workers_for(beam_options(flags), images, there=4) == expected


def test_options_are_afterwards_what_they_were() -> None:
    options = beam_options([])
    direct = options.view_as(DirectOptions)
    with shared_out(options, PAYS_FROM):
        pass
    assert (direct.direct_running_mode, direct.direct_num_workers) == ("in_memory", 1)


def test_no_step_keeps_its_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[DataOutputOperation] = []
    begin = DataOutputOperation.set_output_stream

    def seen(step: DataOutputOperation, stream: object) -> None:
        steps.append(step)
        begin(step, stream)

    monkeypatch.setattr(DataOutputOperation, "set_output_stream", seen)

    def build(pipeline: beam.Pipeline) -> None:
        _ = pipeline | beam.Create([("a", 1)], reshuffle=False) | beam.GroupByKey()

    run_pipeline(build, beam_options([]))
    assert steps
    assert [step for step in steps if step.output_stream is not None] == []
