"""Export a run's stages: which, into which folder, and what is said about them there.

The folder must be empty or an export of the same run and settings, which `export.json` says; then
what is missing in it is written. It is written first, with the state "writing", and last.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gyogwa.loader.opening import curriculum_location, read_curriculum
from gyogwa.loader.raw import RawSample, RawSamples
from gyogwa.pipelines.export import Target
from gyogwa.pipelines.export.chunks import Chunked, litdata_index, mds_index
from gyogwa.pipelines.export.energon import write_energon
from gyogwa.pipelines.export.forms import dataset_info, llama_factory, llava, swift
from gyogwa.pipelines.export.parquet import write_parquet
from gyogwa.pipelines.export.text import TextFiles
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.manifest import CurriculumManifest, StageManifest
from gyogwa.transforms.files.locations import beside, local_path
from gyogwa.transforms.files.storage import Storage
from gyogwa.transforms.files.writing import make_folder, write_bytes

MARKER = "export.json"

Writer = Callable[[Iterator[tuple[RawSample, int]], str, Path], dict[str, str]]
"""Writes samples, each so often, in files of a folder whose names begin so; returns each file's
shape."""

_WRITERS: dict[Target, Writer] = {
    "ms-swift": TextFiles(swift),
    "llama-factory": TextFiles(llama_factory),
    "llava": TextFiles(llava, array=True),
    "hub": write_parquet,
    "energon": write_energon,
    "mds": Chunked(mds_index),
    "litdata": Chunked(litdata_index),
}


@dataclass(frozen=True)
class ExportConfig:
    """`output`: a local folder. `stages`: their names, none for all. `once`: every sample once,
    where else it stands as often as an epoch shows it."""

    target: Target
    output: str
    stages: tuple[str, ...] = ()
    once: bool = False


def export(run: str, config: ExportConfig) -> dict[str, int]:
    """Write the export; returns how many rows each file prefix got. Raises GyogwaError."""
    location = curriculum_location(run, Storage())
    curriculum = read_curriculum(location, Storage())
    names = [entry.name for entry in curriculum.stages]
    for name in config.stages:
        if name not in names:
            raise GyogwaError(f"--stage {name}: {run} has {', '.join(names)}")
    folder = _folder(run, config.output)
    marker = {
        "to": config.target,
        "fingerprint": curriculum.fingerprint,
        "stages": list(config.stages),
        "once": config.once,
    }
    _claim(folder, marker)
    counts: dict[str, int] = {}
    files: dict[str, str] = {}
    manifests: list[StageManifest] = []
    for entry in curriculum.stages:
        if config.stages and entry.name not in config.stages:
            continue
        for split, manifest in (("train", entry.manifest), ("validation", entry.validation)):
            if manifest is None:
                continue
            samples = RawSamples(beside(location, manifest), verify="size")
            name = f"{entry.name}-{split}" if config.target != "hub" else f"{entry.name}/{split}"
            if samples.manifest.samples:
                files |= _WRITERS[config.target](_counted(samples, config.once), name, folder)
                manifests.append(samples.manifest)
                found = samples.manifest
                counts[name] = found.samples if config.once else found.draws
    _describe(folder, config.target, files, manifests, curriculum)
    _mark(folder, marker | {"state": "done", "rows": counts})
    return counts


def _counted(samples: RawSamples, once: bool) -> Iterator[tuple[RawSample, int]]:
    """Every sample, and how often it is to stand there."""
    for raw, times in samples.rows():
        yield raw, 1 if once else times


def _folder(run: str, output: str) -> Path:
    folder = local_path(output)
    if folder is None:
        raise GyogwaError(f"--output {output}: an export is written to a local folder")
    source = local_path(run)
    if source is not None:
        mine, theirs = folder.resolve(), source.resolve()
        if mine == theirs or theirs in mine.parents or mine in theirs.parents:
            raise GyogwaError(f"--output {output}: it and the run {run} lie in each other")
    return folder


def _claim(folder: Path, marker: dict[str, Any]) -> None:
    """Make the folder ours, or see that it is. Raises GyogwaError."""
    make_folder(str(folder), "an export")
    path = folder / MARKER
    if path.is_file():
        try:
            found = json.loads(path.read_bytes())
            there = {name: found[name] for name in marker}
        except (ValueError, KeyError, TypeError) as error:
            raise GyogwaError(f"{path}: not an export's ({error}); give an empty folder") from error
        if there != marker:
            raise GyogwaError(
                f"{folder}: holds an export of another run or with other settings; give an empty "
                "folder, or remove it"
            )
    elif any(folder.iterdir()):
        raise GyogwaError(f"{folder}: isn't empty, and no export of ours; give an empty folder")
    _mark(folder, marker | {"state": "writing"})


def _mark(folder: Path, marker: dict[str, Any]) -> None:
    write_bytes(str(folder / MARKER), json.dumps(marker, indent=1, ensure_ascii=False).encode())


def _describe(
    folder: Path,
    target: Target,
    files: dict[str, str],
    manifests: list[StageManifest],
    curriculum: CurriculumManifest,
) -> None:
    """What a tool, and who reads the folder, need to know of its files."""
    if target == "llama-factory":
        info = {Path(file).stem: dataset_info(file, shape) for file, shape in files.items()}
        data = json.dumps(info, indent=1, ensure_ascii=False).encode()
        write_bytes(str(folder / "dataset_info.json"), data)
    lines = []
    if target == "hub":
        lines += ["---", "configs:"]
        for stage in dict.fromkeys(manifest.name for manifest in manifests):
            lines += [f"- config_name: {stage}", "  data_files:"]
            for manifest in manifests:
                if manifest.name == stage:
                    lines.append(f"  - split: {manifest.split}")
                    lines.append(f"    path: {stage}/{manifest.split}-*.parquet")
        lines.append("---")
    lines += [f"# {curriculum.curriculum.name}", "", "| file of | samples | source | licence |"]
    lines.append("|---|---|---|---|")
    for manifest in manifests:
        for source in manifest.sources:
            lines.append(
                f"| {manifest.name}, {manifest.split} | {source.samples} | {source.source} "
                f"| {source.licence} |"
            )
    write_bytes(str(folder / "README.md"), ("\n".join(lines) + "\n").encode())
