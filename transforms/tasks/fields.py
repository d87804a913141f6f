"""Labels of a page with what stands beside them: "장소: 3층 회의실", the cells of a form, the sums
of a receipt. Labels that stand twice are left out, as nobody could tell which is meant, also where
one of them is within a sentence ("... is checked. Default: false"); so are lines of programs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gyogwa.schemas.page import Cell, Table
from gyogwa.schemas.records import Page
from gyogwa.transforms.tasks.sentences import passages, times_labelled
from gyogwa.transforms.tasks.structure.places import Place, places_of, size_of

Sort = Literal["who", "when", "where", "how_much", "what"]

_LONGEST_LABEL, _LONGEST_VALUE = 20, 60
_SORTS: dict[Sort, list[str]] = {
    "who": [
        *("신청인", "담당", "담당자", "대표", "대표자", "보호자", "작성자", "책임자", "강사"),
        *("applicant", "organiser", "chair"),
    ],
    "when": [
        *("일시", "기간", "날짜", "접수 기간", "신청 기간", "이용 일시", "생년월일", "다음 회의"),
        *("마감일", "발급일", "date", "dates", "date and time", "next meeting", "deadline"),
    ],
    "where": [
        *("장소", "주소", "이용 장소", "접수처", "소재지", "venue", "place", "address", "room"),
    ],
    "how_much": [
        *("참가비", "금액", "합계", "총액", "요금", "이용 금액", "받은 금액", "비용", "수강료"),
        *("total", "fee", "charge", "amount due", "balance"),
    ],
}
_CODE = re.compile(r"[;{}\\]$|/\*|\*/")
_SEAL = re.compile(r"\s*\((?:인|서명|seal)\)$")


@dataclass(frozen=True)
class Field:
    """A label and its value, as they stand on the page."""

    label: str
    value: str

    @property
    def sort(self) -> Sort:
        """Who, when, where or how much, by the label; else what."""
        label = self.label.casefold()
        return next((sort for sort, labels in _SORTS.items() if label in labels), "what")


def fields_of(page: Page) -> list[Field]:
    """The fields of a page, each label once."""
    found = [Field(part.label, part.text) for part in passages(page) if part.form == "label"]
    for table in page.annotation.known_tables:
        found += _of_table(table)
    found = [Field(one.label.strip(), _SEAL.sub("", one.value.strip())) for one in found]
    labels = [one.label for one in found]
    return [
        one
        for one in found
        if labels.count(one.label) == 1 and times_labelled(page, one.label) < 2 and _sayable(one)
    ]


def _sayable(field: Field) -> bool:
    texts = (field.label, field.value)
    short = 1 < len(field.label) <= _LONGEST_LABEL and 0 < len(field.value) <= _LONGEST_VALUE
    letters = any(char.isalpha() for char in field.label)
    quoted = any(quote in text for text in texts for quote in '"“”')
    return short and letters and not quoted and not _CODE.search(field.value)


def _of_table(table: Table) -> Iterator[Field]:
    """Header cells in the body of a table whose right neighbour is no header; where a row has other
    cells than such pairs, it is a row of data."""
    try:
        places = places_of(table.cells)
    except ValueError:
        return
    rows, columns = size_of(places)
    for row in range(rows):
        cells = list(
            dict.fromkeys((c.column, c.header, c.text) for c in _row(places, row, columns))
        )
        pairs = list(zip(cells[::2], cells[1::2], strict=False))
        if len(cells) % 2 or not all(one[1] and not two[1] for one, two in pairs):
            continue
        yield from (Field(one[2], two[2]) for one, two in pairs)


def _row(places: dict[Place, Cell], row: int, columns: int) -> list[Cell]:
    return [places[row, column] for column in range(columns) if (row, column) in places]
