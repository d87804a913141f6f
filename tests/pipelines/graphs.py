"""The proto of each pipeline, drawn over a finished run but not run, and the coders in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import apache_beam as beam
from apache_beam.portability.api import beam_runner_api_pb2 as api

from gyogwa.pipelines import annotate, assemble_graph, ingest
from gyogwa.pipelines.assemble_graph import AssembleConfig
from gyogwa.pipelines.benchmarks import Benchmarks
from gyogwa.pipelines.runner import beam_options
from gyogwa.pipelines.summary import read_run
from gyogwa.schemas.curriculum import PersonalDataPolicy
from gyogwa.schemas.layout import RunLayout
from gyogwa.transforms.annotate.engines.pool import Limits
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.images import Reading
from gyogwa.transforms.files.tables import list_parts
from gyogwa.transforms.ingest.inputs import parse_inputs

Proto: TypeAlias = Any
"""A `beam_runner_api_pb2.Pipeline`, which has no types of its own."""
PIPELINES = ("list", "ingest", "annotate", "assemble", "plan")


def protos_of(run: Path, source: Path) -> dict[str, Proto]:
    """Each of `PIPELINES` over `run`, whose evaluation sets are in place; `source`
    is an input to ingest."""
    layout = RunLayout(str(run))
    finished = read_run(layout)
    reading = Reading(EngineSettings("tesseract"), "an-engine", 1, Limits())
    masking = {"personal_data": PersonalDataPolicy(action="mask")}  # so that every step is drawn
    curriculum = finished.curriculum.model_copy(update=masking)
    config = AssembleConfig(curriculum, finished.engine, ("there",), reading)
    inputs = parse_inputs([f"in={source}"], [])
    pipelines = {name: beam.Pipeline(options=beam_options([])) for name in PIPELINES}
    ingest.build_listing(pipelines["list"], layout, inputs)
    ingest.build(pipelines["ingest"], layout, ingest.IngestConfig(inputs, 100))
    annotate.build(pipelines["annotate"], layout, reading)
    sets = Benchmarks([], list_parts(layout.benchmarks))
    target = RunLayout(layout.building)
    held = assemble_graph.held_in(layout)
    assemble_graph.build(pipelines["assemble"], layout, target, config, sets, held)
    assemble_graph.build_plan(pipelines["plan"], layout, config, sets, held, str(run / "plan.json"))
    return {name: pipeline.to_runner_api() for name, pipeline in pipelines.items()}


def coders_of(proto: Proto) -> Iterator[tuple[str, api.Coder]]:
    """(step, coder) of all that may travel: elements of every collection, and what combiners
    gather on the way. A composed coder comes with each of its parts."""
    components = proto.components
    makers = {
        output: step.unique_name
        for step in components.transforms.values()
        if not step.subtransforms
        for output in step.outputs.values()
    }
    roots = [(makers.get(name, name), c.coder_id) for name, c in components.pcollections.items()]
    for step in components.transforms.values():
        if step.spec.urn == "beam:transform:combine_per_key:v1":
            payload = api.CombinePayload.FromString(step.spec.payload)
            roots.append((f"{step.unique_name} (gathered)", payload.accumulator_coder_id))
    for step_name, root in roots:
        waiting = [root]
        while waiting:
            coder = components.coders[waiting.pop()]
            waiting += coder.component_coder_ids
            yield step_name, coder
