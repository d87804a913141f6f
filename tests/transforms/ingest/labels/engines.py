"""The drawn page's labels as OCR engines and services answer."""

from typing import Any

from tests.transforms.ingest.labels.page import HEIGHT, LINES, PAIRS, ROWS, WIDTH, flat, quad, sizes

SURE = 0.75


def _words(row: list[str]) -> list[tuple[str, list[int]]]:
    return [(text, box) for text, box in PAIRS if text in row]


def _shares(box: list[int]) -> list[list[float]]:
    return [[x / WIDTH, y / HEIGHT] for x, y in quad(box)]


def textract() -> dict[str, Any]:
    """A page, its lines and their words."""

    def block(kind: str, name: str, box: list[int], **more: Any) -> dict[str, Any]:
        x, y, width, height = sizes(box)
        sides = (x / WIDTH, y / HEIGHT, width / WIDTH, height / HEIGHT)
        around = dict(zip(("Left", "Top", "Width", "Height"), sides, strict=True))
        points = [{"X": x, "Y": y} for x, y in _shares(box)]
        place = {"BoundingBox": around, "Polygon": points}
        return {"BlockType": kind, "Id": name, "Geometry": place, "Page": 1, **more}

    blocks = [block("PAGE", "page", [0, 0, WIDTH, HEIGHT])]
    for number, (row, line) in enumerate(zip(ROWS, LINES, strict=True)):
        ids = [f"w{number}-{n}" for n in range(len(row))]
        links = [{"Type": "CHILD", "Ids": ids}]
        blocks.append(block("LINE", f"l{number}", line, Text=" ".join(row), Relationships=links))
        blocks += [
            block("WORD", name, box, Text=text, Confidence=100 * SURE)
            for name, (text, box) in zip(ids, _words(row), strict=True)
        ]
    return {"DocumentMetadata": {"Pages": 1}, "Blocks": blocks, "AnalyzeDocumentModelVersion": "1"}


def google_vision() -> dict[str, Any]:
    """Symbols in words in a paragraph; a price in three "words" that nothing parts."""

    def place(box: list[int]) -> dict[str, Any]:
        return {"vertices": [{"x": x, "y": y} for x, y in quad(box)]}

    words = []
    for row in ROWS:
        for text, box in _words(row):
            parts = ["3", ",450,000", "원"] if text.startswith("3,") else [text]
            at = box[0]
            for number, part in enumerate(parts):
                end = box[2] if number == len(parts) - 1 else at + (box[2] - box[0]) // 3
                symbols: list[dict[str, Any]] = [{"text": char} for char in part]
                if number == len(parts) - 1:
                    kind = "LINE_BREAK" if text == row[-1] else "SPACE"
                    symbols[-1]["property"] = {"detectedBreak": {"type": kind}}
                place_of_part = place([at, box[1], end, box[3]])
                words.append({"boundingBox": place_of_part, "confidence": SURE, "symbols": symbols})
                at = end
    block = {"blockType": "TEXT", "paragraphs": [{"words": words}]}
    page = {"width": WIDTH, "height": HEIGHT, "blocks": [block]}
    return {"responses": [{"fullTextAnnotation": {"pages": [page], "text": "…"}}]}


def clova() -> dict[str, Any]:
    """A field a word."""
    fields = []
    for row in ROWS:
        for text, box in _words(row):
            points = [{"x": float(x), "y": float(y)} for x, y in quad(box)]
            said = {"valueType": "ALL", "inferText": text, "inferConfidence": SURE}
            poly = {"boundingPoly": {"vertices": points}}
            fields.append({**said, **poly, "type": "NORMAL", "lineBreak": text == row[-1]})
    image = {"uid": "u", "name": "page", "inferResult": "SUCCESS", "message": "SUCCESS"}
    about = {"width": WIDTH, "height": HEIGHT, "pageIndex": 0, "longImage": False}
    return {"version": "V2", "images": [{**image, "convertedImageInfo": about, "fields": fields}]}


def azure_read() -> dict[str, Any]:
    """Words and lines side by side, as the versions of after 2022 give them."""
    words = [{"content": t, "polygon": flat(b), "confidence": SURE} for t, b in PAIRS]
    lines = [
        {"content": " ".join(row), "polygon": flat(box)}
        for row, box in zip(ROWS, LINES, strict=True)
    ]
    size = {"width": WIDTH, "height": HEIGHT, "unit": "pixel"}
    page = {"pageNumber": 1, "angle": 0.1, **size, "words": words, "lines": lines}
    return {"status": "succeeded", "analyzeResult": {"apiVersion": "2024-11-30", "pages": [page]}}


def upstage() -> dict[str, Any]:
    """A word a box."""
    words = [
        {
            "id": n,
            "text": text,
            "confidence": SURE,
            "boundingBox": {"vertices": [{"x": x, "y": y} for x, y in quad(box)]},
        }
        for n, (text, box) in enumerate(PAIRS)
    ]
    page = {"id": 0, "width": WIDTH, "height": HEIGHT, "confidence": SURE, "words": words}
    return {"apiVersion": "1.1", "pages": [page], "stored": False}


