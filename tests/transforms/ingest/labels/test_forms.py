"""Every form: a file of it is told by it and no other, and gives the page that was drawn."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.transforms.ingest.labels.form import Head
from gyogwa.transforms.ingest.labels.registry import ENDINGS, FORMS, form_of
from tests.transforms.ingest.labels import page
from tests.transforms.ingest.labels.examples import EXAMPLES, Example
from tests.transforms.ingest.labels.reading import head, items, row, texts, told

every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.form)


IN_PIECES = {"xfund", "google_vision", "document_ai"}
"""Forms that have words in characters."""
JSON_EXAMPLES = [e for e in EXAMPLES if e.uri.endswith((".json", ".jsonl"))]


def test_there_is_an_example_of_every_form() -> None:
    elsewhere = {"json_rows", "csv_rows", "parquet_rows", "json_beside"}  # test_rows_in_files
    elsewhere |= {"caption_text", "page_text"}  # below, since no content tells them
    assert sorted(example.form for example in EXAMPLES) == sorted(FORMS.keys() - elsewhere)


@pytest.mark.parametrize(
    ("form", "field"), [("caption_text", "text"), ("page_text", "transcription")]
)
def test_texts_beside_images_are_what_the_user_says(form: str, field: str) -> None:
    text = "주민 설명회\r\n일시 2024년"
    start = head("set/page.txt", text.encode())
    assert (form_of(start), form_of(start, named=form)) == ("", form)
    assert row(form, "set/page.txt", text) == {"stem": "page", field: text}
    with pytest.raises(ValueError, match="blank"):
        items(form, "set/page.txt", "\n")


@every_example
def test_a_file_is_told_as_its_own_form_alone(example: Example) -> None:
    start = head(example.uri, example.data)
    fits = [f.name for f in FORMS.values() if start.name.endswith(f.endings) and f.fits(start)]
    general = {"json_rows", "json_beside"} | (
        {"coco"} & {*fits} if example.form == "aihub_scenes" else set()
    )
    assert fits[0] == example.form
    assert set(fits[1:]) <= general
    assert form_of(start) == form_of(start, named=example.form) == example.form
    assert form_of(Head("page.png", example.data), named=example.form) == ""


@every_example
def test_a_mark_and_windows_line_ends_change_nothing(example: Example) -> None:
    odd = b"\xef\xbb\xbf" + example.data.replace(b"\n", b"\r\n")
    assert told(example.uri, odd) == example.form
    assert items(example.form, example.uri, odd) == items(example.form, example.uri, example.data)


@every_example
@pytest.mark.parametrize("encoding", ["cp949", "utf-16"])
def test_other_encodings_are_read_and_told(example: Example, encoding: str) -> None:
    text = example.data.decode()
    odd = text.encode(encoding)
    assert told(example.uri, odd) == example.form
    assert items(example.form, example.uri, odd) == items(example.form, example.uri, example.data)


@pytest.mark.parametrize("example", JSON_EXAMPLES, ids=lambda e: e.form)
def test_numbers_as_texts_change_nothing(example: Example) -> None:
    odd = json.dumps(_as_texts(json.loads(example.data)), ensure_ascii=False).encode()
    assert told(example.uri, odd) == example.form
    assert items(example.form, example.uri, odd) == items(example.form, example.uri, example.data)


@pytest.mark.parametrize("example", JSON_EXAMPLES, ids=lambda e: e.form)
def test_any_null_costs_a_row_at_most(example: Example) -> None:
    for place, _ in _leaves(json.loads(example.data)):
        try:
            found = items(example.form, example.uri, _without(example, place))
        except ValueError as error:
            found = [error]
        assert len(found) <= 1, place


@pytest.mark.parametrize(
    "example",
    [e for e in JSON_EXAMPLES if e.gives == ("words",) and e.form not in IN_PIECES],
    ids=lambda e: e.form,
)
def test_a_text_that_is_null_costs_that_word_only(example: Example) -> None:
    (place,) = (path for path, found in _leaves(json.loads(example.data)) if found == page.WORDS[0])
    found = row(example.form, example.uri, _without(example, place))
    assert texts(found) == page.WORDS[1:]
    assert {"words without text", "illegible text"} & set(found["unread"])


@every_example
def test_the_row_names_the_image(example: Example) -> None:
    found = row(example.form, example.uri, example.data)
    named = {"file_name": example.names} if example.names else {"stem": example.stem}
    assert {key: found[key] for key in ("file_name", "stem") if key in found} == named


@every_example
def test_boxes_lie_on_the_ink(example: Example) -> None:
    found = row(example.form, example.uri, example.data)
    assert set(example.gives) <= found.keys()
    if "conversations" in example.gives:
        assert "boxes" not in found
        return
    if "transcription" in example.gives:
        assert found["transcription"].split() == page.WORDS
        return
    entries = page.entries_of(found)
    if "tables" in example.gives:
        entries = found["tables"][0]["cells"]
    elif "regions" in example.gives:
        entries = found["regions"]
    else:
        assert sorted(" ".join(e["text"] for e in entries).split()) == sorted(page.WORDS)
    assert page.covered([page.pixels(entry["box"], found["boxes"]) for entry in entries])
    assert found["boxes"]["unit"] in ("pixels", "fractions")


@pytest.mark.parametrize("form", ["page_xml", "alto", "hocr"])
def test_lines_are_runs_of_words_in_reading_order(form: str) -> None:
    example = next(e for e in EXAMPLES if e.form == form)
    found = row(form, example.uri, example.data)
    assert found["lines"] == [[0, 2], [2, 5]]
    assert texts(found) == page.WORDS


def test_a_table_is_laid_out_by_its_markup() -> None:
    example = next(e for e in EXAMPLES if e.form == "pubtabnet")
    (table,) = row("pubtabnet", example.uri, example.data)["tables"]
    names = ("row", "column", "column_span", "header", "text")
    assert [tuple(cell[name] for name in names) for cell in table["cells"]] == [
        (0, 0, 2, True, "주민"),
        (0, 2, 1, True, "설명회"),
        (1, 0, 1, False, "Notice"),
        (1, 1, 1, False, "3,450,000원"),
        (1, 2, 1, False, "2024년"),
    ]
    assert table["box"] == page.around(page.LINES)


@every_example
def test_what_is_cut_off_or_of_another_shape_gives_rows_or_one_error(example: Example) -> None:
    broken = [example.data[: len(example.data) // 2], b"", b"{}", b"[1]", b'{"form": "x"}', b"<a/>"]
    for data in broken:
        _read(example.form, example.uri, data)


@given(st.binary(max_size=400), st.sampled_from(ENDINGS))
def test_no_bytes_upset_what_tells_the_forms(data: bytes, ending: str) -> None:
    for form in FORMS.values():
        assert form.fits(Head(f"a{ending}", data)) in (True, False)


_KEYS = st.sampled_from(
    [
        *("form", "images", "annotations", "bbox", "shapes", "documents", "html", "structure"),
        *("valid_line", "ground_truth", "metadata", "layout_dets", "cells", "info", "polygons"),
        *("img", "page_info", "x", "y", "data", "text", "file_name", "Images", "words"),
    ]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=25,
)


@given(_JSON, st.sampled_from([".json", ".jsonl"]))
def test_no_json_upsets_what_tells_the_forms_or_reads_them(value: object, ending: str) -> None:
    data = json.dumps(value).encode()
    for form in FORMS.values():
        assert form.fits(Head(f"a{ending}", data)) in (True, False)
        if ending in form.endings:
            _read(form.name, f"a{ending}", data)


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=4), st.sampled_from(EXAMPLES))
def test_damaged_files_give_rows_or_say_what_is_wrong(
    at: int, damage: bytes, example: Example
) -> None:
    place = at % len(example.data)
    data = example.data[:place] + damage + example.data[place + len(damage) :]
    for form in FORMS.values():
        assert form.fits(head(example.uri, data)) in (True, False)
    _read(example.form, example.uri, data)


def _written(value: object) -> bytes:
    import json

    return json.dumps(value).encode()


def _read(form: str, uri: str, data: bytes) -> None:
    """Fail unless the file gives rows, or the errors that a form may raise."""
    try:
        found = items(form, uri, data)
    except (ValueError, KeyError, TypeError, IndexError):
        return
    assert all(isinstance(item, dict | ValueError) for item in found)


def _as_texts(value: Any) -> Any:
    """The JSON value with its numbers as texts."""
    if isinstance(value, dict):
        return {key: _as_texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_texts(inner) for inner in value]
    return str(value) if isinstance(value, int | float) else value


def _leaves(value: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The path to each value in a JSON value, and the value."""
    for key, found in value.items() if isinstance(value, dict) else enumerate(value):
        yield (key,), found
        if isinstance(found, dict | list):
            yield from (((key, *path), leaf) for path, leaf in _leaves(found))


def _without(example: Example, place: tuple[Any, ...]) -> Any:
    """The example with null at a place."""
    value = inner = json.loads(example.data)
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = None
    return value
