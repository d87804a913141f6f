"""The last step of a build: stage manifests, with replayed samples, then the curriculum's own.

A manifest exists only when all that it lists is written and the ledger balance, so a loader can
trust whatever it can open. All of it is written aside and put in place afterwards, as a whole.
"""

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from gyogwa.schemas.curriculum import Curriculum, Stage
from gyogwa.schemas.ids import fingerprint_of, sha256_hex
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import (
    CurriculumManifest,
    IndexFile,
    SourceShare,
    StageEntry,
    StageManifest,
)
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.annotate.versions import TRUTH_ENGINE
from gyogwa.transforms.curriculum.choose import replayed
from gyogwa.transforms.files.folders import remove
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import read_whole
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.shards.finishing import (
    PENDING,
    index_file,
    stage_fingerprint,
)
from gyogwa.transforms.shards.replay import own_rows, replayed_rows, replayed_shards


def publish(layout: RunLayout, curriculum: Curriculum, engine: str) -> CurriculumManifest:
    """Give every stage its manifest, replays included, and the run its curriculum.json, last."""
    entries: list[StageEntry] = []
    manifests: dict[str, StageManifest] = {}
    for number, stage in enumerate(curriculum.stages, 1):
        folder = layout.stage(number, stage.name)
        manifest = _read_pending(folder)
        if stage.replay:
            manifest = _with_replays(manifest, stage, layout, curriculum, manifests)
        manifests[stage.name] = manifest
        _settle(folder, manifest)
        relative = f"stages/{number}-{stage.name}"
        if curriculum.validation_share:
            held_out = layout.stage(number, stage.name, "validation")
            _settle(held_out, _read_pending(held_out))
        entries.append(
            StageEntry(
                name=stage.name,
                manifest=f"{relative}/manifest.json",
                validation=(
                    f"{relative}/validation/manifest.json" if curriculum.validation_share else None
                ),
                samples=manifest.samples,
                fingerprint=manifest.fingerprint,
            )
        )
    manifest_of_all = CurriculumManifest(
        curriculum=curriculum,
        engine=engine,
        stages=entries,
        fingerprint=run_fingerprint(curriculum, engine, entries),
    )
    write_bytes(layout.curriculum, (manifest_of_all.model_dump_json(indent=2) + "\n").encode())
    return manifest_of_all


def run_fingerprint(curriculum: Curriculum, engine: str, entries: list[StageEntry]) -> str:
    """What identifies a run: its settings and its stages."""
    settings = curriculum.model_dump(mode="json")
    return fingerprint_of(
        [settings, engine, TRUTH_ENGINE, [entry.fingerprint for entry in entries]]
    )


def _read_pending(folder: str) -> StageManifest:
    path = f"{folder}/{PENDING}"
    return parse_json(read_bytes(path), path, StageManifest)


def _settle(folder: str, manifest: StageManifest) -> None:
    """Give a manifest its name."""
    text = manifest.model_dump_json(indent=2) + "\n"
    write_bytes(f"{folder}/manifest.json", text.encode())
    remove(f"{folder}/{PENDING}")


def _with_sources(own: list[SourceShare], replayed: list[pa.Table]) -> list[SourceShare]:
    """The sources of a stage with those of the rows it replays."""
    counts = Counter({(share.source, share.licence): share.samples for share in own})
    for rows in replayed:
        for found in (
            rows.group_by(["source", "licence"]).aggregate([([], "count_all")]).to_pylist()
        ):
            counts[found["source"], found["licence"]] += found["count_all"]
    return [
        SourceShare(source=source, licence=licence, samples=samples)
        for (source, licence), samples in sorted(counts.items())
    ]


def _with_replays(
    manifest: StageManifest,
    stage: Stage,
    layout: RunLayout,
    curriculum: Curriculum,
    earlier: dict[str, StageManifest],
) -> StageManifest:
    """The manifest with rows of earlier stages in its index, which is written anew."""
    folder = layout.stage(manifest.number, stage.name)
    tables = [read_whole(IndexRow, f"{folder}/index.parquet")]
    shards = list(manifest.shards)
    replays = {}
    for replay in stage.replay:
        source = earlier[replay.stage]
        relative = f"../{source.number}-{source.name}"
        there = read_whole(IndexRow, f"{layout.stage(source.number, source.name)}/index.parquet")
        own = pc.sum(pc.list_value_length(own_rows(there)["questions"])).as_py() or 0
        count = replayed(manifest.questions, replay.share, stage, own)
        more = replayed_rows(there, relative, count, stage.name, curriculum.seed)
        tables.append(more)
        shards += replayed_shards(more, source, relative)
        replays[replay.stage] = len(more)
    rows = pa.concat_tables(tables)
    index = index_file(rows)
    write_bytes(f"{folder}/index.parquet", index)
    added = sum(replays.values())
    return manifest.model_copy(
        update={
            "samples": manifest.samples + added,
            "draws": manifest.draws + added,
            "questions": pc.sum(
                pc.multiply(pc.list_value_length(rows["questions"]), rows["repeats"])
            ).as_py()
            or 0,
            "tokens": pc.sum(pc.multiply(rows["tokens"], rows["repeats"])).as_py() or 0,
            "shards": shards,
            "replays": replays,
            "sources": _with_sources(manifest.sources, tables[1:]),
            "index": IndexFile(file="index.parquet", rows=len(rows), sha256=sha256_hex(index)),
            "fingerprint": stage_fingerprint(index, shards),
        }
    )
