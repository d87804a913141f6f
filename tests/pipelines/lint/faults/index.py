"""Faults in a stage's index, and in what it replays."""

from functools import partial
from typing import Any

from msgspec.structs import replace

from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.samples import IndexRow
from tests.pipelines.lint.faults.registry import fault, faults
from tests.pipelines.lint.forgery import Forgery
from tests.pipelines.lint.sealing import Json, is_replay, rehash, write

INDEX = "stages/2-sft/index.parquet"


@fault("index_unreadable")
def index_gone(run: Forgery) -> str:
    run.path("stages/3-advanced/index.parquet").unlink()
    return "stages/3-advanced/index.parquet"


@fault("index_unreadable")
def index_of_garbage(run: Forgery) -> str:
    write(run.path("stages/3-advanced/index.parquet"), b"PAR1 and no more")
    rehash(run.run)
    return "stages/3-advanced/index.parquet"


@fault("index_hash")
def index_altered(run: Forgery) -> str:
    path = run.path("stages/3-advanced/index.parquet")
    write(path, path.read_bytes() + b"\0")
    return "stages/3-advanced/index.parquet"


@fault("index_hash")
def index_hash_altered(run: Forgery) -> str:
    run.edit_manifest("3-advanced", lambda m: m["index"].update(sha256=sha256_hex(b"")))
    return "stages/3-advanced/index.parquet"


@fault("index_shards")
def shard_without_rows(run: Forgery) -> str:
    name = "stages/1-align/index.parquet"
    rows = run.rows(IndexRow, name)
    run.write_rows(IndexRow, name, [row for row in rows if row.shard != rows[0].shard])
    rehash(run.run)
    return name


@fault("index_shards")
def shards_in_another_order(run: Forgery) -> str:
    run.edit_manifest("2-sft", lambda manifest: manifest["shards"].reverse())
    return INDEX


def _reordered(run: Forgery, order: Any) -> str:
    rows = run.rows(IndexRow, INDEX)
    run.write_rows(IndexRow, INDEX, order(rows))
    rehash(run.run)
    return INDEX


def _swapped(rows: list[IndexRow]) -> list[IndexRow]:
    place = next(place for place, row in enumerate(rows) if row.offset) - 1
    return [*rows[:place], rows[place + 1], rows[place], *rows[place + 2 :]]


def _parted(rows: list[IndexRow]) -> list[IndexRow]:
    """The last row of a shard stands behind the next shard."""
    place = next(place for place, row in enumerate(rows) if row.offset)
    return [row for row in rows if row != rows[place]] + [rows[place]]


faults(
    "index_order",
    rows_swapped=partial(_reordered, order=_swapped),
    rows_parted=partial(_reordered, order=_parted),
)


@fault("key_twice")
def sample_in_two_shards(run: Forgery) -> str:
    """The same sample in a second shard of its series."""
    sample = run.find("2-sft", lambda sample: sample.task == "caption")
    again = sample.shard.replace("-00000", "-00001")
    run.write_shard("2-sft", again, [sample])
    rows = run.rows(IndexRow, INDEX)
    row = next(row for row in rows if row.key == sample.key)
    run.write_rows(IndexRow, INDEX, [*rows, replace(row, shard=again)])

    def change(manifest: Json) -> None:
        place = [shard["file"] for shard in manifest["shards"]].index(sample.shard)
        manifest["shards"].insert(place + 1, dict(manifest["shards"][place], file=again))

    run.edit_manifest("2-sft", change)
    run.seal("2-sft")
    return INDEX


def _task(row: IndexRow) -> bool:
    return row.task == "ocr" and not is_replay(row)


def _shown(run: Forgery, split: str, repeats: int) -> str:
    return run.edit_row(split, _task, repeats=repeats)


faults(
    "repeats",
    shown_too_often=partial(_shown, split="2-sft", repeats=3),
    shown_never=partial(_shown, split="3-advanced", repeats=0),
    held_out_twice=partial(_shown, split="2-sft/validation", repeats=2),
)


def _with(found: Json, **values: Any) -> None:
    found.update(values)


@fault("task_not_asked")
def task_not_asked(run: Forgery) -> str:
    tasks = dict(run.json("curriculum.json")["curriculum"]["stages"][1]["tasks"])
    del tasks["layout"]
    run.edit_stage(2, tasks=tasks)
    for split in ("2-sft", "2-sft/validation"):
        mixture = [
            {"task": task, "asked": round(1 / len(tasks), 4), "draws": 0, "share": 0.0}
            for task in sorted(tasks)
        ]
        run.edit_json(f"stages/{split}/manifest.json", partial(_with, mixture=mixture))
    run.seal("2-sft", "2-sft/validation")
    return INDEX


