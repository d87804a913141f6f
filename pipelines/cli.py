"""The command line. Beam and the engines are imported only by the commands that need them."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.curriculum import Curriculum
from schemas.errors import GyogwaError
from schemas.layout import RunLayout
from schemas.loading import load_yaml

if TYPE_CHECKING:
    from pipelines.annotate import AnnotateConfig
    from pipelines.ingest import IngestConfig

BEAM_COMMANDS = ("ingest", "annotate", "assemble", "build", "plan")
PRESETS = Path(__file__).parent.parent / "stage_manifests"


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 not done, 2 wrong arguments."""
    parser = _parser()
    arguments, beam_flags = parser.parse_known_args(argv)
    try:
        if beam_flags and arguments.command not in BEAM_COMMANDS:
            parser.error(f"unrecognized arguments: {' '.join(beam_flags)}")
        return int(arguments.run(arguments, beam_flags))
    except GyogwaError as error:
        print(f"gyogwa: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("gyogwa: stopped; what was finished is kept, run again to go on", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gyogwa", description=__doc__.splitlines()[0] if __doc__ else "", allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, allow_abbrev=False)

    build = command("build", "Ingest, annotate and assemble: from raw files to training stages.")
    for add in (_add_inputs, _add_ocr, _add_curriculum):
        add(build)
    build.set_defaults(run=_build)
    ingest = command("ingest", "Bring the catalog up to date with the inputs.")
    _add_inputs(ingest)
    ingest.set_defaults(run=_ingest)
    annotate = command("annotate", "Read the text of every image of the catalog.")
    _add_ocr(annotate)
    for each in (build, annotate):
        each.add_argument(
            "--measure_ocr", type=int, default=0, metavar="N",
            help="read N images whose text is known as well, and say how well that went",
        )  # fmt: skip
    annotate.set_defaults(run=_annotate)
    assemble = command("assemble", "Make the stages from catalog and annotations.")
    _add_ocr(assemble)
    _add_curriculum(assemble)
    assemble.set_defaults(run=_assemble)
    plan = command("plan", "Show what each stage would hold, and what is short; writes nothing.")
    _add_ocr(plan)
    _add_curriculum(plan)
    plan.set_defaults(run=_plan)
    for each in (build, ingest, annotate, assemble, plan):
        each.add_argument("--output", required=True, metavar="OUT", help="the run's folder")
        each.epilog = "Any other option goes to Apache Beam, such as --runner=DataflowRunner."

    lint = command("lint", "Verify a finished run.")
    lint.add_argument("output", metavar="OUT")
    lint.set_defaults(run=_lint)
    stats = command("stats", "What came in, what stayed and what left a run.")
    stats.add_argument("output", metavar="OUT")
    stats.set_defaults(run=_stats)
    preview = command("preview", "Print some samples of a stage and draw their boxes.")
    preview.add_argument("manifest", metavar="MANIFEST")
    preview.add_argument("--count", type=int, default=4)
    preview.add_argument("--images", metavar="DIR", default="preview", help="where PNGs go")
    preview.set_defaults(run=_preview)

    bench = command("bench-loader", "How fast a stage loads here, and what the time goes on.")
    bench.add_argument("manifest", metavar="MANIFEST")
    bench.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    bench.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="most workers")
    bench.add_argument("--image_size", type=int, help="longer side in pixels")
    bench.set_defaults(run=_bench_loader)

    synthesize = command("synthesize", "Render labelled documents, charts and tables.")
    from pipelines import synthesize as synthesis

    synthesis.add_arguments(synthesize)
    synthesize.set_defaults(run=lambda arguments, _: synthesis.run(arguments))
    return parser


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--input", action="append", required=True, metavar="[NAME=]PATH",
        help="folder or file of images, PDFs, Parquet or tars; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--licence", action="append", default=[], metavar="NAME=LICENCE",
        help="licence of an input whose files don't say it themselves",
    )  # fmt: skip
    parser.add_argument("--pdf_dpi", type=int, default=150, help="resolution of PDF pages (150)")


def _add_ocr(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ocr_engine", default="tesseract", help="tesseract (the default) or paddle"
    )
    parser.add_argument(
        "--ocr_model_dir", metavar="DIR",
        help="where the engine's weights lie; nothing is downloaded then",
    )  # fmt: skip
    parser.add_argument(
        "--ocr_option", action="append", default=[], metavar="NAME=VALUE",
        help="a setting of the engine, such as languages=kor+eng",
    )  # fmt: skip
    parser.add_argument(
        "--ocr_processes", type=int, default=0, help="engine processes (one a core)"
    )
    parser.add_argument("--ocr_seconds", type=float, default=120.0, help="time limit an image")
    parser.add_argument("--ocr_memory_mb", type=int, default=3000, help="memory limit an image")


def _add_curriculum(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--curriculum", default="varco2-1.7b", metavar="NAME|FILE",
        help="a preset of stage_manifests/ or a YAML file (varco2-1.7b)",
    )  # fmt: skip
    parser.add_argument(
        "--benchmarks", nargs="+", action="extend", default=[], metavar="PATH",
        help="evaluation sets (Parquet, TSV or a folder of images) that training must not hold",
    )  # fmt: skip


