"""Photographs with words tagged in XML: ICDAR 2003, Street View Text, and KAIST's scene text in
Korean and English.

`<image><imageName/><resolution x="" y=""/>…</image>`, several a file or one, each with
`<taggedRectangle x="" y="" width="" height=""><tag>TEXT</tag></taggedRectangle>`, or as KAIST has
them `<word x="" y="" width="" height=""><character char=""/>…</word>`; pixels. Where the characters
of a word stand is not read, nor are lexica.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.streams import elements_in, local, note_elements
from gyogwa.transforms.ingest.labels.values import row_or_error, size_of

_BOX = ("x", "y", "width", "height")
_READ = {
    **dict.fromkeys(("image", "imageName", "words", "taggedRectangles", "tag"), ()),
    **dict.fromkeys(("word", "taggedRectangle"), _BOX),
    **dict.fromkeys(("resolution", "Resolution"), ("x", "y")),
    "character": ("char",),
}


def _fits(head: Head) -> bool:
    return "<imageName>" in head.text and ("<word" in head.text or "<taggedRect" in head.text)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    for number, image in enumerate(elements_in(file, "image"), 1):
        note_elements(file, image, _READ)
        yield row_or_error(f"image {number}", _row, image)


def _row(image: Element) -> LabelRow:
    name = next((path_of(each.text) for each in image if local(each) == "imageName"), None)
    if name is None:
        raise ValueError("imageName is missing")
    entries = Entries()
    for each in image.iter():
        if local(each) in ("word", "taggedRectangle"):
            entries.add(_text(each), [each.get(side) for side in _BOX])
    shape = next((each for each in image if local(each).lower() == "resolution"), None)
    size = None if shape is None else size_of(shape.get("x"), shape.get("y"))
    return entries.row({"unit": "pixels", "form": "sizes", "size": size}, file_name=name)


def _text(word: Element) -> str | None:
    tag = next((each.text for each in word if local(each) == "tag"), None)
    return tag or "".join(each.get("char", "") for each in word if local(each) == "character")


FORM = LabelForm(
    name="tagged_words",
    endings=(".xml",),
    published="https://www.iapr-tc11.org/mediawiki/index.php/KAIST_Scene_Text_Database and "
    "https://www.iapr-tc11.org/mediawiki/index.php/The_Street_View_Text_Dataset",
    fits=_fits,
    rows=_rows,
)
