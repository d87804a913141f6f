"""Amazon Textract: the JSON that its API answers with, one file an image or document.

`{"DocumentMetadata": {"Pages"}, "Blocks": [{"BlockType": "PAGE" | "LINE" | "WORD" | …, "Text",
"Confidence", "Page", "Id", "Geometry": {"BoundingBox", "Polygon": [{"X", "Y"}, …]},
"Relationships": [{"Type": "CHILD", "Ids"}]}]}`, fractions of the page. Words stand in lines by
`Relationships`. Tables, forms and layout are not read. Pages of a document are told by `Page`.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from gyogwa.transforms.ingest.labels.entries import MACHINE, Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_page
from gyogwa.transforms.ingest.labels.shapes import points_of_objects, share_of
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import number_of, object_of, quad_of

_SIDES = ("Left", "Top", "Width", "Height")
_OTHERS = "blocks of tables, forms and layout"
_Block = dict[str, Any]


def _fits(head: Head) -> bool:
    blocks = head.json.get("Blocks") if isinstance(head.json, dict) else None
    first = blocks[0] if isinstance(blocks, list) and blocks else None
    return isinstance(first, dict) and "BlockType" in first


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    answer = object_of(json_of(file), "the file")
    blocks = list(Entries().objects(answer.get("Blocks"), "Blocks"))
    numbers = {id(block): int(number_of(block.get("Page")) or 1) for block in blocks}
    pages = sorted(set(numbers.values()))
    file.told.append(MACHINE)
    for page in pages:
        yield _row([b for b in blocks if numbers[id(b)] == page], of_page(file, page, len(pages)))


def _row(blocks: list[_Block], named: LabelRow) -> LabelRow:
    entries = Entries()
    words = {str(b.get("Id")): b for b in blocks if b.get("BlockType") == "WORD"}
    said: set[str] = set()
    for line in (b for b in blocks if b.get("BlockType") == "LINE"):
        first = len(entries.texts)
        ids = [name for name in _children(line) if name in words]
        for name in ids:
            _add(entries, words[name])
        said.update(ids)
        entries.end_line(first, None if ids else line.get("Text"), _quad(line))
    for name, word in words.items():
        if name not in said:
            _add(entries, word)
    known = ("WORD", "LINE", "PAGE")
    entries.unread += [_OTHERS for b in blocks if b.get("BlockType") not in known]
    return entries.row({"unit": "fractions", "of": "displayed"}, **named)


def _add(entries: Entries, word: _Block) -> None:
    entries.add(word.get("Text"), _quad(word), share_of(word.get("Confidence"), 100))


def _children(block: _Block) -> list[str]:
    links = block.get("Relationships")
    found = [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    ids = [link.get("Ids") for link in found if link.get("Type") == "CHILD"]
    return [str(name) for name in chain(*(each for each in ids if isinstance(each, list)))]


def _quad(block: _Block) -> Any:
    place = block.get("Geometry")
    if not isinstance(place, dict):
        return None
    box = place.get("BoundingBox")
    sides = [number_of(box.get(name)) for name in _SIDES] if isinstance(box, dict) else [None]
    if quad := quad_of(points_of_objects(place.get("Polygon"))):
        return quad
    if any(side is None for side in sides):
        return None
    x, y, width, height = (float(side) for side in sides if side is not None)
    return quad_of([[x, y], [x + width, y + height]])


FORM = LabelForm(
    name="textract",
    endings=(".json",),
    published="https://docs.aws.amazon.com/textract/latest/dg/API_Block.html",
    fits=_fits,
    rows=_rows,
)
