"""HWPX documents of known content, as hwpforge writes them."""

import json
import random
from typing import Any, NamedTuple

import hwpforge

_SENTENCES = (
    "대한민국의 주권은 국민에게 있고, 모든 권력은 국민으로부터 나온다.",
    "大韓民國 憲法 第一條에 따라 民主共和國임을 확인한다.",
    "The committee approved the annual budget of 3,450 million won.",
    "‘누리’는 “세상”의 옛말로, 우주까지 확장된 새로운 세상을 연다는 의미이다.",
    "본 계약은 2024. 3. 15.(금)부터 효력이 있으며 갑과 을이 각 1부씩 보관한다.",
)
_CELLS = ("구분", "매출액", "1,234", "영업이익", "합 계", "56.7%", "서울특별시", "-", "담당 부서")


class Written(NamedTuple):
    """A document, the texts of its paragraphs and of header and footer, in any order, and its
    tables: (row, column, row span, column span, text) of each cell."""

    data: bytes
    texts: list[str]
    tables: list[list[tuple[int, int, int, int, str]]]


def document(seed: int) -> Written:
    """Paragraphs, tables with merged cells, lists, header and footer, one column or two."""
    rng = random.Random(seed)
    heading = rng.choice(("사업 결과 보고", "民願 處理 現況", "Annual Report 2024"))
    texts = [heading, *(rng.choice(_SENTENCES) for _ in range(rng.randint(2, 5)))]
    grid = [[rng.choice(_CELLS) for _ in range(3)] for _ in range(rng.randint(2, 4))]
    rows = [f"| {' | '.join(cells)} |" for cells in grid]
    parts = [f"# {heading}", *texts[1:], "\n".join([rows[0], "|---|---|---|", *rows[1:]])]
    parsed = json.loads(hwpforge.convert_md("\n\n".join(parts)).document.to_json().text)
    (section,) = parsed["document"]["sections"]
    table = next(
        run["content"]["Table"]
        for paragraph in section["paragraphs"]
        for run in paragraph["runs"]
        if "Table" in run["content"]
    )
    merged = rng.choice(("none", "across", "down"))
    if merged == "across":
        first, _ = table["rows"][0]["cells"][:2]
        first["col_span"], first["width"] = 2, 2 * first["width"]
        del table["rows"][0]["cells"][1]
    elif merged == "down":
        table["rows"][0]["cells"][0]["row_span"] = 2
        del table["rows"][1]["cells"][0]
    paragraph = section["paragraphs"][1]
    for name, text in (("headers", "내부 검토용 文書"), ("footers", "기획재정부 예산실")):
        if rng.random() < 0.5:
            section[name] = [{"paragraphs": [_with(paragraph, text)], "apply_page_type": "Both"}]
            texts.append(text)
    if rng.random() < 0.3:
        section["column_settings"] = {
            "column_type": "Newspaper",
            "layout_mode": "Left",
            "columns": [{"width": 22000, "gap": 2000}, {"width": 22000, "gap": 0}],
        }
    cells = [
        (row, cell["addr"]["col"], cell["row_span"], cell["col_span"], _text(cell))
        for row, each in enumerate(table["rows"])
        for cell in each["cells"]
    ]
    data = hwpforge.from_json(json.dumps(parsed)).document.to_bytes()
    return Written(data, texts, [cells])


def _with(paragraph: dict[str, Any], text: str) -> dict[str, Any]:
    run = {**paragraph["runs"][0], "content": {"Text": text}}
    return {**paragraph, "runs": [run]}


def _text(cell: dict[str, Any]) -> str:
    runs = [run for paragraph in cell["paragraphs"] for run in paragraph["runs"]]
    return "".join(run["content"].get("Text", "") for run in runs)
