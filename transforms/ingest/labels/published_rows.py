"""Rows of files that hold many, as published, brought to `form.LabelRow`."""

from typing import Any

from gyogwa.transforms.ingest.labels.form import LabelRow
from gyogwa.transforms.ingest.labels.mapping import renamed
from gyogwa.transforms.ingest.labels.vocabulary import mapped

SAYS = ("conversations", "text", "transcription", "words", "tables", "charts", "lines_of_text")
"""What a row may say of its images."""
_NAMES = ("file_name", "file_names", "stem")


def label_row(value: Any, columns: str = "") -> LabelRow:
    """The row in the one vocabulary, columns that are mapped by hand by their fields. Raises
    ValueError for what names no image, but for a
    conversation about none."""
    if not isinstance(value, dict):
        raise ValueError(f"a row is {type(value).__name__}, expected an object")
    row, unread = mapped(renamed(value, columns))
    if not is_named(row) and "conversations" not in row:
        raise ValueError(
            f"no image is named, nor anything said, under {', '.join(map(str, value))}"
        )
    return {**row, "unread": list(unread)} if unread else row


def is_named(row: LabelRow) -> bool:
    """Whether a row in the one vocabulary names its images."""
    return any(row.get(name) for name in _NAMES)


def says_something(value: Any, alone: bool = False, columns: str = "") -> bool:
    """Whether a row as published names an image and says something of it, be it only its kind, or
    holds turns; `alone`: or says something of the one image whose name isn't in it. Must not
    raise."""
    try:
        row = mapped(renamed(value, columns)).row if isinstance(value, dict) else {}
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return False
    spoken = any(row.get(name) for name in SAYS) or (row.get("kind") and is_named(row))
    return bool(spoken) and (alone or is_named(row) or isinstance(row.get("conversations"), list))
