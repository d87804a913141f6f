"""Labels in = read + unread: what any JSON form of labels holds is used, or named."""

import json
from typing import Any

import pytest

from gyogwa.transforms.ingest.labels.registry import FORMS
from gyogwa.transforms.ingest.labels.watched import Keys
from tests.transforms.ingest.labels.examples import EXAMPLES, Example
from tests.transforms.ingest.labels.reading import file

JSON = [e for e in EXAMPLES if FORMS[e.form].endings[0] == ".json" or e.form == "pubtabnet"]


def unread_in(example: Example, value: Any) -> list[str]:
    data = json.dumps(value, ensure_ascii=False).encode()
    rows = list(FORMS[example.form].read(file(example.uri, data)))
    assert all(isinstance(row, dict) for row in rows)
    return [name for row in rows if isinstance(row, dict) for name in row.get("unread") or ()]


@pytest.mark.parametrize("example", JSON, ids=lambda e: e.form)
def test_a_key_that_nobody_knows_is_named_wherever_it_stands(example: Example) -> None:
    lines = example.data.decode().splitlines()
    value = json.loads(example.data) if len(lines) == 1 else json.loads(lines[0])
    top = isinstance(value, dict)
    before = set(unread_in(example, value))
    for at, holder in enumerate(_objects(value)):
        if at == 0 and top and example.form in STREAMED:
            continue  # the object around lists that are read an element at a time
        holder["무명"] = "값"
        found = set(unread_in(example, value)) - before
        del holder["무명"]
        assert found or _is_inside(holder, before, value), holder


STREAMED = {"xfund", "coco", "aihub_scenes"}


def _objects(value: Any) -> list[dict[str, Any]]:
    """All objects, outer ones first."""
    if isinstance(value, list):
        return [each for item in value for each in _objects(item)]
    if not isinstance(value, dict):
        return []
    return [value, *(each for item in value.values() for each in _objects(item))]


def _is_inside(holder: dict[str, Any], before: set[str], value: Any) -> bool:
    """Whether an object stands in something that is named as unread as a whole."""
    keys = Keys()
    keys.watched(value)
    return any(
        item is holder or (isinstance(item, list | dict) and holder in _objects(item))
        for name in before
        for item in _at(value, name.split("."))
    )


def _at(value: Any, path: list[str]) -> list[Any]:
    if isinstance(value, list):
        return [found for item in value for found in _at(item, path)]
    if not path:
        return [value]
    return _at(value[path[0]], path[1:]) if isinstance(value, dict) and path[0] in value else []


def test_what_is_gone_through_or_asked_for_is_read() -> None:
    keys = Keys()
    value = keys.watched({"a": 1, "b": {"c": 1, "d": []}, "e": [{"f": 1, "g": 2}], "h": {"i": 1}})
    assert value["e"][0].get("f") == 1
    assert {**value["b"]} == {"c": 1, "d": []}
    assert keys.unread() == ["a", "e.g", "h"]
