"""HWPX documents as hwpforge writes them, and what their XML says, read here by itself."""

import io
import json
import random
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import hwpforge
import rhwp
from PIL import Image

from gyogwa.transforms.ingest.sources.hwp_fonts import installed
from gyogwa.transforms.ingest.sources.hwp_svg import page_of
from gyogwa.transforms.ingest.sources.hwp_words import Found, Text, read
from gyogwa.transforms.ingest.sources.hwpx_entities import readable

_SENTENCES = (
    "대한민국의 주권은 국민에게 있고, 모든 권력은 국민으로부터 나온다.",
    "大韓民國 憲法 第一條에 따라 民主共和國임을 확인한다.",
    "The committee approved the annual budget of 3,450 million won.",
    "‘누리’는 “세상”의 옛말로, 우주까지 확장된 새로운 세상을 연다는 의미이다.",
    "본 계약은 2024. 3. 15.(금)부터 효력이 있으며 갑과 을이 각 1부씩 보관한다.",
    "· 추진 배경: R&D <2024> 저출산·고령화에 따른 생산가능인구 감소(’20년 3,738만 명)",
)
_NOTES = ("통계청, 「2023년 인구총조사」 참조.", "See the annex for details.", "憲法 第三條 參照.")
_CELLS = ("구분", "매출액", "1,234", "영업이익", "합 계", "56.7%", "서울특별시", "-", "담당 部署")
_SMALL, _LARGE = (3600, 3600), (20000, 12000)
"""Pictures as a logo and as a figure, in HWP units (7,200 an inch)."""
_END_OF_NOTE = b"</hp:p></hp:subList></hp:footNote>"
_LINE = (
    b'<hp:linesegarray><hp:lineseg textpos="0" vertpos="0" vertsize="900" textheight="900" '
    b'baseline="765" spacing="272" horzpos="0" horzsize="48188" flags="393216"/></hp:linesegarray>'
)
_HP = "{http://www.hancom.co.kr/hwpml/2011/paragraph}"

Grid = list[tuple[int, int, int, int, str]]
"""A table: (row, column, row span, column span, text) of each cell."""


class Said(NamedTuple):
    """What the XML of a document says: the texts of its paragraphs, of which the marks of footnotes
    are some, of its header and footer, its tables, and how many pictures stand in it."""

    texts: list[str]
    furniture: list[str]
    tables: list[Grid]
    pictures: int

    def words(self, pages: int) -> list[str]:
        """All words, in any order, of a document that is laid out on so many pages."""
        cells = [cell for table in self.tables for *_, cell in table]
        shown = [*self.texts, *cells, *self.furniture * pages]
        return [word for text in shown for word in text.split()]


