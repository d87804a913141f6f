"""What documents of offices and shops hold, in order."""

from collections.abc import Callable, Iterator

from gyogwa.transforms.synthesis import accounts, everyday, official
from gyogwa.transforms.synthesis.chart_kinds import plan_chart
from gyogwa.transforms.synthesis.elements import (
    Blank,
    Bullets,
    Element,
    Figure,
    Heading,
    Lines,
    Paragraph,
)
from gyogwa.transforms.synthesis.form import plan_form, plan_receipt
from gyogwa.transforms.synthesis.masking import masked_line
from gyogwa.transforms.synthesis.table_kinds import plan_table
from gyogwa.transforms.synthesis.writing import Writer

_ONE_MATTER = {
    "report": ("project", "organisation"),
    "notice": ("project", "organisation"),
    "minutes": ("project", "organisation"),
    "letter": ("project", "organisation", "gear"),
    "form": ("project", "organisation", "gear"),
    "official": ("project", "gear"),
    "survey": ("project",),
    "slide": ("project", "organisation"),
    "web page": ("project", "organisation"),
}
"""Of which lists a document of a kind keeps to one entry."""


def compose(writer: Writer, kind: str) -> Iterator[Element]:
    """The elements of a document of `kind`; reports and newspapers go on as long as there is
    room."""
    writer.keep_to(*_ONE_MATTER.get(kind, ()))
    return COMPOSED[kind](writer)


def _bullets(writer: Writer, name: str, count: int) -> Bullets:
    rng = writer.rng
    texts = [writer.pick(name) for _ in range(count)]
    marks = ["○", "-", "·", "□", "※"] if writer.language == "ko" else ["•", "–", "*"]
    form = rng.choice(["number", "letter", "mark", "mark"])
    if form == "number":
        return Bullets([(f"{i}.", text) for i, text in enumerate(texts, 1)])
    if form == "letter":
        letters = "가나다라마바사아" if writer.language == "ko" else "abcdefgh"
        return Bullets([(f"{letters[i]})", text) for i, text in enumerate(texts)])
    mark = rng.choice(marks)
    return Bullets([(mark, text) for text in texts])


def _masked(writer: Writer, chance: float, paid: bool = False) -> Iterator[Lines]:
    """With that chance, a line with masked personal data."""
    if writer.rng.random() < chance:
        yield Lines([masked_line(writer, paid)], "center" if paid else "left", 0.95)


def _figure(writer: Writer, number: int, chart: bool) -> Figure:
    if chart:
        plan = plan_chart(writer)
        text = writer.either(f"그림 {number}. {plan.title}", f"Figure {number}. {plan.title}")
        return Figure(plan, text)
    grid = plan_table(writer)
    unit = f" ({writer.either('단위: ', 'in ')}{grid.unit})" if grid.unit else ""
    return Figure(grid, writer.either(f"표 {number}. ", f"Table {number}. ") + grid.title + unit)


def _report(writer: Writer) -> Iterator[Element]:
    rng = writer.rng
    align = rng.choice(["left", "center"])
    yield Heading(writer.title("report"), rng.uniform(1.6, 2.1), align, True)
    by = f"{writer.pick('organisation')} {writer.pick('department')}"
    if writer.language == "en":
        by = f"{writer.pick('organisation')}, {writer.pick('department')}"
    yield Lines([by, writer.times.date()], align, 0.95, True)
    indent = rng.choice([0.0, 0.0, 1.0])
    numbers = rng.choice(
        ["{}. ", "{}) ", "제{}절 " if writer.language == "ko" else "Part {}: ", ""]
    )
    figures = {True: 0, False: 0}
    section = 0
    while True:
        section += 1
        yield Heading(numbers.format(section) + writer.pick("headings"), rng.choice([1.15, 1.25]))
        yield Paragraph(writer.paragraph(rng.randint(2, 5)), indent)
        choice = rng.random()
        if choice < 0.3:
            yield _bullets(writer, "bullets", rng.randint(2, 5))
        elif choice < 0.6:
            chart = rng.random() < 0.35
            figures[chart] += 1
            yield _figure(writer, figures[chart], chart)
        if rng.random() < 0.55:
            yield Paragraph(writer.paragraph(rng.randint(2, 5)), indent)


def _notice(writer: Writer) -> Iterator[Element]:
    rng = writer.rng
    number = f"{writer.year}-{rng.randint(11, 980)}"
    yield Lines(
        [writer.either(f"{writer.pick('organisation')} 공고 제{number}호", f"Notice {number}")]
    )
    yield Heading(writer.title("notice"), rng.uniform(1.6, 2.2), "center", True)
    yield Paragraph(writer.paragraph(rng.randint(2, 3)))
    for i in range(1, rng.randint(3, 4)):
        yield Heading(f"{i}. {writer.pick('headings')}", 1.15)
        yield _bullets(writer, "bullets", rng.randint(3, 5))
        if rng.random() < 0.3:
            yield _figure(writer, 1, False)
    yield Paragraph(writer.paragraph(rng.randint(1, 3)))
    yield from _masked(writer, 0.35)
    yield Blank(1.0)
    yield Lines([writer.times.date()], "center")
    yield Lines([writer.pick("organisation")], "center", 1.35)


