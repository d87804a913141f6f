"""The command line. What a command needs is imported when it runs: nobody needs the packages of the
commands that he doesn't use, and hardly any time passes before a signal ends the program well."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from gyogwa.pipelines.arguments import parser
from gyogwa.schemas.errors import GyogwaError

if TYPE_CHECKING:
    from apache_beam.options.pipeline_options import PipelineOptions

    from gyogwa.pipelines.annotate import AnnotateConfig
    from gyogwa.pipelines.ingest import IngestConfig
    from gyogwa.pipelines.review.required import RequiredReview
    from gyogwa.schemas.curriculum import Curriculum
    from gyogwa.schemas.layout import RunLayout

BEAM_COMMANDS = ("ingest", "annotate", "assemble", "build", "plan")
PRESETS = Path(__file__).parent.parent / "stage_manifests"


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 not done, 2 wrong arguments, 130 stopped.

    Without `argv` this is the program that a user started: it has the process for itself, and ends
    it on SIGINT (130), SIGTERM (143) and SIGHUP (129), and after an error.
    """
    if argv is not None:
        return _run(argv)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # nothing is ready to answer yet
    from gyogwa.pipelines.running.ending import as_program, finish

    as_program()
    return finish(_run(sys.argv[1:]))


def _run(argv: list[str]) -> int:
    from gyogwa.pipelines.running.log import telling

    found = parser()
    arguments, beam_flags = found.parse_known_args(argv)
    if beam_flags and arguments.command not in BEAM_COMMANDS:
        found.error(f"unrecognized arguments: {' '.join(beam_flags)}")
    with telling(getattr(arguments, "log_format", "text"), arguments.command):
        return _code_of(arguments, beam_flags)


def _code_of(arguments: argparse.Namespace, beam_flags: list[str]) -> int:
    from gyogwa.pipelines.running.ending import log_folder, nobody_listens, say
    from gyogwa.pipelines.running.failures import failure_of, line_of

    try:
        with _watched(arguments) if arguments.command in BEAM_COMMANDS else nullcontext():
            code = _COMMANDS[arguments.command](arguments, beam_flags)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        say("stopped; what was finished is kept, run again to go on")
        return 130
    except Exception as error:
        if not (isinstance(error, BrokenPipeError) and nobody_listens()):
            say(line_of(failure_of(error), log_folder()))
        return 1


@contextmanager
def _watched(arguments: argparse.Namespace) -> Iterator[None]:
    """Say how far the command is as often as it is asked for, and keep its metrics file."""
    from gyogwa.pipelines.running import exposition
    from gyogwa.pipelines.running.showing import set_interval
    from gyogwa.transforms.files.paths import file_path

    set_interval(arguments.progress_seconds)
    exposition.write_to(file_path("--metrics_file", arguments.metrics_file), arguments.command)
    state = "failed"
    try:
        yield
        state = "done"
    finally:
        exposition.end(state)


def load_curriculum(name: str) -> "Curriculum":
    """A preset by name, or a file. Raises GyogwaError naming what there is."""
    from gyogwa.schemas.curriculum import Curriculum
    from gyogwa.schemas.loading import load_yaml

    preset = PRESETS / f"{name}.yaml"
    if preset.exists():
        return load_yaml(preset, Curriculum)
    path = Path(os.path.expanduser(name))
    if not path.exists():
        known = ", ".join(sorted(path.stem for path in PRESETS.glob("*.yaml")))
        raise GyogwaError(f"--curriculum {name}: no such file, and no preset among {known}")
    return load_yaml(path, Curriculum)


def _curriculum(arguments: argparse.Namespace) -> "Curriculum":
    curriculum = load_curriculum(arguments.curriculum)
    return curriculum.with_empty_stages() if arguments.allow_empty else curriculum


def _layout(arguments: argparse.Namespace) -> "RunLayout":
    from gyogwa.schemas.layout import RunLayout
    from gyogwa.transforms.files.paths import output_path

    return RunLayout(output_path("--output", arguments.output))


def _ingest_config(arguments: argparse.Namespace) -> "IngestConfig":
    from gyogwa.pipelines.ingest import IngestConfig
    from gyogwa.transforms.files.decode import MAX_PIXELS
    from gyogwa.transforms.ingest.apart import Limits
    from gyogwa.transforms.ingest.inputs import parse_inputs

    if not 36 <= arguments.pdf_dpi <= 1200:
        raise GyogwaError(f"--pdf_dpi {arguments.pdf_dpi}: expected 36 to 1200")
    if not 1_000_000 <= arguments.max_pixels <= MAX_PIXELS:
        raise GyogwaError(f"--max_pixels {arguments.max_pixels}: expected 1000000 to {MAX_PIXELS}")
    inputs = parse_inputs(
        arguments.input, arguments.licence, arguments.format, arguments.boxes, arguments.map
    )
    return IngestConfig(
        inputs,
        arguments.pdf_dpi,
        arguments.max_pixels,
        arguments.follow_links,
        Limits(arguments.ingest_seconds, arguments.ingest_memory_mb * 1_000_000),
        arguments.strict,
        arguments.pdf_text,
    )


