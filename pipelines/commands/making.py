"""Commands that make a run, or say what would be made, and the one that draws an input."""

import argparse
from typing import TYPE_CHECKING

from gyogwa.pipelines.commands.settings import (
    annotate_config,
    benchmarks_of,
    curriculum_of,
    ingest_config,
    layout_of,
    review_of,
)
from gyogwa.schemas.errors import GyogwaError

if TYPE_CHECKING:
    from gyogwa.schemas.layout import RunLayout


def build(arguments: argparse.Namespace, flags: list[str]) -> int:
    from gyogwa.pipelines import build
    from gyogwa.pipelines.runner import beam_options

    options = beam_options(flags)
    config = build.BuildConfig(
        ingest_config(arguments),
        annotate_config(arguments, options),
        curriculum_of(arguments),
        benchmarks_of(arguments),
        review_of(arguments),
    )
    layout = layout_of(arguments)
    return _finished(layout, build.run(layout, config, options))


def ingest(arguments: argparse.Namespace, flags: list[str]) -> int:
    from gyogwa.pipelines import ingest
    from gyogwa.pipelines.runner import beam_options

    ingest.run(layout_of(arguments), ingest_config(arguments), beam_options(flags))
    return 0


def annotate(arguments: argparse.Namespace, flags: list[str]) -> int:
    from gyogwa.pipelines import annotate
    from gyogwa.pipelines.runner import beam_options

    options = beam_options(flags)
    annotate.run(layout_of(arguments), annotate_config(arguments, options), options)
    return 0


def assemble(arguments: argparse.Namespace, flags: list[str]) -> int:
    from gyogwa.pipelines import annotate, build
    from gyogwa.pipelines.assemble_graph import AssembleConfig
    from gyogwa.pipelines.runner import beam_options

    curriculum, options = curriculum_of(arguments), beam_options(flags)
    reading = annotate.reading_of(annotate_config(arguments, options))
    layout = layout_of(arguments)
    config = AssembleConfig(curriculum, reading.engine, benchmarks_of(arguments), reading)
    return _finished(layout, build.finish(layout, config, options, review_of(arguments)))


def plan(arguments: argparse.Namespace, flags: list[str]) -> int:
    from rich.console import Console

    from gyogwa.pipelines import annotate
    from gyogwa.pipelines.assemble_graph import AssembleConfig
    from gyogwa.pipelines.estimate.rates import prices_of
    from gyogwa.pipelines.estimate.run import estimate_inputs, plan_run
    from gyogwa.pipelines.estimate.show import print_estimate
    from gyogwa.pipelines.runner import beam_options
    from gyogwa.pipelines.summary import print_plan

    if arguments.cores < 1:
        raise GyogwaError(f"--cores {arguments.cores}: expected 1 or more")
    prices = prices_of(arguments.price_file) if arguments.price_file else None
    options, console = beam_options(flags), Console()
    if arguments.input or arguments.text:
        if arguments.output:
            raise GyogwaError("give --input for what is to be built, or --output for a run")
        found = estimate_inputs(
            ingest_config(arguments),
            lambda: annotate.reading_of(annotate_config(arguments, options)),
            arguments.try_ocr,
            arguments.cores,
            prices,
            options,
        )
        print_estimate(found, console)
        return 0
    if not arguments.output:
        raise GyogwaError("--output OUT (a run) or --input PATH (what is to be built) is needed")
    curriculum = curriculum_of(arguments)
    reading = annotate.reading_of(annotate_config(arguments, options))
    config = AssembleConfig(curriculum, reading.engine, benchmarks_of(arguments))
    layout = layout_of(arguments)
    plan, found = plan_run(
        layout, config, reading, arguments.try_ocr, arguments.cores, prices, options
    )
    if plan is None:
        print("images are to be annotated before stages can be planned")
    else:
        print_plan(plan, console)
    print_estimate(found, console)
    return 0


def _finished(layout: "RunLayout", written: bool) -> int:
    if not written:
        print("dry run: nothing was written")
        return 0
    from rich.console import Console

    from gyogwa.pipelines.summary import print_summary

    print_summary(layout, Console())
    print(f"cards: {layout.cards}/index.html")
    return 0


def synthesize(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.synthesize import run

    return run(arguments)
