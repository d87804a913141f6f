"""CORD: receipts, one JSON file an image, in `json/` beside `image/`.

`{"valid_line": [{"words": [{"quad": {"x1", "y1", …, "x4", "y4"}, "text", "row_id", "is_key"}],
"category", "group_id"}], "meta": {"image_size": {"width", "height"}}, "roi", "repeating_symbol"}`,
pixels, corners clockwise from the upper left. A `valid_line` is a group by meaning and no line of
the page, so no lines are told.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import object_of, size_of

_QUAD = [f"{axis}{corner}" for corner in range(1, 5) for axis in "xy"]


def _fits(head: Head) -> bool:
    return isinstance(head.json, dict) and isinstance(head.json.get("valid_line"), list)


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    yield receipt(object_of(json_of(file), "the file"), stem=file.stem)


def receipt(page: dict[str, Any], **image: str) -> LabelRow:
    """The row of a page with a `valid_line`. Raises ValueError."""
    entries = Entries()
    groups = list(entries.objects(page.get("valid_line"), "valid_line"))
    for group in groups:
        for word in entries.objects(group.get("words"), "valid_line.words"):
            quad = word.get("quad")
            corners = [quad.get(n) for n in _QUAD] if isinstance(quad, dict) else None
            entries.add(word.get("text"), corners)
    entries.mention(groups, "valid_line", "category")
    entries.unread += [name for name in ("gt_parse", "roi", "repeating_symbol") if page.get(name)]
    meta = page.get("meta")
    size = meta.get("image_size") if isinstance(meta, dict) else None
    sides = size_of(size.get("width"), size.get("height")) if isinstance(size, dict) else None
    return entries.row({"unit": "pixels", "size": sides}, **image)


FORM = LabelForm(
    name="cord",
    endings=(".json",),
    published="https://github.com/clovaai/cord (README, Json Hierarchy)",
    fits=_fits,
    rows=_rows,
    one=True,
)
