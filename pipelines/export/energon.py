"""Exports of Megatron-Energon: tars with the index and the `.nv-meta` that `energon prepare` makes.

A stage's split is a folder with a dataset of kind `CrudeWebdataset`: each sample comes to the
trainer's cooker as a dictionary of its parts. `json` holds `key`, `task`, `images` (the names of
the parts that are images, in order) and `messages`, or `prompt`, `chosen` and `rejected`; so
several images, one, none and pairs are in one dataset. Energon has no repeats of single samples, so
each draw stands in a tar, the second and later ones under a key of their own.

Formats: `megatron/energon/flavors/webdataset` of Megatron-Energon 7.4 (`metadata.py`, `itar.py`:
`TAR.idx` has a uint64 with the offset of each sample and of the end).
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import numpy as np
import yaml

from gyogwa.loader.raw import RawSample
from gyogwa.pipelines.export.forms import hub
from gyogwa.pipelines.export.sample import sample_of
from gyogwa.transforms.files.tar import add_member, end_tar
from gyogwa.transforms.files.writing import make_folder, write_bytes, writing

FILE_BYTES = 500_000_000
"""Of a tar, about."""


def write_energon(
    samples: Iterator[tuple[RawSample, int]], name: str, folder: Path
) -> dict[str, str]:
    """Write the samples, each so often, in a dataset in the folder `name`."""
    root = folder / name
    make_folder(str(root / ".nv-meta"), "an export")
    counts: dict[str, int] = {}
    rest = ((raw, number) for raw, times in samples for number in range(times))
    first = next(rest, None)
    while first is not None:
        file = f"shard-{len(counts):05}.tar"
        counts[file], first = _tar(root / file, first, rest)
    part = "val" if name.endswith("-validation") else "train"
    told = {
        "dataset.yaml": {"__module__": "megatron.energon", "__class__": "CrudeWebdataset"},
        "split.yaml": {"exclude": [], "split_parts": {part: list(counts)}},
    }
    for file, value in told.items():
        write_bytes(str(root / ".nv-meta" / file), yaml.safe_dump(value, sort_keys=False).encode())
    info = {"energon_version": "7.4.1", "shard_counts": counts}
    write_bytes(str(root / ".nv-meta" / ".info.json"), json.dumps(info, indent=1).encode())
    return {f"{name}/.nv-meta/dataset.yaml": part}


Drawn = tuple[RawSample, int]
"""A sample, and how often it stood there before."""


def _tar(path: Path, first: Drawn, rest: Iterator[Drawn]) -> tuple[int, Drawn | None]:
    """Write one tar and its index; returns its samples, and the first that found no room."""
    offsets: list[int] = []
    written, drawn = 0, first
    with ExitStack() as stack:
        file = stack.enter_context(writing(str(path)))
        while True:
            offsets.append(written)
            written += _sample(file, *drawn)
            following = next(rest, None)
            if following is None or written >= FILE_BYTES:
                break
            drawn = following
        end_tar(file, written)
    index = np.array([*offsets, written], np.uint64).tobytes()
    write_bytes(f"{path}.idx", index)
    return len(offsets), following


def _sample(file: IO[bytes], raw: RawSample, number: int) -> int:
    key = f"{raw.key}-{number + 1}" if number else raw.key
    images = [entry.file for entry in raw.entry.images]
    row = hub(sample_of(raw)) | {"images": images}
    written = 0
    for name, data in zip(images, raw.images, strict=True):
        written += add_member(file, f"{key}.{name}", data)
    text = json.dumps(row, ensure_ascii=False).encode()
    return written + add_member(file, f"{key}.json", text)
