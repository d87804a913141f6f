"""A second, held-out set of pages with invented personal data: forms, letters and tables.

Written without looking at the recognisers or at `personal_pages`, with names, labels, formats and
layouts of its own: applications with the label above the value, tables of people, waybills,
invoices in English, cards of guests, letters. Only check digits are shared with `personal_values`.
What stands without any label is only asked for where its form tells it (numbers with their usual
hyphens, e-mail); names only beside a label.
"""

from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageFont

from benchmarks import personal_values as values
from benchmarks.personal_pages import HEIGHT, WIDTH, DrawnPage
from gyogwa.schemas.page import Word
from gyogwa.schemas.personal import PersonalKind
from gyogwa.schemas.records import Annotation
from gyogwa.transforms.annotate.reading_order import arrange

_FONTS = ["NanumMyeongjo.ttf", "NanumBarunGothic.ttf", "NanumSquareR.ttf"]
_SURNAMES = ["김", "이", "박", "최", "정", "남궁", "제갈", "선우", "황보", "도", "표", "길", "옥"]
_GIVEN = [
    "가람",
    "다온",
    "라희",
    "마루",
    "바다",
    "사랑",
    "아라",
    "재이",
    "채원",
    "태리",
    "하람",
    "유겸",
]
_ENGLISH = [
    "Abigail Moore",
    "Noah B. Clark",
    "Seo-yeon Hwang",
    "Jun-ho Bae",
    "Maria Lopez",
    "Ian Wu",
]
_STREETS = [
    "테헤란로",
    "낙성대로",
    "가락로",
    "백범로",
    "수영로",
    "동탄반석로",
    "유성대로",
    "첨단과기로",
]
_PLACES = [
    "서울시 강남구", "서울특별시 관악구", "경기 화성시", "대전 유성구", "부산 수영구", "제주시",
    "광주 북구", "울산광역시 남구", "세종특별자치시", "경북 포항시 북구", "충북 청주시 흥덕구",
]  # fmt: skip
_LOTS = ["신림동", "역삼동", "죽전동", "반송동", "용흥동", "봉명동", "연동", "다운동"]
_BANKS = [
    "신한",
    "국민",
    "우리은행",
    "IBK기업은행",
    "NH농협",
    "케이뱅크",
    "SC제일은행",
    "수협",
    "하나",
]


def _digits(random: Random, *counts: int, by: str = "-") -> str:
    return by.join(values.digits(random, count) for count in counts)


def name(random: Random) -> str:
    return random.choice(_SURNAMES) + random.choice(_GIVEN)


def phone(random: Random) -> str:
    local = random.choice(["02", "042", "053", "064", "033", "062"])
    return random.choice(
        [
            f"010-{_digits(random, 4, 4)}", f"010.{_digits(random, 4, 4, by='.')}",
            f"{local}) {_digits(random, 3, 4)}", f"({local}){_digits(random, 3, 4)}",
            f"{local}-{_digits(random, 3, 4)}", f"+82 10 {_digits(random, 4, 4, by=' ')}",
            f"+82-{local[1:]}-{_digits(random, 3, 4)}", f"0507-{_digits(random, 4, 4)}",
            f"011-{_digits(random, 3, 4)}", f"010 - {_digits(random, 4, 4, by=' - ')}",
        ]
    )  # fmt: skip


def email(random: Random) -> str:
    user = random.choice(["haram", "j.bae", "noah+work", "ian_wu", "dawon-lee", "info.seo", "k"])
    host = random.choice(
        ["daum.net", "kaist.ac.kr", "mail.example.co.kr", "outlook.com", "kakao.com"]
    )
    return f"{user}{random.randint(1, 99)}@{host}"


def address(random: Random) -> str:
    number, place, street = random.randint(2, 990), random.choice(_PLACES), random.choice(_STREETS)
    return random.choice(
        [
            f"{place} {street} {number}, {random.randint(2, 19)}층",
            f"{place} {street} {number} ({random.choice(_LOTS)})",
            f"{place} {random.choice(_LOTS)} {number}-{random.randint(1, 30)}번지",
            f"{place} {street}{random.randint(2, 90)}길 {number}",
            f"{place} {random.choice(_LOTS)} 산 {number}",
        ]
    )


def account(random: Random) -> str:
    shape = random.choice([(3, 3, 6), (6, 2, 6), (4, 4, 4, 1), (3, 6, 2, 3), (3, 2, 5, 3), (14,)])
    return _digits(random, *shape)


def driving(random: Random) -> str:
    if random.random() < 0.4:
        region = random.choice(["서울", "경기", "부산", "충남"])
        return f"{region} {_digits(random, 2, 6, 2)}"
    return values.driving(random)


