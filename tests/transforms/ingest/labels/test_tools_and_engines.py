"""What labelling tools and OCR engines write besides the plainest page."""

import json
from typing import Any

import pytest

from gyogwa.transforms.ingest.labels.vocabulary import mapped
from gyogwa.transforms.ingest.matching import Candidates, key_of_name
from gyogwa.transforms.ingest.raw import ListedFile
from tests.transforms.ingest.labels import engines, tools
from tests.transforms.ingest.labels.examples import labelme
from tests.transforms.ingest.labels.page import (
    HEIGHT,
    LINE_PAIRS,
    LINES,
    PAIRS,
    WIDTH,
    WORDS,
    covered,
    flat,
    pixels,
    quad,
    sizes,
)
from tests.transforms.ingest.labels.reading import items, row, texts, told


def on_ink(found: dict[str, Any]) -> bool:
    return covered([pixels(word["box"], found["boxes"]) for word in found["words"]])


def test_label_studio_takes_the_last_answer_that_was_not_cancelled() -> None:
    (task,) = tools.label_studio()
    (done,) = task["annotations"]
    task["annotations"] = [{**done, "result": []}, done, {**done, "was_cancelled": True}]
    task["predictions"] = [done]
    assert texts(row("label_studio", "p.json", [task])) == WORDS
    task["annotations"] = []
    assert texts(row("label_studio", "p.json", [task])) == []


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("/data/upload/1/0a1b2c3d-%EA%B0%80.jpg", "0a1b2c3d-가.jpg"),
        ("/data/local-files/?d=scans/a.png", "scans/a.png"),
        ("s3://bucket/set/a.png", "a.png"),
        ("https://example.org/set/a.png?sig=b", "a.png"),
    ],
)
def test_where_label_studios_images_lie(image: str, name: str) -> None:
    (task,) = tools.label_studio()
    task["data"] = {"title": "page", "image": image}
    assert row("label_studio", "p.json", [task])["file_name"] == name


def test_a_shape_of_label_studio_turns_around_its_corner() -> None:
    (task,) = tools.label_studio()
    result = task["annotations"][0]["result"]
    del result[3:]
    value = {"x": 50, "y": 50, "width": 10, "height": 10, "rotation": 90, "text": ["a"]}
    for each in result:
        each["value"] = value
    (word,) = row("label_studio", "p.json", [task])["words"]
    down, across = 10 * WIDTH / HEIGHT / 100, 10 * HEIGHT / WIDTH / 100
    corners = [[0.5, 0.5], [0.5, 0.5 + down], [0.5 - across, 0.5 + down], [0.5 - across, 0.5]]
    assert word["box"] == [pytest.approx(corner) for corner in corners]


def test_label_studios_short_export_and_its_pages() -> None:
    (task,) = tools.label_studio()
    result = task["annotations"][0]["result"]
    shapes = [
        {**r["value"], "original_width": WIDTH, "original_height": HEIGHT} for r in result[::3]
    ]
    short = {"ocr": "/data/upload/1/page.jpg", "id": 1, "bbox": shapes, "transcription": WORDS}
    found = row("label_studio", "p.json", [short])
    assert told("p.json", [short]) == "label_studio"
    assert texts(found) == WORDS
    assert on_ink(found)
    task["data"] = {"pages": ["a-1.png", "a-2.png"]}
    for each in result[3:]:
        each["item_index"] = 1
    first, second = items("label_studio", "p.json", [task])
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["file_name"], texts(first)) == ("a-1.png", WORDS[:1])
    assert (second["file_name"], texts(second)) == ("a-2.png", WORDS[1:])


def test_names_that_an_upload_lengthened_are_found() -> None:
    files = [
        ListedFile("s", "files", name, name, 1, "", "") for name in ("a/page.jpg", "b/other.jpg")
    ]
    candidates = Candidates(files, files)
    chosen = candidates.choose("", "0a1b2c3d-page.jpg", True)
    assert chosen is not None
    assert chosen.image.uri == "a/page.jpg"
    assert candidates.choose("", "0a1b2c3-page.jpg", True) is None
    assert key_of_name("0a1b2c3d-page.jpg") == key_of_name("page.jpg") == "page"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("p1", "a/p1.jpg"),
        ("p1.png", "a/p1.jpg"),
        ("a/p1.PNG", "a/p1.jpg"),
        ("b/p1.png", None),  # another folder is named
        ("p2.tif", None),  # two are as good
        ("p1.json", None),
        ("doc.png", None),  # a page of it, perhaps
        ("doc", "doc.pdf"),
    ],
)
def test_names_without_their_ending_or_with_another(name: str, found: str | None) -> None:
    uris = ("a/p1.jpg", "a/p2.jpg", "b/p2.jpg", "doc.pdf")
    files = [ListedFile("s", "files", uri, uri, 1, "", "") for uri in uris]
    candidates = Candidates(files, files)
    chosen = candidates.choose("labels", name, True)
    assert (chosen.image.uri if chosen else None) == found
    assert candidates.choose("labels", name, False) is None


