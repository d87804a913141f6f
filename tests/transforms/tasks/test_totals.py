"""Rows that are no data: by structure, by arithmetic and by vocabulary."""

import random
import re
from decimal import Decimal

import pytest

from gyogwa.schemas.page import Cell, Table, Truth, Word
from gyogwa.schemas.records import Page
from gyogwa.transforms.synthesis.form import plan_receipt
from gyogwa.transforms.synthesis.writing import Writer
from gyogwa.transforms.tasks.numbers import parse_quantity
from gyogwa.transforms.tasks.table_facts import table_facts
from gyogwa.transforms.tasks.tables import table_qa
from gyogwa.transforms.tasks.totals import summary_rows
from tests.transforms.tasks.synthetic import page_of, setting

# Label and value of the rows of a column, those that are no data marked with a star.
TABLES = {
    "receipt": "우유 3,000|빵 2,500|*부가세 500|*합계 5,500|*받은 금액 10,000|*거스름돈 4,500",
    "receipt with a discount": "우유 3,000|빵 2,500|*할인 -500|*결제 금액 5,000|*총액 5,000",
    "before and after tax": "사과 1,000|배 2,000|*공급가액 2,727|*부가가치세 273|*합 계 3,000",
    "English receipt": "Milk 3.00|Bread 2.50|*Subtotal 5.50|*VAT 20% 1.10|*Total 6.60"
    "|*Cash 10.00|*Change 3.40",
    "paid by card": "Tea 4|Cake 6|*Total due 10|*Visa 10",
    "a sum without a name": "동부 120|서부 230|남부 50|*- 400",
    "a sum that comes first": "*모든 지역 400|동부 120|서부 230|남부 50",
    "two parts with their sums": "가 1|나 2|*소계 3|다 4|라 5|*소계 9|*총계 12",
    "a mean at the end": "국어 80|수학 90|*평균 85",
    "taxes are data here": "소득세 120|법인세 90|부가가치세 75|관세 12",
    "with their sum": "소득세 120|법인세 90|부가가치세 75|*합계 285",
    "names like totals": "통계 5|전체 관람가 7|Total Wine 3 items 9",
    "nothing adds up": "현금 5|카드 7|상품권 3",
    "discount shops": "할인점 5|백화점 9|편의점 4",
}


@pytest.mark.parametrize("name", TABLES)
def test_which_rows_are_no_data(name: str) -> None:
    rows = [row.rpartition(" ") for row in TABLES[name].split("|")]
    labels = [label.removeprefix("*") for label, _, _ in rows]
    values = [Decimal(value.replace(",", "")) for _, _, value in rows]
    expected = [label.startswith("*") for label, _, _ in rows]
    if name == "with their sum":
        expected[2] = True  # in one run with the total: left out, which the question says
    if name == "names like totals":
        expected[2] = True  # "total" within an English name counts
    assert summary_rows(labels, [values], [False] * len(rows)) == expected


def test_a_label_over_columns_of_values_is_no_data() -> None:
    cells = [Cell(0, c, 1, 1, True, text, []) for c, text in enumerate(["품명", "수량", "금액"])]
    for row, texts in enumerate(("연필 2 500", "공책 3 700"), 1):
        cells += [Cell(row, c, 1, 1, False, text, []) for c, text in enumerate(texts.split())]
    cells += [Cell(3, 0, 1, 2, False, "모두", []), Cell(3, 2, 1, 1, False, "1,900", [])]
    facts = table_facts(cells)
    assert facts
    assert [(row.label, row.summary) for row in facts.rows] == [
        ("연필", False), ("공책", False), ("모두", True),
    ]  # fmt: skip


def test_receipts_are_never_added_up_with_their_totals() -> None:
    asked = 0
    for page in _receipts():
        (table,) = page.annotation.known_tables
        body = {cell.row for cell in table.cells if cell.column == 1 and not cell.header}
        for draft in table_qa(page, setting(60)):
            kind, _, label = draft.detail.partition(":")
            column = {c.text: c.column for c in table.cells if c.row == 0}.get(label)
            if kind not in ("sum", "largest_value", "smallest_value") or column is None:
                continue
            texts = [c.text for c in table.cells if c.column == column and c.row in body]
            values = [quantity.value for quantity in map(parse_quantity, texts) if quantity]
            ends = {"largest_value": max(values), "smallest_value": min(values)}
            expected = ends.get(kind, sum(values, Decimal(0)))
            question, answer = (turn.content for turn in draft.conversation)
            found = re.findall(r"\d[\d,]*(?:\.\d+)?", answer)[-1]
            assert Decimal(found.replace(",", "")) == expected, (question, answer)
            assert "제외" in question or "Leave out" in question
            asked += 1
    assert asked > 20


def _receipts() -> list[Page]:
    """Pages with a receipt's table, its boxes all the same."""
    box = [0.1, 0.1, 0.2, 0.2]
    found = []
    for language in ("ko", "en"):
        for number in range(12):
            entries = plan_receipt(Writer(random.Random(number), language)).entries
            cells = [
                Cell(e.row, e.column, e.row_span, e.column_span, e.header, e.text, box)
                for e in entries
            ]
            words = [Word("영수증 한글" if language == "ko" else "Receipt", box)]
            truth = Truth("dataset", words, tables=[Table([0.1, 0.1, 0.9, 0.9], cells)])
            found.append(page_of(truth, f"receipt {language} {number}"))
    return found
