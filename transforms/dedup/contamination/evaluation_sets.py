"""Read evaluation sets as they are published: Parquet, TSV or CSV, JSON or JSON lines, or images.

What the columns mean is said in `columns`. Images that a row names by path are looked for below the
set's folder. Memory: one row at a time, but a JSON file at once.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import TextIOWrapper
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.dedup.contamination.columns import (
    PAIRS,
    QUESTIONS,
    EvaluationItem,
    asks_or_shows,
    is_known,
    items_of,
)
from gyogwa.transforms.files.folders import exists
from gyogwa.transforms.ingest.listing import LISTED, find

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")
TABLES = (".parquet", ".tsv", ".csv", ".json", ".jsonl")
_LONGEST_FIELD = 2**27
_INSIDE = re.compile(
    r"(train|test|val|valid|validation|dev|mini|full)(ing)?(_?(images?|data|set))?"
    r"|data|images?|imgs?|pictures?|annotations?|labels?|entities|box(es)?|key|raw"
    r"|readme|dataset_infos?|metadata|config"
)
"""Names of folders and files inside a set that are no sets of their own."""


def set_name(path: str) -> str:
    """What messages call an evaluation set: the last part of its path without an ending."""
    return path.rstrip("/").rsplit("/", 1)[-1].split(".")[0]


def sets_in(path: str) -> list[str]:
    """The sets at a path: a file is one, and so is a folder, unless it holds several.

    A folder holds several when no image lies directly in it and its tables and folders don't go by
    one name, but for a number (`-00000-of-00002`) or a split; those called `data`, `images`, `test`
    and the like have none. Then each folder and each table is a set of its own.
    """
    files = [entry.path for entry in find(path).files if _kind(entry.path)]
    top: set[str] = set()
    for file in files:
        inside = file[len(path) :].lstrip("/")
        if not inside or ("/" not in inside and _kind(file) == "image"):
            return [path]
        top.add(inside.partition("/")[0])
    several = len({_stem(name) for name in top} - {""}) > 1
    return [f"{path.rstrip('/')}/{name}" for name in sorted(top)] if several else [path]


def _stem(name: str) -> str:
    """A name without its ending, its number and its split; "" for one that is nothing else."""
    stem = set_name(name).casefold()
    stem = re.sub(r"[-_]?\d+([-_]of[-_]\d+)?$", "", stem)
    kept = [part for part in re.split(r"[-_. ]", stem) if not _INSIDE.fullmatch(part)]
    return "-".join(kept)


def read_set(path: str) -> Iterator[EvaluationItem]:
    """All questions of a file or of the files in a folder. Raises GyogwaError when there are none,
    or when a file can't be read, because a set that was read in part was not checked."""
    if not exists(path):
        raise GyogwaError(f"--benchmarks {path}: no such file or folder")
    files = [path] if _kind(path) else [entry.path for entry in find(path).files]
    readable = [file for file in files if _kind(file)]
    if not readable:
        raise GyogwaError(
            f"--benchmarks {path}: no .parquet, .tsv, .csv, .json, .jsonl or image file there; "
            "give an evaluation set as it is published, a folder of its images, or a folder of sets"
        )
    read = 0
    for file in sorted(readable, key=lambda file: (_kind(file) == "image", file)):
        where = file[len(path) :].lstrip("/") if file != path else ""
        try:
            for item in _items(file, where, alone=len(readable) == 1):
                read += 1
                yield item
        except (pa.ArrowException, OSError, ValueError, csv.Error) as error:
            raise GyogwaError(f"--benchmarks {file}: can't be read: {error}") from error
    if not read:
        raise GyogwaError(f"--benchmarks {path}: nothing in it asks or shows anything")


def _items(file: str, where: str, alone: bool) -> Iterator[EvaluationItem]:
    """What a file asks and shows. In a folder, images that rows name by path are there as files."""
    if _kind(file) == "image":
        yield EvaluationItem(where or set_name(file), "", (), [LISTED.read(file)])
        return
    for number, row in enumerate(_rows(file, alone)):
        for item in items_of(row, f"{where}#row={number}" if where else f"row={number}"):
            beside = [image for path in item.paths if alone for image in _beside(file, path)]
            if item.question or item.images or beside:
                yield replace(item, images=[*item.images, *beside])


def _beside(table: str, path: str) -> Iterator[bytes]:
    """The image that a row of a table given alone names, from the table's folder."""
    folder = table.rpartition("/")[0]
    if ".." not in path.split("/") and not path.startswith("/"):
        image = f"{folder}/{path}"
        if exists(image):
            yield LISTED.read(image)


def _kind(path: str) -> str:
    lower = path.lower()
    if lower.endswith(TABLES):
        return lower.rsplit(".", 1)[-1]
    return "image" if lower.endswith(PICTURES) else ""


def _rows(path: str, alone: bool) -> Iterator[dict[str, Any]]:
    """Rows as dicts of columns. Raises ValueError when none is known, but for text files that lie
    among others, as labels and settings do."""
    kind = _kind(path)
    if kind == "parquet":
        yield from _parquet(path)
        return
    rows = _separated(path, "\t" if kind == "tsv" else ",") if "sv" in kind else _json(path, kind)
    asked = 0
    columns: dict[str, None] = {}
    for row in rows:
        columns.update(dict.fromkeys(row))
        if any(asks_or_shows(name) for name in row if name != "text" or "sv" in kind):
            asked += 1
            yield row
    if not asked and (alone or kind == "tsv"):
        _expect_columns(columns)


def _parquet(path: str) -> Iterator[dict[str, Any]]:
    with LISTED.open(path) as file:
        table = pq.ParquetFile(file)
        names = table.schema_arrow.names
        _expect_columns(names)
        for batch in table.iter_batches(8, columns=[name for name in names if is_known(name)]):
            yield from batch.to_pylist()


def _separated(path: str, separator: str) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(_LONGEST_FIELD)  # an image is one field
    with TextIOWrapper(LISTED.open(path), encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=separator)


def _json(path: str, kind: str) -> Iterator[dict[str, Any]]:
    """Rows of JSON lines, of a list, of a list below one key, or of {id: row}; XFUND's documents
    as the images that they name."""
    text = LISTED.read(path).decode("utf-8-sig")
    if kind == "jsonl":
        yield from (row for line in text.splitlines() if line.strip() for row in [json.loads(line)])
        return
    value = json.loads(text)
    if isinstance(value, dict):
        lists = [of for of in value.values() if isinstance(of, list)]
        below = [of for of in value.values() if isinstance(of, dict)]
        known = any(asks_or_shows(name) for name in value)
        value = [value] if known else lists[0] if len(lists) == 1 else below or [value]
    for row in value:
        if isinstance(row, dict):
            shown = row.get("img")
            yield {**row, "img_file": shown.get("fname")} if isinstance(shown, dict) else row


def _expect_columns(there: Iterable[str]) -> None:
    names = list(there)
    if not any(asks_or_shows(name) for name in names):
        expected = ", ".join((*QUESTIONS, *PAIRS, "image", "image_1", "image_path"))
        raise ValueError(f"none of its columns ({', '.join(names)}) is one of {expected}")