def test_shapes_without_a_text_are_regions_of_their_label() -> None:
    cvat = (
        tools.cvat().replace('name="text"', 'name="occluded"').replace('label="word"', 'label="표"')
    )
    found = row("cvat", "a.xml", cvat)
    assert {region["kind"] for region in found["regions"]} == {"table"}
    assert "words" not in found
    via = tools.via()["_via_img_metadata"]
    (image,) = via.values()
    regions = [{**r, "region_attributes": {"type": "stamp"}} for r in image["regions"]]
    image["regions"] = {str(n): region for n, region in enumerate(regions)}  # as version 1 has them
    found = row("via", "a.json", via)
    assert [region["kind"] for region in found["regions"]] == ["stamp"] * len(WORDS)


def test_a_box_of_cvat_turns_around_its_middle() -> None:
    said = '<attribute name="text">a</attribute>'
    sides = 'xtl="10" ytl="20" xbr="30" ybr="24"'
    box = f'<box label="w" {sides} rotation="90">{said}</box>'
    xml = f'<annotations><image name="a.jpg" width="99" height="99">{box}</image></annotations>'
    (word,) = row("cvat", "a.xml", xml)["words"]
    assert word["box"] == [pytest.approx(p) for p in ([22, 12], [22, 32], [18, 32], [18, 12])]


def test_services_speak_of_several_pages() -> None:
    answer = engines.textract()
    second = [{**block, "Page": 2, "Id": f"2-{block['Id']}"} for block in answer["Blocks"]]
    for block in second:
        for link in block.get("Relationships", []):
            block["Relationships"] = [{**link, "Ids": [f"2-{name}" for name in link["Ids"]]}]
    answer["Blocks"] += second
    found = [each for each in items("textract", "a.json", answer) if isinstance(each, dict)]
    assert [(each["stem"], each["page"]) for each in found] == [("a", 1), ("a", 2)]
    assert [texts(each) for each in found] == [WORDS, WORDS]
    assert all(word["confidence"] == engines.SURE for word in found[1]["words"])
    lines = engines.tesseract_tsv().splitlines()
    twice = "\n".join([*lines, *lines[1:]])
    assert [each["page"] for each in items("tesseract_tsv", "a.tsv", twice)] == [1, 2]  # type: ignore[index]


def test_older_and_other_answers_of_azure() -> None:
    words: list[dict[str, Any]] = [
        {"text": t, "boundingBox": flat(b), "confidence": 0.5} for t, b in PAIRS
    ]
    lines = [{"text": " ".join(WORDS), "boundingBox": flat(LINES[0]), "words": words}]
    page = {"page": 1, "width": WIDTH / 96, "height": HEIGHT / 96, "unit": "inch"}
    inches = [{**w, "boundingBox": [v / 96 for v in w["boundingBox"]]} for w in words]
    read = {"analyzeResult": {"readResults": [{**page, "lines": [{**lines[0], "words": inches}]}]}}
    points = [{"x": x, "y": y} for x, y in quad(LINES[0])]
    shaped = [
        {"text": t, "boundingPolygon": [{"x": x, "y": y} for x, y in quad(b)]} for t, b in PAIRS
    ]
    line = {"text": "…", "boundingPolygon": points, "words": shaped}
    size = {"width": WIDTH, "height": HEIGHT}
    seen = {"metadata": size, "readResult": {"blocks": [{"lines": [line]}]}}
    first = {"recognitionResults": [{**page, "lines": [{**lines[0], "words": inches}]}]}
    for answer in (read, seen, first):
        assert told("a.json", answer) == "azure_read"
        found = row("azure_read", "a.json", answer)
        assert texts(found) == WORDS
        assert on_ink(found)


def test_google_vision_without_pages_and_in_fractions() -> None:
    said = [{"description": t, "boundingPoly": {"vertices": _points(b)}} for t, b in PAIRS]
    found = row("google_vision", "a.json", {"textAnnotations": [{"description": "…"}, *said]})
    assert texts(found) == WORDS
    assert on_ink(found)
    answer = json.loads(
        json.dumps(engines.google_vision()).replace('"vertices"', '"normalizedVertices"')
    )
    for word in answer["responses"][0]["fullTextAnnotation"]["pages"][0]["blocks"][0]["paragraphs"][
        0
    ]["words"]:
        for point in word["boundingBox"]["normalizedVertices"]:
            point["x"], point["y"] = point["x"] / WIDTH, point["y"] / HEIGHT
    found = row("google_vision", "a.json", answer)
    assert found["boxes"]["unit"] == "fractions"
    assert on_ink(found)


def _points(box: list[int]) -> list[dict[str, int]]:
    """Without what is 0, as services leave it out."""
    return [{n: v for n, v in (("x", x), ("y", y)) if v} for x, y in quad(box)]


