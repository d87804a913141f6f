"""The drawn page's labels in every form, each as small as the form allows."""

import json
from typing import Any, NamedTuple

from tests.transforms.ingest.labels import engines, tools
from tests.transforms.ingest.labels.markup import alto, hocr, icdar, paddle, page_xml
from tests.transforms.ingest.labels.page import (
    HEIGHT,
    LINE_PAIRS,
    LINES,
    PAIRS,
    ROWS,
    WIDTH,
    WORDS,
    flat,
    quad,
    sizes,
)


class Example(NamedTuple):
    """A file of labels. `gives`: of the row's keys, those that hold what is on the page."""

    form: str
    uri: str
    data: bytes
    gives: tuple[str, ...] = ("words",)
    names: str = "page.jpg"
    stem: str = "page"
    """Of the image of such a row."""


def dumped(value: Any) -> bytes:
    """JSON as people's tools write it, Hangul as it is."""
    return json.dumps(value, ensure_ascii=False).encode()


def funsd() -> dict[str, Any]:
    """Two entries, of the words of a row each."""
    entries = []
    for number, (text, box) in enumerate(LINE_PAIRS):
        words = [{"box": b, "text": t} for t, b in PAIRS if t in ROWS[number]]
        entries.append({"id": number, "box": box, "text": text, "label": "other", "words": words})
    return {"form": [{**entry, "linking": []} for entry in entries]}


def xfund() -> dict[str, Any]:
    """Hangul words in pieces of a character, as XFUND has its Chinese ones."""
    entries = funsd()["form"]
    for entry in entries:
        entry["words"] = [piece for word in entry["words"] for piece in _pieces(word)]
    image = {"fname": "page.jpg", "width": WIDTH, "height": HEIGHT}
    return {"lang": "ko", "documents": [{"id": "page", "img": image, "document": entries}]}


def _pieces(word: dict[str, Any]) -> list[dict[str, Any]]:
    text, (x0, y0, x1, y1) = word["text"], word["box"]
    edges = [round(x0 + (x1 - x0) * n / len(text)) for n in range(len(text) + 1)]
    return [{"text": c, "box": [edges[n], y0, edges[n + 1], y1]} for n, c in enumerate(text)]


def coco() -> dict[str, Any]:
    """The two lines as regions."""
    annotations = [
        {"id": n, "image_id": 1, "category_id": 10, "bbox": sizes(box), "iscrowd": 0}
        for n, box in enumerate(LINES)
    ]
    return {
        "images": [{"id": 1, "file_name": "page.jpg", "width": WIDTH, "height": HEIGHT}],
        "annotations": annotations,
        "categories": [{"id": 10, "name": "Text"}],
    }


def labelme() -> dict[str, Any]:
    """Rectangles by two corners, one drawn from the lower right."""
    corners = [(text, [box[:2], box[2:]]) for text, box in PAIRS]
    corners[0][1].reverse()
    shapes = [{"label": t, "points": p, "shape_type": "rectangle"} for t, p in corners]
    return {
        "version": "5.0.1",
        "flags": {},
        "shapes": shapes,
        "imagePath": "page.jpg",
        "imageData": None,
        "imageHeight": HEIGHT,
        "imageWidth": WIDTH,
    }


def aihub_documents() -> dict[str, Any]:
    """One image and its words."""
    image = {"image.file.name": "page.jpg", "image.width": WIDTH, "image.height": HEIGHT}
    annotations = [
        {"id": n, "annotation.type": "rectangle", "annotation.text": t, "annotation.bbox": sizes(b)}
        for n, (t, b) in enumerate(PAIRS)
    ]
    return {"images": [{**image, "image.category": "인.허가"}], "annotations": annotations}


def aihub_forms() -> dict[str, Any]:
    """Corners in the order in which that set has them."""
    boxes = [
        {"data": t, "id": n, "x": [x0, x0, x1, x1], "y": [y0, y1, y0, y1]}
        for n, (t, (x0, y0, x1, y1)) in enumerate(PAIRS, start=1)
    ]
    image = {"identifier": "page", "type": "jpg", "width": WIDTH, "height": HEIGHT}
    return {"Annotation": {}, "Dataset": {"type": 1}, "Images": image, "bbox": boxes}


def aihub_photos() -> dict[str, Any]:
    """Polygons, printed."""
    shapes = [{"id": n, "text": t, "type": 1, "points": quad(b)} for n, (t, b) in enumerate(PAIRS)]
    image = {"name": "page.jpg", "width": WIDTH, "height": HEIGHT, "document_name": "신청서"}
    return {"name": "page.jpg", "images": [image], "annotations": [{"polygons": shapes}]}


def aihub_scenes() -> dict[str, Any]:
    """Words with boxes, no categories."""
    image = {"id": 7, "file_name": "page.jpg", "width": WIDTH, "height": HEIGHT}
    said = [{"id": n, "image_id": 7, "text": t, "bbox": sizes(b)} for n, (t, b) in enumerate(PAIRS)]
    return {"images": [image], "annotations": said}


