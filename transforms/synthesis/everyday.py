"""What people see beside offices: signs, exams, newspapers, papers, slides, screens, notes."""

import math
from collections.abc import Iterator

from gyogwa.transforms.synthesis.chart_kinds import plan_chart
from gyogwa.transforms.synthesis.elements import (
    Blank,
    Bullets,
    Element,
    Figure,
    Heading,
    Lines,
    Paragraph,
    Ticks,
)
from gyogwa.transforms.synthesis.table import CellSpec, TableSpec
from gyogwa.transforms.synthesis.writing import Writer

_CIRCLED = "①②③④"
_FORMULAS = [
    ("y = α + βx + ε", "x가 1 늘 때 y는 β만큼 변한다.", "As x grows by 1, y changes by β."),
    ("p = n ÷ N × 100", "n은 응답 수, N은 전체 수이다.", "Here n are the answers out of N."),
    ("σ = √(v)", "v는 분산이고 σ는 표준 편차이다.", "Here v is the variance."),
    ("t = (a − b) ÷ s", "a와 b는 두 집단의 평균이다.", "Here a and b are the two means."),
]


def sign(writer: Writer) -> Iterator[Element]:
    """A few words in large type."""
    head, *rest = writer.pick("sign").split("|")
    yield Heading(head, 2.2, "center")
    if rest:
        yield Lines(rest, "center", 1.0)


def exam(writer: Writer) -> Iterator[Element]:
    """Questions with four choices: sums that come out once, and spellings of which one is right."""
    rng, korean = writer.rng, writer.language == "ko"
    title = writer.either(
        f"{writer.year}학년도 1학기 기초 학력 평가", f"Basic skills {writer.year}"
    )
    yield Heading(title, 1.6, "center", True)
    yield Lines([writer.either("이름:", "Name:")], "center", wide=True)
    for n in range(1, rng.randint(5, 7)):
        question, choices = _reckoned(writer) if rng.random() < 0.65 else _spelt(writer)
        yield Paragraph(f"{n}. {question} [{rng.randint(2, 4)}{'점' if korean else ' points'}]")
        marks = _CIRCLED if korean else ["(a)", "(b)", "(c)", "(d)"]
        yield Bullets(list(zip(marks, choices, strict=True)))


def _reckoned(writer: Writer) -> tuple[str, list[str]]:
    rng = writer.rng
    a, b = rng.sample(range(12, 96), 2)
    kind = rng.choice(["product", "divisor", "percent", "sum"])
    if kind == "product":
        right = a * b
        question = writer.either(f"{a} × {b}의 값은 얼마입니까?", f"What is {a} × {b}?")
    elif kind == "divisor":
        shared = rng.randint(3, 12)
        a, b = shared * rng.randint(2, 5), shared * rng.randint(6, 9)
        right = math.gcd(a, b)
        asked = f"What is the greatest common divisor of {a} and {b}?"
        question = writer.either(f"{a}, {b}의 최대공약수는 얼마입니까?", asked)
    elif kind == "percent":
        share, whole = rng.randrange(5, 100, 5), rng.randrange(40, 600, 20)
        right = share * whole // 100
        question = writer.either(
            f"{whole}명의 {share}%는 몇 명입니까?", f"How much is {share}% of {whole}?"
        )
    else:
        right = a + b
        question = writer.either(
            f"사과 {a}개와 배 {b}개가 있습니다. 과일은 모두 몇 개입니까?",
            f"There are {a} apples and {b} pears. How many pieces of fruit are there?",
        )
    near = {right + by for by in (-10, -4, -2, -1, 1, 2, 3, 6, 10, 20) if right + by > 0}
    choices = sorted([right, *rng.sample(sorted(near), 3)])
    return question, [f"{choice:,}" for choice in choices]


def _spelt(writer: Writer) -> tuple[str, list[str]]:
    pairs = [pair.split("|") for pair in writer.several("spelling", 4)]
    right = writer.rng.randrange(4)
    choices = [pair[0 if i == right else 1] for i, pair in enumerate(pairs)]
    asked = "Which word is spelt correctly?"
    return writer.either("다음 중 맞춤법에 맞는 것은 무엇입니까?", asked), choices


