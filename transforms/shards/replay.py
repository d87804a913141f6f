"""Samples of an earlier stage shown again in a later one, by reference: no byte is copied.

An index stays a table of Arrow's throughout: as Python objects its rows would take ten times as
much memory, and a stage may have millions.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.manifest import Shard, StageManifest

REPLAYED = "../"
"""How the shards of replayed rows begin."""


def own_rows(index: pa.Table) -> pa.Table:
    """The rows of an index (of `IndexRow`) whose samples lie in the stage's own shards."""
    return index.filter(pc.invert(pc.starts_with(index["shard"], REPLAYED)))


def replayed_rows(index: pa.Table, folder: str, count: int, stage: str, seed: int) -> pa.Table:
    """The earlier stage's own rows, first by hash, until they ask `count` questions, as rows of
    `stage`'s index, in the order in which they lie.

    `folder` is the earlier stage's, relative to the index: "../1-feature-alignment".
    """
    own = own_rows(index)
    hashes = np.array([hash_of(seed, "replay", stage, key.as_py()) for key in own["key"]], "S64")
    order = np.argsort(hashes, kind="stable")
    asked = np.cumsum(pc.list_value_length(own["questions"]).to_numpy()[order])
    enough = int(np.searchsorted(asked, count)) + 1 if count > 0 else 0
    rows = own.take(order[:enough])
    shards = pc.binary_join_element_wise(folder, rows["shard"], "/")
    rows = rows.set_column(*_column(rows, "shard", shards))
    rows = rows.set_column(*_column(rows, "repeats", pa.repeat(1, len(rows))))
    return rows.sort_by([("shard", "ascending"), ("offset", "ascending")])


def replayed_shards(rows: pa.Table, earlier: StageManifest, folder: str) -> list[Shard]:
    """The earlier stage's shards that the rows lie in; `samples` counts only those rows."""
    counts = {pair["values"]: pair["counts"] for pair in pc.value_counts(rows["shard"]).to_pylist()}
    return [
        shard.model_copy(
            update={"file": f"{folder}/{shard.file}", "samples": counts[f"{folder}/{shard.file}"]}
        )
        for shard in earlier.shards
        if f"{folder}/{shard.file}" in counts
    ]


def _column(table: pa.Table, name: str, values: pa.Array) -> tuple[int, pa.Field, pa.Array]:
    field = table.schema.field(name)
    return table.schema.get_field_index(name), field, values.cast(field.type)
