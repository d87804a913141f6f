"""Verify a finished run: hashes, samples, boxes, targets, index and books."""

import hashlib
import io
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipelines.books import check_books
from pipelines.summary import read_run, stage_manifests
from schemas.curriculum import Stage
from schemas.errors import GyogwaError
from schemas.layout import RunLayout
from schemas.manifest import Shard, StageManifest
from schemas.records import IndexRow
from schemas.sample_json import BlockEntry, LineEntry, SampleEntry, WordEntry
from transforms.decode import BadImage, decode
from transforms.shard_reader import StoredSample, samples_in
from transforms.sources.conversations import IMAGE
from transforms.storage import read_bytes
from transforms.tables import read_rows
from transforms.targets.dialect import Size
from transforms.targets.registry import DIALECTS
from transforms.tasks.structure.html import parse_html
from transforms.tasks.structure.linear import parse_linear
from transforms.tasks.structure.otsl import parse_otsl


@dataclass(frozen=True)
class Problem:
    """Something wrong, where (file and, if in one, sample) and what."""

    where: str
    what: str


def lint_run(layout: RunLayout) -> Iterator[Problem]:
    """Every problem of a run. Raises GyogwaError when it isn't a finished run at all."""
    run = read_run(layout)
    try:
        check_books(layout, run.engine)
    except GyogwaError as error:
        yield Problem(layout.books, str(error))
    documents: dict[str, str] = {}
    for manifest in stage_manifests(layout, run):
        folder = layout.stage(manifest.number, manifest.name, manifest.split)
        yield from lint_stage(folder, manifest)
        yield from _lint_budgets(folder, manifest, run.curriculum.stages[manifest.number - 1])
        for row in read_rows(IndexRow, f"{folder}/{manifest.index.file}"):
            if documents.setdefault(row.document, manifest.split) != manifest.split:
                yield Problem(folder, f"document {row.document} stands on both sides of the split")


def _lint_budgets(folder: str, manifest: StageManifest, stage: Stage) -> Iterator[Problem]:
    """Budgets hold for training only: what is held out isn't chosen."""
    if manifest.split != "train":
        return
    replayed = sum(manifest.replays.values())
    if stage.max_samples is not None and manifest.draws - replayed > stage.max_samples:
        yield Problem(folder, f"{manifest.draws} draws, the curriculum allows {stage.max_samples}")
    budget = stage.tokens.budget
    if budget is not None and not stage.replay and manifest.tokens > budget * 1.05:
        yield Problem(folder, f"{manifest.tokens} tokens, the budget is {budget}")


def lint_stage(folder: str, manifest: StageManifest) -> Iterator[Problem]:
    """Every problem of one stage."""
    index = f"{folder}/{manifest.index.file}"
    if hashlib.sha256(read_bytes(index)).hexdigest() != manifest.index.sha256:
        yield Problem(index, "isn't the file that the manifest lists (SHA-256 differs)")
        return
    rows = {row.key: row for row in read_rows(IndexRow, index)}
    draws = sum(row.repeats for row in rows.values())
    if draws != manifest.draws:
        yield Problem(index, f"{draws} draws, the manifest says {manifest.draws}")
    if len(rows) != manifest.samples:
        yield Problem(index, f"{len(rows)} keys, the manifest says {manifest.samples}")
    seen: set[str] = set()
    for shard in manifest.shards:
        if shard.file.startswith("../"):  # replayed: looked into where it belongs
            seen |= {key for key, row in rows.items() if row.shard == shard.file}
            yield from _lint_hash(f"{folder}/{shard.file}", shard)
            continue
        yield from _lint_shard(f"{folder}/{shard.file}", shard, rows, seen)
    for key in sorted(rows.keys() - seen):
        yield Problem(index, f"{key} is in no shard")


def _lint_hash(path: str, shard: Shard) -> Iterator[Problem]:
    try:
        data = read_bytes(path)
    except FileNotFoundError:
        yield Problem(path, "is missing")
        return
    if hashlib.sha256(data).hexdigest() != shard.sha256:
        yield Problem(path, "isn't the file that the manifest lists (SHA-256 differs)")


