"""A small run of several stages on disk, as `gyogwa build` would leave it."""

import json
from pathlib import Path
from typing import Any

from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.manifest import CurriculumManifest, StageEntry, StageManifest
from tests.loader.conftest import Made, encoded, write_stage

MODULES = ["vision_encoder", "projector", "language_model"]
STAGES: dict[str, tuple[str, list[str], int]] = {
    "feature-alignment": ("sft", ["projector"], 13),
    "basic-sft": ("sft", MODULES, 24),
    "empty": ("sft", MODULES, 0),
    "preference": ("preference", ["language_model"], 10),
}
"""Objective, what trains, and how many samples."""


def write_run(folder: Path, held_out: int = 7) -> Path:
    """Write the stages; `held_out` samples validate the second one. Returns curriculum.json."""
    entries = []
    for number, (name, (objective, trains, count)) in enumerate(STAGES.items(), start=1):
        changes = {"name": name, "number": number, "objective": objective, "trains": trains}
        own = folder / "stages" / f"{number}-{name}"
        main = _write(own, [_sample(name, n, objective) for n in range(count)], changes)
        kept = held_out if name == "basic-sft" else 0
        held = [_sample(f"held-{name}", n, objective) for n in range(kept)]
        _write(own / "validation", held, changes | {"split": "validation"})
        # One without a validation at all, as a curriculum that holds nothing out writes it.
        path = f"stages/{number}-{name}"
        validation = None if name == "preference" else f"{path}/validation/manifest.json"
        entries.append(
            StageEntry(
                name=name,
                manifest=f"{path}/manifest.json",
                validation=validation,
                samples=count,
                fingerprint=main.fingerprint,
            )
        )
    tasks: dict[str, dict[str, dict[str, float]]] = {
        "sft": {"ocr": {}},
        "preference": {"prefer": {}},
    }
    curriculum = Curriculum.model_validate(
        {
            "name": "tiny",
            "seed": 1,
            "stages": [
                {"name": name, "objective": objective, "trains": trains, "share": 1}
                | {"tasks": tasks[objective]}
                for name, (objective, trains, _) in STAGES.items()
            ],
        }
    )
    manifest = CurriculumManifest(
        curriculum=curriculum, engine="e", stages=entries, fingerprint="a" * 32
    )
    path_of_run = folder / "curriculum.json"
    path_of_run.write_text(manifest.model_dump_json())
    return path_of_run


def _sample(stage: str, number: int, objective: str) -> Made:
    changes: dict[str, Any] = {}
    if objective == "preference":
        changes = {"chosen": f"예 {number}", "rejected": f"no {number}"}
    return Made(f"{stage}-{number:03d}", {"jpg": encoded("JPEG", 24, 16)}, changes)


def _write(folder: Path, samples: list[Made], changes: dict[str, Any]) -> StageManifest:
    halves = [samples[: len(samples) // 2], samples[len(samples) // 2 :]]
    stage = write_stage(folder, [("single-jpg", half) for half in halves if half])
    stage.rewrite(**changes)
    return StageManifest.model_validate(json.loads(stage.manifest.read_text()))
