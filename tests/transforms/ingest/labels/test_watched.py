"""Labels in = read + unread: what any JSON form of labels holds is used, or named."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from gyogwa.transforms.ingest.labels.registry import FORMS
from gyogwa.transforms.ingest.labels.watched import Keys
from tests.transforms.ingest.labels.examples import EXAMPLES, Example
from tests.transforms.ingest.labels.markup import hocr
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
    before = set(unread_in(example, value))
    for holder in _objects(value):
        holder["무명"] = "값"
        found = set(unread_in(example, value)) - before
        del holder["무명"]
        assert found or _is_inside(holder, before, value), holder


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


XML = [e for e in EXAMPLES if FORMS[e.form].endings[0] == ".xml"]


@pytest.mark.parametrize("example", XML, ids=lambda e: e.form)
def test_an_element_or_attribute_that_nobody_knows_is_named(example: Example) -> None:
    def named(root: ElementTree.Element) -> set[str]:
        data = ElementTree.tostring(root, "unicode").encode()
        (row,) = FORMS[example.form].read(file(example.uri, data))
        assert isinstance(row, dict)
        return set(row.get("unread") or ())

    root = ElementTree.fromstring(example.data.decode())
    before = named(root)
    for holder in [each for each in root.iter() if len(each) or each.attrib]:
        around = (root, *root.findall("version"))
        if example.form in ("cvat", "tagged_words") and holder in around:
            continue  # what stands around the images is no label
        holder.set("무명", "값")
        assert named(root) - before, holder.tag
        del holder.attrib["무명"]
        ElementTree.SubElement(holder, "무명").text = "값"
        assert named(root) - before, holder.tag
        holder.remove(holder[-1])
    assert named(root) == before


def test_a_class_and_a_property_of_hocr_that_nobody_knows_are_named() -> None:
    data = hocr().replace("ocr_par", "ocr_carea", 1).replace("x_wconf", "x_size 9; x_wconf", 1)
    *_, row = FORMS["hocr"].read(file("page.hocr", data.encode()))
    assert isinstance(row, dict)
    assert {"ocr_carea", "title.x_size"} <= set(row["unread"])


def test_what_is_gone_through_or_asked_for_is_read() -> None:
    keys = Keys()
    value = keys.watched({"a": 1, "b": {"c": 1, "d": []}, "e": [{"f": 1, "g": 2}], "h": {"i": 1}})
    assert value["e"][0].get("f") == 1
    assert {**value["b"]} == {"c": 1, "d": []}
    assert keys.unread() == ["a", "e.g", "h"]
