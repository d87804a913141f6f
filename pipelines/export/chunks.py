"""Exports of MosaicML Streaming's MDS and of litdata: files of many samples with their offsets.

Both lay samples down alike: a uint32 with their number, uint32 offsets of each and of the end, and
the samples, each the uint32 sizes of its columns and then these. MDS puts the columns' description
between offsets and samples and sorts columns by name (`streaming/base/format/mds/writer.py`);
litdata has it in `index.json` alone, as a pytree of PyTorch's (`litdata/streaming/writer.py`,
`PyTreeLoader`). Both fix the columns of a folder, so samples of each shape have a folder of their
own. Offsets are 32 bits: a sample of 4 GB can't be written, and isn't made.

Memory: one file's samples, `FILE_BYTES`.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gyogwa.loader.raw import RawSample
from gyogwa.pipelines.export.forms import hub
from gyogwa.pipelines.export.sample import sample_of
from gyogwa.transforms.files.writing import make_folder, write_bytes

FILE_BYTES = 1 << 26
"""Of samples in a file, about: the size that both writers have by default."""

_KINDS = {"jpg": "jpeg", "png": "png", "webp": "png"}
"""MDS has no kind for WebP, but opens what it calls png with Pillow, whatever it is."""


class Column(NamedTuple):
    """`kind`, one of MDS's: str, json, jpeg or png."""

    name: str
    kind: str
    data: bytes


class File(NamedTuple):
    """A finished file and what it holds."""

    name: str
    samples: int
    bytes: int


class Layout(NamedTuple):
    """How a target names and describes files of samples with these columns.

    `described` stands between a file's offsets and its samples; `summary` is the content of
    `index.json`, written last.
    """

    columns: list[int]
    described: bytes
    suffix: str
    summary: Callable[[list[File]], dict[str, Any]]


def columns_of(raw: RawSample) -> list[Column]:
    """A sample's columns: `key`, `task`, `messages` or `prompt`, `chosen` and `rejected` as JSON of
    lists of messages, and `image0`, `image1` … the images' own bytes."""
    sample = sample_of(raw)
    row = hub(sample)
    columns = [Column(name, "str", row.pop(name).encode()) for name in ("key", "task")]
    columns += [
        Column(name, "json", json.dumps(value, ensure_ascii=False).encode())
        for name, value in row.items()
    ]
    for number, (entry, data) in enumerate(zip(raw.entry.images, raw.images, strict=True)):
        kind = _KINDS[entry.file.rpartition(".")[2]]
        columns.append(Column(f"image{number}", kind, data))
    return columns


def mds_index(columns: list[Column]) -> Layout:
    """MDS, version 2 of its format."""
    order = sorted(range(len(columns)), key=lambda number: columns[number].name)
    described = {
        "column_encodings": [columns[number].kind for number in order],
        "column_names": [columns[number].name for number in order],
        "column_sizes": [None] * len(order),
        "compression": None,
        "format": "mds",
        "hashes": [],
        "size_limit": FILE_BYTES,
        "version": 2,
    }

    def index(files: list[File]) -> dict[str, Any]:
        shards = [
            described
            | {"samples": file.samples, "zip_data": None}
            | {"raw_data": {"basename": file.name, "bytes": file.bytes, "hashes": {}}}
            for file in files
        ]
        return {"shards": shards, "version": 2}

    return Layout(order, json.dumps(described, sort_keys=True).encode(), "mds", index)


def litdata_index(columns: list[Column]) -> Layout:
    """litdata, read by its `PyTreeLoader`: JSON is text there, and images bytes."""
    from torch.utils._pytree import tree_structure, treespec_dumps

    kinds = ["str" if column.kind in ("str", "json") else "bytes" for column in columns]
    tree = {column.name: "" for column in columns}
    config = {
        "compression": None,
        "chunk_size": None,
        "chunk_bytes": FILE_BYTES,
        "data_format": kinds,
        "data_spec": treespec_dumps(tree_structure(tree)),
        "encryption": None,
        "item_loader": "PyTreeLoader",
    }

    def index(files: list[File]) -> dict[str, Any]:
        chunks = [
            {"chunk_bytes": file.bytes, "chunk_size": file.samples, "dim": None}
            | {"filename": file.name}
            for file in files
        ]
        return {"chunks": chunks, "config": config}

    return Layout(list(range(len(columns))), b"", "bin", index)


class Chunked:
    """Writes samples to folders, one for each shape, as `layout` says. Returns each one's index."""

    def __init__(self, layout: Callable[[list[Column]], Layout]) -> None:
        self._layout = layout

    def __call__(
        self, samples: Iterator[tuple[RawSample, int]], name: str, folder: Path
    ) -> dict[str, str]:
        """Write the samples, each so often, in folders below `name`."""
        shapes: dict[str, _Shape] = {}
        for raw, times in samples:
            columns = columns_of(raw)
            shape = shape_of(columns)
            if shape not in shapes:
                shapes[shape] = _Shape(folder / name / shape, self._layout(columns))
            for _ in range(times):
                shapes[shape].add(columns)
        for written in shapes.values():
            written.finish()
        return {f"{name}/{shape}/index.json": shape for shape in sorted(shapes)}


def shape_of(columns: list[Column]) -> str:
    """What tells folders apart: the kinds of the images, and pairs."""
    kinds = [column.kind for column in columns if column.name.startswith("image")]
    names = {column.name for column in columns}
    return "-".join([*(kinds or ["text"]), *(["pairs"] if "chosen" in names else [])])


class _Shape:
    """A folder that is being written."""

    def __init__(self, folder: Path, layout: Layout) -> None:
        make_folder(str(folder), "an export")
        self._folder, self._layout = folder, layout
        self._files: list[File] = []
        self._samples: list[bytes] = []
        self._size = 0

    def add(self, columns: list[Column]) -> None:
        values = [columns[number].data for number in self._layout.columns]
        sample = np.array(list(map(len, values)), np.uint32).tobytes() + b"".join(values)
        if self._samples and self._size + len(sample) > FILE_BYTES:
            self._write()
        self._samples.append(sample)
        self._size += len(sample)

    def finish(self) -> None:
        """Write what is left, and the index last."""
        if self._samples:
            self._write()
        index = json.dumps(self._layout.summary(self._files), sort_keys=True)
        write_bytes(str(self._folder / "index.json"), index.encode())

    def _write(self) -> None:
        count, described = len(self._samples), self._layout.described
        first = 4 * (count + 2) + len(described)
        offsets = np.cumsum([first, *map(len, self._samples)]).astype(np.uint32)
        head = np.uint32(count).tobytes() + offsets.tobytes() + described
        data = head + b"".join(self._samples)
        file = f"shard.{len(self._files):05}.{self._layout.suffix}"
        write_bytes(str(self._folder / file), data)
        self._files.append(File(file, count, len(data)))
        self._samples.clear()
        self._size = 0