def doclaynet() -> dict[str, Any]:
    """Cells of whole lines, on an image of another size than the page's."""
    size = {"coco_width": 2 * WIDTH, "coco_height": 3 * HEIGHT}
    cells = []
    for text, box in LINE_PAIRS:
        x, y, width, height = sizes(box)
        cells.append({"bbox": [2 * x, 3 * y, 2 * width, 3 * height], "text": text, "font": {}})
    return {"metadata": {"page_hash": "page", "page_no": 1, **size}, "cells": cells}


def cord() -> dict[str, Any]:
    """A group of each row."""
    names = [f"{axis}{n}" for n in range(1, 5) for axis in "xy"]
    words = [
        {"quad": dict(zip(names, flat(b), strict=True)), "is_key": 0, "row_id": 1, "text": t}
        for t, b in PAIRS
    ]
    size = {"width": WIDTH, "height": HEIGHT}
    group = {"words": words, "category": "menu.nm", "group_id": 1}
    return {"valid_line": [group], "meta": {"image_id": 1, "image_size": size}, "roi": {}}


def omnidocbench() -> list[dict[str, Any]]:
    """One paragraph with a span a line."""
    spans = [{"category_type": "text_span", "poly": flat(b), "text": t} for t, b in LINE_PAIRS]
    part = {"category_type": "text_block", "poly": flat([20, 30, 380, 130]), "order": 0}
    part |= {"text": "\n".join(t for t, _ in LINE_PAIRS), "line_with_spans": spans, "anno_id": 0}
    about = {"image_path": "page.jpg", "width": WIDTH, "height": HEIGHT, "page_no": 0}
    return [{"layout_dets": [part], "page_info": about, "extra": {"relation": []}}]


def pubtabnet() -> dict[str, Any]:
    """Two rows, the first of a cell that spans two columns."""
    tokens = '<thead>|<tr>|<td| colspan="2"|>|</td>|<td>|</td>|</tr>|</thead>|<tbody>|<tr>|<td>'
    tokens += "|</td>|<td>|</td>|<td>|</td>|</tr>|</tbody>"
    cells: list[dict[str, Any]] = [{"tokens": ["<b>", *t, "</b>"], "bbox": b} for t, b in PAIRS]
    html = {"structure": {"tokens": tokens.split("|")}, "cells": cells}
    return {"filename": "page.jpg", "split": "train", "imgid": 1, "html": html}


def donut() -> dict[str, Any]:
    """What SynthDoG writes for an image."""
    truth = {"gt_parse": {"text_sequence": " ".join(WORDS)}}
    return {"file_name": "page.jpg", "ground_truth": json.dumps(truth, ensure_ascii=False)}


CHART_TABLE = '구분,찬성,반대\n2023년 5월,"1,045",nan\n2024년 5월,49,21.50\n'.encode()
"""Two series, of which one lacks a number."""


def hiertext() -> dict[str, Any]:
    """A paragraph a line."""
    paragraphs = []
    for number, (text, box) in enumerate(LINE_PAIRS):
        words = [{"vertices": quad(b), "text": t} for t, b in PAIRS if t in ROWS[number]]
        line = {"vertices": quad(box), "text": text, "legible": True, "words": words}
        paragraphs.append({"vertices": quad(box), "lines": [line]})
    size = {"image_width": WIDTH, "image_height": HEIGHT}
    return {"annotations": [{"image_id": "page", **size, "paragraphs": paragraphs}]}


def wildreceipt() -> dict[str, Any]:
    """The words as entries."""
    entries = [{"box": flat(box), "text": text, "label": 1} for text, box in PAIRS]
    return {"file_name": "page.jpg", "height": HEIGHT, "width": WIDTH, "annotations": entries}


