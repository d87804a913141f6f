"""PAGE XML (PRImA), 2010 to 2019: an XML file a page, in `page/` or beside its image.

`PcGts/Page[@imageFilename, @imageWidth, @imageHeight]` holds `TextRegion[@type]/TextLine/Word`,
each with `Coords` (`points="x,y x,y …"`, or `Point` elements before 2013) and `TextEquiv/Unicode`;
pixels. A shape is told by the rectangle around it. Words are read where a line has them, else its
text; a full stop that is boxed apart belongs to its word, as the line's text has it. Of several
`TextEquiv` the one of the lowest index counts. Regions stand in `ReadingOrder`, those that it
doesn't name after them. The schema has one `Page` a file; files of several are read all the same,
each page by the image that it names. Glyphs, baselines and the grid of tables are not read.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any
from xml.etree.ElementTree import Element

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_pages
from gyogwa.transforms.ingest.labels.pieces import joined
from gyogwa.transforms.ingest.labels.streams import local, note_elements, tree_of
from gyogwa.transforms.ingest.labels.values import around_points, number_of, row_or_error, size_of

_ROOT = re.compile(r"<(?:\w+:)?PcGts\b")
_REGION: Collection[str] = ("type",)
_KNOWN: dict[str, Collection[str]] = {
    "PcGts": (),
    "Page": ("imageFilename", "imageWidth", "imageHeight"),
    **dict.fromkeys(("ReadingOrder", "Word", "TextLine", "Unicode", "PlainText"), ()),
    **dict.fromkeys(
        ("RegionRef", "RegionRefIndexed", "OrderedGroup", "OrderedGroupIndexed", "UnorderedGroup"),
        ("index", "regionRef"),
    ),
    "UnorderedGroupIndexed": ("index", "regionRef"),
    "TextEquiv": ("index",),
    "Coords": ("points",),
    "Point": ("x", "y"),
    **{
        f"{kind}Region": _REGION
        for kind in (
            *("Text", "Image", "Graphic", "LineDrawing", "Table", "Chart", "Separator", "Maths"),
            *("Chem", "Music", "Advert", "Noise", "Unknown", "Custom", "Map"),
        )
    },
}
"""Elements that are read, with their attributes."""
_LAST = float("inf")


def _children(element: Element, name: str) -> list[Element]:
    """The children of a name, whatever their namespace."""
    return [child for child in element if local(child) == name]


def _fits(head: Head) -> bool:
    return _ROOT.search(head.text) is not None


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    root = tree_of(file)
    pages = _children(root, "Page")
    if not pages:
        raise ValueError("no Page element")
    note_elements(file, root, _KNOWN)
    numbers = range(1, len(pages) + 1)
    of = of_pages(file, [page.get("imageFilename") for page in pages], numbers)
    for number, page, named in zip(numbers, pages, of, strict=True):
        yield row_or_error(f"page {number}", _row, page, named)


def _row(page: Element, named: LabelRow) -> LabelRow:
    entries = Entries()
    for region in _in_order(page):
        whole = None if _children(region, "TextLine") else _text(region)
        kind = local(region).removesuffix("Region")
        if box := _box(region):
            entries.region(region.get("type") or kind if kind == "Text" else kind, box, whole)
        for line in _children(region, "TextLine"):
            first, text = len(entries.texts), _text(line)
            words = [{"text": _text(w), "box": _box(w)} for w in _children(line, "Word")]
            for word in joined(text, words):
                entries.add(word["text"], word["box"])
            entries.end_line(first, text, _box(line))
    entries.unread += ["TableRegion"] * any(local(e) == "TableRegion" for e in page)
    boxes = {
        "unit": "pixels",
        "form": "corners",
        "size": size_of(page.get("imageWidth"), page.get("imageHeight")),
    }
    return entries.row(boxes, **named)


def _in_order(page: Element) -> list[Element]:
    """Every region, those within others too, in reading order as far as that is told."""
    regions = [e for e in page.iter() if local(e).endswith("Region")]
    named = [ref for order in _children(page, "ReadingOrder") for ref in _references(order)]
    at = {name: place for place, name in reversed(list(enumerate(named)))}
    return sorted(regions, key=lambda region: at.get(region.get("id", ""), _LAST))


def _references(group: Element) -> Iterator[str]:
    items = [e for e in group if local(e).startswith(("RegionRef", "Ordered", "Unordered"))]
    if group.get("regionRef"):
        yield group.get("regionRef", "")
    for item in sorted(items, key=_index):
        yield from _references(item)


def _index(element: Element) -> float:
    number = number_of(element.get("index"))
    return _LAST if number is None else number


def _text(element: Element) -> str | None:
    for said in sorted(_children(element, "TextEquiv"), key=_index):
        for name in ("Unicode", "PlainText"):
            for text in _children(said, name):
                if text.text and text.text.strip():
                    return text.text.strip()
    return None


def _box(element: Element) -> Any:
    """The rectangle around an element's shape, None where it has none."""
    for shape in _children(element, "Coords"):
        pairs = [point.split(",") for point in shape.get("points", "").split()]
        pairs += [[p.get("x", ""), p.get("y", "")] for p in _children(shape, "Point")]
        points = [[number_of(value) for value in pair] for pair in pairs]
        known = [[p[0], p[1]] for p in points if len(p) == 2 and None not in p]
        if known and len(known) == len(points):
            return around_points(known)  # type: ignore[arg-type]
    return None


FORM = LabelForm(
    name="page_xml",
    endings=(".xml",),
    published="https://github.com/PRImA-Research-Lab/PAGE-XML (pagecontent.xsd)",
    fits=_fits,
    rows=_rows,
    one=True,
)
