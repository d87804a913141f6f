"""How a row as published would be read: which of its columns go into which field."""

from typing import Any

from gyogwa.transforms.ingest.labels.file_names import holds_image
from gyogwa.transforms.ingest.labels.mapping import renamed
from gyogwa.transforms.ingest.labels.vocabulary import mapped

IMAGE, NOT_READ = "image", "not read"


def explained(row: dict[str, Any], columns: str = "", shown: bool = False) -> dict[str, str]:
    """Each column with the fields that change without it; `IMAGE` for one that holds an image,
    `NOT_READ` where nothing reads it. `columns`: those mapped by hand. `shown`: images come with
    the row. Columns that are null here are left out.

    >>> explained({"image": "a/1.jpg", "query": "합계는?", "label": ["12"], "human_or_machine": 0})
    {'image': 'file_name', 'query': 'conversations', 'label': 'conversations', \
'human_or_machine': 'not read'}
    """
    known = {name: value for name, value in row.items() if value is not None}
    images = {name for name, value in known.items() if shown and holds_image(value)}
    whole = _fields(known, images, columns, shown)
    found = {}
    for name in known:
        less = {key: value for key, value in known.items() if key != name}
        other = _fields(less, images, columns, shown)
        changed = [key for key in whole if whole[key] != other.get(key)]
        found[name] = IMAGE if name in images else ", ".join(changed) or NOT_READ
    return found


def _fields(row: dict[str, Any], images: set[str], columns: str, shown: bool) -> dict[str, Any]:
    plain = {name: value for name, value in row.items() if name not in images}
    try:
        return mapped(renamed(plain, columns), shown=shown).row
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return {}
