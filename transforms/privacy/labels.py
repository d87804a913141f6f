"""Words beside a number or name that say what it is, or that it is nothing personal.

The nearest label before decides: in "주문번호 240115-3123456" the number is an order's, in
"주민등록번호 240115-3123456" a child's.
"""

import re

REACH = 24
"""Characters before a number in which its label is looked for: a label, a colon and what a form
puts between them."""

LABELS: dict[str, str] = {
    "resident_number": r"주민\s?(?:등록)?\s?번호|주민\s?등록|생년월일|resident\s?(?:registration)?"
    r"|RRN",
    "foreigner_number": r"외국인\s?(?:등록)?\s?번호|외국인\s?등록|국내거소|alien\s?registration"
    r"|ARC",
    "driving_licence": r"운전\s?면허|면허\s?번호|driv(?:er|ing)\S*\s?licen[cs]e",
    "passport": r"여권|passport",
    "phone": r"전화|연락[처망]|휴대\s?(?:폰|전화)|핸드폰|팩스|FAX|TEL|phone|mobile|문의"
    r"|HP|H\.P",
    "business_number": r"사업자\s?(?:등록)?\s?(?:번호)?|business\s?(?:registration|reg)",
    "corporate_number": r"법인\s?(?:등록)?\s?번호|corporat\S*\s?(?:registration|reg)",
    "card": r"카드|card|VISA|Master",
    "bank_account": r"계좌|입금|예금|account|acct",
}
_NOTHING = (
    r"주문|송장|운송장|접수|관리|부품|품번|모델|모형|제품|상품|도서|일련"
    r"|코드|시료|과제|시리얼|문서|증권|청구|견적|승인|거래|예약|공고|특허|출원|규격|도면|버전"
    r"|order|part|invoice|tracking|serial|S/N|P/N|model|ISBN"
    r"|ISSN|IMEI|SKU|item|doc|receipt|batch|lot\b|case|patent|version|ref"
)
_ANY = re.compile(
    "|".join(f"(?P<{kind}>{words})" for kind, words in LABELS.items())
    + f"|(?P<nothing>{_NOTHING})",
    re.IGNORECASE,
)

PERSON = (
    r"성\s*명|이\s?름|성\s?함|담당자?|환자\s?(?:명|성명)?|대표(?:이사|자)?|예금주|세대주|강사|의사|주치의"
    r"|(?:신청|신고|청구|수신|발신|수취|수령|발송|위임|수임|임차|임대|매도|매수|작성)인"
    r"|(?:신청|작성|보호|피보험|계약|가입|응시|지원|검토|승인|입금|송금|근로|사용|주문|구매|예약|투숙|참석"
    r"|소유|제출|접수|채무|채권|인수|인계|참가|관리|책임|수혜|동의)자\s?(?:명|성명)?"
    r"|(?:받는|보내는|보내시는)\s?(?:분|사람)|고객\s?(?:명|성명)|회원\s?명|학생\s?(?:명|성명)|학부모"
    r"|직원\s?(?:명|성명)|대리인|추천인|승객|탑승객|투숙객"
)
"""Labels of fields that hold somebody's name, in Korean."""
_PLACE = r"주\s?소|소재지|거주지|배송지|[Aa]ddress"
_MAIL = r"이메일|전자우편|메일|[Ee]-?[Mm]ail"
_LABEL = re.compile(
    rf"(?:{PERSON}|[Nn]ame|{_PLACE}|{_MAIL}|{'|'.join(LABELS.values())})"
    r"(?:\s?(?:번호|주소|명|[Nn]o\.?|[Nn]umber))?\s?(?:\([^)]{1,10}\))?\s?[:：]?",
    re.IGNORECASE,
)
_PERSON = re.compile(rf"(?:.*\s)?(?:{PERSON}|.*[Nn]ame)\s?(?:\([^)]{{1,10}}\))?\s?[:：]?")
_LONGEST = 16


def is_label(text: str) -> bool:
    """Whether a text is the label of a field that may hold personal data, and nothing more.

    >>> is_label("입금 계좌번호"), is_label("성명 홍길동"), is_label("전화 010-1234-5678")
    (True, False, False)
    """
    if len(text) > _LONGEST or any(char.isdigit() for char in text):
        return False
    ends = [match.end() for match in _LABEL.finditer(text)]
    return bool(ends) and ends[-1] == len(text)


_HEAD = re.compile(
    r".*(?:번\s?호|[Nn]o\.?|[Nn]umber)|연번|소\s?속|부\s?서(?:명)?|직[위급책]|학[과년]|성\s?별",
)


def is_head(text: str) -> bool:
    """Whether a text is the label of any field that stands among those of persons: also of one
    whose values aren't looked for by it, such as a plain "등록번호" or "부서".

    >>> is_head("등록번호"), is_head("성명"), is_head("나사")
    (True, True, False)
    """
    if len(text) > _LONGEST or any(char.isdigit() for char in text):
        return False
    return is_label(text) or _HEAD.fullmatch(text.rstrip(" :：")) is not None


def names_a_person(label: str) -> bool:
    """Whether a label is of a field that holds somebody's name."""
    return _PERSON.fullmatch(label) is not None


def may_be_name(text: str) -> bool:
    """Whether a field below the label of a name looks like one: a word or two of Hangul, up to four
    of Latin letters, no digit.

    >>> may_be_name("남궁가람"), may_be_name("Noah B. Clark"), may_be_name("주문번호 2024")
    (True, True, False)
    """
    return (
        re.fullmatch(r"[가-힣]{1,4}(?: [가-힣]{1,4})?|[A-Za-z.'-]+(?: [A-Za-z.'-]+){1,3}", text)
        is not None
    )


_OWN = re.compile(r"^.*\d{4}", re.DOTALL)
"""A label before another number is that number's."""
_AT_THE_END = 12


def label_before(text: str, start: int) -> str:
    """The kind that the nearest label before a place names, "nothing" for what isn't personal, ""
    without any label within reach."""
    window = _OWN.sub("", text[max(0, start - REACH) : start])
    line = window.rpartition("\n")[2]
    if not line.strip():
        # the number begins a line: its label may end the one before
        line = re.sub(r"^.*\d", "", window.rstrip(" \t\n:：")[-_AT_THE_END:], flags=re.DOTALL)
    found = ""
    for match in _ANY.finditer(line):
        found = match.lastgroup or ""
    return found
