"""What converters of documents write, told by name though it isn't read: texts of whole paragraphs
and pages, whose words have no places. What they were made from is read itself.

Docling's JSON: https://docling-project.github.io/docling/concepts/docling_document/. MinerU's
`NAME_content_list.json`, `NAME_middle.json` and `NAME_model.json`:
https://opendatalab.github.io/MinerU/reference/output_files/. Marker's JSON, chunks and
`NAME_meta.json`: https://github.com/datalab-to/marker (README, Output Formats). Markdown is what
all three write.
"""

from collections.abc import Callable
from typing import Any

from gyogwa.transforms.ingest.labels.form import Head

LIKE = "it looks like "
"""Stands before the name where one of them is told."""
INSTEAD = "point --input at the PDF or the images that it was made from"
"""What to do about any of them."""


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


_TOLD: dict[str, Callable[[Any], bool]] = {
    "Docling's JSON": _is_docling,
    "MinerU's JSON": _is_mineru,
    "Marker's JSON": _is_marker,
}


def looks_like(head: Head) -> str:
    """What wrote a file, "" where that isn't known. Must not raise."""
    if not head.name.endswith(".json"):
        return ""
    return next((name for name, fits in _TOLD.items() if fits(head.json)), "")
