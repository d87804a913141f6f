"""Columns mapped by hand, where their names don't say what they hold.

`--map NAME:COLUMN=FIELD`, or all of it in a YAML file, `--map FILE.yaml`: of an input's name to
columns and fields. A column is a key of a JSON row, a column of a table, or a path of keys with
dots; it is read as if it were called as the field. `-` reads nothing of it, untold.
"""

import difflib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import RootModel

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.loading import load_yaml

FIELDS = {
    "file_name": "file_name", "image": "image", "words": "words", "boxes": "bboxes",
    "transcription": "transcription", "caption": "text", "conversations": "conversations",
    "question": "question", "answer": "answer", "choices": "choices", "html": "html",
    "kind": "kind", "document": "document", "page": "page", "licence": "licence",
}  # fmt: skip
"""What a column may hold, and the name under which rows are read that hold it."""
NOTHING = "-"
FOLDER = "folder"
"""Stands for the folder of an image where it is mapped to `-`: then no folder is a class."""


class _File(RootModel[dict[str, dict[str, str]]]):
    """A YAML file of mappings: an input's name, a column, a field."""


def parse_maps(given: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """The columns of `--map`, by the name of an input, as `renamed` takes them. Raises
    GyogwaError."""
    known = sorted(names)
    found: dict[str, dict[str, str]] = {}
    for value in given:
        for name, column, field in _each(value):
            if name not in known:
                raise GyogwaError(f"--map {value}: no input is called {name!r}, only {known}")
            if field not in FIELDS and field != NOTHING:
                raise GyogwaError(f"--map {value}: {_not_a_field(name, column, field)}")
            mapped = found.setdefault(name, {})
            if field != NOTHING and field in mapped.values():
                raise GyogwaError(f"--map {value}: another column of {name} is mapped to {field}")
            mapped[column] = field
    return {name: json.dumps(sorted(mapped.items())) for name, mapped in found.items()}


def _each(value: str) -> list[tuple[str, str, str]]:
    if value.lower().endswith((".yaml", ".yml")) and "=" not in value:
        read = load_yaml(Path(value).expanduser(), _File).root
        return [(name, *pair) for name, columns in read.items() for pair in columns.items()]
    name, colon, rest = value.partition(":")
    column, equals, field = rest.rpartition("=")
    if not (colon and equals and name and column and field):
        raise GyogwaError(f"--map {value}: expected NAME:COLUMN=FIELD or a file, NAME.yaml")
    return [(name, column, field)]


def _not_a_field(name: str, column: str, field: str) -> str:
    if column in FIELDS:
        return f"the column comes first: --map {name}:{field}={column}"
    close = difflib.get_close_matches(field, FIELDS, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"no field {field!r}, only {', '.join(FIELDS)} and {NOTHING}{hint}"


@lru_cache(64)
def targets(columns: str) -> dict[str, str]:
    """Columns and the names under which they are read, `NOTHING` for those that aren't."""
    return {column: FIELDS.get(field, field) for column, field in json.loads(columns or "[]")}


def renamed(row: dict[str, Any], columns: str, taken: Iterable[str] = ()) -> dict[str, Any]:
    """A row as published with the columns of `parse_maps` under the names of their fields. A key
    that bears the name of such a field without being mapped is read no more, and so told; so are
    mapped columns where the row has none of them. `taken`: columns that were read already.

    >>> renamed({"q": "합계?", "answer": "x", "n": 3}, '[["n", "-"], ["q", "question"]]')
    {'question': '합계?', 'answer': 'x'}
    """
    wanted = targets(columns)
    if not wanted:
        return row
    found: dict[str, Any] = {}
    there = {name for name in wanted if name in taken or _has(row, name)}
    fields = {wanted[name] for name in there}
    for name, value in row.items():
        if name not in wanted:
            found[f"{name} (another column is mapped to it)" if name in fields else name] = value
        elif wanted[name] != NOTHING:
            found[wanted[name]] = value
    for name, target in wanted.items():
        if name not in row and target != NOTHING and _has(row, name):
            found[target] = _at(row, name)
    if not there and any(name != FOLDER for name in wanted):
        found[f"no column of --map ({', '.join(wanted)})"] = True
    return found


def _has(row: dict[str, Any], name: str) -> bool:
    return name in row or _at(row, name) is not None


def _at(row: Any, path: str) -> Any:
    """What stands at a path of keys; None where nothing does."""
    for key in path.split("."):
        row = row.get(key) if isinstance(row, dict) else None
    return row
