"""What is personal data in a text, and what only looks like it."""

import pytest

from gyogwa.transforms.privacy.mask import mask_text
from gyogwa.transforms.privacy.text import find


def found(text: str) -> list[tuple[str, str]]:
    return [(f.kind, text[f.start : f.end]) for f in find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("주민등록번호: 850203-1234567", "resident_number", "850203-1234567"),
        ("주민번호 900201 - 1000001", "resident_number", "900201 - 1000001"),
        ("본인 확인 231105-3123456 완료", "resident_number", "231105-3123456"),
        ("외국인등록번호 900101-5123456", "foreigner_number", "900101-5123456"),
        ("면허 11-22-333333-44 소지", "driving_licence", "11-22-333333-44"),
        ("서울 12-345678-90", "driving_licence", "서울 12-345678-90"),
        ("Passport No: M123A4567", "passport", "M123A4567"),
        ("연락은 ０１０－１２３４－５６７８ 로", "phone", "０１０－１２３４－５６７８"),
        ("(02) 123-4567", "phone", "(02) 123-4567"),
        ("안심번호 0505-123-4567", "phone", "0505-123-4567"),
        ("사업자 120-81-47521 귀중", "business_number", "120-81-47521"),
        ("card 4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("국민은행 123456-04-123456", "bank_account", "123456-04-123456"),
        ("110-234-567890 (신한은행)", "bank_account", "110-234-567890"),
        ("수원시 영통구 매탄동 416-1 입니다", "address", "수원시 영통구 매탄동 416-1"),
        ("성 명: 홍 길 동", "name", "홍 길 동"),
        ("담당자 김하늘 과장", "name", "김하늘"),
        ("Patient Name: Jane Doe", "name", "Jane Doe"),
        ("a.b_c@mail.co.kr로", "email", "a.b_c@mail.co.kr"),
        ("hong(at)mail.kr", "email", "hong(at)mail.kr"),
        ("Phone: (212) 555-0187", "phone", "(212) 555-0187"),
        ("전화 123-4567", "phone", "123-4567"),
        ("82-2-123-4567", "phone", "82-2-123-4567"),
        ("여권번호: R 12345678", "passport", "R 12345678"),
        ("대표이사 홍 길 동", "name", "홍 길 동"),
        ("신청인: 정 하늘", "name", "정 하늘"),
        ("성명(영문) YUN DONG JU", "name", "YUN DONG JU"),
    ],
)  # fmt: skip
def test_kinds(text: str, kind: str, value: str) -> None:
    assert (kind, value) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "주문번호 240115-3123456, 2024-01-15, 12,345,000원",
        "ISBN 978-89-01-23456-7 / ISBN 9788901234567",
        "Part No. 120-81-47521, 품번 M12345678",
        "운송장 123456789012",
        "850203-1234567",  # born before October 2020, and the check digit is wrong
        "카드 4111 1111 1111 1112",
        "파일 이름: 정산자료, 담당자 연락처, 성명 주소",
        "버전 2.10.3, 비율 12.34%, 09:00-18:00",
        "법인등록번호 기재",
        "Serial 1046 8255 8325 8528",
        "전화 상담 2024-0115, 접수 전화 2024-1234호",
        "시료번호 240115-2034567, 품질코드 031-2024-0115",
        "승객 여러분, 담당자 이 서류를, 신청인: 이 서류",
        "Name: Date Of Birth, 담당자: ABC Trading Co",
    ],
)
def test_lookalikes(text: str) -> None:
    assert found(text) == []


def test_a_label_is_its_own_numbers_only() -> None:
    kinds = [kind for kind, _ in found("법인등록번호 110111-1234567\n850203-1234567")]
    assert kinds == ["corporate_number"]


def test_text_is_masked_by_one_token() -> None:
    kinds = frozenset({"phone", "name"})
    text = "담당자: 김하늘\n전화 010-1234-5678\n김하늘에게 a@b.kr로"
    masked = mask_text(text, kinds, ["김하늘"], "[masked]")
    assert masked == "담당자: [masked]\n전화 [masked]\n[masked]에게 a@b.kr로"