def document(seed: int) -> bytes:
    """Paragraphs, lists, tables with merged cells, Hanja, footnotes, pictures, header and footer,
    in one column or two."""
    rng = random.Random(seed)
    heading = rng.choice(("사업 결과 보고", "民願 處理 現況", "Annual Report 2024"))
    two_columns = rng.random() < 0.3
    count = rng.randint(10, 20) if two_columns else rng.randint(2, 12)
    body = [rng.choice(_SENTENCES) for _ in range(count)]
    notes = rng.sample(_NOTES, rng.randint(0, 2))
    for number in range(len(notes)):
        body[number] += f"[^{number + 1}]"
    picture = rng.choice((None, None, _SMALL, _LARGE))
    if picture:
        body.insert(rng.randrange(len(body)), "![그림](picture.png)")
    tables = [_markdown_table(rng) for _ in range(rng.randint(1, 2))]
    said = [f"# {heading}", *body, *tables, "- 첫째 항목\n- 둘째 항목"]
    said += [f"[^{number}]: {note}" for number, note in enumerate(notes, start=1)]
    with tempfile.TemporaryDirectory() as folder:
        Image.new("RGB", (300, 180), "steelblue").save(Path(folder) / "picture.png")
        made = hwpforge.convert_md("\n\n".join(said), base_dir=folder).document
    parsed = json.loads(made.to_json().text)
    (section,) = parsed["document"]["sections"]
    for content in _contents(section):
        if "Table" in content:
            _merge(content["Table"], rng)
        elif "Image" in content and picture:
            content["Image"]["width"], content["Image"]["height"] = picture
    paragraph = next(p for p in section["paragraphs"][1:] if "Text" in p["runs"][0]["content"])
    for name, text in (("headers", "내부 검토용 文書"), ("footers", "기획재정부 예산실")):
        if rng.random() < 0.5:
            section[name] = [{"paragraphs": [_with(paragraph, text)], "apply_page_type": "Both"}]
    if two_columns:
        section["column_settings"] = {
            "column_type": "Newspaper",
            "layout_mode": "Left",
            "columns": [{"width": 22000, "gap": 2000}, {"width": 22000, "gap": 0}],
        }
        for content in _contents(section):
            if "Table" in content:
                _narrow(content["Table"])
        section["paragraphs"][count // 2]["column_break"] = True
    return _with_lines_of_notes(
        hwpforge.from_json(json.dumps(parsed), base=made).document.to_bytes()
    )


def _with_lines_of_notes(data: bytes) -> bytes:
    """With the places of the lines of footnotes, as Hancom's program writes them; without these
    rhwp takes notes to be of no height and lays one over the other."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(found, "w") as written:
        for member in given.infolist():
            part = given.read(member)
            if member.filename == "Contents/section0.xml":
                part = part.replace(_END_OF_NOTE, _LINE + _END_OF_NOTE)
            written.writestr(member, part)
    return found.getvalue()


def _markdown_table(rng: random.Random) -> str:
    grid = [[rng.choice(_CELLS) for _ in range(3)] for _ in range(rng.randint(3, 5))]
    rows = [f"| {' | '.join(cells)} |" for cells in grid]
    return "\n".join([rows[0], "|---|---|---|", *rows[1:]])


def _contents(section: Any) -> Iterator[dict[str, Any]]:
    for paragraph in section["paragraphs"]:
        for run in paragraph["runs"]:
            yield run["content"]


def _merge(table: Any, rng: random.Random) -> None:
    """Make one cell of a table's first two rows span several."""
    across, down = rng.choice(((1, 1), (2, 1), (1, 2), (2, 2), (3, 1)))
    first = table["rows"][0]["cells"][0]
    first["col_span"], first["row_span"] = across, down
    first["width"] = sum(cell["width"] for cell in table["rows"][0]["cells"][:across])
    del table["rows"][0]["cells"][1:across]
    if down > 1:
        del table["rows"][1]["cells"][:across]


def _narrow(table: Any) -> None:
    table["width"] = table["width"] * 2 // 5
    for row in table["rows"]:
        for cell in row["cells"]:
            cell["width"] = cell["width"] * 2 // 5


def _with(paragraph: dict[str, Any], text: str) -> dict[str, Any]:
    run = {**paragraph["runs"][0], "content": {"Text": text}}
    return {**paragraph, "runs": [run]}


def said_by(data: bytes) -> Said:
    """What the XML of an HWPX says (KS X 6101), by a reader that knows no layout."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("Contents/section0.xml"))
    furniture = [p for kind in ("header", "footer") for each in root.iter(_HP + kind) for p in each]
    return Said(
        [text for p in root.findall(f"{_HP}p") for text in _paragraph(p)],
        [_joined(sub) for sub in furniture],
        [_grid(table) for table in root.iter(f"{_HP}tbl")],
        sum(1 for _ in root.iter(f"{_HP}pic")),
    )


def read_by_layout(data: bytes) -> list[Found]:
    """What is found on each page, whether that is all of it or not."""
    whole = readable(data)
    document = rhwp.Document.from_bytes(whole.data)
    said = json.loads(whole.in_json(document.to_ir_json()))
    text = Text(said)
    pages = (
        page_of(whole.in_svg(document.render_svg(number)), installed())
        for number in range(document.page_count)
    )
    return [read(page, text, said) for page in pages]


def _paragraph(paragraph: ElementTree.Element) -> Iterator[str]:
    """The paragraph's own text, the marks of its footnotes, and these."""
    yield "".join(_texts(paragraph, ("tbl", "ctrl")))
    for note in paragraph.iter(f"{_HP}footNote"):
        mark = f"{note.get('number')}{chr(int(note.get('suffixChar', '0')))}"
        yield mark
        yield f"{mark} {_joined(note)}"


def _texts(element: ElementTree.Element, without: tuple[str, ...] = ()) -> Iterator[str]:
    for inner in element:
        kind = inner.tag.removeprefix(_HP)
        if kind == "t":
            yield "".join(inner.itertext())
        elif kind not in without:
            yield from _texts(inner, without)


def _joined(element: ElementTree.Element) -> str:
    return "".join(_texts(element)).strip()


def _grid(table: ElementTree.Element) -> Grid:
    found = []
    for cell in table.iter(f"{_HP}tc"):
        at, span = cell.find(f"{_HP}cellAddr"), cell.find(f"{_HP}cellSpan")
        assert at is not None
        assert span is not None
        place = int(at.get("rowAddr", "")), int(at.get("colAddr", ""))
        spans = int(span.get("rowSpan", "")), int(span.get("colSpan", ""))
        found.append((*place, *spans, _joined(cell)))
    return found
