"""Pascal VOC, as LabelImg and CVAT write it: one XML file an image.

`<annotation><filename/><size><width/><height/></size><object><name/><bndbox><xmin/><ymin/><xmax/>
<ymax/></bndbox></object></annotation>`, in pixels. Names are texts, unless all of them are names of
parts of a page, look like names of classes, or repeat as those do; an attribute that holds a text
comes first.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.kinds import are_classes
from gyogwa.transforms.ingest.labels.labels_as_text import add_shape
from gyogwa.transforms.ingest.labels.naming import of_image
from gyogwa.transforms.ingest.labels.streams import local, note_elements, tree_of
from gyogwa.transforms.ingest.labels.values import size_of

_SIDES = ("xmin", "ymin", "xmax", "ymax")
_READ = dict.fromkeys(
    (
        *("annotation", "filename", "size", "width", "height", "object", "name", "bndbox"),
        *(*_SIDES, "attributes", "attribute", "value"),
        *("folder", "path", "source", "database", "depth", "segmented"),  # label nothing
    ),
    (),
)
"""Elements that are read."""


def _fits(head: Head) -> bool:
    return "<annotation>" in head.text and "<bndbox>" in head.text


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    root = tree_of(file)
    entries = Entries()
    note_elements(file, root, _READ)
    objects = [each for each in root if local(each) == "object"]
    classes = are_classes([name for each in objects if (name := _said(each, "name"))])
    for each in objects:
        box = [_said(inner, n) for inner in each if local(inner) == "bndbox" for n in _SIDES]
        pairs = [a for a in each.iter() if local(a) == "attribute"]
        fields = {str(_said(a, "name")): _said(a, "value") for a in pairs}
        name = _said(each, "name")
        add_shape(entries, fields if classes else {"text": name, **fields}, name, box)
    size = next((e for e in root if local(e) == "size"), None)
    sides = (None, None) if size is None else (_said(size, "width"), _said(size, "height"))
    boxes = {"unit": "pixels", "form": "corners", "size": size_of(*sides)}
    yield entries.row(boxes, **of_image(file, _said(root, "filename")))


def _said(element: Element, name: str) -> str | None:
    return next((e.text for e in element if local(e) == name and e.text), None)


FORM = LabelForm(
    name="pascal_voc",
    endings=(".xml",),
    published="http://host.robots.ox.ac.uk/pascal/VOC/; https://github.com/HumanSignal/labelImg",
    fits=_fits,
    rows=_rows,
    one=True,
)
