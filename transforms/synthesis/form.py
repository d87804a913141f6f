"""Grids that are not statistics: the fields of an application form, and the lines of a receipt."""

from gyogwa.transforms.synthesis.chart import number
from gyogwa.transforms.synthesis.table import CellSpec, TableSpec
from gyogwa.transforms.synthesis.writing import Writer


def plan_form(writer: Writer, name: str) -> TableSpec:
    """Labels with what was filled in beside them, in two pairs of columns or across the width.
    `name`: of who fills it in."""
    fields = _fields_ko(writer, name) if writer.language == "ko" else _fields_en(writer, name)
    entries: list[CellSpec] = []
    row = 0
    while fields:
        pair = (
            fields[:2]
            if len(fields) > 1 and not any(wide for _, _, wide in fields[:2])
            else fields[:1]
        )
        fields = fields[len(pair) :]
        for i, (label, value, _) in enumerate(pair):
            entries.append(CellSpec(row, 2 * i, label, True))
            span = 3 if len(pair) == 1 else 1
            entries.append(CellSpec(row, 2 * i + 1, value, column_span=span, align="left"))
        row += 1
    return TableSpec("", "", row, 4, entries, [], {}, filled_in=True)


def _fields_ko(writer: Writer, name: str) -> list[tuple[str, str, bool]]:
    rng = writer.rng
    return [
        ("성명", name, False),
        (
            "생년월일",
            f"{rng.randint(1955, 2008)}. {rng.randint(1, 12)}. {rng.randint(1, 28)}.",
            False,
        ),
        ("연락처", writer.phone(), False),
        ("소속", writer.pick("department"), False),
        ("주소", f"{writer.pick('place')} {rng.randint(1, 320)}번지 {rng.randint(1, 20)}층", True),
        ("이용 일시", f"{writer.times.coming()} {writer.time()}", True),
        ("이용 장소", writer.pick("room"), False),
        ("이용 인원", f"{writer.n()}명", False),
        ("신청 내용", writer.fill("{gear} 대여"), False),
        ("이용 금액", writer.price(), False),
        ("이용 목적", writer.fill("{project} 준비 모임"), True),
    ][: rng.randint(7, 11)]


def _fields_en(writer: Writer, name: str) -> list[tuple[str, str, bool]]:
    rng = writer.rng
    return [
        ("Name", name, False),
        (
            "Born",
            f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(1955, 2008)}",
            False,
        ),
        ("Telephone", writer.phone(), False),
        ("Office", writer.pick("department"), False),
        ("Address", f"{rng.randint(1, 320)} Mill Road, {writer.pick('place')}", True),
        ("Date and time", f"{writer.times.coming()}, {writer.time()}", True),
        ("Room", writer.pick("room"), False),
        ("People", str(writer.n()), False),
        ("Subject", writer.fill("Loan of {gear}"), False),
        ("Charge", writer.price(), False),
        ("Purpose", writer.fill("Preparation of the {project}"), True),
    ][: rng.randint(7, 11)]


def plan_receipt(writer: Writer) -> TableSpec:
    """Goods bought with quantity and amount, then the sum, the tax in it and what was paid."""
    rng, korean = writer.rng, writer.language == "ko"
    goods = list(writer.words["topics"]["shop"]["item"])
    names = [str(name) for name in rng.sample(goods, rng.randint(3, 7))]
    unit = 100 if korean else 1
    prices = [float(unit * rng.randint(11, 240)) for _ in names]
    counts = [float(rng.randint(1, 6)) for _ in names]
    amounts = [price * count for price, count in zip(prices, counts, strict=True)]
    labels = ["상품명", "단가", "수량", "금액"] if korean else ["Item", "Price", "Qty", "Amount"]
    entries = [
        CellSpec(0, column, label, True, align="left" if column == 0 else "right")
        for column, label in enumerate(labels)
    ]
    for row, name in enumerate(names, 1):
        texts = [name, *(number(values[row - 1]) for values in (prices, counts, amounts))]
        entries += [
            CellSpec(row, column, text, align="left" if column == 0 else "right")
            for column, text in enumerate(texts)
        ]
    total = sum(amounts)
    tax = round(total / 11) if korean else round(total / 6)
    sums = (
        [("합계", total), ("부가세 포함", tax), ("받은 금액", total)]
        if korean
        else [("Total", total), ("Tax included", tax), ("Paid by card", total)]
    )
    for row, (label, value) in enumerate(sums, len(names) + 1):
        entries.append(CellSpec(row, 0, label, True, 1, 3, "left"))
        entries.append(CellSpec(row, 3, number(value), align="right"))
    columns: dict[str, list[float] | list[str]] = dict(
        zip(labels[1:], (prices, counts, amounts), strict=True)
    )
    return TableSpec(
        "", "원" if korean else writer.money, len(names) + 4, 4, entries, names, columns
    )
