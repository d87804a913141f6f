"""ALTO, versions 2 to 4: XML of one page or of several, as libraries keep their scans' text.

`alto/Layout/Page[@WIDTH, @HEIGHT]` holds `TextBlock/TextLine/String[@CONTENT, @HPOS, @VPOS, @WIDTH,
@HEIGHT, @WC]`, in `Description/MeasurementUnit`: pixels, tenths of a millimetre (mm10) or 1200ths
of an inch (inch1200). The page's size is in the same unit, so boxes are shares of it in any.
`sourceImageInformation/fileName` names the image; where a file has several pages (Tesseract's of a
TIFF has) they are those of that document by `PHYSICAL_IMG_NR`, which some count from 0.
Hyphens at the ends of lines (HYP), styles and tags are not read.
"""

import re
from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_pages
from gyogwa.transforms.ingest.labels.streams import local, note_elements, tree_of
from gyogwa.transforms.ingest.labels.values import box_of, number_of, row_or_error, size_of

_ROOT = re.compile(r"<(?:\w+:)?alto\b")
_PLACE = ("HPOS", "VPOS", "WIDTH", "HEIGHT")
_KNOWN: dict[str, Collection[str]] = {
    **dict.fromkeys(("alto", "Layout", "Description", "MeasurementUnit", "fileName"), ()),
    **dict.fromkeys(("sourceImageInformation", "SP"), _PLACE),
    "Page": ("WIDTH", "HEIGHT", "PHYSICAL_IMG_NR"),
    **dict.fromkeys(("PrintSpace", "TextBlock", "TextLine", "ComposedBlock"), _PLACE),
    "String": (*_PLACE, "CONTENT", "WC"),
    **dict.fromkeys(("Illustration", "GraphicalElement"), _PLACE),
}
"""Elements that are read, with their attributes; of the last two it is said that they are there."""
_PIXELS = "pixel"


def _fits(head: Head) -> bool:
    return _ROOT.search(head.text) is not None


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    root = tree_of(file)
    note_elements(file, root, _KNOWN)
    pages = _all(root, "Page")
    if not pages:
        raise ValueError("no Page element")
    unit = next((e.text.strip() for e in _all(root, "MeasurementUnit") if e.text), _PIXELS)
    of = of_pages(file, _images(root, len(pages)), _numbers(pages))
    for number, (page, named) in enumerate(zip(pages, of, strict=True), 1):
        yield row_or_error(f"page {number}", _row, page, unit, named)


def _images(root: Element, pages: int) -> list[str | None]:
    """The image that each page is of, by name: one a page where there are as many, else the first
    for all."""
    names = [e.text for e in _all(root, "fileName") if e.text and e.text.strip()]
    return [*names] if len(names) == pages else [names[0] if names else None] * pages


def _numbers(pages: list[Element]) -> list[int]:
    """The pages' numbers from 1, as they say or else as they come."""
    said = [number_of(page.get("PHYSICAL_IMG_NR")) for page in pages]
    known = [int(number) for number in said if number is not None and number >= 0]
    if len(set(known)) < len(pages):
        return list(range(1, len(pages) + 1))
    return [number + (0 in known) for number in known]


def _row(page: Element, unit: str, named: LabelRow) -> LabelRow:
    size = size_of(page.get("WIDTH"), page.get("HEIGHT"))
    if size is None and unit != _PIXELS:
        raise ValueError(f"boxes are in {unit}, and the page's WIDTH and HEIGHT are not told")
    entries = Entries()
    for block in _all(page, "TextBlock"):
        if box := box_of(_box(block)):
            entries.region("text", box)
        for line in _all(block, "TextLine"):
            first = len(entries.texts)
            for word in _all(line, "String"):
                entries.add(word.get("CONTENT"), _box(word), _confidence(word))
            entries.end_line(first, None, _box(line))
    parts = ("Illustration", "GraphicalElement")
    entries.unread += [name for name in parts if _all(page, name)]
    return entries.row({"unit": "pixels", "form": "sizes", "size": size}, **named)


def _all(element: Element, name: str) -> list[Element]:
    return [found for found in element.iter() if local(found) == name]


def _box(element: Element) -> list[str | None]:
    return [element.get(name) for name in _PLACE]


def _confidence(word: Element) -> float | None:
    number = number_of(word.get("WC"))
    return number if number is not None and 0 <= number <= 1 else None


FORM = LabelForm(
    name="alto",
    endings=(".xml",),
    published="https://www.loc.gov/standards/alto/",
    fits=_fits,
    rows=_rows,
    one=True,
)
