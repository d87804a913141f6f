"""Papers with sums that come out: tax invoices (세금계산서), payslips, price lists on menus."""

from collections.abc import Iterator

from gyogwa.transforms.synthesis.chart import number
from gyogwa.transforms.synthesis.elements import (
    Blank,
    Element,
    Figure,
    Heading,
    Lines,
    LongTable,
)
from gyogwa.transforms.synthesis.table import CellSpec, TableSpec
from gyogwa.transforms.synthesis.table_kinds import long_list
from gyogwa.transforms.synthesis.writing import Writer


def invoice(writer: Writer) -> Iterator[Element]:
    """Seller and buyer side by side, what was sold with its tax, and how much is due."""
    rng = writer.rng
    yield Heading(writer.either("세금계산서", "Tax Invoice"), 1.9, "center", True)
    today = writer.times.today
    serial = f"{today.year}{today.month:02d}-{rng.randint(1, 9999):04d}"
    yield Lines([writer.either(f"일련번호: {serial}", f"Invoice no.: {serial}")], "right")
    seller, buyer = writer.several("organisation", 2)
    boss = writer.person()
    yield Figure(_parties(writer, [(seller, boss), (buyer, writer.person())]), "", "full")
    goods, total, tax = _goods(writer)
    yield Figure(goods, "", "full")
    how = rng.choice([2, 5])
    heads = [("구분", "Paid by"), ("합계", "Total due"), ("현금", "Cash"), ("수표", "Cheque"),
             ("어음", "Bill"), ("외상 미수금", "On account")]  # fmt: skip
    entries = [CellSpec(0, at, writer.either(*head), True) for at, head in enumerate(heads)]
    due = number(total + tax)
    entries.append(CellSpec(1, 0, writer.either("금액", "Amount"), True))
    entries += [
        CellSpec(1, at, due if at in (1, how) else "", align="right") for at in range(1, len(heads))
    ]
    yield Figure(TableSpec("", "", 2, len(heads), entries, [], {}), "", "full")
    claimed = how == len(heads) - 1
    korean = f"위 금액을 {'청구' if claimed else '영수'}함"
    english = "Please pay within 30 days." if claimed else "Received with thanks."
    yield Lines([writer.either(korean, english)])
    yield Lines([writer.times.full_date()], "center")
    signs = writer.either(f"{seller} {boss} (인)", f"For {seller}: {boss}")
    korean_name = writer.language == "ko" and len(boss) == 3
    yield Lines([signs], "center", stamp=boss if korean_name else "", signed=not korean_name)


def _parties(writer: Writer, names: list[tuple[str, str]]) -> TableSpec:
    rng = writer.rng
    labels = [("등록 번호", "VAT no."), ("상호", "Company"), ("성명", "Name"),
              ("주소", "Address"), ("업태", "Trade"), ("종목", "Goods")]  # fmt: skip
    heads = [("공급자", "Seller"), ("공급받는 자", "Buyer")]
    entries = [
        CellSpec(0, 2 * side, writer.either(*head), True, 1, 2) for side, head in enumerate(heads)
    ]
    columns = []
    for company, person in names:
        trade, kind = str(rng.choice(writer.words["trade"])).split("|")
        street = rng.randint(1, 320)
        # Numbers that begin with 0 are nobody's.
        register = f"0{rng.randint(10, 99)}-{rng.randint(10, 99)}-{rng.randint(0, 99999):05d}"
        place = writer.either(f"{writer.pick('place')} {street}", f"{street} High Street")
        columns.append([register, company, person, place, trade, kind])
    for row, label in enumerate(labels, 1):
        for side, values in enumerate(columns):
            entries.append(CellSpec(row, 2 * side, writer.either(*label), True))
            entries.append(CellSpec(row, 2 * side + 1, values[row - 1]))
    return TableSpec("", "", len(labels) + 1, 4, entries, [], {})


def _goods(writer: Writer) -> tuple[TableSpec, float, float]:
    """The table, the sum before tax and the tax, a tenth (Korea) or a fifth (United Kingdom)."""
    rng, korean = writer.rng, writer.language == "ko"
    names = writer.several("gear", rng.randint(2, 4))
    if not korean:
        names = [name[0].upper() + name[1:] for name in names]
    labels = [("월 일", "Date"), ("품목", "Item"), ("수량", "Qty"), ("단가", "Price"),
              ("공급가액", "Net"), ("세액", "VAT"), ("비고", "Notes")]  # fmt: skip
    entries = [CellSpec(0, at, writer.either(*label), True) for at, label in enumerate(labels)]
    total = tax = 0.0
    today = writer.times.today
    days = sorted(rng.choices(range(1, today.day + 1), k=len(names)))
    for row, name in enumerate(names, 1):
        count, price = rng.randint(1, 20), float(rng.randint(2, 90) * (1000 if korean else 5))
        net = count * price
        part = net / (10 if korean else 5)
        total, tax = total + net, tax + part
        day = days[row - 1]
        dated = writer.either(f"{today.month}/{day}", f"{day:02d}/{today.month:02d}")
        texts = [dated, name, number(count), number(price), number(net), number(part), ""]
        entries += [
            CellSpec(row, column, text, align="left" if column == 1 else "right")
            for column, text in enumerate(texts)
        ]
    last = len(names) + 1
    entries.append(CellSpec(last, 0, writer.either("합계", "Total"), True, 1, 4))
    entries += [
        CellSpec(last, column, text, align="right")
        for column, text in ((4, number(total)), (5, number(tax)), (6, ""))
    ]
    return TableSpec("", "", last + 1, 7, entries, [], {}), total, tax


