"""Label Studio: its JSON export, a task an image, and its JSON-MIN.

`[{"id", "data": {"ocr": "/data/upload/1/0a1b2c3d-page.jpg"}, "annotations": [{"was_cancelled",
"result": [{"id", "type", "item_index", "original_width", "original_height", "value": {"x", "y",
"width", "height", "rotation", "rectanglelabels" | "labels" | "text"}}]}], "predictions"}]`; percent
of the displayed image, turned clockwise around the upper left corner. Results of one id are one
shape: its rectangle or polygon, its label, and its text (`textarea`). Of several annotations the
last that wasn't cancelled counts, then an older export's `completions`. JSON-MIN has `bbox` or
`label` lists beside `transcription`. Predictions, ellipses and brushes are not read.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from gyogwa.transforms.files.picture_formats import ENDINGS
from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.shapes import Point, turned
from gyogwa.transforms.ingest.labels.streams import JsonLists, json_of
from gyogwa.transforms.ingest.labels.values import (
    list_of,
    number_of,
    object_of,
    quad_of,
    row_or_error,
    text_of,
)
from gyogwa.transforms.ingest.labels.watched import keys_of

_SHAPES = ("bbox", "label", "poly", "rectangle", "polygon")
_KEYS = ("ocr", "image", "img", "url", "photo", "page")
_LABELS = ("rectanglelabels", "polygonlabels", "labels", "choices")
_Object = dict[str, Any]


def _fits(head: Head) -> bool:
    first = head.json[0] if isinstance(head.json, list) and head.json else head.json
    if not isinstance(first, dict):
        return False
    said = first.get("annotations", first.get("completions"))
    task = isinstance(first.get("data"), dict) and isinstance(said, list)
    return task or bool(shapes_in(first))


def shapes_in(task: _Object) -> str:
    """The name under which JSON-MIN has its shapes, "" where there are none."""
    for name in _SHAPES:
        value = task.get(name)
        shape = value[0] if isinstance(value, list) and value else None
        if isinstance(shape, dict) and "original_width" in shape:
            return name
    return ""


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    with file.open() as stream:
        one = isinstance(Head(file.uri, stream.read(1 << 12)).json, dict)
    tasks = [json_of(file)] if one else JsonLists(file).items("item")
    for number, value in enumerate(tasks, 1):
        rows = row_or_error(f"task {number}", lambda v: {"rows": list(_of_task(v))}, value)
        yield from [rows] if isinstance(rows, ValueError) else rows["rows"]


def _of_task(value: Any) -> Iterator[LabelRow]:
    task = object_of(value, "the task")
    if name := shapes_in(task):
        yield of_columns(task, name)
        return
    names = _names(object_of(task.get("data"), "data"))
    said = task.get("annotations", task.get("completions"))
    every = Entries().objects(said, "annotations")
    done = [each for each in every if str(each.get("was_cancelled")).lower() != "true"]
    results = list(Entries().objects(done[-1].get("result"), "result")) if done else []
    for number, path in enumerate(names):
        of_page = [r for r in results if int(number_of(r.get("item_index")) or 0) == number]
        yield _row(path, of_page)


def _names(data: _Object) -> list[str]:
    """The images of a task, one or those of several pages."""
    for key in (*(key for key in _KEYS if key in data), *keys_of(data)):
        value = dict.get(data, key)
        names = [_name(item) for item in (value if isinstance(value, list) else [value])]
        found = [name for name in names if name and name.lower().endswith(ENDINGS)]
        if found and len(found) == len(names):
            data.get(key)
            return found
    raise ValueError("data names no image")


def _name(value: Any) -> str | None:
    """The path of an image that was uploaded, lies on the server's disk (`?d=`), or in a bucket."""
    address = urlsplit(text_of(value) or "")
    local = parse_qs(address.query).get("d", [""])[0]
    path = path_of(unquote(local or address.path))
    return path.rsplit("/", 1)[-1] if path and not local else path


def _row(path: str, results: list[_Object]) -> LabelRow:
    entries = Entries()
    by_id: dict[str, list[_Object]] = {}
    for number, result in enumerate(results):
        by_id.setdefault(str(result.get("id") or f"#{number}"), []).append(result)
    for several in by_id.values():
        shape = next((quad for result in several if (quad := _quad(result))), None)
        values = [v for result in several if isinstance(v := result.get("value"), dict)]
        text = next((_first(v.get("text")) for v in values if v.get("text")), None)
        kind = next((_first(v[name]) for v in values for name in _LABELS if v.get(name)), None)
        if shape is None:
            kinds = {text_of(result.get("type")) or "no type" for result in several}
            entries.unread += [f"results of type {name}" for name in sorted(kinds)]
        elif any("text" in value for value in values):
            entries.add(text, shape)
        else:
            entries.region(kind or "region", shape)
    return entries.row({"unit": "fractions", "of": "displayed"}, file_name=path)


def of_columns(task: _Object, name: str) -> LabelRow:
    """Of JSON-MIN: shapes, and their texts in the same order."""
    entries, texts = Entries(), task.get("transcription", task.get("text"))
    shapes = list(entries.objects(task.get(name), name))
    said = texts if isinstance(texts, list) else [texts] if texts is not None else []
    for number, shape in enumerate(shapes):
        quad = _placed(shape, shape)
        if len(said) == len(shapes):
            entries.add(_first(said[number]), quad)
        else:
            entries.region(
                next((_first(shape[n]) for n in _LABELS if shape.get(n)), "region"), quad
            )
    if said and len(said) != len(shapes):
        entries.unread.append("transcriptions that aren't one a shape")
    return entries.row({"unit": "fractions", "of": "displayed"}, file_name=_names(task)[0])


def _first(value: Any) -> Any:
    """Of several texts, all of them, since a field may have been filled in line by line."""
    if not isinstance(value, list):
        return value
    texts = [text for text in map(text_of, value) if text]
    return " ".join(texts) if texts else None


def _quad(result: _Object) -> list[Point] | None:
    value = result.get("value")
    return _placed(value, result) if isinstance(value, dict) else None


def _placed(value: _Object, image: _Object) -> list[Point] | None:
    """The corners in fractions of the image whose size the result tells."""
    points = list_of(value.get("points"), "points") if value.get("points") else None
    if points:
        quad = quad_of(points)
        return [[x / 100, y / 100] for x, y in quad] if quad else None
    sides = [number_of(value.get(name)) for name in ("x", "y", "width", "height")]
    if any(side is None for side in sides):
        return None
    x, y, width, height = (float(side) for side in sides if side is not None)
    across = number_of(image.get("original_width")) or 1
    down = number_of(image.get("original_height")) or 1
    degrees = number_of(value.get("rotation")) or 0
    in_pixels = (x * across / 100, y * down / 100, width * across / 100, height * down / 100)
    corners = turned(*in_pixels, degrees, [in_pixels[0], in_pixels[1]])
    return [[px / across, py / down] for px, py in corners]


FORM = LabelForm(
    name="label_studio",
    endings=(".json",),
    published="https://labelstud.io/guide/export (JSON, JSON_MIN); https://labelstud.io/templates/optical_character_recognition",
    fits=_fits,
    rows=_rows,
)
