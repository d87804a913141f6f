"""Odd files of the forms that give words: what is missing, null, illegible, or several words."""

from typing import Any

import pytest

from tests.transforms.ingest.labels import page
from tests.transforms.ingest.labels.examples import (
    dumped,
    funsd,
    labelme,
)
from tests.transforms.ingest.labels.markup import icdar
from tests.transforms.ingest.labels.page import LINE_PAIRS, WORDS, flat
from tests.transforms.ingest.labels.reading import items, row, texts, told

BAD_WORDS: list[Any] = [{"text": None, "box": [1, 2, 3, 4]}, {"box": [1, 2, 3, 4]}, "no object"]


def test_a_bad_word_costs_that_word_and_is_named() -> None:
    labels = funsd()
    labels["form"][0]["words"] += [*BAD_WORDS, {"text": "끝", "box": [1, 2]}, {"text": "끝"}]
    found = row("funsd", "page.json", labels)
    assert texts(found) == WORDS
    assert sorted(found["unread"]) == [
        *("form.label", "form.words that are no objects"),
        *["words without a box"] * 2,
        *["words without text"] * 2,
    ]


def test_numbers_are_texts_and_texts_numbers() -> None:
    labels = {"form": [{"text": 2024, "box": ["40", 300, "120.5", 330]}]}
    (word,) = row("funsd", "page.json", labels)["words"]
    assert word == {"text": "2024", "box": [40, 300, 120.5, 330]}


@pytest.mark.parametrize("blank", ["", "  ", "\u200b", True, [], {}])
def test_what_is_blank_or_no_text_is_no_word(blank: object) -> None:
    found = row("funsd", "page.json", {"form": [{"text": blank, "box": [1, 2, 3, 4]}]})
    assert not texts(found)
    assert found["unread"] == ["words without text"]


def test_several_words_in_a_box_are_a_line_and_so_are_all_beside_it() -> None:
    labels = {
        "form": [{"text": "도로 점용", "box": [1, 2, 9, 4]}, {"text": "허가", "box": [1, 5, 9, 8]}]
    }
    found = row("funsd", "page.json", labels)
    assert "words" not in found
    assert texts(found, "lines_of_text") == ["도로 점용", "허가"]


def test_icdar_keeps_commas_and_takes_quotes_off() -> None:
    box = ",".join(map(str, flat([1, 2, 30, 12])))
    lines = [f"{box},1,000,원", f'{box},"제\\"3\\"차"', f"{box},###", f"{box},", "끝", f'{box},"']
    found = row("icdar", "gt_a.txt", "\r\n".join(lines))
    assert texts(found) == ["1,000,원", '제"3"차', '"']
    assert sorted(found["unread"]) == [
        "illegible text",
        "lines that are no box with text",
        "words without text",
    ]
    assert found["stem"] == "a"


@pytest.mark.parametrize(
    ("line", "text", "box"),
    [
        ("10,20,90,40,주민", "주민", [10, 20, 90, 40]),
        ("10, 20, 90, 40, 주민 안내", "주민 안내", [10, 20, 90, 40]),
        ('38 43 920 215 "Tiredness"', "Tiredness", [38, 43, 920, 215]),
        ("1,2,9,2,9,8,1,8,Korean,안내문", "안내문", [1, 2, 9, 2, 9, 8, 1, 8]),
        ("1.5,2,9,2,9,8,1.5,8,Korea", "Korea", [1.5, 2, 9, 2, 9, 8, 1.5, 8]),
        ("-3,2,9,2,9,8,-3,8,2024", "2024", [-3, 2, 9, 2, 9, 8, -3, 8]),
    ],
)
def test_icdar_in_its_years(line: str, text: str, box: list[float]) -> None:
    assert told("a.txt", line) == "icdar"
    found = row("icdar", "a.txt", line)
    (entry,) = page.entries_of(found)
    assert (entry["text"], entry["box"]) == (text, box)
    assert found["boxes"].get("form") == ("corners" if len(box) == 4 else None)


def test_what_rctw_says_of_its_texts_is_no_part_of_them() -> None:
    box = ",".join(map(str, flat([1, 2, 30, 12])))
    found = row("icdar", "image_0.txt", f'{box},0,"주민"\r\n{box},1,"1,""')
    assert texts(found) == ["주민", '1,"']
    assert "difficult" in found["unread"]
    assert texts(row("icdar", "a.txt", f'{box},0,"주민"\n{box},끝')) == ['0,"주민"', "끝"]


