"""Odd files of the forms that give parts of pages, spans of text and tables."""

import io
import json
import tracemalloc
from typing import Any

import pytest

from gyogwa.transforms.ingest.labels.form import LabelFile
from gyogwa.transforms.ingest.labels.registry import FORMS
from tests.transforms.ingest.labels import page
from tests.transforms.ingest.labels.examples import (
    CHART_TABLE,
    coco,
    doclaynet,
    dumped,
    omnidocbench,
    pubtabnet,
)
from tests.transforms.ingest.labels.page import LINE_PAIRS, PAIRS, WORDS, flat
from tests.transforms.ingest.labels.reading import file, items, row, texts, told


def rows(form: str, uri: str, data: Any) -> list[dict[str, Any]]:
    """All rows of a file in which none is broken."""
    found = items(form, uri, data)
    assert all(isinstance(item, dict) for item in found), found
    return [item for item in found if isinstance(item, dict)]


def test_annotations_in_any_order_come_to_their_images() -> None:
    images = [{"id": n, "file_name": f"{n}.jpg"} for n in range(3)]
    annotations = [
        {"image_id": n % 2, "category_id": 1, "bbox": [n, 0, 1, 1]} for n in (3, 0, 2, 1)
    ]
    labels = {
        "annotations": annotations,
        "images": images,
        "categories": [{"id": 1, "name": "Title"}],
    }
    assert told("a.json", labels) == "coco"
    found = rows("coco", "a.json", labels)
    assert [r["file_name"] for r in found] == ["0.jpg", "1.jpg", "2.jpg"]
    assert [[p["box"][0] for p in r.get("regions", [])] for r in found] == [[0, 2], [3, 1], []]
    assert found[0]["regions"][0]["kind"] == "heading"


def test_ids_that_are_numbers_here_and_texts_there_are_the_same() -> None:
    labels = coco()
    labels["images"][0]["id"], labels["categories"][0]["id"] = "1", "10"
    assert len(rows("coco", "a.json", labels)[0]["regions"]) == 2


def test_odd_annotations_cost_themselves_only() -> None:
    labels = coco()
    labels["annotations"] += [
        {"image_id": 1, "category_id": 99, "bbox": [1, 1, 1, 1]},
        {"image_id": 1, "category_id": 10, "bbox": None},
        {"image_id": 1, "category_id": 10},
        {"image_id": 5, "category_id": 10, "bbox": [1, 1, 1, 1]},
        7,
    ]
    made = file("a.json", dumped(labels))
    (found,) = FORMS["coco"].rows(made)
    assert isinstance(found, dict)
    assert len(found["regions"]) == 2
    assert sorted(found["unread"]) == [
        "annotations that are no objects",
        "regions without a box",
        "regions without a box",
        "regions without a kind",
    ]
    assert made.told == ["annotations of no image in the file"]


def test_an_image_without_a_name_costs_itself_only() -> None:
    labels = coco()
    labels["images"] += [{"id": 2}, None]
    first, *broken = items("coco", "a.json", labels)
    assert isinstance(first, dict)
    assert [str(error) for error in broken] == [
        "images[1]: file_name is missing",
        "images[2]: the image is None, not an object",
    ]


def test_texts_in_annotations_are_words() -> None:
    labels = coco()
    for said, (text, _) in zip(labels["annotations"], LINE_PAIRS, strict=True):
        said["attributes"] = {"transcription": text}
    (found,) = rows("coco", "a.json", labels)
    assert texts(found, "lines_of_text") == [text for text, _ in LINE_PAIRS]
    assert "regions" not in found


def test_pages_that_were_labelled_again_are_told() -> None:
    labels = coco()
    again = {"id": 2, "file_name": "page.jpg", "precedence": 1}
    labels["images"] = [{**labels["images"][0], "precedence": 0}, again]
    made = file("a.json", dumped(labels))
    assert len(list(FORMS["coco"].rows(made))) == 1
    assert made.told == ["pages labelled again (precedence above 0), not read"]


def test_broken_json_gives_no_row_at_all() -> None:
    data = dumped(coco())[:-5]
    with pytest.raises(ValueError, match="broken JSON"):
        items("coco", "a.json", data)


def test_a_large_file_is_read_in_little_memory() -> None:
    count = 3_000
    images = [{"id": n, "file_name": f"{n}.jpg"} for n in range(count)]
    said = [
        {
            "id": n,
            "image_id": n * 7 % count,
            "category_id": 1,
            "bbox": [n, n, 9, 9],
            "pad": "x" * 3000,
        }
        for n in range(count)
    ]
    data = json.dumps({"images": images, "annotations": said, "categories": []}).encode()
    made = file("a.json", data)
    tracemalloc.start()
    try:
        seen = sum(1 for _ in FORMS["coco"].rows(made))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert seen == count
    assert peak < len(data) / 2


