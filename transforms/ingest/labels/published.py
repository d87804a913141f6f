"""A row as it was published, from which one reader after the other takes what it knows."""

import json
import re
from collections.abc import Iterable
from typing import Any

from gyogwa.transforms.ingest.labels.printed import is_cut, printed

_PAGE = re.compile(
    r"\A\s*#{1,6} \S.*\n|\n#{1,6} \S|^\|?[ :]*-{3,}[ :]*\|[-:| ]*$|<table[ >]", re.MULTILINE
)


class Published:
    """`left`: what nobody has read so far, null left out; `row`: what was read, in the vocabulary
    of `form.LabelRow`; `unread`: names of nested keys that nothing reads."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.left = {name: value for name, value in row.items() if not is_absent(value)}
        self.row: dict[str, Any] = {}
        self.unread: list[str] = []

    def first(self, names: Iterable[str]) -> str:
        """The first of some names that is left, "" if none is."""
        return next((name for name in names if name in self.left), "")

    def take(self, name: str) -> Any:
        """What is left under a name, which is read by that; None where nothing is."""
        return self.left.pop(name, None)

    def skip(self, path: str, keys: Iterable[Any]) -> None:
        """Note that nothing reads these keys of what stands at a path."""
        self.unread += [f"{path}.{key}" for key in keys]

    def names_unread(self) -> tuple[str, ...]:
        """Of every key that nobody has read, each once."""
        return tuple(dict.fromkeys([*map(str, self.left), *self.unread]))


def is_absent(value: Any) -> bool:
    """Whether a value is null: None, or the NaN that tables hold in its place."""
    return value is None or (isinstance(value, float) and value != value)


def unpacked(value: Any) -> Any:
    """The list or object that a text holds as JSON, or as Python and NumPy print it; other values
    as they are.

    >>> unpacked('[{"text": "a"}]'), unpacked("['a']"), unpacked("[a note]"), unpacked(5)
    ([{'text': 'a'}], ['a'], '[a note]', 5)
    """
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return value
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            found = printed(value)
            return value if found is None else found
    return value


def is_data(value: Any) -> bool:
    """Whether a text is no text to read but objects as JSON, such as what an OCR engine answered,
    or a list of which only the ends were printed.

    >>> is_data('{"WORD": []}'), is_data('[{"text": "a"}]'), is_data("[1]"), is_data("{a}")
    (True, True, False, False)
    """
    if isinstance(value, str) and is_cut(value):
        return True
    found = unpacked(value)
    inner = found if isinstance(found, list) else [found]
    return any(isinstance(item, dict) for item in inner)


def is_page(text: str) -> bool:
    """Whether a text is what a program wrote of a whole page, in Markdown or HTML, and no caption.

    >>> is_page("# 공고\\n\\n본문"), is_page("|a|b|\\n|---|---|"), is_page("#1 표")
    (True, True, False)
    """
    return _PAGE.search(text) is not None


def rows_of(columns: dict[str, Any]) -> Any:
    """A list of objects from an object of lists, as `datasets` keeps them; as it is where the lists
    aren't of one length."""
    lists = {key: value for key, value in columns.items() if isinstance(value, list)}
    if len(lists) < len(columns) or len({len(value) for value in lists.values()}) != 1:
        return columns
    return [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]


def listed(value: Any) -> Any:
    """The list of texts that a text holds, as cells of CSV do; other values as they are.

    >>> listed("['안내', '공고']"), listed('["a"]'), listed("[1, 2]"), listed("[표] 안내")
    (['안내', '공고'], ['a'], '[1, 2]', '[표] 안내')
    """
    found = unpacked(value)
    texts = isinstance(found, list) and found and all(isinstance(item, str) for item in found)
    return found if texts else value


def as_text(value: Any) -> str | None:
    """A text, or a number as text; None for anything else.

    >>> as_text("a"), as_text(2024), as_text(12.0), as_text(True), as_text([])
    ('a', '2024', '12.0', None, None)
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and not is_absent(value):
        return str(value)
    return None


def texts_of(value: Any) -> list[str] | None:
    """A list of texts or numbers as texts; None for anything else."""
    if not isinstance(value, list | tuple):
        return None
    texts = [as_text(item) for item in value]
    return None if None in texts else [text for text in texts if text is not None]
