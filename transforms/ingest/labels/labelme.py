"""LabelMe: one JSON file an image, shapes with labels.

`{"version", "shapes": [{"label", "points": [[x, y], …], "shape_type", "description"}],
"imagePath", "imageWidth", "imageHeight"}`, in pixels of the image as a viewer shows it, which is
how LabelMe opens it. A rectangle has two points. Where a shape has a description, that is its text
and the label its class; else labels are texts, unless all are names of parts of a page, or all look
like names of classes (`stamp_1`), or they repeat as those do. Other shapes than polygons and
rectangles are not read.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.kinds import are_classes
from gyogwa.transforms.ingest.labels.naming import of_image
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import object_of, quad_of, size_of, text_of

_READ = ("polygon", "rectangle")


def _fits(head: Head) -> bool:
    if not isinstance(head.json, dict) or not isinstance(head.json.get("shapes"), list):
        return False
    shapes = head.json["shapes"]
    if not shapes:
        return "imagePath" in head.json or "version" in head.json
    return isinstance(shapes[0], dict) and {"label", "points"} <= shapes[0].keys()


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    page = object_of(json_of(file), "the file")
    entries = Entries()
    shapes = list(entries.objects(page.get("shapes"), "shapes"))
    classes = _are_classes(shapes)
    for shape in shapes:
        kind = shape.get("shape_type") or "polygon"
        quad = quad_of(shape.get("points"))
        if kind not in _READ:
            entries.unread.append(f"shapes of type {kind}")
        elif text_of(shape.get("description")):
            entries.add(shape["description"], quad)
        elif classes:
            entries.region(shape.get("label"), quad)
        else:
            entries.add(shape.get("label"), quad)
    boxes = {
        "unit": "pixels",
        "of": "displayed",
        "size": size_of(page.get("imageWidth"), page.get("imageHeight")),
    }
    yield entries.row(boxes, **of_image(file, page.get("imagePath")))


def _are_classes(shapes: list[dict[str, Any]]) -> bool:
    if any(text_of(shape.get("description")) for shape in shapes):
        return True
    return are_classes([text for shape in shapes if (text := text_of(shape.get("label")))])


FORM = LabelForm(
    name="labelme",
    endings=(".json",),
    published="https://github.com/wkentaro/labelme (labelme/label_file.py)",
    fits=_fits,
    rows=_rows,
    one=True,
)
