"""`curriculum.json` and the manifests that it names agree with the curriculum and each other."""

import json
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

from gyogwa.pipelines.lint.problems import Problem
from gyogwa.schemas.curriculum import Stage, TaskSpec
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import fingerprint_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import CurriculumManifest, StageEntry, StageManifest
from gyogwa.transforms.annotate.versions import TRUTH_ENGINE
from gyogwa.transforms.files.storage import read_bytes


@dataclass(frozen=True)
class SplitOfStage:
    """A manifest with its folder, its path and what the curriculum asks for: which stage, and which
    split of it."""

    folder: str
    path: str
    stage: Stage
    split: str
    manifest: StageManifest

    @property
    def tasks(self) -> dict[str, TaskSpec]:
        """The tasks that the stage asks for, by name."""
        return {str(name): spec for name, spec in self.stage.tasks.items()}

    @property
    def index(self) -> str:
        """Where its index lies."""
        return f"{self.folder}/{self.manifest.index.file}"


def lint_curriculum(
    layout: RunLayout, run: CurriculumManifest
) -> Generator[Problem, None, list[SplitOfStage]]:
    """Yields what is wrong, returns the manifests that can be read: those of training first, since
    what is held out is compared with what is trained on."""
    curriculum, where = run.curriculum, layout.curriculum
    asked = [
        (stage.name, f"stages/{number}-{stage.name}/manifest.json")
        for number, stage in enumerate(curriculum.stages, 1)
    ]
    listed = [(entry.name, entry.manifest) for entry in run.stages]
    if listed != asked:
        yield Problem("stage_list", where, f"lists {listed}, the curriculum's stages are {asked}")
        return []
    # as it was written: a later release may know more settings
    settings = json.loads(read_bytes(where))["curriculum"]
    stages = [entry.fingerprint for entry in run.stages]
    if run.fingerprint != fingerprint_of([settings, run.engine, TRUTH_ENGINE, stages]):
        yield Problem("run_fingerprint", where, "isn't the fingerprint of what it holds")
    held_out: list[SplitOfStage] = []
    trained: list[SplitOfStage] = []
    for number, (stage, entry) in enumerate(zip(curriculum.stages, run.stages, strict=True), 1):
        train = yield from _open(layout, number, stage, "train", entry.manifest)
        if train is not None:
            trained.append(train)
            yield from _lint_entry(where, entry, train)
        folder = f"stages/{number}-{stage.name}"
        wanted = f"{folder}/validation/manifest.json" if curriculum.validation_share else None
        if entry.validation != wanted:
            what = f"stage {stage.name}: validation is {entry.validation}, expected {wanted}"
            yield Problem("validation_missing", where, what)
        elif wanted is not None:
            validation = yield from _open(layout, number, stage, "validation", wanted)
            held_out += [validation] if validation is not None else []
    return trained + held_out


def _open(
    layout: RunLayout, number: int, stage: Stage, split: str, relative: str
) -> Generator[Problem, None, SplitOfStage | None]:
    folder = layout.stage(number, stage.name, split)
    path = f"{folder}/manifest.json"
    try:
        manifest = parse_json(read_bytes(path), path, StageManifest)
    except (GyogwaError, OSError) as error:
        yield Problem("manifest_unreadable", path, f"curriculum.json lists {relative}: {error}")
        return None
    found = SplitOfStage(folder, path, stage, split, manifest)
    yield from _lint_manifest(found, number)
    return found


def _lint_manifest(split: SplitOfStage, number: int) -> Iterator[Problem]:
    """What a manifest says of its stage is what the curriculum asks for."""
    stage, manifest = split.stage, split.manifest
    asked: dict[str, Any] = {
        "name": stage.name,
        "number": number,
        "split": split.split,
        "objective": stage.objective,
        "trains": stage.trains,
        "token_count": stage.tokens.tokenizer or stage.tokens.count,
        "tiles": stage.resolution.tiles,
        "tile_side": stage.resolution.tile_side,
    }
    for field, value in asked.items():
        if getattr(manifest, field) != value:
            what = f"{field} is {getattr(manifest, field)!r}, the curriculum says {value!r}"
            yield Problem("stage_settings", split.path, what)
    shards = [[shard.file, shard.sha256] for shard in manifest.shards]
    if manifest.fingerprint != fingerprint_of([manifest.index.sha256, shards]):
        yield Problem("stage_fingerprint", split.path, "isn't the fingerprint of what it lists")
    for file, times in Counter(shard.file for shard in manifest.shards).items():
        if times > 1:
            yield Problem("shard_listed_twice", split.path, f"lists {file} {times} times")


def _lint_entry(where: str, entry: StageEntry, split: SplitOfStage) -> Iterator[Problem]:
    found = (split.manifest.samples, split.manifest.fingerprint)
    if (entry.samples, entry.fingerprint) != found:
        what = (
            f"stage {entry.name}: {entry.samples} samples, fingerprint {entry.fingerprint}; its "
            f"manifest says {found[0]}, {found[1]}"
        )
        yield Problem("stage_entry", where, what)
    if not split.manifest.samples and not split.stage.may_be_empty:
        what = (
            "holds no sample; `gyogwa plan` says what it lacks, or give the stage "
            "`may_be_empty: true`"
        )
        yield Problem("empty_stage", split.path, what)