def document_ai() -> dict[str, Any]:
    """Tokens in the document's text, the last of a line with its break."""
    text = "".join(" ".join(row) + "\n" for row in ROWS)
    tokens, at = [], 0
    for word, box in PAIRS:
        run = {"startIndex": str(at), "endIndex": str(at + len(word) + 1)}
        points = [{"x": x, "y": y} for x, y in _shares(box)]
        poly = {"normalizedVertices": points}
        place = {"textAnchor": {"textSegments": [run]}, "boundingPoly": poly}
        tokens.append({"layout": {**place, "confidence": SURE, "orientation": "PAGE_UP"}})
        at += len(word) + 1
    size = {"width": WIDTH, "height": HEIGHT, "unit": "pixels"}
    page = {"pageNumber": 1, "dimension": size, "layout": {"confidence": SURE}, "tokens": tokens}
    return {"mimeType": "image/jpeg", "text": text, "pages": [{**page, "lines": []}]}


def doctr() -> dict[str, Any]:
    """A block of two lines."""
    lines = []
    for row, line in zip(ROWS, LINES, strict=True):
        words = [
            {"value": t, "confidence": SURE, "geometry": [_shares(b)[0], _shares(b)[2]]}
            for t, b in _words(row)
        ]
        lines.append({"geometry": [_shares(line)[0], _shares(line)[2]], "words": words})
    block = {"geometry": [[0.0, 0.0], [1.0, 1.0]], "lines": lines, "artefacts": []}
    page = {"page_idx": 0, "dimensions": [HEIGHT, WIDTH], "blocks": [block]}
    return {"pages": [{**page, "language": {"value": None, "confidence": None}}]}


def surya() -> dict[str, Any]:
    """Lines that are words, one in bold."""
    lines = []
    for text, box in PAIRS:
        said = f"<b>{text}</b>" if text == "Notice" else text
        lines.append({"text": said, "polygon": quad(box), "bbox": box, "confidence": SURE})
    return {"page": [{"text_lines": lines, "image_bbox": [0, 0, WIDTH, HEIGHT], "page": 1}]}


def dots_ocr() -> list[Any]:
    """Parts of the page, each a line in Markdown."""
    kinds = ["Section-header", "Text"]
    return [
        {"bbox": box, "category": kind, "text": f"# {' '.join(row)}"}
        for kind, row, box in zip(kinds, ROWS, LINES, strict=True)
    ]


def structure(name: str = "page.jpg") -> dict[str, Any]:
    """Parts, and the lines of text that were read in them, as PP-StructureV3 saves them."""
    parts = [
        {"block_bbox": box, "block_label": kind, "block_content": " ".join(row)}
        for kind, row, box in zip(("doc_title", "number"), ROWS, LINES, strict=True)
    ]
    boxes, texts = [quad(box) for _, box in PAIRS], [text for text, _ in PAIRS]
    read = {"rec_texts": texts, "rec_polys": boxes, "rec_scores": [SURE] * len(texts)}
    return {"input_path": name, "parsing_res_list": parts, "overall_ocr_res": read}


def easyocr() -> list[Any]:
    """Boxes, texts and how sure they are."""
    return [[quad(box), text, SURE] for text, box in PAIRS]


def paddleocr(pages: bool = True) -> list[Any]:
    """The same of PaddleOCR 2, in a list of pages."""
    found = [[quad(box), [text, SURE]] for text, box in PAIRS]
    return [found] if pages else found


def paddleocr_3() -> dict[str, Any]:
    """The same of PaddleOCR 3."""
    texts, boxes = zip(*PAIRS, strict=True)
    said = {"rec_texts": list(texts), "rec_scores": [SURE] * len(texts)}
    return {"input_path": "in/page.jpg", **said, "rec_polys": [quad(box) for box in boxes]}


def tesseract_tsv() -> str:
    """A page of one block."""
    names = "level page_num block_num par_num line_num word_num left top width height conf text"
    rows = [names.replace(" ", "\t"), _level(1, [0, 0, 0, 0], [0, 0, WIDTH, HEIGHT])]
    rows += [_level(2, [1, 0, 0, 0], [0, 0, WIDTH, HEIGHT])]
    rows += [_level(3, [1, 1, 0, 0], [0, 0, WIDTH, HEIGHT])]
    for number, (row, line) in enumerate(zip(ROWS, LINES, strict=True), 1):
        rows.append(_level(4, [1, 1, number, 0], sizes(line)))
        rows += [
            _level(5, [1, 1, number, n], sizes(box), f"{100 * SURE:.6f}", text)
            for n, (text, box) in enumerate(_words(row), 1)
        ]
    return "\n".join(rows) + "\n"


def _level(level: int, at: list[int], box: list[int], conf: str = "-1", text: str = "") -> str:
    return "\t".join(map(str, [level, 1, *at, *box, conf, text]))
