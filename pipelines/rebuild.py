"""The command that makes a run once more, out of what `run.json` says was given."""

import shlex
from typing import Any

import yaml

from gyogwa.pipelines.run_folder.marker import read_marker
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import CurriculumManifest


def curriculum_yaml(run: CurriculumManifest) -> str:
    """The curriculum as a file that `--curriculum` takes: what differs from the defaults."""
    told = run.curriculum.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False)


def rebuild_command(layout: RunLayout, run: CurriculumManifest) -> str:
    """`gyogwa build …` with the inputs and settings of the run, one option a line, to be given in
    the run's folder; "" where it isn't known what was given. The same inputs give the same samples
    at the same offsets.

    Where the inputs and evaluation sets lay is left to be filled in (PATH, and the last name of a
    set's path): `run.json` says it, and what is published is the same wherever they lie.
    """
    marker = read_marker(layout)
    if marker is None or "ingest" not in marker.phases:
        return ""
    ingest: dict[str, Any] = marker.phases["ingest"].settings
    given: list[tuple[str, str]] = []
    for source in ingest.get("inputs", []):
        name = source["name"]
        path = "PATH" + (f"/{source['pattern']}" if source.get("pattern") else "")
        given.append(("--input", f"{name}={path}"))
        for option, key in (("--licence", "licence"), ("--format", "form"), ("--boxes", "boxes")):
            if source.get(key):
                given.append((option, f"{name}={source[key]}"))
    given += [
        ("--" + option, str(ingest[option]))
        for option, usual in (("pdf_dpi", 150), ("max_pixels", 120_000_000), ("pdf_text", "auto"))
        if ingest.get(option, usual) != usual
    ]
    if "annotate" in marker.phases:
        engine: Any = marker.phases["annotate"].settings.get("options", {})
        if engine.get("name", "tesseract") != "tesseract":
            given.append(("--ocr_engine", engine["name"]))
        given += [
            ("--ocr_option", f"{name}={value}")
            for name, value in sorted(engine.get("options", {}).items())
        ]
    if "assemble" in marker.phases:
        benchmarks: Any = marker.phases["assemble"].settings.get("benchmarks", [])
        given += [("--benchmarks", f"PATH/{path.rpartition('/')[2]}") for path in benchmarks]
    given.append(("--curriculum", "cards/curriculum.yaml"))
    given.append(("--output", "REBUILT"))
    return " \\\n  ".join(
        ["gyogwa build", *(f"{option} {shlex.quote(value)}" for option, value in given)]
    )