def newspaper(writer: Writer) -> Iterator[Element]:
    """Masthead, date, then stories in columns, each with its headline and who wrote it."""
    rng = writer.rng
    yield Heading(writer.pick("masthead"), 2.6, "center", True)
    number = rng.randint(1200, 9800)
    issue = writer.either(f"제{number:,}호", f"No. {number:,}")
    yield Lines([f"{writer.times.full_date()} {issue}"], "center", 0.9, True, "page-header")
    yield Heading(writer.title("news"), 1.9, "left", True)
    while True:
        yield Paragraph(writer.paragraph(rng.randint(3, 6)), 1.0)
        yield Paragraph(writer.paragraph(rng.randint(3, 6)), 1.0)
        by = writer.person()
        yield Lines([writer.either(f"{by} 기자", f"By {by}")], "right", 0.9)
        yield Heading(writer.title("news"), 1.3)


def paper(writer: Writer) -> Iterator[Element]:
    """A paper in two columns: summary, numbered sections, formulas, a figure, references."""
    rng = writer.rng
    yield Heading(writer.title("paper"), 1.7, "center", True)
    authors = [writer.person() for _ in range(rng.randint(1, 3))]
    yield Lines([", ".join(authors), writer.pick("school")], "center", 0.95, True)
    yield Heading(writer.either("요약", "Abstract"), 1.1)
    yield Paragraph(writer.paragraph(3))
    sections = [
        ("서론", "Introduction"),
        ("방법", "Method"),
        ("결과", "Results"),
        ("결론", "Conclusion"),
    ]
    formulas = rng.sample(_FORMULAS, 2)
    for n, section in enumerate(sections, 1):
        yield Heading(f"{n}. {writer.either(*section)}", 1.15)
        yield Paragraph(writer.paragraph(rng.randint(3, 5)), 1.0)
        if n in (2, 3):
            formula, *meaning = formulas[n - 2]
            yield Lines([f"{formula} ({n - 1})"], "center", 1.05, kind="formula")
            yield Paragraph(writer.either(*meaning))
        if n == 3 and rng.random() < 0.7:
            plan = plan_chart(writer)
            yield Figure(plan, writer.either("그림 1. ", "Figure 1. ") + plan.title)
        if rng.random() < 0.6:
            yield Paragraph(writer.paragraph(rng.randint(2, 4)), 1.0)
    yield Heading(writer.either("참고 문헌", "References"), 1.1)
    listed = []
    for n in range(1, rng.randint(3, 5)):
        year = writer.year - rng.randint(1, 9)
        title = writer.title("paper")
        korean = f"{writer.person()}({year}). {title}. {writer.pick('school')} 논문집."
        listed.append((f"[{n}]", writer.either(korean, f"{writer.person()} ({year}). {title}.")))
    yield Bullets(listed)


def slide(writer: Writer) -> Iterator[Element]:
    """A slide: a title, a few points, perhaps a chart."""
    rng = writer.rng
    yield Heading(writer.title("report"), 1.7, "left", True)
    points = [writer.pick("bullets") for _ in range(rng.randint(3, 5))]
    yield Bullets([("•" if writer.language == "en" else "·", text) for text in points])
    if rng.random() < 0.5:
        yield Figure(plan_chart(writer), "")


