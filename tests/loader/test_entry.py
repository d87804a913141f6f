"""What is read of a KEY.json is the same with the annotation cut out as with all of it read."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gyogwa.loader.entry import Entry, read_annotation, read_entry

NASTY = st.text() | st.sampled_from(
    [',"annotation":[', ',"chosen":', '","annotation":[', '\\","chosen":"', "]}", '"', "\\"]
)


def entry(text: str, word: str, **changes: Any) -> dict[str, Any]:
    """In this project's own order of keys."""
    return {
        "schema": 1,
        "task": "refer",
        "images": [{"id": text, "file": "jpg"}],
        "conversations": [{"role": "user", "content": text}],
        "annotation": [{"words": [{"text": word, "box": [0, 0, 1, 1]}], "language": text}],
        "chosen": text,
        "rejected": None,
        "provenance": {"source": word, "detail": text},
    } | changes


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def told(read: Entry) -> tuple[Any, ...]:
    turns = [(turn.role, turn.content) for turn in read.conversations]
    return read.task, [image.file for image in read.images], turns, read.chosen, read.rejected


@given(text=NASTY, word=NASTY)
@example(text=',"annotation":[', word=',"chosen":')
def test_any_text_is_read_as_it_stands(text: str, word: str) -> None:
    data = compact(entry(text, word))
    expected = ("refer", ["jpg"], [("user", text)], text, None)
    assert told(read_entry(data)) == expected
    assert told(read_entry(json.dumps(entry(text, word)).encode())) == expected  # spaces
    assert told(read_entry(compact(dict(sorted(entry(text, word).items()))))) == expected
    annotation = read_annotation(data)
    assert annotation is not None
    assert annotation[0].words[0].text == word


@pytest.mark.parametrize(
    "changes",
    [
        # keys of these names in other places than this project's
        {"images": [{"file": "png", "annotation": [1], "chosen": 2}]},
        {"provenance": {"annotation": [1], "chosen": "no", "x": 3}},
        {"conversations": [{"role": "r", "annotation": [1], "content": "c"}]},
    ],
)
def test_the_same_names_elsewhere_mislead_nobody(changes: dict[str, Any]) -> None:
    data = compact(entry("a", "b", **changes))
    assert told(read_entry(data)) == told(read_entry(json.dumps(json.loads(data)).encode()))


def test_annotations_are_left_out_where_they_are_many() -> None:
    read = read_entry(compact(entry("a", "b" * 10_000)))
    assert bytes(read.annotation) == b"null"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (compact(entry("a", "b"))[:-9], "not valid JSON"),
        (compact(entry("a", "b", task=3)), "not of this schema.*task"),
        (compact(entry("a", "b", annotation={})), "annotation is neither a list nor null"),
        (compact(entry("a", "b", schema=2)), "schema 2, this release reads 1"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_entry(data)