def _minutes(writer: Writer) -> Iterator[Element]:
    rng = writer.rng
    yield Heading(writer.title("minutes"), rng.uniform(1.5, 1.9), "left", True)
    people = ", ".join(writer.person() for _ in range(rng.randint(3, 5)))
    yield Lines(
        [
            writer.either("일시: ", "Date: ") + f"{writer.times.date()} {writer.time()}",
            writer.either("장소: ", "Place: ") + writer.pick("room"),
            writer.either("참석: ", "Present: ") + people,
        ]
    )
    yield Blank(0.8, True)
    for i in range(1, rng.randint(3, 5)):
        yield Heading(writer.either(f"안건 {i}. ", f"Item {i}. ") + writer.pick("headings"), 1.15)
        yield Paragraph(writer.paragraph(rng.randint(2, 4)))
        if rng.random() < 0.6:
            yield _bullets(writer, "bullets", rng.randint(2, 4))
    yield Paragraph(writer.either("다음 회의: ", "Next meeting: ") + writer.times.coming())


def _letter(writer: Writer) -> Iterator[Element]:
    rng = writer.rng
    sender = [writer.pick("organisation"), f"{writer.pick('department')} {writer.phone()}"]
    yield Lines(sender, rng.choice(["left", "right"]), 0.95)
    yield Blank(0.8)
    yield Lines([writer.times.date()], rng.choice(["left", "right"]))
    yield Lines([writer.either(f"수신: {writer.person()} 귀하", f"Dear {writer.person()},")])
    yield Blank(0.5)
    yield Heading(writer.either("제목: ", "Re: ") + writer.title("letter"), 1.2)
    indent = rng.choice([0.0, 1.0])
    for _ in range(rng.randint(2, 4)):
        yield Paragraph(writer.paragraph(rng.randint(2, 3), "letter"), indent)
    if rng.random() < 0.4:
        yield _figure(writer, 1, False)
    yield Paragraph(writer.paragraph(2), indent)
    yield from _masked(writer, 0.35)
    yield Blank(1.0)
    yield Lines([writer.either("감사합니다.", "Yours sincerely,")])
    name = writer.person()
    yield Lines(
        [writer.either(f"{writer.pick('role')} {name} 드림", f"{name}, {writer.pick('role')}")],
        rng.choice(["left", "right"]),
    )


def _form(writer: Writer) -> Iterator[Element]:
    rng = writer.rng
    yield Heading(writer.title("form"), rng.uniform(1.6, 2.0), "center", True)
    yield Blank(0.4)
    name = writer.person()
    yield Figure(plan_form(writer, name), "", "full")
    yield Heading(writer.either("유의 사항", "Please note"), 1.1)
    yield _bullets(writer, "bullets", rng.randint(2, 4))
    yield Paragraph(
        writer.either(
            "위와 같이 신청하며 적은 내용이 사실과 다름없음을 확인합니다.",
            "I apply as stated above and confirm that what I have written is true.",
        )
    )
    yield from _masked(writer, 0.35)
    yield Blank(0.6)
    yield Lines([writer.times.date()], "center")
    yield Lines(
        [writer.either("신청인: ", "Applicant: ") + name + writer.either(" (인)", "")],
        "right",
    )
    yield Lines([writer.pick("organisation") + writer.either(" 귀중", "")], "left", 1.2)


def _product(writer: Writer) -> Iterator[Element]:
    rng = writer.rng
    writer.words |= writer.words["topics"]["shop"]
    writer.words |= {"item": writer.words["gadget"], "organisation": writer.words["maker"]}
    writer.words["goods"] = writer.several("gadget", 1)  # what the page is about
    yield Heading(writer.title("product"), rng.uniform(1.7, 2.3), "left", True)
    yield Lines([writer.pick("organisation")], "left", 0.95, True)
    yield Paragraph(writer.paragraph(rng.randint(3, 4), "product"))
    yield Heading(writer.either("제품 정보", "In detail"), 1.2)
    yield _bullets(writer, "product", rng.randint(3, 5))
    yield _figure(writer, 1, rng.random() < 0.3)
    yield Heading(writer.either("구입 안내", "How to buy"), 1.2)
    yield Paragraph(writer.paragraph(rng.randint(2, 3), "product"))


def _receipt(writer: Writer) -> Iterator[Element]:
    rng = writer.rng
    shop = writer.words["topics"]["shop"]["organisation"]
    yield Heading(str(rng.choice(shop)), 1.6, "center")
    yield Lines(
        [writer.pick("place") + writer.either(f" {writer.n()}번길", " High Street")], "center"
    )
    yield Lines([writer.phone(), f"{writer.times.date()} {writer.time()}"], "center")
    yield Blank(0.6, True)
    yield Figure(plan_receipt(writer), "", rng.choice(["none", "booktabs"]))
    yield Blank(0.6, True)
    yield from _masked(writer, 0.5, True)
    yield Lines([writer.either("이용해 주셔서 감사합니다.", "Thank you, see you soon!")], "center")
    number = f"{rng.randint(1000, 9999)}-{rng.randint(100000, 999999)}"
    yield Lines([writer.either(f"승인 번호 {number}", f"No. {number}")], "center", 0.9)


COMPOSED: dict[str, Callable[[Writer], Iterator[Element]]] = {
    "report": _report,
    "notice": _notice,
    "minutes": _minutes,
    "letter": _letter,
    "form": _form,
    "product": _product,
    "receipt": _receipt,
    "official": official.official,
    "certificate": official.certificate,
    "resume": official.resume,
    "card": official.card,
    "invoice": accounts.invoice,
    "payslip": accounts.payslip,
    "menu": accounts.menu,
    "inventory": accounts.inventory,
    "sign": everyday.sign,
    "exam": everyday.exam,
    "newspaper": everyday.newspaper,
    "paper": everyday.paper,
    "slide": everyday.slide,
    "web page": everyday.web_page,
    "app": everyday.app_screen,
    "survey": everyday.survey,
    "note": everyday.note,
}