def web_page(writer: Writer) -> Iterator[Element]:
    """An article of a website: navigation, where one is, date and views, neighbours, owner."""
    rng, organisation = writer.rng, writer.pick("organisation")
    tabs = [str(name) for name in writer.words["navigation"]]
    yield Lines([organisation], scale=1.2, kind="page-header")
    yield Lines([" | ".join(tabs)], scale=0.95, kind="page-header")
    yield Blank(0.3, True)
    yield Lines([writer.either("홈 > 소식 > 공지", "Home > News > Notices")], scale=0.85)
    yield Heading(writer.title("notice"), 1.6)
    views = writer.either("조회", "Views")
    yield Lines([f"{writer.times.full_date()} | {views} {rng.randint(3, 980)}"], scale=0.85)
    for _ in range(rng.randint(2, 3)):
        yield Paragraph(writer.paragraph(2))
    bullets = [writer.pick("bullets") for _ in range(rng.randint(2, 4))]
    yield Bullets([("-", text) for text in bullets])
    yield Blank(0.3, True)
    yield Lines(
        [
            writer.either("이전 글: ", "Previous: ") + writer.title("notice"),
            writer.either("다음 글: ", "Next: ") + writer.title("notice"),
        ],
        scale=0.9,
    )
    yield Blank(0.5, True)
    yield Lines([f"Copyright {writer.year} {organisation}"], "center", 0.8, kind="page-footer")


def app_screen(writer: Writer) -> Iterator[Element]:
    """The settings of a telephone, or a list of things to do."""
    rng = writer.rng
    clock = f"{rng.randint(7, 22)}:{rng.randint(0, 59):02d}"
    yield Lines([f"{clock} LTE {rng.randint(11, 99)}%"], scale=0.8, kind="page-header")
    if rng.random() < 0.5:
        yield Heading(writer.either("설정", "Settings"), 1.6)
        listed = [entry.split("|") for entry in writer.several("options", rng.randint(6, 9))]
        entries = []
        for row, (name, value) in enumerate(listed):
            entries += [CellSpec(row, 0, name, True, align="left")]
            entries += [CellSpec(row, 1, value, align="right")]
        yield Figure(TableSpec("", "", len(listed), 2, entries, [], {}), "", "horizontal")
    else:
        yield Heading(writer.either("할 일", "To do"), 1.6)
        yield Lines([writer.times.date()], scale=0.9)
        yield Ticks([(text, rng.random() < 0.5) for text in writer.several("errand", 7)])


def survey(writer: Writer) -> Iterator[Element]:
    """A form to tick: questions with choices, one of them chosen."""
    rng = writer.rng
    title = writer.either("{project} 만족도 조사", "Survey: {project}")
    yield Heading(writer.fill(title), 1.6, "center", True)
    asked = [
        ("나이대를 표시해 주십시오.", "Please tick your age group.", "age"),
        ("어떻게 알게 되셨습니까?", "How did you hear about us?", "way"),
        ("어느 분야를 이용하셨습니까?", "Which of these did you use?", "item"),
    ]
    for n, (korean, english, name) in enumerate(asked, 1):
        yield Paragraph(f"{n}. {writer.either(korean, english)}")
        choices = [str(entry) for entry in writer.words[name]] if name == "age" else (
            writer.several(name, 4))  # fmt: skip
        chosen = rng.randrange(len(choices))
        yield Ticks([(choice, i == chosen) for i, choice in enumerate(choices)])
    levels = writer.either("매우 만족,만족,보통,불만족", "very good,good,fair,poor").split(",")
    yield Paragraph(f"4. {writer.either('전체 만족도는 어떻습니까?', 'How was it overall?')}")
    best = rng.randrange(4)
    yield Ticks([(level, i == best) for i, level in enumerate(levels)])
    yield Blank(0.5)
    yield Lines([writer.either("조사에 참여해 주셔서 감사합니다.", "Thank you for taking part.")])


def note(writer: Writer) -> Iterator[Element]:
    """A note or a list somebody wrote by hand."""
    rng = writer.rng
    yield Lines([writer.times.date()], "right")
    if rng.random() < 0.5:
        yield Heading(writer.either("할 일", "To do"), 1.3)
        tasks = writer.several("errand", rng.randint(4, 7))
        yield Bullets([(f"{i}.", text) for i, text in enumerate(tasks, 1)])
        return
    yield Heading(writer.title("minutes"), 1.2)
    yield Bullets([("-", writer.pick("bullets")) for _ in range(rng.randint(3, 5))])
    yield Paragraph(writer.paragraph(rng.randint(1, 2)))
    yield Lines([writer.person()], "right")
