"""Answers about tables of PDFs, each computed again from another reader's cells.

    python -m benchmarks.table_answers FILE.pdf ...

pdfplumber (`pip install pdfplumber`), which shares no code with this package, reads the same pages:
its cells are those between the rulings that it finds, its words those of pdfminer. Rows that no
ruling parts are told apart where all cells of a row hold as many lines, three at least. Every
answer of `table_html`, `table_otsl` and `table_qa` is right, wrong, or not computed, where
pdfplumber finds no such table, row or column. What isn't right is printed, to be read with the page
beside it. Spaces, hyphens at the ends of lines, marks such as `*` behind a name, and whether a
digit is set high aren't compared. Cost: some 2 s a page.
"""

import gzip
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2 as pdfium

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.schemas.records import Image, ImageRef, Page, Signals
from gyogwa.transforms.annotate.annotation import annotate_truth
from gyogwa.transforms.ingest.sources.pdf_layer import judge
from gyogwa.transforms.ingest.sources.pdf_objects import flattened
from gyogwa.transforms.ingest.sources.pdf_window import Window
from gyogwa.transforms.ingest.sources.structure.page import truth_of
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.page import Setting
from gyogwa.transforms.tasks.tables import table_html, table_otsl, table_qa

Cells = list[list[str | None]]
"""Rows of texts; None where a cell above or at the left goes on."""
_KINDS = ("lcel", "ucel", "xcel", "ecel", "fcel", "ched", "rhed", "srow")
_NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")


class Answer(NamedTuple):
    """What was asked about the table with this box, fractions of its page, from 0 on."""

    page: int
    box: Box
    task: str
    detail: str
    question: str
    text: str


def answers_of(data: bytes) -> Iterator[Answer]:
    """All that is asked about the tables of a PDF."""
    document = pdfium.PdfDocument(data)
    document.init_forms()
    window = Window(document)
    setting = Setting(TaskSpec(per_image=50), Varco())
    for index in range(len(document)):
        page, around = flattened(document, index), window.around(index)
        layer = judge(page, "auto", lambda kept, drawn: truth_of(page, kept, drawn, around))  # noqa: B023
        if layer is None or layer.truth is None or not any(t.known for t in layer.truth.tables):
            continue
        width, height = (round(side) for side in page.get_size())
        image = Image(
            f"{index:032d}", ImageRef("", 0, 0), "", "", "", "document", "", index, width, height,
            "PNG", "", "", "", Signals(1.0, 1.0, 0.1), truth=layer.truth,
        )  # fmt: skip
        read = Page(image, annotate_truth(image, layer.truth))
        for task in (table_html, table_otsl, table_qa):
            for draft in task(read, setting):
                tables = read.annotation.known_tables
                number, detail = _apart(draft.detail, len(tables) > 1)
                box = tables[number].box
                question, text = (draft.conversation[at].content for at in (0, -1))
                yield Answer(index, box, task.__name__, detail, question, text)


def _apart(detail: str, several: bool) -> tuple[int, str]:
    """The number of the table, and what was asked: `table1`, `lookup:1/row/column`; without a
    number where a page has one table."""
    if not several:
        return 0, detail
    found = re.fullmatch(r"(table|\w+:)(\d+)/?(.*)", detail, re.DOTALL)
    assert found, detail
    return int(found[2]), found[1] + found[3]


def cells_near(page: Any, box: Box) -> Cells | None:
    """Of pdfplumber's tables on a page the one that lies there."""
    width, height = float(page.width), float(page.height)
    mine = [box[0] * width, box[1] * height, box[2] * width, box[3] * height]
    for table in page.find_tables():
        if all(abs(one - other) < 12 for one, other in zip(mine, table.bbox, strict=True)):
            return [row for cells in table.extract() for row in _rows(cells)]
    return None


def _rows(cells: list[str | None]) -> Cells:
    lines = [(cell or "").split("\n") for cell in cells]
    alike = len({len(own) for own in lines}) == 1 and len(lines[0]) > 2
    return [list(row) for row in zip(*lines, strict=True)] if alike else [cells]