def _annotate_config(arguments: argparse.Namespace, beam: "PipelineOptions") -> "AnnotateConfig":
    from gyogwa.pipelines.annotate import AnnotateConfig
    from gyogwa.pipelines.running.options import ocr_processes
    from gyogwa.transforms.annotate.engines.pool import Limits
    from gyogwa.transforms.annotate.engines.protocol import EngineSettings

    options = {}
    for option in arguments.ocr_option:
        name, separator, value = option.partition("=")
        if not separator:
            raise GyogwaError(f"--ocr_option {option}: expected NAME=VALUE")
        options[name] = value
    if arguments.ocr_model_dir:
        options["model_dir"] = os.path.expanduser(arguments.ocr_model_dir)
    limits = Limits(seconds=arguments.ocr_seconds, memory=arguments.ocr_memory_mb * 1_000_000)
    processes = ocr_processes(beam, arguments.ocr_processes, os.cpu_count() or 1)
    engine = EngineSettings(arguments.ocr_engine, options)
    return AnnotateConfig(engine, processes, limits, getattr(arguments, "measure_ocr", 0))


def _benchmarks(arguments: argparse.Namespace) -> tuple[str, ...]:
    from gyogwa.transforms.files.paths import input_path

    return tuple(input_path("--benchmarks", path) for path in arguments.benchmarks)


def _review(arguments: argparse.Namespace) -> "RequiredReview | None":
    from gyogwa.pipelines.review.required import required_review
    from gyogwa.transforms.files.paths import input_path

    marks = [input_path("--marks", path) for path in arguments.marks]
    return required_review(arguments.min_review, marks)


def _build(arguments: argparse.Namespace, flags: list[str]) -> int:
    from gyogwa.pipelines import build
    from gyogwa.pipelines.runner import beam_options

    options = beam_options(flags)
    config = build.BuildConfig(
        _ingest_config(arguments),
        _annotate_config(arguments, options),
        _curriculum(arguments),
        _benchmarks(arguments),
        _review(arguments),
    )
    layout = _layout(arguments)
    return _finished(layout, build.run(layout, config, options))


def _ingest(arguments: argparse.Namespace, flags: list[str]) -> int:
    from gyogwa.pipelines import ingest
    from gyogwa.pipelines.runner import beam_options

    ingest.run(_layout(arguments), _ingest_config(arguments), beam_options(flags))
    return 0


def _inspect(arguments: argparse.Namespace, _: list[str]) -> int:
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


def _annotate(arguments: argparse.Namespace, flags: list[str]) -> int:
    from gyogwa.pipelines import annotate
    from gyogwa.pipelines.runner import beam_options

    options = beam_options(flags)
    annotate.run(_layout(arguments), _annotate_config(arguments, options), options)
    return 0


def _assemble(arguments: argparse.Namespace, flags: list[str]) -> int:
    from gyogwa.pipelines import annotate, build
    from gyogwa.pipelines.assemble import AssembleConfig
    from gyogwa.pipelines.runner import beam_options

    curriculum, options = _curriculum(arguments), beam_options(flags)
    reading = annotate.reading_of(_annotate_config(arguments, options))
    layout = _layout(arguments)
    config = AssembleConfig(curriculum, reading.engine, _benchmarks(arguments))
    return _finished(layout, build.finish(layout, config, options, _review(arguments)))


def _plan(arguments: argparse.Namespace, flags: list[str]) -> int:
    from rich.console import Console

    from gyogwa.pipelines import annotate, assemble
    from gyogwa.pipelines.estimate.rates import prices_of
    from gyogwa.pipelines.estimate.run import estimate_inputs, plan_run
    from gyogwa.pipelines.estimate.show import print_estimate
    from gyogwa.pipelines.runner import beam_options
    from gyogwa.pipelines.summary import print_plan

    if arguments.cores < 1:
        raise GyogwaError(f"--cores {arguments.cores}: expected 1 or more")
    prices = prices_of(arguments.price_file) if arguments.price_file else None
    options, console = beam_options(flags), Console()
    if arguments.input:
        if arguments.output:
            raise GyogwaError("give --input for what is to be built, or --output for a run")
        found = estimate_inputs(_ingest_config(arguments), arguments.cores, prices, options)
        print_estimate(found, console)
        return 0
    if not arguments.output:
        raise GyogwaError("--output OUT (a run) or --input PATH (what is to be built) is needed")
    curriculum = _curriculum(arguments)
    reading = annotate.reading_of(_annotate_config(arguments, options))
    config = assemble.AssembleConfig(curriculum, reading.engine, _benchmarks(arguments))
    layout = _layout(arguments)
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