@pytest.mark.parametrize(
    ("uri", "answer"),
    [
        ("a.json", engines.paddleocr()),
        ("a.json", engines.paddleocr(pages=False)),
        ("a_res.json", {"res": engines.paddleocr_3()}),
        ("a.json", [{"boxes": quad(b), "text": t, "confident": 0.5} for t, b in PAIRS]),
        ("a_words.json", [{"bbox": b, "text": t, "flags": 0} for t, b in PAIRS]),
    ],
)
def test_lists_of_boxes_and_texts(uri: str, answer: Any) -> None:
    assert told(uri, answer) == "ocr_lists"
    found = row("ocr_lists", uri, answer)
    assert texts(found) == WORDS
    assert on_ink(found)
    assert found.get("stem", found.get("file_name")) in ("a", "page.jpg")


def test_labelme_of_its_images_name_forgets_folders_that_are_gone() -> None:
    gone = {**labelme(), "imagePath": "..\\원본\\page.jpg"}
    assert row("labelme", "set/page.json", gone)["stem"] == "page"
    assert row("labelme", "set/other.json", gone)["file_name"] == "../원본/page.jpg"


def test_images_of_one_text_are_transcriptions() -> None:
    fonts = {
        "info": {"name": "Korean Fonts"},
        "images": [{"id": "1", "file_name": "1.png", "width": 90, "height": 40}],
        "annotations": [
            {"id": "1", "image_id": "1", "text": "주민", "attributes": {"type": "단어"}}
        ],
    }
    assert told("info.json", fonts) == "aihub_scenes"
    found = row("aihub_scenes", "info.json", fonts)
    assert (found["file_name"], found["transcription"]) == ("1.png", "주민")
    assert mapped({"filename": "0.jpg", "words": "주민 설명회"}).row == {
        "file_name": "0.jpg",
        "transcription": "주민 설명회",
    }


def test_mmocrs_lines_are_transcriptions() -> None:
    line = {"img_path": "crops/1.png", "instances": [{"text": "주민 설명회"}]}
    assert row("mmocr", "textrecog_train.json", {"data_list": [line]}) == {
        "file_name": "crops/1.png",
        "transcription": "주민 설명회",
    }


def test_the_columns_of_doclaynet_base() -> None:
    columns = {"texts": [t for t, _ in LINE_PAIRS], "bboxes_line": [sizes(b) for b in LINES]}
    said = mapped({**columns, "coco_width": WIDTH, "coco_height": HEIGHT, "image": "a.png"})
    assert said.unread == ()
    assert texts(said.row, "lines_of_text") == columns["texts"]
    assert covered([pixels(e["box"], said.row["boxes"]) for e in said.row["lines_of_text"]])


def test_the_grid_of_a_table_is_no_part_of_the_page_and_no_text() -> None:
    xml = tools.pascal_voc()
    for word, name in zip(WORDS, ["table", "table row", "table column", "table row"], strict=False):
        xml = xml.replace(f"<name>{word}</name>", f"<name>{name}</name>")
    xml = xml.replace(f"<name>{WORDS[4]}</name>", "<name>table projected row header</name>")
    found = row("pascal_voc", "set/page.xml", xml)
    assert [region["kind"] for region in found["regions"]] == ["table"]
    assert found["unread"] == ["rows, columns and cells of tables as regions"] * 4
    assert not {"words", "lines_of_text"} & found.keys()


def test_texts_of_parts_are_named_and_lines_read() -> None:
    parsed = row("parsed_parts", "out/page.json", engines.dots_ocr())
    assert [part["kind"] for part in parsed["regions"]] == ["heading", "paragraph"]
    assert not {"words", "lines_of_text"} & parsed.keys()
    assert parsed["unread"] == ["texts of whole parts of the page"] * 2
    for value in (engines.structure(), {"res": engines.structure()}):
        assert told("out/page_res.json", value) == "parsed_parts"
        both = row("parsed_parts", "out/page_res.json", value)
        assert both["file_name"] == "page.jpg"
        assert texts(both) == WORDS
        assert on_ink(both)
        assert [part["kind"] for part in both["regions"]] == ["heading", "page-number"]


def test_google_vision_names_documents_in_the_cloud() -> None:
    (page,) = engines.google_vision()["responses"]
    uri = {"uri": "gs://bucket/in/스캔.pdf"}
    pages = [{**page, "context": {**uri, "pageNumber": number}} for number in (3, 4)]
    for about in (pages, [{**page, "context": {"pageNumber": n}} for n in (3, 4)]):
        answer = {"inputConfig": {"gcsSource": uri}, "responses": about}
        found = items("google_vision", "out/output-3-to-4.json", answer)
        said = [(row["file_name"], row["page"]) for row in found if isinstance(row, dict)]
        assert said == [("스캔.pdf", 3), ("스캔.pdf", 4)]
