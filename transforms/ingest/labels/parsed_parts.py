"""The parts that a reader of documents found on a page, in reading order, one file an image.

dots.ocr: `[{"bbox": [x0, y0, x1, y1], "category", "text"}, …]`. PP-StructureV3 and PaddleOCR-VL:
`{"input_path", "parsing_res_list": [{"block_bbox", "block_label", "block_content"}],
"overall_ocr_res": {"rec_texts", "rec_polys", "rec_scores"}}`, also in `res`. Pixels of the image.
The text of a part is Markdown, LaTeX or HTML of any number of lines, whose words have no places: it
is named, and OCR reads the words, but where `overall_ocr_res` gives lines of text.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.ingest.labels.entries import MACHINE, Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_image, path_of
from gyogwa.transforms.ingest.labels.ocr_lists import add_columns
from gyogwa.transforms.ingest.labels.streams import json_of
from gyogwa.transforms.ingest.labels.values import box_of, object_of

_LIST, _READ, _TEXT = "parsing_res_list", "overall_ocr_res", "texts of whole parts of the page"
_KINDS = {
    "doc_title": "heading",
    "paragraph_title": "heading",
    "figure_title": "caption",
    "number": "page-number",
    "content": "contents",
    "display_formula": "formula",
}
"""What PaddleX calls otherwise than `labels.kinds` knows."""


def _fits(head: Head) -> bool:
    value = head.json
    if isinstance(value, list):
        first = value[0] if value else None
        return (
            isinstance(first, dict)
            and "category" in first
            and box_of(first.get("bbox")) is not None
        )
    inner = value.get("res", value) if isinstance(value, dict) else None
    return isinstance(inner, dict) and isinstance(inner.get(_LIST), list)


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    value = json_of(file)
    entries, name = Entries(), ""
    file.told.append(MACHINE)
    if isinstance(value, list):
        for part in entries.objects(value, "parts"):
            _part(entries, part, "category", "bbox", "text")
    else:
        whole = object_of(value, "the file")
        page = object_of(whole.get("res", whole), "res")
        for part in entries.objects(page.get(_LIST), _LIST):
            _part(entries, part, "block_label", "block_bbox", "block_content")
        if page.get(_READ) is not None:
            add_columns(entries, object_of(page[_READ], _READ))
        name = (path_of(page.get("input_path")) or "").rsplit("/", 1)[-1]
    yield entries.row({"unit": "pixels", "form": "corners"}, **of_image(file, name))


def _part(entries: Entries, part: dict[str, Any], kind: str, box: str, text: str) -> None:
    said = part.get(kind)
    entries.region(_KINDS.get(said, said) if isinstance(said, str) else said, part.get(box))
    if part.get(text):
        entries.unread.append(_TEXT)


FORM = LabelForm(
    name="parsed_parts",
    endings=(".json",),
    published="https://github.com/rednote-hilab/dots.ocr (README, prompt_layout_all_en); "
    "https://github.com/PaddlePaddle/PaddleOCR (docs, PP-StructureV3)",
    fits=_fits,
    rows=_rows,
)