def test_cells_of_doclaynet_are_lines_on_the_image() -> None:
    labels = doclaynet()
    labels["cells"] += [{"bbox": [1, 2, 3, 4], "text": ""}, {"bbox": [1, 2, 3, 4], "text": None}]
    found = row("doclaynet", "JSON/132a.json", labels)
    assert found["stem"] == "page"
    assert found["boxes"]["size"] == [2 * page.WIDTH, 3 * page.HEIGHT]
    assert found["unread"] == ["words without text"] * 2


def test_regions_stand_in_the_order_that_is_given() -> None:
    labels = omnidocbench()
    part = labels[0]["layout_dets"][0]
    labels[0]["layout_dets"] = [
        {**part, "category_type": "header", "order": None},
        {**part, "category_type": "table", "order": 2, "html": "<table></table>", "text": None},
        {**part, "category_type": "title", "order": "1"},
        {**part, "category_type": "figure", "order": 0, "poly": [1, 2]},
    ]
    (found,) = rows("omnidocbench", "a.json", labels)
    kinds = [region["kind"] for region in found["regions"]]
    assert kinds == ["heading", "table", "page-header"]
    assert "text" not in found["regions"][1]
    assert {"layout_dets.html", "regions without a box"} <= set(found["unread"])


def test_without_spans_the_regions_are_the_transcription_if_all_are_there() -> None:
    labels = omnidocbench()
    part = labels[0]["layout_dets"][0]
    del part["line_with_spans"]
    picture = {"category_type": "figure", "poly": part["poly"]}
    labels[0]["layout_dets"].append(picture)
    (found,) = rows("omnidocbench", "a.json", labels)
    assert found["transcription"].split() == WORDS
    picture["category_type"] = "table"
    assert "transcription" not in rows("omnidocbench", "a.json", labels)[0]


def test_regions_of_one_line_each_are_lines_of_text() -> None:
    labels = omnidocbench()
    part = labels[0]["layout_dets"][0]
    del part["line_with_spans"]
    labels[0]["layout_dets"] = [
        {**part, "poly": flat(box), "text": text, "order": n}
        for n, (text, box) in enumerate(LINE_PAIRS)
    ]
    (found,) = rows("omnidocbench", "a.json", labels)
    assert [line["text"] for line in found["lines_of_text"]] == [text for text, _ in LINE_PAIRS]
    assert "transcription" not in found
    labels[0]["layout_dets"][0]["poly"] = flat([20, 30, 60, 130])
    assert "lines_of_text" not in rows("omnidocbench", "a.json", labels)[0]


def test_formulas_among_spans_are_named() -> None:
    labels = omnidocbench()
    spans = labels[0]["layout_dets"][0]["line_with_spans"]
    spans.append({"category_type": "equation_inline", "latex": "x^2", "poly": [0] * 8})
    (found,) = rows("omnidocbench", "a.json", labels)
    assert "spans of type equation_inline" in found["unread"]


def test_cells_without_a_box_are_empty_and_spans_leave_places_free() -> None:
    html = '<tr><td rowspan="2"></td><td></td></tr><tr><td></td></tr>'
    cells = [
        {"tokens": ["가"], "bbox": [0, 0, 5, 9]},
        {"tokens": ["나"]},
        {"tokens": [], "bbox": None},
    ]
    line = {"filename": "a.png", "html": {"structure": {"tokens": [html]}, "cell": cells}}
    (table,) = row("pubtabnet", "a.jsonl", line)["tables"]
    assert [
        (c["row"], c["column"], c["row_span"], c["text"], c["box"]) for c in table["cells"]
    ] == [
        (0, 0, 2, "가", [0, 0, 5, 9]),
        (0, 1, 1, "", None),
        (1, 1, 1, "", None),
    ]


def test_cells_are_lines_of_text_unless_one_is_of_several() -> None:
    line = pubtabnet()
    found = row("pubtabnet", "a.jsonl", line)
    assert texts(found, "lines_of_text") == WORDS
    cell = line["html"]["cells"][0]
    cell["bbox"] = [*cell["bbox"][:3], cell["bbox"][3] + 40]  # the page's own stays as it is
    found = row("pubtabnet", "a.jsonl", line)
    assert "lines_of_text" not in found
    assert found["unread"] == ["cells of several lines"]


def test_boxes_of_four_points_are_read() -> None:
    line = pubtabnet()
    for cell, (_, box) in zip(line["html"]["cells"], PAIRS, strict=True):
        cell["bbox"] = page.quad(box)
    assert told("gt.txt", line) == "pubtabnet"
    (table,) = row("pubtabnet", "gt.txt", line)["tables"]
    assert table["box"] == page.around(page.LINES)


