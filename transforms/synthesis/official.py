"""Letters and papers of offices: official letters (공문), certificates, résumés, member's cards."""

from collections.abc import Iterator

from gyogwa.transforms.prompts.particles import with_particle
from gyogwa.transforms.synthesis.elements import (
    Blank,
    Bullets,
    Element,
    Figure,
    Heading,
    Lines,
    Paragraph,
)
from gyogwa.transforms.synthesis.table import CellSpec, TableSpec
from gyogwa.transforms.synthesis.writing import Writer

_LETTERS = "가나다라마바"
_WITH_HEAD = (
    "관",
    "센터",
    "본부",
    "소",
    "교",
    "청",
    "과",
    "조합",
    "병원",
    "의료원",
    "복지회",
    "천문대",
)


def head_of(organisation: str) -> str:
    """Who signs for an institution, after what it is called.

    >>> head_of("한빛시립도서관"), head_of("이웃나눔재단"), head_of("도담소프트")
    ('한빛시립도서관장', '이웃나눔재단 이사장', '도담소프트 대표')
    """
    if organisation.endswith("재단"):
        return f"{organisation} 이사장"
    return f"{organisation}장" if organisation.endswith(_WITH_HEAD) else f"{organisation} 대표"


def sealed(writer: Writer, organisation: str, scale: float = 1.35) -> Lines:
    """The institution in large type, in Korea with its square seal."""
    head = writer.either(head_of(organisation), organisation)
    text = f"{head.replace(' ', '')}의인" if writer.language == "ko" else ""
    return Lines([head], "center", scale, stamp=text)


def official(writer: Writer) -> Iterator[Element]:
    """An official letter: to whom, about what, points in the given order, seal, then the file mark,
    address and telephone in small type. Korean ones follow the form of public offices."""
    rng, korean = writer.rng, writer.language == "ko"
    organisation, other = writer.several("organisation", 2)
    yield Heading(organisation, rng.uniform(1.5, 1.9), "center", True)
    yield Blank(0.4)
    to = writer.either(f"수신 {head_of(other)}", f"To: {other}")
    yield Lines([to, "(경유)"] if korean else [to, f"Our ref: {_mark(writer)}"])
    yield Lines([writer.either("제목 ", "Subject: ") + writer.title("official")])
    yield Blank(0.4, True)
    opening = writer.either("귀 기관의 무궁한 발전을 기원합니다.", "Thank you for working with us.")
    yield Paragraph(f"1. {opening}")
    yield Paragraph(f"2. {writer.pick('official')}")
    points = [writer.pick("official_points") for _ in range(rng.randint(3, 5))]
    marks = _LETTERS if korean else "abcdef"
    yield Bullets([(f"{mark}.", text) for mark, text in zip(marks, points, strict=False)])
    enclosed, copies = writer.pick("enclosure"), rng.randint(1, 3)
    korean_end, english_end = f"붙임 {enclosed} {copies}부. 끝.", f"Enclosed: {enclosed} ({copies})"
    yield Lines([writer.either(korean_end, english_end)])
    yield Blank(1.2)
    yield sealed(writer, organisation, 1.5)
    yield Blank(0.8, True)
    drafted, checked = writer.person(), writer.person()
    address = _address(writer)
    yield Lines(
        [
            writer.either(
                f"담당자 {drafted} 검토자 {checked}", f"Drafted by {drafted}, checked by {checked}"
            ),
            writer.either(
                f"시행 {_mark(writer)} ({writer.times.full_date()})",
                f"Issued on {writer.times.full_date()}",
            ),
            f"{address} / {writer.phone()} / {writer.either('공개', 'public')}",
        ],
        scale=0.85,
    )


def _mark(writer: Writer) -> str:
    department = writer.pick("department")
    return f"{department}-{writer.rng.randint(101, 9899)}"


def _address(writer: Writer) -> str:
    number = writer.rng.randint(1, 320)
    return writer.either(f"{writer.pick('place')} {number}", f"{number} High Street")


