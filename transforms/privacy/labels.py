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
    "phone": r"전화|연락처|휴대\s?(?:폰|전화)|핸드폰|팩스|FAX|TEL|phone|mobile|문의"
    r"|HP|H\.P",
    "business_number": r"사업자\s?(?:등록)?\s?(?:번호)?|business\s?(?:registration|reg)",
    "corporate_number": r"법인\s?(?:등록)?\s?번호|corporat\S*\s?(?:registration|reg)",
    "card": r"카드|card|VISA|Master",
    "bank_account": r"계좌|입금|예금|account|acct",
}
_NOTHING = (
    r"주문|송장|운송장|접수|관리|부품|품번|모델|모형|제품|상품|도서|일련"
    r"|시리얼|문서|증권|청구|견적|승인|거래|예약|공고|특허|출원|규격|도면|버전"
    r"|order|part|invoice|tracking|serial|S/N|P/N|model|ISBN"
    r"|ISSN|IMEI|SKU|item|doc|receipt|batch|lot\b|case|patent|version|ref"
)
_ANY = re.compile(
    "|".join(f"(?P<{kind}>{words})" for kind, words in LABELS.items())
    + f"|(?P<nothing>{_NOTHING})",
    re.IGNORECASE,
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