def docbank() -> str:
    """The words in thousandths, outwards, as no word is cut."""
    lines = []
    for text, (x0, y0, x1, y1) in PAIRS:
        box = [x0 * 1000 // WIDTH, y0 * 1000 // HEIGHT, -(-x1 * 1000 // WIDTH)]
        cells = [text, *box, -(-y1 * 1000 // HEIGHT), 0, 0, 0, "Nanum", "paragraph"]
        lines.append("\t".join(map(str, cells)))
    return "\n".join(lines)


def tagged_words() -> str:
    """As KAIST has them, a word by characters and one as ICDAR tags it."""
    words = ""
    for number, (text, box) in enumerate(PAIRS):
        sides = zip(("x", "y", "width", "height"), sizes(box), strict=True)
        place = " ".join(f'{side}="{value}"' for side, value in sides)
        if number:
            spelled = "".join(f'<character x="1" y="1" char="{char}" />' for char in text)
            words += f"<word {place}>{spelled}</word>"
        else:
            words += f"<taggedRectangle {place}><tag>{text}</tag></taggedRectangle>"
    image = f'<imageName>page.jpg</imageName><resolution x="{WIDTH}" y="{HEIGHT}" />'
    return f"<images><image>{image}<words>{words}</words></image></images>"


def mmocr() -> dict[str, Any]:
    """Quads, and one that is to be ignored."""
    said: list[dict[str, Any]] = [
        {"bbox": box, "bbox_label": 0, "polygon": flat(box), "text": text, "ignore": False}
        for text, box in PAIRS
    ]
    said.append({**said[0], "text": "x", "ignore": True})
    image = {"img_path": "page.jpg", "height": HEIGHT, "width": WIDTH, "instances": said}
    return {"metainfo": {"task_name": "textspotter"}, "data_list": [image]}


def coco_text() -> dict[str, Any]:
    """Points of some, sizes of the others, and a word that can't be read."""
    words: dict[str, Any] = {}
    for number, (text, box) in enumerate(PAIRS):
        points = {"points": flat(box)} if number % 2 else {}
        about = {"id": f"p_{number}", "image_id": "p", "area": 9.5}
        words[f"p_{number}"] = {**about, "bbox": sizes(box), **points, "utf8_string": text}
    words["p_9"] = {"image_id": "p", "bbox": [1, 2, 3, 4], "legibility": "illegible"}
    image = {"id": "p", "file_name": "train/page.jpg", "width": WIDTH, "height": HEIGHT}
    return {"imgs": {"p": image}, "anns": words, "imgToAnns": {"p": list(words)}}


EXAMPLES = [
    Example("funsd", "set/page.json", dumped(funsd()), names=""),
    Example("xfund", "set/ko.train.json", dumped(xfund())),
    Example("coco", "set/instances.json", dumped(coco()), ("regions",)),
    Example("labelme", "set/page.json", dumped(labelme()), names=""),
    Example("aihub_documents", "라벨링데이터/page.json", dumped(aihub_documents())),
    Example("aihub_forms", "set/page.json", dumped(aihub_forms())),
    Example("aihub_photos", "set/page.json", dumped(aihub_photos())),
    Example("aihub_scenes", "set/page.json", dumped(aihub_scenes())),
    Example("doclaynet", "JSON/page.json", dumped(doclaynet()), ("lines_of_text",), ""),
    Example("cord", "json/page.json", dumped(cord()), names=""),
    Example("donut", "set/train.jsonl", dumped(donut()), ("transcription",)),
    Example("omnidocbench", "OmniDocBench.json", dumped(omnidocbench()), ("lines_of_text",)),
    Example("pubtabnet", "PubTabNet_2.0.0.jsonl", dumped(pubtabnet()), ("tables",)),
    Example("page_xml", "page/page.xml", page_xml().encode(), names=""),
    Example("alto", "alto/page.xml", alto().encode(), names=""),
    Example("hocr", "page.hocr", hocr().encode(), names=""),
    Example("paddle", "data/folder/Label.txt", paddle().encode()),
    Example("icdar", "gt_page.txt", icdar(PAIRS).encode(), names=""),
    Example("line_text", "page.gt.txt", " ".join(WORDS).encode(), ("transcription",), ""),
    Example("label_studio", "set/project-1.json", dumped(tools.label_studio())),
    Example("via", "set/via_project.json", dumped(tools.via())),
    Example("via_csv", "set/via_csv.csv", tools.via_csv().encode()),
    Example("label_studio_csv", "set/project-1.csv", tools.label_studio_csv().encode()),
    Example("cvat", "set/annotations.xml", tools.cvat().encode()),
    Example("pascal_voc", "set/page.xml", tools.pascal_voc().encode(), names=""),
    Example("yolo", "labels/page.txt", tools.yolo().encode(), ("regions",), ""),
    Example("textract", "set/page.json", dumped(engines.textract()), names=""),
    Example("google_vision", "set/page.json", dumped(engines.google_vision()), names=""),
    Example("clova", "set/page.json", dumped(engines.clova()), names=""),
    Example("azure_read", "set/page.json", dumped(engines.azure_read()), names=""),
    Example("upstage", "set/page.json", dumped(engines.upstage()), names=""),
    Example("document_ai", "set/page.json", dumped(engines.document_ai()), names=""),
    Example(
        "recognition_list",
        "set/rec_gt.txt",
        f"page.jpg\t{' '.join(WORDS)}\n".encode(),
        ("transcription",),
    ),
    Example("chart_tables", "train/tables/page.csv", CHART_TABLE, ("conversations",), ""),
    Example("doctr", "set/page.json", dumped(engines.doctr()), names=""),
    Example("surya", "set/results.json", dumped(engines.surya()), names=""),
    Example("parsed_parts", "set/page.json", dumped(engines.dots_ocr()), ("regions",), ""),
    Example("ocr_lists", "set/page.json", dumped(engines.easyocr()), names=""),
    Example("hiertext", "gt/train.jsonl", dumped(hiertext()), names=""),
    Example("wildreceipt", "set/train.txt", dumped(wildreceipt())),
    Example("docbank", "set/page.txt", docbank().encode(), names="", stem="page_ori"),
    Example("tagged_words", "set/DSC1.xml", tagged_words().encode()),
    Example("mmocr", "set/textspotting_train.json", dumped(mmocr())),
    Example("coco_text", "set/TextOCR_0.1_train.json", dumped(coco_text())),
    Example("tesseract_tsv", "set/page.tsv", engines.tesseract_tsv().encode(), names=""),
]