@fault("row_without_sample")
def sample_cut_out(run: Forgery) -> str:
    last = list(run.samples("4-preference"))[-1]
    kept = [s for s in run.samples("4-preference") if s.shard == last.shard and s.key != last.key]
    run.write_shard("4-preference", last.shard, kept)
    run.seal("4-preference")
    return f"stages/4-preference/{last.shard}: {last.key}"


@fault("sample_without_row")
def row_cut_out(run: Forgery) -> str:
    name = "stages/4-preference/index.parquet"
    *rows, last = run.rows(IndexRow, name)
    run.write_rows(IndexRow, name, rows)
    run.seal("4-preference")
    return f"stages/4-preference/{last.shard}: {last.key}"


def _first(row: IndexRow) -> bool:
    return row.offset == 0 and not is_replay(row)


def _differs(run: Forgery, **values: Any) -> str:
    place = run.edit_row("3-advanced", _task if "task" in values else _first, **values)
    return f": {place.rpartition(' ')[2]}"


faults(
    "row_differs",
    row_of_another_task=partial(_differs, task="refer"),
    row_of_another_source=partial(_differs, source="other"),
    row_of_another_licence=partial(_differs, licence="MIT"),
    row_of_another_language=partial(_differs, language="fr"),
    row_of_another_document=partial(_differs, document="other"),
    row_of_more_images=partial(_differs, images=3),
    row_of_another_width=partial(_differs, width=1),
    row_of_another_height=partial(_differs, height=1),
    row_of_another_length=partial(_differs, text_length=1),
    row_of_fewer_tokens=partial(_differs, tokens=1),
)
faults(
    "sample_place",
    another_checksum=partial(_differs, crc32=1),
    another_length=partial(_differs, length=512),
    another_offset=partial(_differs, offset=512),
)


def _again(run: Forgery, **values: Any) -> str:
    name = "stages/3-advanced/index.parquet"
    rows = run.rows(IndexRow, name)
    place = next(place for place, row in enumerate(rows) if is_replay(row))
    rows[place] = replace(rows[place], **values)
    run.write_rows(IndexRow, name, rows)
    rehash(run.run)
    return f"{name}: {rows[place].key}"


faults(
    "replay_row",
    replayed_row_differs=partial(_again, language="fr"),
    replayed_row_lies_elsewhere=partial(_again, crc32=1),
    replayed_twice=lambda run: run.edit_row("3-advanced", is_replay, repeats=2),
)


def _shard_again(run: Forgery, **values: Any) -> str:
    def change(manifest: Json) -> None:
        next(shard for shard in manifest["shards"] if "../" in shard["file"]).update(values)

    return run.edit_manifest("3-advanced", change)


faults(
    "replay_shard",
    replayed_bytes=partial(_shard_again, sha256="0" * 64),
    replayed_size=partial(_shard_again, bytes=10240),
    replayed_series=partial(_shard_again, series="single-webp"),
)


def _moved(run: Forgery, folder: str, name: str) -> str:
    """One shard that is shown again is said to lie elsewhere."""
    file, index = f"../{folder}/{name}", "stages/3-advanced/index.parquet"
    rows = run.rows(IndexRow, index)
    old = next(row.shard for row in rows if is_replay(row))
    rows = [replace(row, shard=file) if row.shard == old else row for row in rows]
    run.write_rows(IndexRow, index, rows)

    def change(manifest: Json) -> None:
        for shard in manifest["shards"]:
            shard["file"] = file if shard["file"] == old else shard["file"]
        manifest["replays"]["sft"] -= sum(row.shard == file for row in rows)

    run.edit_manifest("3-advanced", change)
    rehash(run.run)
    return "stages/3-advanced/manifest.json"


@fault("replay_unknown")
def replayed_from_a_stage_not_asked(run: Forgery) -> str:
    return _moved(run, "1-align", next(run.path("stages/1-align").glob("*.tar")).name)


@fault("replay_unknown")
def replayed_from_nowhere(run: Forgery) -> str:
    return _moved(run, "2-sft", "sft-single-jpg-00009.tar")


@fault("replay_unknown")
def replayed_from_validation(run: Forgery) -> str:
    held_out = next(run.path("stages/2-sft/validation").glob("*.tar")).name
    return _moved(run, "2-sft", f"validation/{held_out}")
