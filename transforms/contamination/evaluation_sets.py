"""Read evaluation sets as they are published: Parquet, TSV with base64 images, or plain images.

Known by their columns, not by name: K-DTCBench (`question, choice_a .. choice_d, image`),
K-MMBench and K-SEED (`question, hint, A .. D, image`), K-MMStar and K-LLaVA-W (`question, image`)
and what looks like them. A question is compared together with its choices, as many a short one
("Which is right?") says nothing without them. Memory: one row at a time.
"""

import base64
import binascii
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.errors import GyogwaError
from transforms.sources.files import find
from transforms.storage import is_url, read_bytes

_QUESTION = ("question", "hint", "text", "prompt", "instruction")
_CHOICES = (
    *(f"choice_{letter}" for letter in "abcdefgh"), *"ABCDEFGH", "choices", "options",
)  # fmt: skip
_IMAGES = ("image", "images", "image_1", "image_2")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")
_LONGEST_FIELD = 2**27


@dataclass(frozen=True)
class EvaluationItem:
    """One row of an evaluation set: where it stands, what it asks, and the encoded images."""

    row: str
    question: str
    images: list[bytes]


def set_name(path: str) -> str:
    """What messages call an evaluation set: the last part of its path without an ending."""
    return path.rstrip("/").rsplit("/", 1)[-1].split(".")[0]


def read_set(path: str) -> Iterator[EvaluationItem]:
    """All rows of a file or of the files in a folder. Raises GyogwaError when there are none, or
    when a file can't be read, because a set that was read in part was not checked."""
    if not is_url(path) and not Path(path).exists():
        raise GyogwaError(f"--benchmarks {path}: no such file or folder")
    files = [path] if _kind(path) else [entry.path for entry in find(path, "")[0]]
    readable = [file for file in files if _kind(file)]
    if not readable:
        raise GyogwaError(
            f"--benchmarks {path}: no .parquet, .tsv or image file there; give an evaluation set "
            "as it is published, or a folder of its images"
        )
    for file in readable:
        where = file[len(path) :].lstrip("/") if file != path else ""
        try:
            yield from _READERS[_kind(file)](file, f"{where}#" if where else "")
        except (pa.ArrowException, OSError, ValueError, csv.Error) as error:
            raise GyogwaError(f"--benchmarks {file}: can't be read: {error}") from error


def _kind(path: str) -> str:
    lower = path.lower()
    if lower.endswith((".parquet", ".tsv")):
        return lower.rsplit(".", 1)[-1]
    return "image" if lower.endswith(_PICTURES) else ""


def _parquet(path: str, where: str) -> Iterator[EvaluationItem]:
    with fsspec.open(path, "rb") as file:
        table = pq.ParquetFile(file)
        known = [
            name
            for name in table.schema_arrow.names
            if name in (*_QUESTION, *_CHOICES, *_IMAGES, "index")
        ]
        _expect_columns(known, table.schema_arrow.names)
        number = 0
        for batch in table.iter_batches(8, columns=known):
            for row in batch.to_pylist():
                yield _item(row, f"{where}row={number}")
                number += 1


def _tsv(path: str, where: str) -> Iterator[EvaluationItem]:
    csv.field_size_limit(_LONGEST_FIELD)  # an image is one field
    with fsspec.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        _expect_columns(
            [name for name in rows.fieldnames or [] if name in (*_QUESTION, *_IMAGES)],
            rows.fieldnames or [],
        )
        for number, row in enumerate(rows):
            yield _item(row, f"{where}row={number}")


def _expect_columns(known: list[str], there: Any) -> None:
    if not set(known) & {*_QUESTION, *_IMAGES}:
        expected = ", ".join((*_QUESTION, *_IMAGES))
        raise ValueError(f"none of its columns ({', '.join(there)}) is one of {expected}")


def _picture(path: str, where: str) -> Iterator[EvaluationItem]:
    yield EvaluationItem(where.rstrip("#") or set_name(path), "", [read_bytes(path)])


_READERS = {"parquet": _parquet, "tsv": _tsv, "image": _picture}


def _item(row: dict[str, Any], place: str) -> EvaluationItem:
    """The item of a row; told by its own index where it has one."""
    texts = [text for name in (*_QUESTION, *_CHOICES) for text in _texts(row.get(name))]
    index = row.get("index")
    images = [data for name in _IMAGES for data in _images(row.get(name))]
    return EvaluationItem(
        place if index is None else f"{place} index={index}", "\n".join(texts), images
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _images(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict) and isinstance(value.get("bytes"), bytes):
        yield value["bytes"]
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _images(each)
    elif isinstance(value, str) and len(value) > 100:
        # a short one is the index of another row's image, as MMBench's TSV has it
        try:
            yield base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("an image is text, but not base64") from error