def test_tables_that_make_no_sense_cost_themselves_only() -> None:
    good, short, huge, pdf = (pubtabnet() for _ in range(4))
    del short["html"]["cells"][0]
    huge["html"]["structure"]["tokens"][2:4] = ["<td", ' colspan="9999" rowspan="9999"']
    pdf["filename"] = "HAL/2015/page_43.pdf"
    lines = [dumped(x) for x in (good, short, {**good, "html": None}, huge, pdf)] + [b"{"]
    made = file("a.jsonl", b"\n".join(lines))
    first, *broken = list(FORMS["pubtabnet"].rows(made))
    assert isinstance(first, dict)
    assert [str(error)[:6] for error in broken] == ["line 2", "line 3", "line 4", "line 6"]
    assert "the structure has 5 cells, and 4 are given" in str(broken[0])
    assert made.told == ["tables of PDFs, with boxes from below, not read"]


def test_captions_of_coco_are_those_of_the_image() -> None:
    labels = {
        "images": [{"id": 7, "file_name": "page.jpg"}],
        "annotations": [
            {"id": 1, "image_id": 7, "caption": "안내문이 붙어 있다."},
            {"id": 2, "image_id": 7, "caption": "A notice on a wall."},
        ],
    }
    assert told("captions_train.json", labels) == "coco"
    (found,) = rows("coco", "captions_train.json", labels)
    assert found["text"] == "안내문이 붙어 있다."
    assert found["unread"] == ["captions beside the first of an image"]


@pytest.mark.parametrize(("name", "key"), [("file_name", "id"), ("image_name", "image_id")])
def test_questions_of_coco_are_about_the_image(name: str, key: str) -> None:
    labels = {
        "images": [{key: "C1", name: "page.jpg"}, {key: "C2", name: "b.jpg"}],
        "annotations": [
            {"image_id": "C1", "question": "담당자는?", "answer": "홍길동", "level": 1},
            {"image_id": "C2", "question": "일시는?", "answer": None},
        ],
    }
    assert told("라벨/C1.json", labels) == "coco"
    first, second = rows("coco", "라벨/C1.json", labels)
    assert [turn["content"] for turn in first["conversations"]] == ["담당자는?", "홍길동"]
    assert "conversations" not in second
    assert second["unread"] == ["regions without a box"]


@pytest.mark.parametrize("mark", ["", "#"])
def test_a_line_without_a_shape_costs_nothing_in_vias_csv(mark: str) -> None:
    lines = [
        f"{mark}filename,file_size,file_attributes,region_count,region_id,"
        "region_shape_attributes,region_attributes",
        'a.png,1,"{}",0,0,"{}","{}"',
        'b.png,1,"{}",2,0,"{""name"":""rect"",""x"":1,""y"":2,""width"":3,""height"":4}",'
        '"{""text"":""가""}"',
        'b.png,1,"{}",2,1,"{""name"":""circle"",""cx"":1,""cy"":2,""r"":3}","{}"',
        'c.png,1,"{}",1,0,"{""name"":","{}"',
    ]
    empty, one, broken = items("via_csv", "via.csv", "\n".join(lines))
    assert isinstance(empty, dict)
    assert "words" not in empty
    assert isinstance(one, dict)
    assert (one["file_name"], texts(one)) == ("b.png", ["가"])
    assert one["unread"] == ["shapes of type circle"]
    assert isinstance(broken, ValueError)


def test_tables_of_charts_are_asked_for() -> None:
    found = row("chart_tables", "val/tables/12.csv", CHART_TABLE)
    asked, answered = found["conversations"]
    assert (found["stem"], found["kind"]) == ("12", "chart")
    assert "차트" in asked["content"]
    assert answered["content"] == (
        "구분 | 찬성 | 반대\n2023년 5월 | 1,045 | -\n2024년 5월 | 49 | 21.5"
    )
    assert told("val/csv/12.csv", CHART_TABLE) == ""
    with pytest.raises(ValueError, match="line 3: expected a category and 1 numbers"):
        items("chart_tables", "tables/a.csv", b"a,b\nx,1\ny,two\n")


def test_keypoints_of_yolo_are_no_polygon() -> None:
    line = b"0 0.5 0.5 0.2 0.4 0.1 0.1 0.9 0.1 0.9 0.9 0.1 0.9\n"
    for said, box, left in (
        (b"names: [Text]\nkpt_shape: [4, 2]\n", [[0.4, 0.3], [0.6, 0.7]], ["keypoints"]),
        (b"names: [Text]\n", [[0.1, 0.1], [0.9, 0.9]], None),
    ):
        beside = {"../data.yaml": said}.get
        labels = LabelFile("labels/a.txt", lambda: io.BytesIO(line), beside=beside)
        (found,) = FORMS["yolo"].rows(labels)
        assert isinstance(found, dict)
        assert found.get("unread") == left
        (part,) = found["regions"]
        corners = [part["box"][0], part["box"][2]]
        assert corners == [pytest.approx(point) for point in box]
