"""Files of rows are told by their content, whatever their names, and give canonical rows."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gyogwa.transforms.ingest.labels.form import HEAD, Head, LabelFile, LabelRow
from gyogwa.transforms.ingest.labels.registry import FORMS, form_of
from gyogwa.transforms.ingest.labels.values import box_of

TURNS = [{"from": "human", "value": "<image>\n제목?"}, {"from": "gpt", "value": "안내문"}]
HERE = ("json_rows", "json_beside", "csv_rows", "parquet_rows")
NAMED = {"image": "images/1.jpg", "conversations": TURNS}


def rows_of(name: str, data: bytes, form: str) -> list[LabelRow | ValueError]:
    """The rows of a file of a form, "" for none of those here."""
    found = form_of(Head(name, data[:HEAD]))
    found = found if found in HERE else ""
    assert found == form
    return list(FORMS[found].rows(LabelFile(name, lambda: io.BytesIO(data)))) if found else []


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def as_lines(*values: Any) -> bytes:
    return b"\n".join(map(as_json, values))


def test_llava_as_a_list_and_as_lines() -> None:
    rows = [
        {"id": "1", **NAMED},
        {"id": "2", "image": ["a.jpg", "b.jpg"], "conversations": TURNS},
        {"id": "3", "image": "", "conversations": TURNS},
    ]
    expected = [
        {"file_name": "images/1.jpg", "conversations": TURNS, "unread": ["id"]},
        {"file_names": ["a.jpg", "b.jpg"], "conversations": TURNS, "unread": ["id"]},
        {"conversations": TURNS, "unread": ["id"]},
    ]
    assert rows_of("x/mix.json", as_json(rows), "json_rows") == expected
    assert rows_of("x/mix.jsonl", as_lines(*rows), "json_rows") == expected
    assert rows_of("x/mix.json", as_lines(*rows), "json_rows") == expected
    assert rows_of("x/mix.json", json.dumps(rows, indent=1).encode("utf-16"), "json_rows")
    korean = json.dumps(rows, ensure_ascii=False).encode("cp949")
    assert rows_of("x/mix.json", korean, "json_rows") == expected


def test_docvqa_keeps_its_rows_under_a_key() -> None:
    row = {"questionId": 1, "question": "Q", "image": "documents/a.png", "answers": ["A"]}
    found = rows_of("train_v1.0.json", as_json({"dataset_name": "x", "data": [row]}), "json_rows")
    turns = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]
    expected = {"file_name": "documents/a.png", "conversations": turns, "unread": ["questionId"]}
    assert found == [expected]


def test_rows_may_stand_under_a_key_each() -> None:
    asked = {"question": "Q", "image": "images/1.jpg", "choices": None, "answer": "A"}
    found = rows_of("testmini.json", as_json({"1": asked, "2": {"pid": "2"}}), "json_rows")
    turns = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]
    assert found[0] == {"file_name": "images/1.jpg", "conversations": turns}
    assert isinstance(found[1], ValueError)
    named = {"a/1.jpg": {"caption": "안내문"}, "a/2.jpg": {"caption": "끝"}}
    assert rows_of("captions.json", as_json(named), "json_rows") == [
        {"file_name": "a/1.jpg", "text": "안내문"},
        {"file_name": "a/2.jpg", "text": "끝"},
    ]


def test_one_broken_row_costs_no_other() -> None:
    data = as_lines(NAMED) + b"\n{broken\n7\n" + as_lines({"note": "x"}, NAMED)
    kinds = [type(row) for row in rows_of("a.jsonl", data, "json_rows")]
    assert kinds == [dict, ValueError, ValueError, ValueError, dict]
    kinds = [type(row) for row in rows_of("a.json", as_json([NAMED, 7, NAMED]), "json_rows")]
    assert kinds == [dict, ValueError, dict]


def test_a_list_on_one_line_is_read_piece_by_piece() -> None:
    places: list[int] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            places.append(self.tell())
            return data

    data = as_json([NAMED | {"pad": "x" * 1000} for _ in range(5000)])
    rows = FORMS["json_rows"].rows(LabelFile("a.json", lambda: Watched(data)))
    next(rows)
    assert places[-1] < len(data) / 10
    assert sum(1 for _ in rows) == 4999


@pytest.mark.parametrize(
    "value",
    [
        {"images": [{"file_name": "a.jpg", "id": 1}], "annotations": [], "categories": []},
        {"set": {"file_name": "train.json", "columns": {"messages": "messages"}}},
        {"image_size": 224, "text": {"layers": 12}},
        [{"image_id": 5, "category_id": 3}],
        [{"image": "x" * 2000, "question": "Q", "answer": "A"}],
        ["a", "b"],
        [],
        7,
    ],
)
def test_other_json_is_none_of_these(value: Any) -> None:
    assert rows_of("a.json", as_json(value), "") == []


def test_a_question_about_an_image_by_its_id_is_never_one_about_none() -> None:
    row = {"image_id": "abc", "question": "Q", "answers": ["A"]}
    (found,) = rows_of("a.json", as_json([row]), "json_rows")
    assert isinstance(found, dict)
    assert found["stem"] == "abc"


def test_a_name_under_a_key_that_nobody_knows() -> None:
    rows: Any = [{"imgname": "two_col_1.png", "query": "Q", "label": "A"}]
    (found,) = rows_of("train_human.json", as_json(rows), "json_rows")
    assert isinstance(found, dict)
    assert (found["file_name"], len(found["conversations"])) == ("two_col_1.png", 2)
    rows = [{"figure": 17, "query": "Q", "label": "A"}]
    assert rows_of("train_human.json", as_json(rows), "") == []


def test_json_of_an_images_own_name() -> None:
    facts = {"caption": "안내문", "url": "https://example.org/a.jpg", "width": 8}
    expected = {"stem": "00001", "text": "안내문", "unread": ["url", "width"]}
    assert rows_of("x/00001.json", as_json(facts), "json_beside") == [expected]


@pytest.mark.parametrize(
    ("name", "text", "encoding"),
    [
        ("metadata.csv", "file_name,text,licence\r\n1.jpg,안내문,CC0-1.0\r\n\r\n", "utf-8-sig"),
        ("metadata.tsv", "file_name\ttext\tlicence\n1.jpg\t안내문\tCC0-1.0\n", "utf-8"),
        ("captions.csv", "text;file_name;licence\n안내문;1.jpg;CC0-1.0", "cp949"),
    ],
)
def test_csv(name: str, text: str, encoding: str) -> None:
    expected = {"file_name": "1.jpg", "text": "안내문", "licence": "CC0-1.0"}
    assert rows_of(name, text.encode(encoding), "csv_rows") == [expected]


def test_a_line_that_names_what_parts_columns_is_no_row() -> None:
    for text in (
        "sep=;\r\nfile_name;text\r\n1.jpg;안내문\r\n",
        '"sep=|"\nfile_name|text\n1.jpg|안내문\n',
    ):
        assert rows_of("목록.csv", text.encode("cp949"), "csv_rows") == [
            {"file_name": "1.jpg", "text": "안내문"}
        ]


@pytest.mark.parametrize(
    ("cell", "box"),
    [
        ('"[1, 2, 30, 14]"', [1, 2, 30, 14]),
        ("1 2 30 14", [1, 2, 30, 14]),
        ('"[[1, 2], [30, 2], [30, 14], [1, 14]]"', [[1, 2], [30, 2], [30, 14], [1, 14]]),
    ],
)
def test_a_word_a_row_with_its_box_in_one_cell(cell: str, box: Any) -> None:
    text = f"filename,text,bbox\n1.jpg,주민,{cell}\n1.jpg,끝,\n2.jpg,안내,{cell}\n"
    first, second = rows_of("words.csv", text.encode(), "csv_rows")
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert [word["text"] for word in first["words"]] == ["주민"]
    assert first["unread"] == ["words without a box"]
    assert box_of(first["words"][0]["box"]) == box == box_of(second["words"][0]["box"])
    assert "text" not in first


def test_lines_a_row_are_lines_of_text() -> None:
    text = "image,x0,y0,x1,y1,text\n1.jpg,1,2,90,14,주민 설명회\n1.jpg,1,22,30,34,끝\n"
    (found,) = rows_of("lines.csv", text.encode(), "csv_rows")
    assert isinstance(found, dict)
    assert [line["text"] for line in found["lines_of_text"]] == ["주민 설명회", "끝"]
    assert "words" not in found


def test_images_in_numbered_columns_and_values_that_are_no_number() -> None:
    text = "image1,image2,question,answer\na.jpg,b.jpg,무엇이 다른가?,날짜\n"
    (found,) = rows_of("pairs.csv", text.encode(), "csv_rows")
    assert isinstance(found, dict)
    assert found["file_names"] == ["a.jpg", "b.jpg"]
    line = '{"file_name": "a.jpg", "text": NaN, "caption": "안내: NaN, 끝", "n": [-Infinity, 1]}'
    (found,) = rows_of("m.jsonl", line.encode(), "json_rows")
    assert isinstance(found, dict)
    assert found["text"] == "안내: NaN, 끝"


def test_a_box_beside_a_question_or_a_caption_makes_no_word() -> None:
    asked = {"image": "1.jpg", "question": "Q", "label": "A", "bbox": [1, 2, 3, 4]}
    (found,) = rows_of("a.json", as_json([asked]), "json_rows")
    assert isinstance(found, dict)
    assert "conversations" in found
    assert found["unread"] == ["bbox"]
    captioned = "file_name,text,points\n1.jpg,안내문,12\n"
    assert rows_of("a.csv", captioned.encode(), "csv_rows") == [
        {"file_name": "1.jpg", "text": "안내문", "unread": ["points"]}
    ]


def test_cells_of_csv_with_line_breaks_json_and_nothing() -> None:
    words = json.dumps([{"text": "a", "box": [1, 2, 3, 4]}]).replace('"', '""')
    text = f'file_name,text,words,id\n1.jpg,"a\nb","{words}",7\n2.jpg,,,8\n3.jpg,a,,9,10\n'
    first, second, third = rows_of("metadata.csv", text.encode(), "csv_rows")
    expected = {
        "file_name": "1.jpg",
        "text": "a\nb",
        "words": [{"text": "a", "box": [1, 2, 3, 4]}],
        "unread": ["id"],
    }
    assert first == expected
    assert second == {"file_name": "2.jpg", "unread": ["id"]}
    assert isinstance(third, ValueError)


def test_a_list_of_kinds_is_read_in_whatever_encoding() -> None:
    text = "파일명,분류\n1.jpg,인허가\n"
    for encoding in ("utf-8", "cp949", "utf-16"):
        found = rows_of("목록.csv", text.encode(encoding), "csv_rows")
        assert found == [{"file_name": "1.jpg", "kind": "인허가"}]


@pytest.mark.parametrize(
    ("columns", "box", "boxes"),
    [
        ("x0,y0,x1,y1", "1,2,30,14", None),
        ("xmin,ymin,xmax,ymax", "1,2,30,14", None),
        ("left,top,width,height", "1,2,29,12", {"form": "sizes"}),
    ],
)
def test_a_word_a_row_is_a_word_and_no_caption(columns: str, box: str, boxes: Any) -> None:
    lines = [f"image,{columns},text", f"1.jpg,{box},주민", f"1.jpg,{box},설명회", f"2.jpg,{box},끝"]
    first, second = rows_of("words.csv", "\n".join(lines).encode("cp949"), "csv_rows")
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["file_name"], second["file_name"]) == ("1.jpg", "2.jpg")
    assert [word["text"] for word in first["words"]] == ["주민", "설명회"]
    assert [float(n) for n in first["words"][0]["box"]] == [float(n) for n in box.split(",")]
    assert first.get("boxes") == boxes
    assert not {"text", "conversations", "unread"} & first.keys()


@pytest.mark.parametrize(
    ("column", "names", "kinds"),
    [
        ("label", ["Table", "List", "Table"], ["table", "list", "table"]),
        ("class", ["도장", "Invoice No", "도장"], ["stamp", "invoice-no", "stamp"]),
    ],
)
def test_a_class_a_row_is_a_part_of_the_page(
    column: str, names: list[str], kinds: list[str]
) -> None:
    lines = [f"filename,xmin,ymin,xmax,ymax,{column}"]
    lines += [f"{1 + n // 2}.jpg,1,2,30,14,{name}" for n, name in enumerate(names)]
    found = rows_of("export.csv", "\n".join(lines).encode(), "csv_rows")
    regions = [part for row in found if isinstance(row, dict) for part in row["regions"]]
    assert regions == [{"kind": kind, "box": [1, 2, 30, 14]} for kind in kinds]
    assert not any("words" in row for row in found if isinstance(row, dict))


def test_a_word_a_row_is_a_word_in_json_too() -> None:
    place = {"x": 1, "y": 2, "width": 29, "height": 12}
    rows = [{"filename": "1.jpg", **place, "text": text, "score": 1} for text in ("주민", "끝")]
    expected = {
        "file_name": "1.jpg",
        "words": [{"text": text, "box": [1, 2, 29, 12]} for text in ("주민", "끝")],
        "boxes": {"form": "sizes"},
        "unread": ["score"],
    }
    assert rows_of("words.json", as_json(rows), "json_rows") == [expected]
    first, second = rows_of("w.jsonl", as_lines(*rows) + b"\n{broken", "json_rows")
    assert first == expected
    assert isinstance(second, ValueError)
    parts = [{"image": "1.jpg", **place, "class": "Table"}]
    (found,) = rows_of("parts.json", as_json(parts), "json_rows")
    assert isinstance(found, dict)
    assert found["regions"] == [{"kind": "table", "box": [1, 2, 29, 12]}]


def test_rows_of_one_image_may_stand_anywhere() -> None:
    words = [("2.jpg", "나"), ("1.jpg", "가"), ("2.jpg", "다"), ("1.jpg", "라")]
    lines = ["image,x0,y0,x1,y1,text", *(f"{name},1,2,30,14,{word}" for name, word in words)]
    found = rows_of("words.csv", "\n".join(lines).encode(), "csv_rows")
    said = [(r["file_name"], [w["text"] for w in r["words"]]) for r in found if isinstance(r, dict)]
    assert said == [("2.jpg", ["나", "다"]), ("1.jpg", ["가", "라"])]


def test_labels_that_are_texts_stay_words_though_some_repeat() -> None:
    words = [f"{n}원" if n % 2 else "합계" for n in range(60)]
    lines = [f"{n // 6}.jpg,1,2,30,14,{word}" for n, word in enumerate(words)]
    text = "\n".join(["image,x0,y0,x1,y1,label", *lines])
    found = rows_of("labels.csv", text.encode(), "csv_rows")
    assert [w["text"] for row in found if isinstance(row, dict) for w in row["words"]] == words


def test_a_question_about_pages_is_never_one_about_none() -> None:
    asked = {"question": "Q", "answers": ["A"], "doc_id": "d", "page_ids": ["d_p0", "d_p1"]}
    assert rows_of("train.json", as_json({"data": [asked]}), "") == []
    (found,) = rows_of("a.json", as_json([{"doc_id": "d", "conversations": TURNS}]), "json_rows")
    assert isinstance(found, dict)
    assert found["unread"] == ["doc_id"]


def test_csv_of_classes_or_numbers_is_none() -> None:
    assert rows_of("labels.csv", b"a,b\n1,2\n", "") == []
    assert rows_of("train.csv", b"image,label\n1.jpg,cat\n", "") == []


def test_metadata_parquet(tmp_path: Path) -> None:
    far = pa.array([2**58, 0], pa.timestamp("ms"))
    columns = {
        "file_name": ["1.jpg", "2.jpg"],
        "text": ["안내문", None],
        "vector": [[0.5], [0.5]],
        "document": far,
    }
    pq.write_table(pa.table(columns), tmp_path / "metadata.parquet")
    found = rows_of(
        "x/metadata.parquet", (tmp_path / "metadata.parquet").read_bytes(), "parquet_rows"
    )
    assert found == [
        {"file_name": "1.jpg", "text": "안내문", "unread": ["vector", "document"]},
        {"file_name": "2.jpg", "unread": ["vector", "document"]},
    ]
    assert json.loads(json.dumps(found)) == found
