"""Which of a labelling tool's answers about a shape is the text in it, and which its class.

Tools let people name their fields as they like; these are the names under which text is found. A
shape without such a field is a part of the page of its label's kind.
"""

from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.values import text_of
from gyogwa.transforms.ingest.labels.watched import keys_of

_TEXTS = (
    *("text", "transcription", "transcript", "value", "ocr", "ocr_text", "content", "description"),
    *("글자", "텍스트", "내용", "전사", "판독"),
)
_CLASSES = ("label", "class", "type", "category", "name", "kind", "종류", "분류")


def add_shape(entries: Entries, fields: dict[str, Any], label: Any, box: Any) -> None:
    """A shape with what was filled in for it: a text where one of the fields is that, else a region
    of its label's kind, or of the field that says one."""
    known = {name.strip().lower(): name for name in keys_of(fields)}
    name = next((known[each] for each in _TEXTS if each in known), None)
    if name is not None:
        entries.add(fields[name], box)
        return
    kind = next(
        (known[each] for each in _CLASSES if each in known), next(iter(known.values()), None)
    )
    entries.region(label if text_of(label) else fields[kind] if kind else "region", box)
