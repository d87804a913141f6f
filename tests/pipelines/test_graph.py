"""The graph of assemble holds no grouping that nobody asks for: each costs a cluster some steps."""

from pathlib import Path

import apache_beam as beam

from gyogwa.pipelines import assemble_graph
from gyogwa.pipelines.assemble_graph import AssembleConfig, Held, held_in
from gyogwa.pipelines.benchmarks import Benchmarks
from gyogwa.pipelines.runner import beam_options
from gyogwa.pipelines.summary import read_run
from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.layout import RunLayout

GROUPING = ("beam:transform:group_by_key:v1", "beam:transform:combine_per_key:v1")


def groupings(layout: RunLayout, curriculum: Curriculum, talks: bool) -> set[str]:
    """The steps that group, by name."""
    pipeline = beam.Pipeline(options=beam_options([]))
    config = AssembleConfig(curriculum, "tesseract")
    assemble_graph.build(pipeline, layout, layout, config, Benchmarks([], []), Held(20, talks))
    steps = pipeline.to_runner_api().components.transforms.values()
    return {step.unique_name for step in steps if step.spec.urn in GROUPING}


def without(curriculum: Curriculum, *tasks: str) -> Curriculum:
    stages = [
        stage.model_copy(update={"tasks": {n: t for n, t in stage.tasks.items() if n not in tasks}})
        for stage in curriculum.stages
    ]
    return curriculum.model_copy(update={"stages": stages})


def test_only_what_is_asked_for_is_grouped(built: Path) -> None:
    layout = RunLayout(str(built))
    curriculum = read_run(layout).curriculum
    whole = groupings(layout, curriculum, talks=True)
    quiet = groupings(layout, curriculum, talks=False)
    assert {name.split("/")[1] for name in whole - quiet} == {"FollowCopies", "Conversations"}
    assert quiet < whole

    several = ("which_page", "continue_text", "compare_charts", "what_changed")
    alone = groupings(layout, without(curriculum, *several, "prose"), talks=False)
    assert {name.split("/")[1] for name in quiet - alone} == {"Wanted", "Groups", "Prose"}

    no_charts = groupings(layout, without(curriculum, "compare_charts"), talks=True)
    (charts,) = {name.rpartition("/CombinePerKey")[0] for name in whole - no_charts} - {""}
    assert charts.endswith("CountCharts")


def test_what_a_run_holds_is_told_by_its_tables(built: Path, tmp_path: Path) -> None:
    assert held_in(RunLayout(str(tmp_path))) == Held(0, False)
    assert held_in(RunLayout(str(built))).images > 0
