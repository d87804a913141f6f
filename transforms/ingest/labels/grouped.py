"""What stands in any order, brought together image by image: COCO's layout, `images` and
`annotations` apart, and the rows of a table.

`{"images": [{"id", "file_name", "width", "height"}], "annotations": [{"image_id", …}]}`, in any
order. What is read is put into a database on disk that is gone afterwards, so memory is that of one
image's annotations. Cost: the file is read three times, and written once as annotations.
"""

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from gyogwa.transforms.ingest.labels.streams import JsonLists

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE images (number INTEGER PRIMARY KEY, id TEXT, said TEXT);
CREATE TABLE annotations (number INTEGER PRIMARY KEY, image TEXT, said TEXT);
"""
_ROWS = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE rows (number INTEGER PRIMARY KEY, key TEXT, said TEXT);
"""
_TOGETHER = """
SELECT firsts.first, rows.said
FROM rows JOIN (SELECT key, MIN(number) AS first FROM rows GROUP BY key) AS firsts USING (key)
ORDER BY firsts.first, rows.number
"""
_JOINED = """
SELECT images.number, images.said, annotations.said
FROM images LEFT JOIN annotations ON annotations.image = images.id
ORDER BY images.number, annotations.number
"""
_OUTLINES = ("segmentation", "mask")
_Image = tuple[Any, list[Any]]


def images_of(
    lists: JsonLists, images: str = "images.item", annotations: str = "annotations.item"
) -> Iterator[_Image]:
    """Each image in the file's order with its annotations in theirs, as they stand but for their
    outlines; `images` and `annotations` are where they stand. Annotations that name no image belong
    to the only one, if there is one alone; those of none are told. Raises ValueError at broken
    JSON, before the first image."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "annotations.db")
        try:
            yield from _read(lists, database, images, annotations)
        finally:
            database.close()


def rows_by(rows: Iterable[dict[str, Any]], key: Callable[[dict[str, Any]], str]) -> Iterator[Any]:
    """Lists of the rows that have one key, in the order in which keys come up first. Cost: the rows
    are written to disk once; memory: those of one key."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "rows.db")
        try:
            database.executescript(_ROWS)
            database.executemany(
                "INSERT INTO rows (key, said) VALUES (?, ?)",
                ((key(row), json.dumps(row)) for row in rows),
            )
            database.execute("CREATE INDEX by_key ON rows (key)")
            for _, some in groupby(database.execute(_TOGETHER), key=lambda found: found[0]):
                yield [json.loads(said) for _, said in some]
        finally:
            database.close()


def _read(
    lists: JsonLists, database: sqlite3.Connection, images: str, annotations: str
) -> Iterator[_Image]:
    database.executescript(_TABLES)
    database.executemany(
        "INSERT INTO images (id, said) VALUES (?, ?)",
        (
            (_id(image, "id") or _id(image, "image_id"), json.dumps(image))
            for image in lists.plain_items(images)
        ),
    )
    only = _only(database)
    database.executemany(
        "INSERT INTO annotations (image, said) VALUES (?, ?)",
        (
            (_id(said, "image_id") or only, json.dumps(_without_outline(said)))
            for said in lists.plain_items(annotations)
        ),
    )
    database.execute("CREATE INDEX by_image ON annotations (image)")
    lost = database.execute(
        "SELECT COUNT(*) FROM annotations WHERE image IS NULL OR image NOT IN"
        " (SELECT id FROM images WHERE id IS NOT NULL)"
    ).fetchone()[0]
    if lost:
        lists.file.told.extend(["annotations of no image in the file"] * lost)
    watched = lists.file.keys.watched
    for _, rows in groupby(database.execute(_JOINED), key=lambda row: row[0]):
        found = list(rows)
        image = watched(json.loads(found[0][1]), images.partition(".")[0])
        where = annotations.partition(".")[0]
        said = [watched(json.loads(r[2]), where) for r in found if r[2] is not None]
        _note_ids([image], "id", "image_id")
        _note_ids(said, "id", "image_id")
        yield image, said


def _note_ids(values: list[Any], *names: str) -> None:
    """That these are read: they bring the two together."""
    for value in values:
        for name in names if isinstance(value, dict) else ():
            value.get(name)


def _only(database: sqlite3.Connection) -> str | None:
    """The only image's id, which it gets if it has none; None where there are several."""
    found = database.execute("SELECT id FROM images LIMIT 2").fetchall()
    if len(found) != 1:
        return None
    database.execute("UPDATE images SET id = COALESCE(id, 'only')")
    return str(found[0][0] or "only")


def _without_outline(annotation: Any) -> Any:
    """The annotation without what is most of a file and isn't read."""
    if isinstance(annotation, dict):
        for name in _OUTLINES:
            annotation.pop(name, None)
    return annotation


def _id(value: Any, name: str) -> str | None:
    """An id as text, for files that have it as a number in one place and as text in another."""
    found = value.get(name) if isinstance(value, dict) else None
    return None if found is None or found == "" else str(found)
