"""Pages with invented personal data among what looks like it, drawn with their words' boxes."""

from dataclasses import dataclass, field
from random import Random

from PIL import Image, ImageDraw, ImageFont

from benchmarks import personal_values as values
from gyogwa.schemas.page import Word
from gyogwa.schemas.personal import PersonalKind
from gyogwa.schemas.records import Annotation
from gyogwa.transforms.annotate.reading_order import arrange

WIDTH, HEIGHT, SIZE, STEP = 1000, 1300, 22, 40
LABELS: dict[PersonalKind, list[str]] = {
    "resident_number": ["주민등록번호", "주민번호", ""],
    "foreigner_number": ["외국인등록번호", ""],
    "driving_licence": ["운전면허번호", "면허번호", ""],
    "passport": ["여권번호", "Passport No."],
    "phone": ["전화", "연락처", "휴대폰", "Tel", "팩스"],
    "email": ["이메일", "E-mail", ""],
    "business_number": ["사업자등록번호", ""],
    "corporate_number": ["법인등록번호"],
    "card": ["카드번호", "Card", ""],
    "bank_account": ["계좌번호"],
    "address": ["주소", "소재지", "배송지", ""],
    "name": ["성명", "담당자", "환자명", "예금주", "신청인", "보호자"],
}
SENTENCES: dict[PersonalKind, str] = {
    "resident_number": "본인({}) 확인을 마쳤습니다",
    "foreigner_number": "등록된 번호는 {} 입니다",
    "driving_licence": "면허 {} 소지자에 한합니다",
    "passport": "여권 {} 사본을 첨부합니다",
    "phone": "궁금한 점은 {} 로 알려 주십시오",
    "email": "결과는 {} 로 보내 드립니다",
    "business_number": "공급자 {} 앞으로 발행하였습니다",
    "corporate_number": "법인등록번호 {} 로 조회하였습니다",
    "card": "결제 카드 {} 승인 완료",
    "bank_account": "{bank} {} 로 입금 바랍니다",
    "address": "물품은 {} 로 보냅니다",
    "name": "담당자 {} 님께 드립니다",
}


@dataclass
class DrawnPage:
    """`values`: personal data on it by kind; `layout_of`: how each was set."""

    image: Image.Image
    annotation: Annotation
    values: list[tuple[PersonalKind, str]]
    layout_of: dict[str, str] = field(default_factory=dict)


def value_of(kind: PersonalKind, random: Random) -> str:
    """One value."""
    made = {
        "resident_number": lambda r: values.registration(r, False),
        "foreigner_number": lambda r: values.registration(r, True),
        "driving_licence": values.driving,
        "passport": values.passport,
        "phone": values.phone,
        "email": values.email,
        "business_number": values.business,
        "corporate_number": values.corporate,
        "card": values.card,
        "bank_account": values.account,
        "address": values.address,
        "name": values.korean_name,
    }
    return made[kind](random)


class _Sheet:
    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), "white")
        self.draw = ImageDraw.Draw(self.image)
        self.font = ImageFont.truetype("NanumGothic.ttf", SIZE)
        self.words: list[Word] = []
        self.y = 50

    def text(self, text: str, x: float) -> float:
        """Draw words from x on, on the current line; gives where they end."""
        for part in text.split():
            self.draw.text((x, self.y), part, "black", self.font)
            left, top, right, bottom = self.draw.textbbox((x, self.y), part, self.font)
            box = [left / WIDTH, top / HEIGHT, right / WIDTH, bottom / HEIGHT]
            self.words.append(Word(part, box))
            x += self.font.getlength(part + " ")
        return x

    def boxed(self, text: str, x: float) -> None:
        """Each character in a box of its own."""
        for char in text:
            self.draw.rectangle((x, self.y - 4, x + 28, self.y + 30), outline="grey")
            self.text(char, x + 8)
            x += 32

    def line(self) -> None:
        self.y += STEP


def draw_page(random: Random) -> DrawnPage:
    """A page of some twenty lines, half of them look-alikes."""
    sheet = _Sheet()
    found: list[tuple[PersonalKind, str]] = []
    layouts: dict[str, str] = {}
    while sheet.y < HEIGHT - 3 * STEP:
        if random.random() < 0.45:
            label, text = values.lookalike(random)
            sheet.text(f"{label}{random.choice([':', ' '])} {text}", 60)
            sheet.line()
            continue
        kind = random.choice(sorted(LABELS))
        value = value_of(kind, random)
        layout = _draw(sheet, kind, value, random)
        if not any(value == other for _, other in found):
            found.append((kind, value))
            layouts[value] = layout
    words, lines, blocks = arrange(sheet.words, HEIGHT / WIDTH)
    annotation = Annotation(
        "0" * 32, WIDTH, HEIGHT, "dataset", "truth", words, lines, blocks, [], [], "ko", 1.0, 1.0
    )
    return DrawnPage(sheet.image, annotation, found, layouts)


def _draw(sheet: _Sheet, kind: PersonalKind, value: str, random: Random) -> str:
    bank = random.choice(values.BANKS)
    label = random.choice(LABELS[kind])
    if kind == "bank_account" and random.random() < 0.6:
        label = bank
    layout = random.choice(["field", "form", "sentence", "broken", "boxed"])
    if layout == "sentence":
        sheet.text(SENTENCES[kind].format(value, bank=bank), 60)
    elif layout == "form" and label:
        sheet.text(label, 60)
        sheet.text(value, 320)
    elif layout == "boxed" and label and kind in ("resident_number", "foreigner_number"):
        sheet.text(label, 60)
        sheet.boxed(value, 320)
    elif layout == "broken" and "-" in value and kind not in ("email", "address"):
        head, tail = value.rsplit("-", 1)
        sheet.text(f"{label} {head}-".strip(), 60)
        sheet.line()
        sheet.text(tail, 60)
    else:
        layout = "field"
        sheet.text(f"{label}: {value}" if label else value, 60)
    sheet.line()
    return layout
