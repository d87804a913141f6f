"""What is told by name though it isn't read, with what to do instead.

What converters of documents write holds texts of whole paragraphs and pages, whose words have no
places; what they were made from is read itself. Docling's JSON:
https://docling-project.github.io/docling/concepts/docling_document/. MinerU's
`NAME_content_list.json`, `NAME_middle.json` and `NAME_model.json`:
https://opendatalab.github.io/MinerU/reference/output_files/. Marker's JSON, chunks and
`NAME_meta.json`: https://github.com/datalab-to/marker (README, Output Formats). Markdown is what
all three write.

Tools that export to a form that is read as well: Supervisely
(https://docs.supervisely.com/customization-and-integration/00_ann_format_navi), VoTT
(https://github.com/microsoft/VoTT), CreateML
(https://developer.apple.com/documentation/createml/building-an-object-detector-data-source).

Labels that need their other half: VQA's questions and answers (https://visualqa.org/download.html),
docTR's boxes without texts and texts by file name
(https://mindee.github.io/doctr/latest/using_doctr/custom_models_training.html), of which nothing
says whether they are captions.
"""

from collections.abc import Callable
from typing import Any

from gyogwa.transforms.files.picture_formats import ENDINGS
from gyogwa.transforms.ingest.labels.form import Head

LIKE = "it looks like "
"""Stands before the name where one of them is told."""
BLANK = "it is blank"
"""What is told of files that hold nothing, such as YOLO's labels of images without any."""
_NOTHING = ("", "{}", "[]", "null")
INSTEAD = "point --input at the PDF or the images that it was made from"
"""What to do about what a converter wrote."""
_LOOKED_AT = 20


def _entries(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _is_docling(value: Any) -> bool:
    return isinstance(value, dict) and value.get("schema_name") == "DoclingDocument"


def _is_mineru(value: Any) -> bool:
    if isinstance(value, dict):
        return any("page_idx" in page or "para_blocks" in page for page in _pages(value))
    entries = _entries(value)
    if any("page_idx" in entry and "type" in entry for entry in entries[:1]):
        return True
    found = [_entries(entry.get("layout_dets")) for entry in entries if "page_info" in entry]
    return any("category_id" in dets[0] for dets in found if dets)


def _pages(value: dict[str, Any]) -> list[dict[str, Any]]:
    return _entries(value.get("pdf_info"))


def _is_marker(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if "page_stats" in value and "table_of_contents" in value:
        return True
    blocks = _entries(value.get("children")) or _entries(value.get("blocks"))
    return any("block_type" in block and "html" in block for block in blocks[:1])


def _is_supervisely(value: Any) -> bool:
    if not isinstance(value, dict) or not {"size", "tags", "objects"} <= value.keys():
        return False
    objects = _entries(value["objects"])
    return all("classTitle" in each or "geometryType" in each for each in objects[:1])


def _is_vott(value: Any) -> bool:
    return isinstance(value, dict) and {"asset", "regions"} <= value.keys()


def _is_createml(value: Any) -> bool:
    shapes = [_entries(entry.get("annotations")) for entry in _entries(value)[:_LOOKED_AT]]
    return any("coordinates" in some[0] for some in shapes if some)


def _is_half_of_vqa(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    questions, answers = (_entries(value.get(name)) for name in ("questions", "annotations"))
    return any("question_id" in some[0] for some in (questions, answers) if some)


def _by_name(value: Any) -> list[Any]:
    """What an object says of files by their names; [] for any other."""
    if not isinstance(value, dict) or not all(str(k).lower().endswith(ENDINGS) for k in value):
        return []
    return list(value.values())


def _are_boxes(value: Any) -> bool:
    said = _by_name(value)
    return bool(said) and all(isinstance(each, dict) and "polygons" in each for each in said[:1])


def _are_texts(value: Any) -> bool:
    said = _by_name(value)
    return bool(said) and all(isinstance(each, str | list) for each in said)


_TOLD: dict[str, tuple[Callable[[Any], bool], str]] = {
    "Docling's JSON": (_is_docling, INSTEAD),
    "MinerU's JSON": (_is_mineru, INSTEAD),
    "Marker's JSON": (_is_marker, INSTEAD),
    "Supervisely's": (_is_supervisely, "export the project as COCO or Pascal VOC"),
    "VoTT's": (_is_vott, "export the project as CSV or Pascal VOC"),
    "CreateML's": (_is_createml, "export them as COCO"),
    "one half of VQA's": (
        _is_half_of_vqa,
        "bring questions and answers together: a row each, of image, question and answer",
    ),
    "boxes without texts": (_are_boxes, "they say nothing that is read here"),
    "texts by file name": (
        _are_texts,
        "write a row each, of file_name and text (a caption) or transcription (all it shows)",
    ),
}


def looks_like(head: Head) -> str:
    """What a file looks like, "" where that isn't known. Must not raise."""
    if not head.name.endswith(".json"):
        return ""
    return next((name for name, (fits, _) in _TOLD.items() if fits(head.json)), "")


def is_blank(head: Head) -> bool:
    """Whether a file holds nothing."""
    return head.text.strip() in _NOTHING


def instead_of(name: str) -> str:
    """What to do about a file that looks like that."""
    return _TOLD[name][1]
