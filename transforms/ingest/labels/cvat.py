"""CVAT for images 1.1: one XML file for all images of a task.

`<annotations><version/><meta/><image id name width height><box label xtl ytl xbr ybr rotation>
<attribute name="text">…</attribute></box><polygon label points="x,y;x,y"/></image></annotations>`,
in pixels; a box is turned clockwise around its middle. A shape is text where one of its attributes
is (`text`, `transcription`, 글자 and the like), else a region of its label's kind. Lines, points,
masks, skeletons and tags are not read, nor are tracks of films. The file is read piece by piece.
"""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.labels_as_text import add_shape
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.shapes import turned
from gyogwa.transforms.ingest.labels.streams import elements_in, local, note_elements
from gyogwa.transforms.ingest.labels.values import number_of, quad_of, row_or_error, size_of

_SHAPE = ("label", "source", "occluded", "z_order", "group_id")
_KNOWN = {
    "image": ("name", "width", "height", "subset", "task_id"),
    "box": (*_SHAPE, "xtl", "ytl", "xbr", "ybr", "rotation"),
    "polygon": (*_SHAPE, "points"),
    "attribute": ("name",),
    # told with how often, one by one
    **dict.fromkeys(("polyline", "points", "mask", "skeleton", "tag"), (*_SHAPE, "points")),
}
"""Elements that are read, with their attributes: who drew a shape, and when, labels nothing."""
_SIDES = ("xtl", "ytl", "xbr", "ybr")


def _fits(head: Head) -> bool:
    return (
        "<annotations" in head.text and "<image " in head.text and "<annotation>" not in head.text
    )


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    for number, image in enumerate(elements_in(file, "image"), 1):
        note_elements(file, image, _KNOWN)
        yield row_or_error(f"image {number}", _row, image)


def _row(image: Element) -> LabelRow:
    path = path_of(image.get("name"))
    if path is None:
        raise ValueError("name is missing")
    entries = Entries()
    for shape in image:
        kind = local(shape)
        fields = {str(a.get("name")): a.text for a in shape if local(a) == "attribute"}
        if kind == "box":
            add_shape(entries, fields, shape.get("label"), _box(shape))
        elif kind == "polygon":
            pairs = [point.split(",") for point in (shape.get("points") or "").split(";")]
            add_shape(entries, fields, shape.get("label"), quad_of(pairs))
        elif kind:
            entries.unread.append(f"shapes of type {kind}")
    size = size_of(image.get("width"), image.get("height"))
    return entries.row({"unit": "pixels", "form": "corners", "size": size}, file_name=path)


def _box(shape: Element) -> Any:
    sides = [number_of(shape.get(name)) for name in _SIDES]
    degrees = number_of(shape.get("rotation"))
    if not degrees or any(side is None for side in sides):
        return sides
    x0, y0, x1, y1 = (float(side) for side in sides if side is not None)
    return turned(x0, y0, x1 - x0, y1 - y0, degrees, [(x0 + x1) / 2, (y0 + y1) / 2])


FORM = LabelForm(
    name="cvat",
    endings=(".xml",),
    published="https://docs.cvat.ai/docs/manual/advanced/xml_format/",
    fits=_fits,
    rows=_rows,
)