def load_curriculum(name: str) -> Curriculum:
    """A preset by name, or a file. Raises GyogwaError naming what there is."""
    preset = PRESETS / f"{name}.yaml"
    if preset.exists():
        return load_yaml(preset, Curriculum)
    if not Path(name).exists():
        known = ", ".join(sorted(path.stem for path in PRESETS.glob("*.yaml")))
        raise GyogwaError(f"--curriculum {name}: no such file, and no preset among {known}")
    return load_yaml(Path(name), Curriculum)


def _layout(arguments: argparse.Namespace) -> RunLayout:
    output: str = arguments.output
    return RunLayout(output if "://" in output else str(Path(output).resolve()))


def _ingest_config(arguments: argparse.Namespace) -> "IngestConfig":
    from pipelines.ingest import IngestConfig
    from transforms.sources.plan import parse_inputs

    if not 36 <= arguments.pdf_dpi <= 1200:
        raise GyogwaError(f"--pdf_dpi {arguments.pdf_dpi}: expected 36 to 1200")
    return IngestConfig(parse_inputs(arguments.input, arguments.licence), arguments.pdf_dpi)


def _annotate_config(arguments: argparse.Namespace) -> "AnnotateConfig":
    from pipelines.annotate import AnnotateConfig
    from transforms.engines.pool import Limits
    from transforms.engines.protocol import EngineSettings

    options = {}
    for option in arguments.ocr_option:
        name, separator, value = option.partition("=")
        if not separator:
            raise GyogwaError(f"--ocr_option {option}: expected NAME=VALUE")
        options[name] = value
    if arguments.ocr_model_dir:
        options["model_dir"] = arguments.ocr_model_dir
    limits = Limits(seconds=arguments.ocr_seconds, memory=arguments.ocr_memory_mb * 1_000_000)
    processes = arguments.ocr_processes or os.cpu_count() or 1
    engine = EngineSettings(arguments.ocr_engine, options)
    return AnnotateConfig(engine, processes, limits, getattr(arguments, "measure_ocr", 0))


def _build(arguments: argparse.Namespace, flags: list[str]) -> int:
    from pipelines import build
    from pipelines.runner import beam_options

    config = build.BuildConfig(
        _ingest_config(arguments),
        _annotate_config(arguments),
        load_curriculum(arguments.curriculum),
        tuple(arguments.benchmarks),
    )
    layout = _layout(arguments)
    cards = build.run(layout, config, beam_options(flags))
    return _finished(layout, cards)


def _ingest(arguments: argparse.Namespace, flags: list[str]) -> int:
    from pipelines import ingest
    from pipelines.runner import beam_options

    ingest.run(_layout(arguments), _ingest_config(arguments), beam_options(flags))
    return 0


def _annotate(arguments: argparse.Namespace, flags: list[str]) -> int:
    from pipelines import annotate
    from pipelines.runner import beam_options

    annotate.run(_layout(arguments), _annotate_config(arguments), beam_options(flags))
    return 0


def _assemble(arguments: argparse.Namespace, flags: list[str]) -> int:
    from pipelines import annotate, build
    from pipelines.assemble import AssembleConfig
    from pipelines.runner import beam_options

    curriculum = load_curriculum(arguments.curriculum)
    reading = annotate.reading_of(_annotate_config(arguments))
    layout = _layout(arguments)
    config = AssembleConfig(curriculum, reading.engine, tuple(arguments.benchmarks))
    cards = build.finish(layout, config, beam_options(flags))
    return _finished(layout, cards)


def _plan(arguments: argparse.Namespace, flags: list[str]) -> int:
    from rich.console import Console

    from pipelines import annotate, assemble
    from pipelines.runner import beam_options
    from pipelines.summary import print_plan

    curriculum = load_curriculum(arguments.curriculum)
    reading = annotate.reading_of(_annotate_config(arguments))
    config = assemble.AssembleConfig(curriculum, reading.engine, tuple(arguments.benchmarks))
    print_plan(assemble.plan(_layout(arguments), config, beam_options(flags)), Console())
    return 0


def _finished(layout: RunLayout, cards: str) -> int:
    from rich.console import Console

    from pipelines.summary import print_summary

    print_summary(layout, Console())
    print(f"cards: {cards}")
    return 0


def _lint(arguments: argparse.Namespace, _: list[str]) -> int:
    from pipelines.lint import lint_run

    problems = 0
    for problem in lint_run(_layout(arguments)):
        problems += 1
        print(f"{problem.where}: {problem.what}")
    print(f"{problems} problems" if problems else "clean")
    return 1 if problems else 0


def _stats(arguments: argparse.Namespace, _: list[str]) -> int:
    from rich.console import Console

    from pipelines.summary import print_summary

    print_summary(_layout(arguments), Console())
    return 0


def _preview(arguments: argparse.Namespace, _: list[str]) -> int:
    from loader.preview import preview

    return preview(arguments.manifest, arguments.count, Path(arguments.images))


def _bench_loader(arguments: argparse.Namespace, _: list[str]) -> int:
    from loader.bench import bench

    return bench(arguments.manifest, arguments.seconds, arguments.workers, arguments.image_size)


if __name__ == "__main__":
    sys.exit(main())
