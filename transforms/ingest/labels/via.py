"""VGG Image Annotator 1 and 2: one JSON file for all images of a project.

`{"page.jpg12345": {"filename", "size", "regions": [{"shape_attributes": {"name": "rect", "x", "y",
"width", "height"} or {"name": "polygon", "all_points_x", "all_points_y"}, "region_attributes":
{"text": …}}], "file_attributes"}}`, also below `_via_img_metadata`; `regions` is an object of
numbers in version 1. Pixels of the displayed image. A shape is text where one of its attributes is,
else a region of the first attribute's kind. Circles, ellipses, lines and points are not read.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.labels_as_text import add_shape
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import number_of, object_of, quad_of, row_or_error
from gyogwa.transforms.ingest.labels.watched import keys_of

_WRAPPED = "_via_img_metadata"
_SIDES = ("x", "y", "width", "height")
_POINTS = ("all_points_x", "all_points_y")


def _fits(head: Head) -> bool:
    if not isinstance(head.json, dict):
        return False
    inner = head.json.get(_WRAPPED, head.json)
    images = inner.values() if isinstance(inner, dict) else ()
    first = next((image for image in images if isinstance(image, dict)), None)
    return isinstance(first, dict) and {"filename", "regions"} <= first.keys()


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    project = object_of(json_of(file), "the file")
    inner = project.get(_WRAPPED)
    images = inner if isinstance(inner, dict) else project
    for name in keys_of(images):
        if isinstance(dict.get(images, name), dict):
            yield row_or_error(name, row_of_image, images[name])


def row_of_image(value: Any) -> LabelRow:
    """What is said of one image, as the JSON has it. Raises ValueError."""
    image = object_of(value, "the image")
    path = path_of(image.get("filename"))
    if path is None:
        raise ValueError("filename is missing")
    image.get("size")  # of the file, in bytes
    entries = Entries()
    regions = image.get("regions")
    listed = list(regions.values()) if isinstance(regions, dict) else regions
    for region in entries.objects(listed, "regions"):
        shape = region.get("shape_attributes")
        said = region.get("region_attributes")
        fields = said if isinstance(said, dict) else {}
        quad = _quad(shape) if isinstance(shape, dict) else None
        if (
            quad is None
            and isinstance(shape, dict)
            and shape.get("name") not in ("rect", "polygon")
        ):
            entries.unread.append(f"shapes of type {shape.get('name')}")
        else:
            add_shape(entries, fields, None, quad)
    return entries.row({"unit": "pixels", "of": "displayed"}, file_name=path)


def _quad(shape: dict[str, Any]) -> Any:
    xs, ys = (shape.get(name) for name in _POINTS)
    if isinstance(xs, list) and isinstance(ys, list) and len(xs) == len(ys):
        return quad_of([[x, y] for x, y in zip(xs, ys, strict=True)])
    sides = [number_of(shape.get(name)) for name in _SIDES]
    if any(side is None for side in sides):
        return None
    x, y, width, height = (float(side) for side in sides if side is not None)
    return quad_of([[x, y], [x + width, y + height]])


FORM = LabelForm(
    name="via",
    endings=(".json",),
    published="https://gitlab.com/vgg/via (via-2.x.y, JSON export)",
    fits=_fits,
    rows=_rows,
)
