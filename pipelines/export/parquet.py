"""Exports of Parquet files as the Hub has them, with the images inside."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.loader.raw import RawSample
from gyogwa.pipelines.export.forms import hub
from gyogwa.pipelines.export.sample import sample_of
from gyogwa.transforms.files.writing import writing

FILE_BYTES = 500_000_000
"""Of images and text in a file, about."""
_GROUP = 100
"""Rows of a group, which a reader holds at once."""

_PART = pa.struct([("type", pa.string()), ("text", pa.string())])
_MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.list_(_PART))]))
_IMAGES = pa.list_(pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
_TEXT = {"dtype": "string", "_type": "Value"}
_TOLD = {
    "_type": "List",
    "feature": {
        "role": _TEXT,
        "content": {"_type": "List", "feature": {"type": _TEXT, "text": _TEXT}},
    },
}


def schema_of(pairs: bool) -> pa.Schema:
    """The columns, with the features that `datasets` reads from their metadata."""
    told = ["prompt", "chosen", "rejected"] if pairs else ["messages"]
    fields = [("key", pa.string()), ("task", pa.string()), ("images", _IMAGES)]
    fields += [(name, _MESSAGES) for name in told]
    features: dict[str, Any] = {"key": _TEXT, "task": _TEXT}
    features["images"] = {"_type": "List", "feature": {"_type": "Image"}}
    features |= dict.fromkeys(told, _TOLD)
    about = json.dumps({"info": {"features": features}})
    return pa.schema(fields, metadata={"huggingface": about})


def write_parquet(
    samples: Iterator[tuple[RawSample, int]], name: str, folder: Path
) -> dict[str, str]:
    """Write the samples, each so often, in files of about `FILE_BYTES`, a file a `name`-NUMBER."""
    files: dict[str, str] = {}
    rows: list[dict[str, Any]] = []
    size = 0

    def finish() -> None:
        nonlocal size
        if not rows:
            return
        schema = schema_of("prompt" in rows[0])
        file = f"{name}-{len(files):05}.parquet"
        with writing(str(folder / file)) as output:
            table = pa.Table.from_pylist(rows, schema=schema)
            pq.write_table(table, output, row_group_size=_GROUP, compression="zstd")
        files[file] = ""
        rows.clear()
        size = 0

    for raw, times in samples:
        sample = sample_of(raw)
        images = [
            {"bytes": data, "path": Path(file).name}
            for file, data in zip(sample.images, raw.images, strict=True)
        ]
        for _ in range(times):
            rows.append(hub(sample) | {"images": images})
            size += len(raw.json) + sum(map(len, raw.images))
            if size >= FILE_BYTES:
                finish()
    finish()
    return files