@pytest.mark.parametrize(
    ("lines", "path", "text"),
    [
        (["a/1.jpg\t주민 설명회", "a/2.jpg\t끝"], "a/1.jpg", "주민 설명회"),
        (['word_1.png, "say \\"hi\\", now"', 'word_2.png, "b"'], "word_1.png", 'say "hi", now'),
    ],
)
def test_lists_of_lines_and_their_texts(lines: list[str], path: str, text: str) -> None:
    assert told("gt.txt", "\r\n".join(lines)) == "recognition_list"
    first, _ = items("recognition_list", "gt.txt", "\r\n".join(lines))
    assert first == {"file_name": path, "transcription": text}


def test_lists_of_classes_are_no_texts() -> None:
    lines = [f"a/{n}.jpg\t{180 * (n % 2)}" for n in range(4)]
    assert told("train_list.txt", "\n".join(lines)) == ""
    assert told("boxes.tsv", "a.jpg\t1,2,30,12\t가\nb.jpg\t1,2,30,12\t나") == ""


def test_lines_of_receipts_stay_lines() -> None:
    found = row("icdar", "X00016469612.txt", icdar(LINE_PAIRS))
    assert texts(found, "lines_of_text") == [text for text, _ in LINE_PAIRS]
    assert page.covered([page.pixels(e["box"], found["boxes"]) for e in found["lines_of_text"]])


@pytest.mark.parametrize(
    "text",
    [
        "주민 설명회를 알리는 안내문",
        "377,117,463,117,465,130,378,130",  # a quad, and no text
        "1,2,3,4,5\n2,3,4,5,6",
        "0 5 5 1 2",
        '{"company": "X", "total": "9.00"}',
        "a.jpg 문장",
        "a.jpg\t",
        "",
    ],
)
def test_other_text_files_are_no_labels(text: str) -> None:
    assert told("a.txt", text) == ""


def test_paddle_paths_points_and_difficult_texts() -> None:
    many = [[0, 0], [5, 1], [9, 0], [9, 4], [5, 5], [0, 4]]
    labels = [
        {"transcription": "안내", "points": many},
        {"transcription": "흐림", "points": many, "difficult": True},
        {"transcription": "###", "points": many},
        {"transcription": "끝", "points": [[0, 0]]},
        {"transcription": "합계", "points": many, "key_cls": "total"},
    ]
    lines = [b"set\\img\\a.jpg\t" + dumped(labels), b"b.jpg\t[]", b"", b"c.jpg 5", b"d.jpg\t[{]"]
    first, second, *broken = items("paddle", "x/set/Label.txt", b"\n".join(lines))
    assert isinstance(first, dict)
    assert first["file_name"] == "img/a.jpg"
    assert [word["box"] for word in first["words"]] == [[[0, 0], [9, 0], [9, 5], [0, 5]]] * 2
    assert sorted(first["unread"]) == [
        "illegible text",
        "illegible text",
        "labels.key_cls",
        "words without a box",
    ]
    assert isinstance(second, dict)
    assert second["file_name"] == "b.jpg"
    assert [str(error).partition(":")[0] for error in broken] == ["line 4", "line 5"]


def test_labelme_tells_texts_from_classes() -> None:
    labels = labelme()
    labels["shapes"][0] |= {"label": "제목", "description": "주민"}
    found = row("labelme", "page.json", labels)
    assert texts(found) == ["주민"]
    assert [region["kind"] for region in found["regions"]] == [w.lower() for w in WORDS[1:]]
    for label in ("Text", "text_block", "도장", "인감", "person"):
        labels = labelme()
        for shape in labels["shapes"]:
            shape["label"] = label
        assert "words" not in row("labelme", "page.json", labels)


def test_labelme_names_the_image_and_leaves_other_shapes() -> None:
    labels = labelme() | {"imagePath": "..\\images\\스캔 1.jpg"}
    labels["shapes"][1]["shape_type"] = "circle"
    found = row("labelme", "page.json", labels)
    assert found["file_name"] == "../images/스캔 1.jpg"
    assert found["unread"] == ["shapes of type circle"]
    assert row("labelme", "a/page.json", labels | {"imagePath": None})["stem"] == "page"
    assert (
        row("labelme", "page.json", labels | {"imagePath": "D:\\x\\b.jpg"})["file_name"] == "b.jpg"
    )