MADE: dict[PersonalKind, Callable[[Random], str]] = {
    "name": name,
    "phone": phone,
    "email": email,
    "address": address,
    "bank_account": account,
    "driving_licence": driving,
    "resident_number": lambda r: values.registration(r, False),
    "foreigner_number": lambda r: values.registration(r, True),
    "passport": values.passport,
    "business_number": values.business,
    "corporate_number": values.corporate,
    "card": values.card,
}
_LABELS: dict[PersonalKind, list[str]] = {
    "name": ["이름", "작성자", "수취인", "대표자", "받는 분", "지원자 성명", "계약자", "입금자명"],
    "phone": ["휴대전화", "연락처", "전화번호", "비상연락망", "HP", "H.P", "TEL", "Fax"],
    "email": ["전자우편", "E-Mail", "메일", "이메일 주소"],
    "address": ["주소", "거주지", "현주소", "배송지 주소", "사업장 소재지"],
    "bank_account": ["계좌번호", "입금계좌", "환불 계좌"],
    "driving_licence": ["운전면허", "면허번호", "운전면허증 번호"],
    "resident_number": ["주민등록번호", "주민번호", "생년월일/주민번호"],
    "foreigner_number": ["외국인등록번호", "외국인 등록번호"],
    "passport": ["여권번호", "여권 번호", "Passport No"],
    "business_number": ["사업자번호", "사업자등록번호", "등록번호"],
    "corporate_number": ["법인등록번호", "법인번호"],
    "card": ["카드번호", "신용카드", "카드 번호"],
}


class _Page:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.image = Image.new("RGB", (WIDTH, HEIGHT), "white")
        self.draw = ImageDraw.Draw(self.image)
        self.font = ImageFont.truetype(random.choice(_FONTS), random.choice([18, 20, 24]))
        self.words: list[Word] = []
        self.values: list[tuple[PersonalKind, str]] = []
        self.layout_of: dict[str, str] = {}
        self.y = 60.0
        self.step = self.font.size * random.choice([1.5, 1.8, 2.1])

    def put(self, text: str, x: float, y: float | None = None) -> float:
        y = self.y if y is None else y
        for part in text.split():
            left, top, right, bottom = self.draw.textbbox((x, y), part, self.font)
            self.draw.text((x, y), part, "black", self.font)
            self.words.append(
                Word(part, [left / WIDTH, top / HEIGHT, right / WIDTH, bottom / HEIGHT])
            )
            x += self.font.getlength(part + " ")
        return x

    def value(self, kind: PersonalKind, layout: str) -> str:
        made = MADE[kind](self.random)
        if not any(made in other or other in made for _, other in self.values):
            self.values.append((kind, made))
            self.layout_of[made] = layout
        return made

    def down(self, lines: float = 1) -> None:
        self.y += lines * self.step


def _label(kind: PersonalKind, random: Random) -> str:
    label = random.choice(_LABELS[kind])
    return f"{random.choice(_BANKS)} {label}" if kind == "bank_account" else label


def _stacked(page: _Page) -> None:
    """An application: labels in one row, values below them."""
    kinds = page.random.sample(sorted(_LABELS), 2)
    for x, kind in zip((60, 520), kinds, strict=True):
        page.put(_label(kind, page.random), x)
        page.put(page.value(kind, "stacked"), x, page.y + page.step)
    page.down(2.6)


def _ruled(page: _Page) -> None:
    """A form: label at the left, value at the right, ruled."""
    for kind in page.random.sample(sorted(_LABELS), 3):
        page.draw.line((50, page.y - 6, 950, page.y - 6), fill="grey")
        page.put(_label(kind, page.random), 60)
        page.put(page.value(kind, "ruled"), 300)
        page.down()
    page.down(0.6)


def _people(page: _Page) -> None:
    """A table of people: heads above columns."""
    kinds: list[PersonalKind] = ["name", "phone", "email"]
    for x, head in zip((60, 240, 560), ("성명", "연락처", "이메일"), strict=True):
        page.put(head, x)
    for _ in range(page.random.randint(2, 4)):
        page.down()
        for x, kind in zip((60, 240, 560), kinds, strict=True):
            page.put(page.value(kind, "people"), x)
    page.down(1.6)


def _waybill(page: _Page) -> None:
    page.put(f"운송장번호 {_digits(page.random, 4, 4, 4)} 접수 {_day(page.random)}", 60)
    page.down()
    who, where = page.value("name", "waybill"), page.value("address", "waybill")
    page.put(f"받는 분: {who} / {page.value('phone', 'waybill')}", 60)
    page.down()
    page.put(f"주소: {where}", 60)
    page.down(1.6)


