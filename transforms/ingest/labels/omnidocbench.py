"""OmniDocBench: one JSON file for many pages.

`[{"layout_dets": [{"category_type", "poly": [x1, y1, …, x4, y4], "order", "text", "latex", "html",
"line_with_spans": [{"category_type", "poly", "text"}]}], "page_info": {"image_path", "width",
"height"}, "extra"}]`, pixels, corners clockwise from the upper left. Parts of the page are regions
in reading order, those without one at the end. Spans of text are lines of text; without any, the
regions' texts are where each fills one line, and else the transcription if all are there. LaTeX and
HTML are not read. The file is read one page at a time.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import path_of
from gyogwa.transforms.ingest.labels.split import is_one_line
from gyogwa.transforms.ingest.labels.streams import JsonLists
from gyogwa.transforms.ingest.labels.values import number_of, object_of, row_or_error, size_of

_SPANS = ("line_with_spans", "line_with_spans:")
"""The second as its README has it."""
_WITHOUT_TEXT = (
    "picture",
    "chart-mask",
    "text-mask",
    "table-mask",
    "organic-chemical-formula-mask",
)


def _fits(head: Head) -> bool:
    first = head.json[0] if isinstance(head.json, list) and head.json else None
    return isinstance(first, dict) and isinstance(first.get("layout_dets"), list)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    for number, page in enumerate(JsonLists(file).items("item")):
        yield row_or_error(f"[{number}]", _row, page)


def _row(value: Any) -> LabelRow:
    page = object_of(value, "the page")
    about = object_of(page.get("page_info"), "page_info")
    path = path_of(about.get("image_path"))
    if path is None:
        raise ValueError("page_info.image_path is missing")
    entries = Entries()
    parts = sorted(entries.objects(page.get("layout_dets"), "layout_dets"), key=_order)
    for part in parts:
        entries.region(part.get("category_type"), part.get("poly"), part.get("text"))
        for name in _SPANS:
            for span in entries.objects(part.get(name), f"layout_dets.{name}"):
                if span.get("category_type") == "text_span":
                    entries.add(span.get("text"), span.get("poly"))
                else:
                    entries.unread.append(f"spans of type {span.get('category_type')}")
    entries.mention(parts, "layout_dets", "html", "latex", "merge_list")
    size = size_of(about.get("width"), about.get("height"))
    text = None if entries.texts else _transcription(entries.regions)
    if text is not None and _are_lines(entries.regions):
        for region in entries.regions:
            if "text" in region:
                entries.add(region["text"], region["box"])
        text = None
    return entries.row({"unit": "pixels", "size": size}, file_name=path, transcription=text)


def _transcription(regions: list[dict[str, Any]]) -> str | None:
    """The regions' texts, where every one that has text is known; None where one isn't."""
    written = [region for region in regions if region["kind"] not in _WITHOUT_TEXT]
    if not written or not all("text" in region for region in written):
        return None
    return "\n".join(region["text"] for region in written)


def _are_lines(regions: list[dict[str, Any]]) -> bool:
    """Whether each text of a region is one line."""
    return all(is_one_line(part["text"], part["box"]) for part in regions if "text" in part)


def _order(part: dict[str, Any]) -> float:
    order = number_of(part.get("order"))
    return float("inf") if order is None else order


FORM = LabelForm(
    name="omnidocbench",
    endings=(".json",),
    published="https://github.com/opendatalab/OmniDocBench (README, Dataset Format)",
    fits=_fits,
    rows=_rows,
)
