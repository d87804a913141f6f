"""Commands that show what an input or a run holds, and change nothing in it but its cards and
report."""

import argparse

from gyogwa.pipelines.commands.settings import layout_of
from gyogwa.schemas.errors import GyogwaError


def inspect(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.inspect import inspect
    from gyogwa.transforms.files.paths import output_path
    from gyogwa.transforms.ingest.inputs import parse_inputs

    def of_input(value: str | None) -> list[str]:
        return [f"input={value}"] if value else []

    forms, boxes = of_input(arguments.format), of_input(arguments.boxes)
    maps = [f"input:{value}" for value in arguments.map]
    (source,) = parse_inputs([f"input={arguments.path}"], [], forms, boxes, maps)
    inspect(source, arguments.count, output_path("--images", arguments.images))
    return 0


def lint(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.lint.run import lint_run
    from gyogwa.pipelines.run_folder.claim import settle

    layout = layout_of(arguments)
    settle(layout)
    problems = 0
    for problem in lint_run(layout):
        problems += 1
        print(problem)
    print(f"{problems} problems" if problems > 1 else "1 problem" if problems else "clean")
    return 1 if problems else 0


def stats(arguments: argparse.Namespace, _: list[str]) -> int:
    from rich.console import Console

    from gyogwa.pipelines.run_folder.claim import settle
    from gyogwa.pipelines.summary import print_summary

    layout = layout_of(arguments)
    settle(layout)
    print_summary(layout, Console())
    return 0


def cards(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.cards.run import make_cards
    from gyogwa.pipelines.cards.write import CardsConfig
    from gyogwa.schemas.layout import RunLayout
    from gyogwa.transforms.files.paths import input_path, output_path

    for name, least in (("per_task", 0), ("per_rule", 0), ("image_side", 64), ("review", 0)):
        if (value := getattr(arguments, name)) is not None and value < least:
            raise GyogwaError(f"--{name} {value}: expected {least} or more")
    config = CardsConfig(
        arguments.per_task, arguments.per_rule, arguments.image_side, arguments.review,
        arguments.seed,
    )  # fmt: skip
    output = output_path("--output", arguments.output) if arguments.output else ""
    page = make_cards(RunLayout(input_path("OUT", arguments.run)), config, output)
    print(f"cards: {page}")
    return 0


def report(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.report.run import make_report
    from gyogwa.pipelines.review.marks import read_marks
    from gyogwa.schemas.layout import RunLayout
    from gyogwa.transforms.files.paths import file_path, input_path

    against = input_path("--against", arguments.against) if arguments.against else ""
    output = file_path("--output", arguments.output) if arguments.output else ""
    layout = RunLayout(input_path("OUT", arguments.run))
    marks = read_marks(input_path("--marks", path) for path in arguments.marks)
    print(f"report: {make_report(layout, against, marks, output)}")
    return 0


def preview(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.loader.preview import preview
    from gyogwa.transforms.files.paths import output_path

    folder = output_path("--images", arguments.images)
    return preview(arguments.manifest, arguments.count, folder)


def bench_loader(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.loader.bench import bench

    return bench(
        arguments.manifest,
        arguments.seconds,
        arguments.workers,
        arguments.image_size,
        arguments.device,
        arguments.step_ms,
    )