def payslip(writer: Writer) -> Iterator[Element]:
    """A statement of earnings and deductions, and what is left."""
    rng, korean = writer.rng, writer.language == "ko"
    month = writer.times.today.month
    title = writer.either(
        f"{writer.year}년 {month}월 급여명세서", f"Payslip {month:02d}/{writer.year}"
    )
    yield Heading(title, 1.7, "center", True)
    who = [
        writer.either("성명: ", "Name: ") + writer.person(),
        writer.either("소속: ", "Office: ") + writer.pick("department"),
        writer.either("지급일: ", "Paid on: ")
        + writer.either(f"{writer.year}년 {month}월 25일", f"25/{month:02d}/{writer.year}"),
    ]
    yield Lines(who)
    scale = 1000.0 if korean else 1.0
    earned = [scale * rng.randrange(*span, 10) for span in ((2200, 4800), (50, 400), (50, 200))]
    gross = sum(earned)
    rates = [0.045, 0.03545, 0.009, 0.04] if korean else [0.15, 0.08, 0.05]
    digits = -1 if korean else 0
    taken = [float(round(gross * rate, digits)) for rate in rates]
    payments = writer.either("기본급,시간 외 수당,식대", "Basic pay,Overtime,Allowance")
    deductions = writer.either(
        "국민연금,건강보험,고용보험,소득세", "Income tax,National insurance,Pension"
    )
    unit = writer.either("(단위: 원)", f"(in {writer.money})")
    paid = [("지급 항목", "Payments"), ("지급액 계", "Total payments")]
    kept = [("공제 항목", "Deductions"), ("공제액 계", "Total deductions")]
    yield Figure(_account(writer, paid, payments, earned), unit, "full")
    yield Figure(_account(writer, kept, deductions, taken), unit, "full")
    left = number(gross - sum(taken))
    yield Lines([writer.either(f"실수령액: {left}원", f"Net pay: {writer.sign}{left}")], scale=1.2)
    thanks = writer.either("한 달 동안 수고하셨습니다.", "Keep this statement for your records.")
    yield Lines([thanks])
    yield Lines([writer.pick("organisation")], "right", 1.1)


def _account(
    writer: Writer, names: list[tuple[str, str]], listed: str, amounts: list[float]
) -> TableSpec:
    """What is paid or kept, `listed` between commas, with its sum."""
    head, total = (writer.either(*pair) for pair in names)
    rows = [*zip(listed.split(","), amounts, strict=True), (total, sum(amounts))]
    entries = [CellSpec(0, 0, head, True), CellSpec(0, 1, writer.either("금액", "Amount"), True)]
    for row, (name, amount) in enumerate(rows, 1):
        entries.append(CellSpec(row, 0, name, align="left"))
        entries.append(CellSpec(row, 1, number(amount), align="right"))
    return TableSpec("", "", len(rows) + 1, 2, entries, [], {})


def menu(writer: Writer) -> Iterator[Element]:
    """Dishes and drinks with their prices."""
    rng, korean = writer.rng, writer.language == "ko"
    yield Heading(writer.pick("eatery"), 2.0, "center", True)
    for name, label in (("dish", ("식사", "Food")), ("drink", ("음료", "Drinks"))):
        yield Heading(writer.either(*label), 1.3)
        listed = [entry.split("|") for entry in writer.several(name, rng.randint(4, 8))]
        entries = []
        for row, (dish, price) in enumerate(listed):
            cost = (
                f"{int(price):,}원"
                if korean
                else f"{writer.sign}{price}.{rng.choice(['00', '50', '95'])}"
            )
            entries += [CellSpec(row, 0, dish, align="left"), CellSpec(row, 1, cost, align="right")]
        yield Figure(TableSpec("", "", len(listed), 2, entries, [], {}), "", "none")
    yield Blank(0.5, True)
    hours = writer.either("영업시간 11:00 ~ 21:00", "Open from 11:00 to 21:00")
    origin = writer.either("쌀과 김치는 국내산만 씁니다.", "Ask us about allergens.")
    yield Lines([hours, origin], "center", 0.9)


def inventory(writer: Writer) -> Iterator[Element]:
    """A list of what an institution owns, longer than a page."""
    listed = long_list(writer)
    yield Heading(listed.title, 1.6, "center", True)
    counted = writer.either("기준일: ", "As of: ") + writer.times.full_date()
    yield Lines([counted, writer.pick("department")], "right", 0.95)
    unit = writer.either("(단위: 개)", "(in pieces)")
    yield LongTable(listed, unit, writer.either("(앞 쪽에서 이어짐)", "(continued)"))