def _lint_shard(
    path: str, shard: Shard, rows: dict[str, IndexRow], seen: set[str]
) -> Iterator[Problem]:
    wrong = list(_lint_hash(path, shard))
    yield from wrong
    if wrong:
        return
    data = read_bytes(path)
    count = 0
    shapes = set()
    try:
        for sample in samples_in(io.BytesIO(data)):
            count += 1
            where = f"{path}: {sample.key}"
            if sample.key in seen:
                yield Problem(where, "the key comes twice in the stage")
            seen.add(sample.key)
            shapes.add(tuple(sample.members))
            yield from _lint_place(sample, data, rows.get(sample.key), shard.file, where)
            for what in lint_sample(sample, path):
                yield Problem(where, what)
    except tarfile.TarError as error:
        yield Problem(path, f"the tar breaks: {error}")
    if count != shard.samples:
        yield Problem(path, f"{count} samples, the manifest says {shard.samples}")
    if len(shapes) > 1:
        yield Problem(path, f"samples of {len(shapes)} shapes in one shard: {sorted(shapes)}")


def _lint_place(
    sample: StoredSample, data: bytes, row: IndexRow | None, file: str, where: str
) -> Iterator[Problem]:
    if row is None:
        yield Problem(where, "isn't in the index")
        return
    crc = zlib.crc32(data[sample.offset : sample.offset + sample.length])
    found = (file, sample.offset, sample.length, crc)
    if found != (row.shard, row.offset, row.length, row.crc32):
        yield Problem(where, f"lies at {found}, not where the index says")


def lint_sample(sample: StoredSample, where: str) -> Iterator[str]:
    """What is wrong with one sample."""
    if "json" not in sample.members:
        yield "has no .json member"
        return
    try:
        entry = sample.entry(where)
    except GyogwaError as error:
        yield str(error)
        return
    files = [image.file for image in entry.images]
    if sorted([*files, "json"]) != sorted(sample.members):
        yield f"members {sorted(sample.members)}, the JSON names {files}"
        return
    for image in entry.images:
        try:
            size = decode(sample.members[image.file]).pixels.size
        except BadImage as error:
            yield f"{image.file}: {error.message}"
            continue
        if size != (image.width, image.height):
            yield f"{image.file}: {size} pixels, the JSON says {(image.width, image.height)}"
    yield from _lint_text(entry)


_STRUCTURES: dict[str, Callable[[str], object]] = {
    "table_html": parse_html,
    "table_otsl": parse_otsl,
    "chart_table": parse_linear,
}


def _lint_structure(entry: SampleEntry) -> Iterator[str]:
    """Tables and chart data must parse back, and to something."""
    if entry.task in _STRUCTURES:
        try:
            if not _STRUCTURES[entry.task](entry.conversations[-1].content):
                yield "a table without cells"
        except ValueError as error:
            yield f"a table doesn't parse: {error}"


def _lint_text(entry: SampleEntry) -> Iterator[str]:
    marks = sum(turn.content.count(IMAGE) for turn in entry.conversations)
    if marks != len(entry.images):
        yield f"{IMAGE} stands {marks} times for {len(entry.images)} images"
    for found in entry.annotation or []:
        parts: list[WordEntry | LineEntry | BlockEntry] = [*found.words, *found.lines]
        for part in [*parts, *found.blocks]:
            x0, y0, x1, y1 = part.box
            if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1):
                yield f"a box outside the image or without area: {part.box}"
        if any(not word.text.strip() for word in found.words):
            yield "a word without text"
    if entry.task in ("converse", "text_only"):  # a source's own words
        return
    dialect = DIALECTS[entry.provenance.dialect]
    size = Size(entry.images[0].width, entry.images[0].height) if entry.images else Size(1, 1)
    answers = [turn.content for turn in entry.conversations] + [entry.chosen or ""]
    for answer in answers:
        try:
            dialect.parse(answer, size)
        except ValueError as error:
            yield f"a target doesn't parse: {error}"
    yield from _lint_structure(entry)
    if entry.chosen is not None and entry.chosen == entry.rejected:
        yield "chosen and rejected are the same"
