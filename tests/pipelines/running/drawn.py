"""Dataflow's runner as far as the job's proto: what would be sent, kept instead.

Beam's own runner where the extra `gcp` is installed, on a dry run. Without it the same proto is
made as Beam does, with the image that the options name as its environment.
"""

from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import WorkerOptions
from apache_beam.runners.runner import PipelineResult, PipelineRunner, PipelineState
from apache_beam.transforms.environments import DockerEnvironment

DRAWN: list[tuple[Any, Any]] = []
"""(proto, options) of every job."""


class DataflowRunner(PipelineRunner):  # type: ignore[misc]
    """By its name, options are those of Dataflow."""

    def run_pipeline(self, pipeline: beam.Pipeline, options: Any) -> PipelineResult:
        image = options.view_as(WorkerOptions).sdk_container_image
        environment = DockerEnvironment.from_container_image(image)
        DRAWN.append((pipeline.to_runner_api(default_environment=environment), options))
        return PipelineResult(PipelineState.DONE)


def of_beam() -> type:
    """The same by Beam's own runner. Raises ImportError without the extra."""
    from apache_beam.runners.dataflow.dataflow_runner import DataflowRunner as Own
    from apache_beam.runners.dataflow.internal import apiclient as apiclient

    class Kept(Own):  # type: ignore[misc]
        def run_pipeline(self, pipeline: beam.Pipeline, options: Any, *rest: Any) -> Any:
            result = super().run_pipeline(pipeline, options, *rest)
            DRAWN.append((result.job.proto_pipeline, options))
            return result

    Kept.__name__ = Own.__name__  # by which Beam knows whose options to look at
    return Kept
