"""What commands take from their options, checked, as the pipelines' own settings."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gyogwa.schemas.errors import GyogwaError

if TYPE_CHECKING:
    from apache_beam.options.pipeline_options import PipelineOptions

    from gyogwa.pipelines.annotate import AnnotateConfig
    from gyogwa.pipelines.ingest import IngestConfig
    from gyogwa.pipelines.review.required import RequiredReview
    from gyogwa.schemas.curriculum import Curriculum
    from gyogwa.schemas.layout import RunLayout

PRESETS = Path(__file__).parents[2] / "stage_manifests"


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


def curriculum_of(arguments: argparse.Namespace) -> "Curriculum":
    curriculum = load_curriculum(arguments.curriculum)
    return curriculum.with_empty_stages() if arguments.allow_empty else curriculum


def layout_of(arguments: argparse.Namespace) -> "RunLayout":
    from gyogwa.schemas.layout import RunLayout
    from gyogwa.transforms.files.paths import output_path

    return RunLayout(output_path("--output", arguments.output))


def ingest_config(arguments: argparse.Namespace) -> "IngestConfig":
    from gyogwa.pipelines.ingest import IngestConfig
    from gyogwa.transforms.files.decode import MAX_PIXELS
    from gyogwa.transforms.ingest.apart import Limits
    from gyogwa.transforms.ingest.inputs import parse_inputs

    if not 36 <= arguments.pdf_dpi <= 1200:
        raise GyogwaError(f"--pdf_dpi {arguments.pdf_dpi}: expected 36 to 1200")
    if not 1_000_000 <= arguments.max_pixels <= MAX_PIXELS:
        raise GyogwaError(f"--max_pixels {arguments.max_pixels}: expected 1000000 to {MAX_PIXELS}")
    if not (arguments.input or arguments.text):
        raise GyogwaError("--input or --text is needed")
    inputs = parse_inputs(
        arguments.input,
        arguments.licence,
        arguments.format,
        arguments.boxes,
        arguments.map,
        arguments.text,
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


def annotate_config(arguments: argparse.Namespace, beam: "PipelineOptions") -> "AnnotateConfig":
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


def benchmarks_of(arguments: argparse.Namespace) -> tuple[str, ...]:
    from gyogwa.transforms.files.paths import input_path

    return tuple(input_path("--benchmarks", path) for path in arguments.benchmarks)


def review_of(arguments: argparse.Namespace) -> "RequiredReview | None":
    from gyogwa.pipelines.review.required import required_review
    from gyogwa.transforms.files.paths import input_path

    marks = [input_path("--marks", path) for path in arguments.marks]
    return required_review(arguments.min_review, marks)
