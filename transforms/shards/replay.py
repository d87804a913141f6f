"""Samples of an earlier stage shown again in a later one, by reference: no byte is copied."""

from msgspec.structs import replace

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.manifest import Shard, StageManifest
from gyogwa.schemas.samples import IndexRow


def replayed_rows(
    rows: list[IndexRow], folder: str, count: int, stage: str, seed: int
) -> list[IndexRow]:
    """The earlier stage's own rows, first by hash, until they ask `count` questions, as rows of
    `stage`'s index.

    `folder` is the earlier stage's, relative to the index: "../1-feature-alignment".
    """
    own = [row for row in rows if not row.shard.startswith("../")]
    moved, asked = [], 0
    for row in sorted(own, key=lambda row: hash_of(seed, "replay", stage, row.key)):
        if asked >= count:
            break
        asked += len(row.questions)
        moved.append(replace(row, shard=f"{folder}/{row.shard}", repeats=1))
    return sorted(moved, key=lambda row: (row.shard, row.offset))


def replayed_shards(rows: list[IndexRow], earlier: StageManifest, folder: str) -> list[Shard]:
    """The earlier stage's shards that the rows lie in; `samples` counts only those rows."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.shard] = counts.get(row.shard, 0) + 1
    return [
        shard.model_copy(
            update={"file": f"{folder}/{shard.file}", "samples": counts[f"{folder}/{shard.file}"]}
        )
        for shard in earlier.shards
        if f"{folder}/{shard.file}" in counts
    ]