class _Html(HTMLParser):
    """The rows of a table as HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[tuple[int, int], str | None] = {}
        self._row, self._at = -1, (0, 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._row += 1
        elif tag in ("td", "th"):
            spans = dict(attrs)
            column = next(c for c in range(10_000) if (self._row, c) not in self.places)
            for row in range(int(spans.get("rowspan") or 1)):
                for across in range(int(spans.get("colspan") or 1)):
                    self.places[self._row + row, column + across] = None
            self._at = (self._row, column)
            self.places[self._at] = ""

    def handle_data(self, data: str) -> None:
        if self._at in self.places:
            self.places[self._at] = f"{self.places[self._at]}{data}"


def cells_of_html(text: str) -> Cells:
    """What a table as HTML says."""
    parser = _Html()
    parser.feed(text)
    rows, columns = (max(at[side] for at in parser.places) + 1 for side in (0, 1))
    return [[parser.places.get((row, c)) for c in range(columns)] for row in range(rows)]


def cells_of_otsl(text: str) -> Cells:
    """What a table in OTSL says."""
    rows = text.removeprefix("<otsl>").removesuffix("</otsl>").split("<nl>")[:-1]
    found = [re.split(f"<({'|'.join(_KINDS)})>", row)[1:] for row in rows]
    pairs = [list(zip(row[::2], row[1::2], strict=True)) for row in found]
    return [[None if kind in _KINDS[:3] else said for kind, said in row] for row in pairs]


def bare(text: str | None) -> str:
    """What of a text is compared."""
    plain = unicodedata.normalize("NFKC", re.sub(r"[-\u00ad‐]\s*\n", "", text or ""))
    return re.sub(r"[\s\-‐*]", "", plain).casefold() or plain.strip()


def is_right(answer: Answer, cells: Cells) -> bool | None:
    """Whether an answer is what these cells say; None where that isn't computed."""
    if answer.task != "table_qa":
        said = (cells_of_html if answer.task == "table_html" else cells_of_otsl)(answer.text)
        return [[bare(t) for t in row] for row in said] == [[bare(t) for t in row] for row in cells]
    found = {value for heads in (1, 2) if (value := _computed(answer, cells, heads)) is not None}
    if len(found) != 1:
        return None
    (value,) = found
    if isinstance(value, Decimal):
        return value in {_number(text) for text in _NUMBER.findall(answer.text)}
    return bool(value) and value in bare(answer.text)


def _computed(answer: Answer, cells: Cells, heads: int) -> str | Decimal | None:
    """What is asked for, of a table with so many rows of heads, the first column naming its rows; a
    row that the question leaves out is left out."""
    kind, _, rest = answer.detail.partition(":")
    labels = ["".join(bare(_filled(row, c)) for row in cells[:heads]) for c in range(len(cells[0]))]
    aside = "".join(re.findall(r"\(Leave out .*?\.\)|\(.*? 행은 제외\)", answer.question))
    rows = [row for row in cells[heads:] if bare(row[0]) and f'"{row[0]}"' not in aside]
    wanted = bare(rest)
    for column, label in enumerate(labels):
        if not label or not wanted.endswith(label):
            continue
        ask = wanted.removesuffix(label).removesuffix("/")
        named = {bare(row[0]): row[column] or "" for row in rows}
        if kind in ("lookup", "which_row"):
            if ask in named:
                return bare(named[ask]) if kind == "lookup" else ask
            continue
        numbers: dict[str, Decimal | None] = {}
        for number, row in enumerate(rows):
            name, text = bare(row[0]), row[column] or ""
            if text.strip():  # rows of one name are rows each
                numbers[f"{name}\n{number}" if name in numbers else name] = _number(text)
        if kind in _OF_NUMBERS and None not in numbers.values():
            return _OF_NUMBERS[kind]({n: v for n, v in numbers.items() if v is not None}, ask)
    return None


def _filled(row: list[str | None], column: int) -> str:
    """The text over a column, which may span it from the left."""
    return next((text for text in reversed(row[: column + 1]) if text is not None), "")


def _number(text: str) -> Decimal | None:
    found = _NUMBER.search(text)
    return Decimal(found[0].replace(",", "").replace("−", "-")) if found else None


def _two(values: Mapping[str, Decimal], ask: str) -> tuple[str, ...]:
    return next(((a, b) for a in values for b in values if f"{a}/{b}" == ask), ())


def _gap(values: Mapping[str, Decimal], ask: str) -> Decimal | None:
    both = [values[name] for name in _two(values, ask)]
    return max(both) - min(both) if both else None


def _larger(values: Mapping[str, Decimal], ask: str) -> str | None:
    return max(_two(values, ask), key=lambda name: values[name], default=None)


def _count(values: Mapping[str, Decimal], ask: str) -> Decimal | None:
    bound = _number(ask)
    above = "greater" in ask or "큰" in ask
    if bound is None:
        return None
    return Decimal(sum(v > bound if above else v < bound for v in values.values()))


_OF_NUMBERS: dict[str, Callable[[Mapping[str, Decimal], str], str | Decimal | None]] = {
    "largest": lambda values, _: max(values, key=lambda name: values[name]),
    "smallest": lambda values, _: min(values, key=lambda name: values[name]),
    "largest_value": lambda values, _: max(values.values()),
    "smallest_value": lambda values, _: min(values.values()),
    "sum": lambda values, _: sum(values.values(), Decimal(0)),
    "difference": _gap,
    "compare": _larger,
    "count": _count,
}


def main(paths: list[str]) -> None:
    """Prints a line for each file, and each answer that isn't right."""
    try:
        import pdfplumber
    except ImportError:
        raise SystemExit("pdfplumber isn't installed: pip install pdfplumber") from None
    for path in map(Path, paths):
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        tally: Counter[str] = Counter()
        with pdfplumber.open(BytesIO(data)) as other:
            for answer in answers_of(data):
                cells = cells_near(other.pages[answer.page], answer.box)
                right = is_right(answer, cells) if cells else None
                says = {True: "right", False: "WRONG", None: "not computed"}[right]
                tally[f"{answer.task} {says}"] += 1
                if not right:
                    print(says, answer.page + 1, answer.task, answer.detail, "|", answer.text)
        print(path.name, dict(sorted(tally.items())), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