def _letter(page: _Page) -> None:
    """Sentences, in whose midst values stand with a word before them."""
    said: list[tuple[PersonalKind, str]] = [
        ("phone", "기타 문의는 {} 번으로 연락 주시기 바랍니다."),
        ("email", "서류는 {} 앞으로 제출해 주십시오."),
        ("resident_number", "위 사람(주민등록번호 {})은 재직 중임을 증명합니다."),
        ("business_number", "당사(사업자등록번호 {})는 아래와 같이 견적합니다."),
        ("address", "이삿짐은 {} 에서 받습니다."),
        ("passport", "여권번호 {} 의 소지자입니다."),
        ("card", "카드 {} 로 결제하신 금액을 환불합니다."),
    ]
    kind, text = page.random.choice(said)
    page.put(text.format(page.value(kind, "letter")), 60)
    page.down()
    if page.random.random() < 0.5:
        value = page.value("bank_account", "letter")
        page.put(f"납부는 {page.random.choice(_BANKS)} {value} 로 부탁드립니다.", 60)
        page.down()


def _english(page: _Page) -> None:
    who = page.random.choice(_ENGLISH)
    if not any(who == value for _, value in page.values):
        page.values.append(("name", who))
        page.layout_of[who] = "english"
    page.put(f"{page.random.choice(['Attn:', 'Name:', 'Contact person:'])} {who}", 60)
    page.put(f"Invoice No. INV-{_digits(page.random, 4, 5)}", 560)
    page.down()
    page.put(f"Phone: {page.value('phone', 'english')}", 60)
    page.put(f"Due {page.random.randint(1, 28)} Aug {page.random.randint(2019, 2027)}", 560)
    page.down(1.4)


def _day(random: Random) -> str:
    return f"{random.randint(2015, 2027)}.{random.randint(1, 12)}.{random.randint(1, 28)}."


def _nothing(page: _Page) -> None:
    """What is nobody's: numbers, dates, sentences about fields, public names."""
    r = page.random
    lines = [
        f"승인번호 {_digits(r, 8)} 승인일시 {_day(r)} 14:{r.randint(10, 59)}",
        f"관리번호 {_digits(r, 4, 2, 5)} 접수 {_day(r)}",
        f"합계 {r.randint(10_000, 9_999_999):,} 원 (부가세 {r.randint(1_000, 99_999):,} 원 포함)",
        f"계약기간 {_day(r)} ~ {_day(r)}",
        f"제품번호 {_digits(r, 3, 4, 4)} 수량 {r.randint(1, 90)} EA",
        "성명과 연락처는 정자로 기재하여 주십시오.",
        "주소 변경 시 관할 주민센터에 신고하여야 합니다.",
        f"고객센터 1588-{_digits(r, 4)} (평일 09:00~18:00)",
        f"IP {r.randint(1, 250)}.168.0.{r.randint(1, 250)}",
        f"민법 제{r.randint(10, 900)}조 제{r.randint(1, 5)}항에 따라 처리합니다.",
        f"표 {r.randint(1, 9)}-{r.randint(1, 9)}. 2024-2026 연도별 판매량({r.randint(10, 99)}.2%)",
        f"담당자 확인 {_day(r)} 팀장 결재 완료",
        f"시리얼 {_digits(r, 5, 5, 5, by=' ')}",
        f"ISBN 979-11-{_digits(r, 5, 2, 1)}",
        f"{r.randint(100, 999)}번 버스 12-{r.randint(1, 9)}번 정류장",
        f"Serial No. M{_digits(r, 3)}-{_digits(r, 5)}",
        f"Order {_digits(r, 3, 7, 7)} shipped",
        f"과제번호 {r.randint(2020, 2026)}-{_digits(r, 4, 6)}",
        f"전력 {r.randint(100, 999)}-{r.randint(100, 999)} kWh",
        "대표자 또는 대리인이 서명합니다.",
        f"도서번호 {_digits(r, 6, 7)}",
    ]
    page.put(r.choice(lines), 60)
    page.down()


def draw_form(random: Random) -> DrawnPage:
    """A page of some of these, nearly half of its pieces nobody's."""
    page = _Page(random)
    parts = [_stacked, _ruled, _people, _waybill, _letter, _letter, _english]
    while page.y < HEIGHT - 9 * page.step:
        (_nothing if random.random() < 0.45 else random.choice(parts))(page)
    words, lines, blocks = arrange(page.words, HEIGHT / WIDTH)
    annotation = Annotation(
        "0" * 32, WIDTH, HEIGHT, "dataset", "truth", words, lines, blocks, [], [], "ko", 1.0, 1.0
    )
    return DrawnPage(page.image, annotation, page.values, page.layout_of)
