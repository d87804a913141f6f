"""Rows as published come out in one vocabulary, and what nothing reads is named."""

import json
from typing import Any

import pytest

from gyogwa.transforms.ingest.labels.vocabulary import mapped

TURNS = [{"from": "human", "value": "<image>\nQ"}, {"from": "gpt", "value": "A"}]
QUAD = {"x1": 4, "y1": 5, "x2": 9, "y2": 5, "x3": 9, "y3": 7, "x4": 4, "y4": 7}


def pair(question: str, answer: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def seen(row: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What a row is mapped to, which mapped again must stay as it is."""
    found = mapped(row)
    assert mapped(found.row) == (found.row, ())
    return found


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ({"file_name": "a.jpg", "image": "a.jpg"}, {"file_name": "a.jpg"}),
        ({"image": "a/b.jpg"}, {"file_name": "a/b.jpg"}),
        ({"image": ["a.jpg", "b.jpg"]}, {"file_names": ["a.jpg", "b.jpg"]}),
        ({"images": ["a.jpg"]}, {"file_name": "a.jpg"}),
        ({"images": '["a.jpg", "b.jpg"]'}, {"file_names": ["a.jpg", "b.jpg"]}),
        ({"images": [{"path": "a.jpg", "bytes": None}]}, {"file_name": "a.jpg"}),
        ({"left_file_name": "a", "right_file_name": "b"}, {"file_names": ["a", "b"]}),
        ({"img_path": "a.jpg"}, {"file_name": "a.jpg"}),
        ({"image_url": "https://example.org/a.jpg"}, {"file_name": "https://example.org/a.jpg"}),
        ({"file_name": None, "image": "a.jpg"}, {"file_name": "a.jpg"}),
    ],
)
def test_names_of_files(row: dict[str, Any], names: dict[str, Any]) -> None:
    assert seen(row) == (names, ())


def test_a_second_name_that_says_something_else_is_left() -> None:
    row = {"file_name": "a.jpg", "mask_file_name": "m.png", "image": "elsewhere.jpg", "url": "u"}
    assert seen(row) == ({"file_name": "a.jpg"}, ("mask_file_name", "image", "url"))


def test_what_kind_of_image_it_is_may_be_called_otherwise() -> None:
    row = {"파일명": "1.jpg", "image.category": "인.허가", "transcription": "가"}
    assert seen(row) == ({"file_name": "1.jpg", "kind": "인.허가", "transcription": "가"}, ())
    turns = {"image": "1.jpg", "conversations": TURNS, "doc_type": "계약서"}
    assert seen(turns)[1] == ("doc_type",)  # it may be about the question


def test_images_named_by_marks_in_texts() -> None:
    turns = [{"from": "user", "value": "1: <img>a/b.jpg</img> Q"}, {"from": "gpt", "value": "A"}]
    assert seen({"conversations": turns})[0]["file_name"] == "a/b.jpg"
    assert seen({"query": "<img>b.jpg</img>Q", "response": "A"})[0]["file_name"] == "b.jpg"
    marks = {"<image_00>": "a.jpg", "<image_01>": "b.jpg"}
    assert seen({"image": marks}) == ({"file_names": ["a.jpg", "b.jpg"]}, ())


def test_images_named_in_the_parts_of_turns() -> None:
    parts = [{"type": "image", "image": "a.jpg"}, {"type": "text", "text": "Q"}]
    turns = [{"role": "user", "content": parts}, {"role": "assistant", "content": "A"}]
    assert seen({"messages": turns}) == ({"file_name": "a.jpg", "conversations": turns}, ())


@pytest.mark.parametrize(
    ("row", "words", "boxes"),
    [
        (
            {"words": ["a", "b"], "bboxes": [[1, 2, 300, 4], [0, 0, 999, 9]]},
            [{"text": "a", "box": [1, 2, 300, 4]}, {"text": "b", "box": [0, 0, 999, 9]}],
            {"guess": "thousandths"},
        ),
        (
            {"tokens": ["a"], "bbox": [[1, 2, 1500, 4]]},
            [{"text": "a", "box": [1, 2, 1500, 4]}],
            None,
        ),
        (
            {"words": ["a"], "bboxes": [[1, 2, 3, 4]], "boxes": {"unit": "pixels"}},
            [{"text": "a", "box": [1, 2, 3, 4]}],
            {"unit": "pixels"},
        ),
        (
            {"words": {"text": ["a", 7, None], "box": [[1, 2, 3, 4]] * 3}},
            [{"text": "a", "box": [1, 2, 3, 4]}, {"text": "7", "box": [1, 2, 3, 4]}],
            None,
        ),
        (
            {"words": '[{"text": 2024, "bbox": [1, 2, 3, 4]}, {"text": null, "box": 5}]'},
            [{"text": "2024", "box": [1, 2, 3, 4]}],
            None,
        ),
        (
            {"objects": {"bbox": [[1, 2, 3, 4]], "text": ["a"]}},
            [{"text": "a", "box": [1, 2, 3, 4]}],
            {"unit": "pixels", "form": "sizes"},
        ),
        (
            {"objects": [{"bbox": [1, 2, 3, 4], "text": "a"}]},
            [{"text": "a", "box": [1, 2, 3, 4]}],
            {"unit": "pixels", "form": "sizes"},
        ),
    ],
)
def test_words_with_boxes(row: dict[str, Any], words: list[Any], boxes: Any) -> None:
    expected = {"words": words} | ({"boxes": boxes} if boxes else {})
    assert seen(row) == (expected, ())


def test_a_null_word_stays_where_lines_count_words() -> None:
    words = [{"text": None, "box": [1, 1, 2, 2]}, {"text": "a", "box": [1, 1, 2, 2]}]
    found, _ = seen({"words": words, "lines": [[1, 2]]})
    assert [word["text"] for word in found["words"]] == ["", "a"]


def test_words_and_boxes_as_python_and_numpy_print_them() -> None:
    row = {"words": "['가' '나']", "bboxes": "[[ 1  2 30 40]\n [50 60 70 80]]"}
    found, unread = seen({"file_name": "a.jpg", **row})
    assert [word["text"] for word in found["words"]] == ["가", "나"]
    assert [word["box"] for word in found["words"]] == [[1, 2, 30, 40], [50, 60, 70, 80]]
    assert unread == ()
    cut = {"words": "['가' ... '나']", "bboxes": "[[1 2 3 4]\n ...\n [5 6 7 8]]"}
    assert seen({"file_name": "a.jpg", **cut})[1] == ("words", "bboxes")


def test_what_is_beside_words_and_objects_is_named_with_its_path() -> None:
    row = {
        "words": [{"text": "a", "box": [1, 2, 3, 4], "score": 0.5}],
        "ner_tags": [0],
        "objects": {"bbox": [[1, 2, 3, 4]], "categories": [3]},
    }
    assert mapped(row).unread == ("ner_tags", "objects", "words.score")
    row = {"objects": {"bbox": [[1, 2, 3, 4]], "text": ["a"], "area": [12]}}
    assert mapped(row).unread == ("objects.area",)


@pytest.mark.parametrize("name", ["conversations", "conversation", "messages", "texts"])
def test_turns_as_they_are_or_as_json_in_a_text(name: str) -> None:
    assert seen({name: TURNS}) == ({"conversations": TURNS}, ())
    assert seen({name: json.dumps(TURNS)}) == ({"conversations": TURNS}, ())


def test_turns_as_an_object_of_lists() -> None:
    turns = {"from": ["human", "gpt"], "value": ["Q", "A"]}
    expected = [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]
    assert seen({"conversations": turns}) == ({"conversations": expected}, ())


def test_lines_in_columns_are_lines_of_text() -> None:
    boxes = [[1, 2, 30, 40], [1, 50, 30, 90]]
    lines = [{"text": t, "box": b} for t, b in zip(["주민 설명회", "끝"], boxes, strict=True)]
    for row in (
        {"texts": ["주민 설명회", "끝"], "bboxes": boxes},
        {"objects": {"bbox": boxes, "text": ["주민 설명회", "끝"]}},
        {"ocr": lines},
    ):
        found, unread = seen({"file_name": "a.jpg", **row})
        assert (found["lines_of_text"], unread) == (lines, ())
        assert "words" not in found


@pytest.mark.parametrize("text", ["# 공고\n\n본문", "<table><tr><td>1</td></tr></table>"])
def test_what_was_written_of_a_page_is_no_caption(text: str) -> None:
    assert seen({"file_name": "a.jpg", "text": text}) == ({"file_name": "a.jpg"}, ("text",))


def test_what_is_beside_a_turn_is_named() -> None:
    turns = [{"user": "Q", "assistant": "A", "source": "x"}]
    found = seen({"texts": turns})
    assert found == ({"conversations": [{"user": "Q", "assistant": "A"}]}, ("texts.source",))


@pytest.mark.parametrize(
    ("row", "turns"),
    [
        ({"question": "Q", "answers": ["x", "y", "y"]}, pair("Q", "y")),
        ({"question": "Q", "answer": 12}, pair("Q", "12")),
        ({"query": "Q", "label": ["12"]}, pair("Q", "12")),
        ({"query": "Q", "response": "A"}, pair("Q", "A")),
        (
            {"query": "Q2", "response": "A2", "history": [["Q1", "A1"]]},
            pair("Q1", "A1") + pair("Q2", "A2"),
        ),
        ({"instruction": "I", "input": "on this", "output": "A"}, pair("I\non this", "A")),
        ({"context": "C", "question": "Q", "answers": {"text": ["A"]}}, pair("C\n\nQ", "A")),
        ({"question": ["Q1", "Q2"], "answer": ["A1", "A2"]}, pair("Q1", "A1") + pair("Q2", "A2")),
        ({"question": "Q", "choices": ["x", "y"], "answer": 1}, pair("Q\nA. x\nB. y", "B. y")),
        ({"question": "Q", "options": "['x', 'y']", "answer": "A"}, pair("Q\nA. x\nB. y", "A. x")),
        (
            {"question": "Q", "choice_a": "1", "choice_b": "2", "choice_c": "3", "answer": "C"},
            pair("Q\nA. 1\nB. 2\nC. 3", "C. 3"),
        ),
        ({"question": "Q", "answers": "['y', 'x', 'y']"}, pair("Q", "y")),
        ({"question": "Q", "answers": "['x' 'y'\n 'y']"}, pair("Q", "y")),
        ({"question": "Q", "answer": "[0.1, 0.2, 0.5, 0.4]"}, pair("Q", "[0.1, 0.2, 0.5, 0.4]")),
        ({"질문": "합계는?", "정답": 12}, pair("합계는?", "12")),
        ({"question": "Q", "A": "x", "B": "y", "answer": "(b)"}, pair("Q\nA. x\nB. y", "B. y")),
        ({"system": "S", "messages": TURNS}, [{"role": "system", "content": "S"}, *TURNS]),
    ],
)
def test_questions_and_answers_in_columns(row: dict[str, Any], turns: list[Any]) -> None:
    assert seen(row) == ({"conversations": turns}, ())


def test_of_translations_one_is_asked() -> None:
    found = seen({"query": {"de": "F", "en": "Q"}, "answers": ["A"]})
    assert found == ({"conversations": pair("Q", "A")}, ("query.de",))


@pytest.mark.parametrize(
    "row",
    [
        {"question": "Q", "answer": None},
        {"question": "Q", "choices": ["x", "y"], "answer": "E"},
        {"question": "Q", "chosen": "A", "rejected": "B"},
        {"messages": TURNS[:1], "chosen": "A", "rejected": "B"},
        {"words": ["a", "b"], "bboxes": [[1, 2, 3, 4]]},
        {"objects": {"bbox": [[1, 2, 3, 4]], "categories": ["title"]}},
        {"caption": ["a", {}]},
    ],
)
def test_what_cannot_be_used_is_named_whole(row: dict[str, Any]) -> None:
    assert seen(row) == ({}, tuple(name for name, value in row.items() if value is not None))


def test_an_answered_conversation_with_a_worse_answer_is_one_without() -> None:
    found = seen({"messages": TURNS, "rejected_response": "B"})
    assert found == ({"conversations": TURNS}, ("rejected_response",))


@pytest.mark.parametrize(
    ("row", "caption", "unread"),
    [
        ({"text": "a"}, "a", ()),
        ({"text": 2024}, "2024", ()),
        ({"text": "", "caption": "b"}, "b", ()),
        ({"captions": ["a", "b", "c"]}, "a", ("captions[1]", "captions[2]")),
        ({"text": "a", "caption": "b"}, "a", ("caption",)),
        ({"caption": '["a", "b"]'}, "a", ("caption[1]",)),
        ({"text": "[표] 안내"}, "[표] 안내", ()),
    ],
)
def test_captions(row: dict[str, Any], caption: str, unread: tuple[str, ...]) -> None:
    assert seen(row) == ({"text": caption}, unread)


def test_a_text_that_is_all_that_stands_there_is_no_caption() -> None:
    assert mapped({"text": "a line"}, transcribed=True) == ({"transcription": "a line"}, ())
    assert seen({"ocr_text": "a", "text": "b"}) == ({"transcription": "a", "text": "b"}, ())


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (["가", "나 다"], "가\n나 다"),
        ("['가', '나 다']", "가\n나 다"),
        ("[1] 각주", "[1] 각주"),
        (2024, "2024"),
        ('{"a": 1}', '{"a": 1}'),
    ],
)
def test_transcriptions_of_all_types(value: Any, said: str) -> None:
    assert seen({"file_name": "a.jpg", "transcription": value})[0]["transcription"] == said


def test_a_transcription_that_is_no_text_is_named() -> None:
    row = {"file_name": "a.jpg", "transcription": {"a": ["b"]}}
    assert seen(row) == ({"file_name": "a.jpg"}, ("transcription",))


@pytest.mark.parametrize("name", ["ocr", "ocr_text", "text", "caption"])
def test_objects_as_json_are_no_text(name: str) -> None:
    answer = '{"PAGE": [], "WORD": [{"Text": "가"}]}'
    assert seen({"file_name": "a.jpg", name: answer}) == ({"file_name": "a.jpg"}, (name,))
    plain = mapped({"file_name": "a.jpg", name: "[1] 각주"}).row
    assert "[1] 각주" in plain.values()


def test_words_with_boxes_may_be_called_after_what_read_them() -> None:
    words = [{"text": "가", "box": [1, 2, 3, 4]}]
    said = {"file_name": "a.jpg", "ocr": '[{"text": "가", "bbox": [1, 2, 3, 4]}]'}
    assert seen(said) == ({"file_name": "a.jpg", "words": words}, ())


def test_ground_truth_of_cord() -> None:
    truth = {
        "gt_parse": {"total": "3"},
        "meta": {"version": "2", "image_size": {"width": 80, "height": 50}},
        "valid_line": [{"words": [{"quad": QUAD, "text": "주민", "is_key": 0}], "row_id": 1}],
    }
    found, unread = seen({"ground_truth": json.dumps(truth)})
    assert found["words"] == [{"text": "주민", "box": [4, 5, 9, 5, 9, 7, 4, 7]}]
    assert found["boxes"] == {"unit": "pixels", "size": [80, 50]}
    assert unread == (
        "ground_truth.valid_line.row_id",
        "ground_truth.valid_line.words.is_key",
        "ground_truth.meta.version",
        "ground_truth.gt_parse",
    )


def test_ground_truth_of_donut() -> None:
    read = {"gt_parse": {"text_sequence": "분기별 보고서"}}
    assert seen({"ground_truth": json.dumps(read)}) == ({"transcription": "분기별 보고서"}, ())
    asked = [{"question": "Q", "answer": a} for a in ("x", "y", "y")]
    found, _ = seen({"ground_truth": json.dumps({"gt_parses": asked})})
    assert found["conversations"] == pair("Q", "y")
    other = {"ground_truth": json.dumps({"gt_parse": {"class": "memo"}})}
    assert seen(other) == ({}, ("ground_truth",))


def test_a_broken_ground_truth_costs_nothing_else() -> None:
    row = {"ground_truth": {"valid_line": [{"words": [{"text": "a"}]}]}, "text": "b"}
    assert seen(row) == ({"text": "b"}, ("ground_truth",))


def test_the_html_of_a_table_is_an_answer() -> None:
    html = "<html><body><table><tr><td>합계</td></tr></table></body></html>"
    found, unread = seen({"html": html, "html_table": "<table></table>"})
    question, answer = found["conversations"]
    assert (question["role"], "HTML" in question["content"]) == ("user", True)
    assert answer["content"] == "<table><tr><td>합계</td></tr></table>"
    assert unread == ("html_table",)


def test_null_and_nan_are_absent() -> None:
    assert mapped({"text": None, "page": float("nan"), "kind": None, "x": None}) == ({}, ())