def _pairs(fields: list[tuple[str, str]], filled_in: bool = False) -> TableSpec:
    """Labels with their values: two pairs a row, the last one across the width if it is alone."""
    entries = []
    rows = -(-len(fields) // 2)
    for number, (label, value) in enumerate(fields):
        row, side = divmod(number, 2)
        alone = number == len(fields) - 1 and side == 0
        entries.append(CellSpec(row, 2 * side, label, True))
        entries.append(
            CellSpec(row, 2 * side + 1, value, column_span=3 if alone else 1, align="left")
        )
    return TableSpec("", "", rows, 4, entries, [], {}, filled_in)


def _born(writer: Writer, year: int) -> str:
    month, day = writer.rng.randint(1, 12), writer.rng.randint(1, 28)
    return writer.either(f"{year}. {month}. {day}.", f"{day:02d}/{month:02d}/{year}")


def certificate(writer: Writer) -> Iterator[Element]:
    """A certificate of employment or of a course, with date and seal."""
    rng = writer.rng
    organisation, name = writer.several("organisation", 1)[0], writer.person()
    number = f"{writer.year}-{rng.randint(11, 980)}"
    yield Lines([writer.either(f"제 {number} 호", f"No. {number}")])
    yield Blank(1.0)
    if rng.random() < 0.5:
        yield Heading(writer.either("재직증명서", "Certificate of Employment"), 2.2, "center", True)
        yield Blank(1.0)
        since = writer.year - rng.randint(1, 12)
        born = since - rng.randint(23, 34)
        month = rng.randint(1, 12)
        fields = [
            (writer.either("성명", "Name"), name),
            (writer.either("생년월일", "Born"), _born(writer, born)),
            (writer.either("소속", "Office"), writer.pick("department")),
            (writer.either("직위", "Position"), writer.pick("role")),
            (
                writer.either("재직 기간", "Period"),
                writer.either(f"{since}년 {month}월부터 현재까지", f"since {since}"),
            ),
            (writer.either("용도", "Purpose"), writer.pick("purpose")),
        ]
        yield Figure(_pairs(fields), "", "full")
        yield Blank(1.5)
        said = writer.either(
            "위 사람은 우리 기관에 재직하고 있음을 증명합니다.",
            "We certify that the person named above works for us.",
        )
    else:
        course = writer.pick("course")
        yield Heading(writer.either("수료증", "Certificate of Completion"), 2.4, "center", True)
        yield Blank(1.5)
        yield Lines([writer.either(f"성명: {name}", name)], "center", 1.3)
        yield Lines([writer.either(f"과정: {course}", course)], "center", 1.15)
        yield Blank(1.5)
        hours = rng.randrange(6, 41, 2)
        said = writer.either(
            f"위 사람은 본 기관이 마련한 {with_particle(course, '을')} {hours}시간에 걸쳐 성실히 "
            "마쳤으므로 이 증서를 드립니다.",
            f"has completed {hours} hours of this course and met all of its requirements.",
        )
    yield Paragraph(said)
    yield Blank(2.0)
    yield Lines([writer.times.full_date()], "center", 1.1)
    yield Blank(1.0)
    yield sealed(writer, organisation, 1.6)


def resume(writer: Writer) -> Iterator[Element]:
    """A résumé: the person, schools, posts and certificates, the latest first."""
    rng, name = writer.rng, writer.person()
    left = writer.year - rng.randint(4, 9)  # of the last school
    yield Heading(writer.either("이력서", "Curriculum Vitae"), 2.0, "center", True)
    yield Blank(0.5)
    fields = [
        (writer.either("성명", "Name"), name),
        (writer.either("생년월일", "Born"), _born(writer, left - rng.randint(26, 30))),
        (writer.either("연락처", "Telephone"), writer.phone()),
        (writer.either("지원 분야", "Post applied for"), writer.pick("duty")),
        (writer.either("주소", "Address"), _address(writer)),
    ]
    yield Figure(_pairs(fields, filled_in=True), "", "full")
    first, second = writer.several("school", 2)
    subject = writer.pick("major")
    body = [[f"{left - 6} ~ {left - 2}", first, subject]]
    if rng.random() < 0.5:
        graduate = writer.either(f"{second} 대학원", f"{second} (graduate school)")
        body.insert(0, [f"{left - 2} ~ {left}", graduate, subject])
    labels = [("기간", "Years"), ("학교", "School"), ("전공", "Subject")]
    yield Heading(writer.either("학력", "Education"), 1.15)
    yield Figure(_listed(writer, labels, body), "", "full")
    posts, end = [], writer.year
    for employer in writer.several("organisation", rng.randint(1, 2)):
        begun = max(left, end - rng.randint(1, 3))
        if begun == end:
            break
        posts.append([f"{begun} ~ {end}", employer, writer.pick("duty")])
        end = begun
    labels = [("기간", "Years"), ("근무처", "Employer"), ("담당 업무", "Duties")]
    yield Heading(writer.either("경력", "Experience"), 1.15)
    yield Figure(_listed(writer, labels, posts), "", "full")
    passed = sorted(
        [f"{rng.randint(left, writer.year)}", *licence.split("|")]
        for licence in writer.several("licence", rng.randint(2, 3))
    )[::-1]
    labels = [("취득 연도", "Year"), ("자격", "Certificate"), ("발급 기관", "Issued by")]
    yield Heading(writer.either("자격 사항", "Certificates"), 1.15)
    yield Figure(_listed(writer, labels, passed), "", "full")
    true = "위 내용은 사실과 다름이 없습니다."
    yield Paragraph(writer.either(true, "All of the above is true."))
    yield Lines([writer.times.full_date()], "center")
    signs = writer.either(f"지원자 {name} (인)", f"Signed: {name}")
    stamp = name if writer.language == "ko" and len(name) == 3 else ""
    yield Lines([signs], "center", stamp=stamp, signed=not stamp)


def _listed(writer: Writer, labels: list[tuple[str, str]], body: list[list[str]]) -> TableSpec:
    entries = [
        CellSpec(0, column, writer.either(*label), True) for column, label in enumerate(labels)
    ]
    for row, texts in enumerate(body, 1):
        entries += [CellSpec(row, column, text) for column, text in enumerate(texts)]
    return TableSpec("", "", len(body) + 1, len(labels), entries, [], {}, filled_in=True)


def card(writer: Writer) -> Iterator[Element]:
    """A member's or staff card: whose it is, of what, until when."""
    rng, organisation = writer.rng, writer.pick("organisation")
    staff = rng.random() < 0.5
    korean, english = ("직원증", "Staff card") if staff else ("회원증", "Membership card")
    yield Heading(organisation, 1.2)
    yield Lines([writer.either(korean, english)], scale=1.0)
    yield Blank(0.3, True)
    texts = [
        writer.either("성명: ", "Name: ") + writer.person(),
        writer.either("번호: ", "No.: ") + f"{writer.year}-{rng.randint(1, 9999):04d}",
    ]
    if staff:
        texts.append(writer.either("소속: ", "Office: ") + writer.pick("department"))
    until = writer.year + rng.randint(1, 3)
    texts.append(
        writer.either(f"유효 기간: {until}년 12월 31일까지", f"Valid until: December {until}")
    )
    yield Lines(texts)