def _lint(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.lint.run import lint_run
    from gyogwa.pipelines.run_folder.claim import settle

    layout = _layout(arguments)
    settle(layout)
    problems = 0
    for problem in lint_run(layout):
        problems += 1
        print(problem)
    print(f"{problems} problems" if problems > 1 else "1 problem" if problems else "clean")
    return 1 if problems else 0


def _stats(arguments: argparse.Namespace, _: list[str]) -> int:
    from rich.console import Console

    from gyogwa.pipelines.run_folder.claim import settle
    from gyogwa.pipelines.summary import print_summary

    layout = _layout(arguments)
    settle(layout)
    print_summary(layout, Console())
    return 0


def _preview(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.loader.preview import preview
    from gyogwa.transforms.files.paths import output_path

    folder = output_path("--images", arguments.images)
    return preview(arguments.manifest, arguments.count, folder)


def _cards(arguments: argparse.Namespace, _: list[str]) -> int:
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


def _report(arguments: argparse.Namespace, _: list[str]) -> int:
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


def _export(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.export.run import ExportConfig, export
    from gyogwa.transforms.files.paths import input_path, output_path

    output = output_path("--output", arguments.output)
    stages = tuple(arguments.stage)
    config = ExportConfig(arguments.to, output, stages, arguments.once)
    for name, rows in export(input_path("OUT", arguments.run), config).items():
        print(f"{name}: {rows} samples")
    return 0


def _forget(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.forgetting.run import forget
    from gyogwa.pipelines.run_folder.claim import settle

    layout = _layout(arguments)
    settle(layout)
    asked = {by: getattr(arguments, by) for by in ("uri", "image", "source")}
    by, value = next((by, value) for by, value in asked.items() if value)
    receipt = forget(layout, by, value, arguments.of or "")  # type: ignore[arg-type]
    print(
        f"forgotten: {len(receipt.images)} images, {len(receipt.conversations)} conversations, "
        f"{len(receipt.samples)} samples that derived from them; {len(receipt.files)} files of the "
        f"stages changed"
    )
    if receipt.copies:
        print(f"still there, though they look alike: images {', '.join(receipt.copies)}")
    print(f"receipt: {layout.forgotten}")
    return 0


def _exam(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.exam import write_exam
    from gyogwa.pipelines.run_folder.claim import settle
    from gyogwa.schemas.layout import RunLayout
    from gyogwa.transforms.files.paths import file_path, input_path

    if arguments.per_kind is not None and arguments.per_kind < 1:
        raise GyogwaError(f"--per_kind {arguments.per_kind}: expected 1 or more")
    layout = RunLayout(input_path("OUT", arguments.run))
    settle(layout)
    output = file_path("--output", arguments.output)
    for kind, rows in write_exam(layout, output, arguments.per_kind).items():
        print(f"{kind}: {rows} questions")
    return 0


def _tests(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.checks import write_checks
    from gyogwa.pipelines.run_folder.claim import settle
    from gyogwa.schemas.layout import RunLayout
    from gyogwa.transforms.files.paths import input_path, output_path

    layout = RunLayout(input_path("OUT", arguments.run))
    settle(layout)
    for name, count in write_checks(layout, output_path("--output", arguments.output)).items():
        print(f"{name}: {count}")
    return 0


def _judge(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.checks import judge
    from gyogwa.transforms.files.paths import file_path, input_path

    folder = input_path("FOLDER", arguments.checks)
    answers = input_path("ANSWERS.jsonl", arguments.answers)
    judged = judge(folder, answers, file_path("--results", arguments.results))
    for language, kind in sorted(judged.asked):
        passed, asked = judged.passed[language, kind], judged.asked[language, kind]
        print(f"{language or '-':3} {kind:8} {passed / asked:6.1%}  {passed} of {asked}")
    passed, asked = judged.passed.total(), judged.asked.total()
    print(f"all          {passed / max(asked, 1):6.1%}  {passed} of {asked}")
    if judged.missing:
        print(f"{judged.missing} requests have no answer: their checks count as failed")
    return 0


def _bench_loader(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.loader.bench import bench

    return bench(arguments.manifest, arguments.seconds, arguments.workers, arguments.image_size)


def _synthesize(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.synthesize import run

    return run(arguments)


_COMMANDS: dict[str, Callable[[argparse.Namespace, list[str]], int]] = {
    "build": _build,
    "ingest": _ingest,
    "inspect": _inspect,
    "annotate": _annotate,
    "assemble": _assemble,
    "plan": _plan,
    "lint": _lint,
    "stats": _stats,
    "cards": _cards,
    "report": _report,
    "preview": _preview,
    "export": _export,
    "exam": _exam,
    "forget": _forget,
    "tests": _tests,
    "judge": _judge,
    "bench-loader": _bench_loader,
    "synthesize": _synthesize,
}


if __name__ == "__main__":
    sys.exit(main())
