"""Make a changed run true again, from its shards and indexes up to `curriculum.json`.

What lint checks is computed here a second time, from the formats as they are documented, so that of
a forged run nothing is left to find but the fault.
"""

import io
import json
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from gyogwa.schemas.ids import fingerprint_of, sha256_hex
from gyogwa.schemas.ledger import LedgerRow
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.annotate.versions import TRUTH_ENGINE
from gyogwa.transforms.files.tables import read_rows, write_rows
from gyogwa.transforms.shards.reader import samples_in

Json = dict[str, Any]


def write(path: Path, data: bytes) -> None:
    """Write a file anew: its other links keep what they have."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def edit_json(path: Path, change: Callable[[Json], object]) -> None:
    """Change a JSON file."""
    found: Json = json.loads(path.read_bytes())
    change(found)
    write(path, json.dumps(found, ensure_ascii=False, indent=2).encode())


def folders(run: Path) -> list[Path]:
    """The folders of all splits, earlier stages first."""
    entries = json.loads((run / "curriculum.json").read_bytes())["stages"]
    manifests = [entry[name] for entry in entries for name in ("manifest", "validation")]
    return [(run / manifest).parent for manifest in manifests if manifest]


def seal(run: Path, changed: set[str], places: bool = True) -> None:
    """Every number and hash of the splits that were `changed` and of those that show them again.
    `places`: also where samples lie in shards, and their CRC-32."""
    rows: dict[str, list[IndexRow]] = {}
    for folder in folders(run):
        split = str(folder.relative_to(run / "stages"))
        rows[split] = list(read_rows(IndexRow, str(folder / "index.parquet")))
        shown = {row.shard.split("/")[1] for row in rows[split] if is_replay(row)}
        if {split, *shown} & changed:
            rows[split] = _seal_index(folder, rows, places)
            _seal_manifest(folder, rows[split])
    edit_json(run / "plan.json", lambda plan: _seal_plan(plan, rows))
    own = [row for split in rows.values() for row in split if not is_replay(row)]
    seal_ledger(run, len(own), sum(len(row.questions) for row in own))
    rehash(run)


def seal_ledger(run: Path, samples: int, questions: int) -> None:
    """So many questions were chosen, and written in so many samples."""
    for path in sorted((run / "ledger").glob("assemble-*.parquet")):
        rows = list(read_rows(LedgerRow, str(path)))
        for place, row in enumerate(rows):
            if row.unit in ("samples", "questions"):
                # a step before the turns are put together calls each question a sample
                whole = row.unit == "samples" and row.step == "shards"
                kept = samples if whole else questions
                rows[place] = replace(row, incoming=kept + row.rejected, kept=kept)
        write_rows(LedgerRow, str(path), rows)


def rehash(run: Path, indexes: bool = True) -> None:
    """What stands above the shards: hashes of indexes and fingerprints."""

    def change_stage(manifest: Json) -> None:
        if indexes:
            manifest["index"]["sha256"] = sha256_hex((folder / "index.parquet").read_bytes())
        shards = [[shard["file"], shard["sha256"]] for shard in manifest["shards"]]
        manifest["fingerprint"] = fingerprint_of([manifest["index"]["sha256"], shards])

    for folder in folders(run):
        edit_json(folder / "manifest.json", change_stage)
    rehash_run(run)


def rehash_run(run: Path, entries: bool = True) -> None:
    """`curriculum.json` after its manifests, or but its fingerprint after its entries."""

    def change(found: Json) -> None:
        for entry in found["stages"] if entries else ():
            manifest = json.loads((run / entry["manifest"]).read_bytes())
            entry |= {"samples": manifest["samples"], "fingerprint": manifest["fingerprint"]}
        stages = [entry["fingerprint"] for entry in found["stages"]]
        parts = [found["curriculum"], found["engine"], TRUTH_ENGINE, stages]
        found["fingerprint"] = fingerprint_of(parts)

    edit_json(run / "curriculum.json", change)


def _seal_index(folder: Path, earlier: dict[str, list[IndexRow]], places: bool) -> list[IndexRow]:
    found: dict[tuple[str, str], tuple[int, int, int]] = {}
    for path in folder.glob("*.tar") if places else ():
        data = path.read_bytes()
        for sample in samples_in(io.BytesIO(data)):
            crc = zlib.crc32(data[sample.offset : sample.offset + sample.length])
            found[path.name, sample.key] = (sample.offset, sample.length, crc)
    sealed = []
    for row in read_rows(IndexRow, str(folder / "index.parquet")):
        if is_replay(row):
            stage = row.shard.split("/")[1]
            own = [r for r in earlier[stage] if r.key == row.key and not is_replay(r)]
            sealed += [replace(r, shard=f"../{stage}/{r.shard}", repeats=row.repeats) for r in own]
        else:
            place = found.get((row.shard, row.key), (row.offset, row.length, row.crc32))
            sealed.append(replace(row, offset=place[0], length=place[1], crc32=place[2]))
    manifest: Json = json.loads((folder / "manifest.json").read_bytes())
    files = [shard["file"] for shard in manifest["shards"]]
    sealed.sort(key=lambda row: (files.index(row.shard), row.offset))
    write_rows(IndexRow, str(folder / "index.parquet"), sealed)
    return sealed


def is_replay(row: IndexRow) -> bool:
    """Whether a row is of an earlier stage."""
    return row.shard.startswith("../")


def _seal_manifest(folder: Path, rows: list[IndexRow]) -> None:
    own = [row for row in rows if not is_replay(row)]
    again = [row for row in rows if is_replay(row)]
    counts = Counter(row.shard for row in rows)
    draws = Counter(task for row in own for task in row.questions for _ in range(row.repeats))
    replays = Counter(row.shard.split("/")[1].partition("-")[2] for row in again)
    sources = Counter((row.source, row.licence) for row in again) + _sources(folder, own)

    def change(manifest: Json) -> None:
        manifest["shards"] = [shard for shard in manifest["shards"] if counts[shard["file"]]]
        for shard in manifest["shards"]:
            data = (folder / shard["file"]).resolve().read_bytes()
            shard |= {"bytes": len(data), "sha256": sha256_hex(data)}
            shard["samples"] = counts[shard["file"]]
        for share in manifest["mixture"]:
            share["draws"] = draws[share["task"]]
            share["share"] = round(draws[share["task"]] / max(draws.total(), 1), 4)
        manifest["index"]["rows"] = len(rows)
        manifest |= {
            "samples": len(rows),
            "draws": sum(row.repeats for row in rows),
            "questions": sum(len(row.questions) * row.repeats for row in rows),
            "tokens": sum(row.tokens * row.repeats for row in rows),
            "bytes": sum(s["bytes"] for s in manifest["shards"] if "../" not in s["file"]),
            "replays": {name: replays[name] for name in manifest["replays"]},
            "sources": [
                {"source": source, "licence": licence, "samples": samples}
                for (source, licence), samples in sorted(sources.items())
            ],
        }

    edit_json(folder / "manifest.json", change)


def _sources(folder: Path, rows: list[IndexRow]) -> Counter[tuple[str, str]]:
    """Samples of a split's own by the sources and licences that they show."""
    kept = {(row.shard, row.key) for row in rows}
    counts: Counter[tuple[str, str]] = Counter()
    for path in folder.glob("*.tar"):
        for sample in samples_in(io.BytesIO(path.read_bytes())):
            if (path.name, sample.key) in kept:
                with suppress(KeyError, ValueError, RecursionError):  # a broken JSON counts nowhere
                    entry = json.loads(sample.members["json"])
                    of = [*entry["images"], entry["provenance"]]
                    counts.update({(each["source"], each["licence"]) for each in of})
    return counts


def _seal_plan(plan: Json, rows: dict[str, list[IndexRow]]) -> None:
    for number, stage in enumerate(plan["stages"], 1):
        folder = f"{number}-{stage['name']}"
        own = [row for row in rows[folder] if not is_replay(row)]
        strata = Counter(
            (task, row.language, row.source)
            for row in own
            for task in row.questions
            for _ in range(row.repeats)
        )
        stage |= {
            "draws": strata.total(),
            "samples": _asked(own),
            "replayed": _asked(rows[folder]) - _asked(own),
            "validation": _asked(rows.get(f"{folder}/validation", [])),
            "strata": [
                {"task": task, "language": language, "source": source, "there": n, "draws": n}
                for (task, language, source), n in sorted(strata.items())
            ],
        }


def _asked(rows: list[IndexRow]) -> int:
    return sum(len(row.questions) for row in rows)
