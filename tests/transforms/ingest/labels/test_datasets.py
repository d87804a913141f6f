"""Odd files of data sets that give words: XFUND, CORD, Donut and AI-Hub's four."""

import pytest

from tests.transforms.ingest.labels import page
from tests.transforms.ingest.labels.examples import (
    aihub_documents,
    aihub_forms,
    aihub_photos,
    aihub_scenes,
    cord,
    donut,
    dumped,
    xfund,
)
from tests.transforms.ingest.labels.page import WORDS
from tests.transforms.ingest.labels.reading import items, row, texts, told


def test_a_page_of_xfund_that_is_broken_costs_no_other() -> None:
    labels = xfund()
    good = labels["documents"][0]
    labels["documents"] = [{"id": 1}, good, 5, {**good, "document": {}}]
    first, second, third, fourth = items("xfund", "ko.json", labels)
    assert str(first) == "documents[0]: img is None, not an object"
    assert isinstance(second, dict)
    assert str(third) == "documents[2]: the page is 5, not an object"
    assert str(fourth) == "documents[3]: document is an object, not a list"


def test_pieces_of_words_are_joined_only_where_the_text_says_how() -> None:
    pieces = [{"text": c, "box": [n, 0, n + 1, 1]} for n, c in enumerate("주민설명회")]
    entry = {"text": "주민 설명회", "box": [0, 0, 5, 1], "words": pieces}
    page_of = {"documents": [{"img": {"fname": "a.jpg"}, "document": [entry]}]}
    assert row("xfund", "ko.json", page_of)["words"] == [
        {"text": "주민", "box": [0, 0, 2, 1]},
        {"text": "설명회", "box": [2, 0, 5, 1]},
    ]
    entry["text"] = "주민회"
    assert texts(row("xfund", "ko.json", page_of)) == list("주민설명회")
    pieces[1:3] = [{"text": "민설", "box": [1, 0, 3, 1]}]  # runs over a space
    entry["text"] = "주민 설명회"
    assert texts(row("xfund", "ko.json", page_of)) == ["주", "민설", "명", "회"]


def test_aihub_documents_without_a_size_or_with_two_images() -> None:
    labels = aihub_documents()
    labels["images"][0] = {"image.file.name": "page.jpg", "image.width": None}
    found = row("aihub_documents", "page.json", labels)
    assert found["boxes"] == {"unit": "pixels", "form": "sizes"}
    labels["images"].append({"image.file.name": "other.jpg"})
    with pytest.raises(ValueError, match="2 of them, and annotations name none"):
        items("aihub_documents", "page.json", labels)


def test_what_aihub_could_not_read_is_counted() -> None:
    forms, photos, scenes = aihub_forms(), aihub_photos(), aihub_scenes()
    forms["bbox"][0]["data"] = "xxx"
    forms["bbox"][1]["y"] = [1, 2]
    assert sorted(row("aihub_forms", "a.json", forms)["unread"]) == [
        "illegible text",
        "words without a box",
    ]
    photos["annotations"][0]["polygons"][0]["type"] = 0
    assert row("aihub_photos", "a.json", photos)["unread"].count("illegible text") == 1
    said = scenes["annotations"]
    said[0]["text"], said[1]["text"] = "XXX", None
    said[2]["attributes"] = {"class": "character"}
    found = row("aihub_scenes", "a.json", scenes)
    assert sorted(found["unread"]) == ["characters", "illegible text", "illegible text"]
    assert texts(found) == WORDS[3:]


def test_names_that_aihub_leaves_out_are_the_files_own() -> None:
    forms = aihub_forms()
    del forms["Images"]["type"]
    assert (
        row("aihub_forms", "a/IMG_OCR_53_4PO_09451.json", forms)["stem"] == "IMG_OCR_53_4PO_09451"
    )
    photos = aihub_photos() | {"name": None, "images": []}
    assert row("aihub_photos", "a/b.json", photos)["stem"] == "b"


def test_cord_gives_words_without_lines_and_names_the_rest() -> None:
    labels = cord() | {"repeating_symbol": [[{"text": "----"}]], "gt_parse": {"menu": []}}
    labels["valid_line"][0]["words"][0]["quad"] = None
    found = row("cord", "receipt_00000.json", labels)
    assert texts(found) == WORDS[1:]
    assert "lines" not in found
    assert found["boxes"]["size"] == [page.WIDTH, page.HEIGHT]
    assert set(found["unread"]) >= {"words without a box", "gt_parse", "repeating_symbol"}


def test_donut_rows_in_all_their_shapes() -> None:
    plain = donut()
    nested = {"file_name": "b.jpg", "ground_truth": {"gt_parse": {"text_sequence": "안내"}}}
    receipt = {"file_name": "c.jpg", "ground_truth": dumped(cord()).decode()}
    asked = {"file_name": "d.jpg", "ground_truth": {"gt_parses": [{"question": "?"}]}}
    lines = b"\n".join(map(dumped, [plain, nested, receipt, asked, {"ground_truth": "{}"}]))
    one, two, three, four, broken = items("donut", "metadata.jsonl", lines)
    assert [r["file_name"] for r in (one, two, three, four) if isinstance(r, dict)] == [
        "page.jpg",
        "b.jpg",
        "c.jpg",
        "d.jpg",
    ]
    assert isinstance(two, dict)
    assert two["transcription"] == "안내"
    assert isinstance(three, dict)
    assert sorted(texts(three)) == sorted(WORDS)
    assert isinstance(four, dict)
    assert four["unread"] == ["gt_parses"]
    assert str(broken) == "line 5: file_name is missing"
    beside = {"ground_truth": plain["ground_truth"]}
    assert told("page.json", beside) == "donut"
    assert row("donut", "a/page.json", beside)["stem"] == "page"


def test_a_blank_transcription_is_an_error() -> None:
    with pytest.raises(ValueError, match="blank"):
        items("line_text", "a.gt.txt", " \n")
