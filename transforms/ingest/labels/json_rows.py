"""JSON and JSONL files of rows: LLaVA, ShareGPT, ms-swift, LLaMA-Factory, and any others that name
images and say something of them in the one vocabulary.

A list of objects, such a list in an object, an object of them by number or by the name of the image
(MathVista, ScienceQA), or an object a line, under any name. Lists are read an element at a time, so
that a file of any size needs little memory. Rows that are a word of an image each, with its box
under keys of its own, are those of a table (see `word_rows`).
"""

import json
from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.files.picture_formats import ENDINGS
from gyogwa.transforms.ingest.labels.form import HEAD, Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.mapping import renamed
from gyogwa.transforms.ingest.labels.peek import json_head
from gyogwa.transforms.ingest.labels.published_rows import label_row, says_something
from gyogwa.transforms.ingest.labels.streams import JsonLists, json_of, lines_in
from gyogwa.transforms.ingest.labels.values import row_or_error
from gyogwa.transforms.ingest.labels.word_rows import holds_words, in_images

_PARSES = ("ground_truth", "gt_parse", "gt_parses")
"""Keys of rows that have a form of their own."""
_WRAPPERS = ("data", "samples", "items", "rows")
"""Keys under which rows stand in an object: `data` is DocVQA's."""


_LOOKED = 20
"""Rows of a file that are looked at."""


def _fits(head: Head) -> bool:
    some = first_rows(head)
    parsed = any(isinstance(row, dict) and any(key in row for key in _PARSES) for row in some)
    said = any(says_something(row, columns=head.columns) for row in some)
    return not parsed and (said or _hold_words(head) or _are_keyed(head))


def _are_keyed(head: Head) -> bool:
    """Whether rows stand in an object, by whatever key, and it is none itself."""
    value = head.json
    if not isinstance(value, dict) or says_something(value, columns=head.columns):
        return False
    rows = list(value.items())[:_LOOKED]
    return all(isinstance(row, dict) for _, row in rows) and any(
        says_something(_with_key(key, row), columns=head.columns) for key, row in rows
    )


def _with_key(key: str, row: Any) -> Any:
    """A row that stands under a key, which names its image where it is the name of such a file."""
    named = isinstance(row, dict) and key.lower().endswith(ENDINGS)
    return {"file_name": key, **row} if named else row


def first_rows(head: Head) -> list[Any]:
    """The first rows, as far as the head goes: of a page that is blank nothing is said."""
    value = head.json
    if isinstance(value, dict) and (wrapped := _wrapped(value)):
        value = value[wrapped]
    if isinstance(value, list):
        return value[:_LOOKED]
    lines = [json_head(line) for line in head.text.splitlines()[:_LOOKED]]
    return [value, *lines[1:]]


def _wrapped(value: dict[str, Any]) -> str:
    """The key of an object under which rows stand, "" where it is a row itself."""
    return next((key for key in _WRAPPERS if isinstance(value.get(key), list)), "")


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    with file.open() as stream:
        head = Head(file.uri, stream.read(HEAD), file.columns)
    if not _hold_words(head):
        for where, value in _published(file, head):
            yield row_or_error(where, _row, value, file.columns)
        return
    broken: list[LabelRow | ValueError] = []

    def objects() -> Iterator[dict[str, Any]]:
        for where, value in _published(file, head):
            if isinstance(value, dict):
                yield renamed(value, file.columns)
            else:
                broken.append(row_or_error(where, _row, value, file.columns))

    for row in in_images(objects()):
        yield row_or_error("the words of an image", label_row, row)
    yield from broken


def _hold_words(head: Head) -> bool:
    """Whether a row is a word or a part of an image, as exports of tables have them."""
    rows = [renamed(row, head.columns) for row in first_rows(head)[:1] if isinstance(row, dict)]
    return any(holds_words(map(str, row), row) for row in rows)


def _published(file: LabelFile, head: Head) -> Iterator[tuple[str, Any]]:
    """Where each row stands, and the row; the error in place of a line that is no JSON."""
    wrapped = _wrapped(head.json) if isinstance(head.json, dict) else ""
    if wrapped or isinstance(head.json, list):
        place = f"{wrapped}.item" if wrapped else "item"
        for number, value in enumerate(JsonLists(file).items(place), 1):
            yield f"element {number}", value
    elif _are_keyed(head):
        for key, value in JsonLists(file).pairs():
            yield repr(key), _with_key(key, value)
    elif _is_whole(head.first_line) or not head.name.endswith(".json"):
        for number, line in lines_in(file):
            yield f"line {number}", _value_of(line)
    else:
        yield "the object", json_of(file)


def _row(value: Any, columns: str) -> LabelRow:
    if isinstance(value, ValueError | RecursionError):
        raise value
    return label_row(value, columns)


def _is_whole(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _value_of(line: str) -> Any:
    try:
        return json.loads(line, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        return error


FORM = LabelForm(
    name="json_rows",
    endings=(".json", ".jsonl", ".ndjson"),
    published="https://github.com/haotian-liu/LLaVA/blob/main/docs/Finetune_Custom_Data.md; "
    "data/README.md of hiyouga/LLaMA-Factory; "
    "docs/source_en/Customization/Custom-dataset.md of modelscope/ms-swift",
    fits=_fits,
    rows=_rows,
)
