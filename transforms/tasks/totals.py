"""Rows of a table that are no data: sums, means, taxes, discounts, what was paid and given back.

Three signs, the surest first: the row's label spans columns of values; the row is the sum of rows
beside it, in every column that has numbers; its label says so. Words such as VAT, discount or
change name data in a table about taxes, so they count only at the end of a table, in one run with a
row that is a total by another sign.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

_TOTAL = re.compile(
    r"(?:합계|총계|소계|누계|총합계?|총액|총금액|총매출액?|전체|계|평균|합산액?)(?:금액|액)?(?:\W.*)?"
    r"|.*\b(?:sub|grand )?-?total\b.*|sum|average|mean|overall|all",
    re.IGNORECASE,
)
_OF_PAYMENT = re.compile(
    r"(?:부가가?치?세|부가세|세액|세금|공급가액?|과세|면세|비과세|봉사료|할인(?!점|마트|매장)|에누리|쿠폰|적립|포인트"
    r"|받은금액|받은돈|낸돈|낸금액|내신금액|결제|지불|카드|신용카드|현금|거스름돈?|잔돈|잔액|미수금?"
    r"|청구|환불|선수금|계약금|단수|절사).*"
    r"|(?:sales |value.added )?(?:tax|vat|gst|hst)\b.*|(?:net|gross)\b.*|discount.*|coupon.*"
    r"|savings?|tips?|gratuity|service (?:charge|fee)|rounding"
    r"|(?:amount )?(?:paid|tendered)\b.*|payment.*|(?:cash|card|credit|debit|visa|mastercard)\b.*"
    r"|change(?: due)?|balance.*|(?:amount )?(?:due|payable)|deposit|refund.*",
    re.IGNORECASE,
)


def is_total(label: str) -> bool:
    """Whether a label says by itself that its values sum up others.

    >>> is_total("합 계"), is_total("Grand total"), is_total("통계")
    (True, True, False)
    """
    return _TOTAL.fullmatch(_bare(label)) is not None


def summary_rows(
    labels: Sequence[str], columns: Sequence[Sequence[Decimal | None]], spanning: Sequence[bool]
) -> list[bool]:
    """For each row whether it is no data. `columns` are the numbers, None for what is none.

    `spanning`: whether the row's label reaches over columns of values.
    """
    found = [spans or is_total(label) for label, spans in zip(labels, spanning, strict=True)]
    for row in range(len(labels)):
        found[row] = found[row] or _sums_up(row, columns, found)
    last = len(labels)
    while last and (found[last - 1] or _OF_PAYMENT.fullmatch(_bare(labels[last - 1]))):
        last -= 1
    if any(found[last:]):
        found[last:] = [True] * (len(labels) - last)
    return found


def _sums_up(row: int, columns: Sequence[Sequence[Decimal | None]], found: list[bool]) -> bool:
    """Whether a row is the sum of the data rows above it, of those since the last sum, or, where it
    is the first, of all the others."""
    above = [other for other in range(row) if not found[other]]
    since = [other for other in above if not any(found[other:row])]
    runs = [above, since] if row else [list(range(1, len(found)))]
    return any(len(run) > 1 and _is_sum(row, run, columns) for run in runs)


def _is_sum(row: int, run: list[int], columns: Sequence[Sequence[Decimal | None]]) -> bool:
    checked = 0
    for values in columns:
        total = values[row]
        if total is None:
            continue
        parts = [value for other in run if (value := values[other]) is not None]
        if len(parts) < len(run) or sum(parts, Decimal(0)) != total or not total:
            return False
        checked += 1
    return checked > 0


def _bare(label: str) -> str:
    """A label without marks, a unit in brackets, and the spaces, which English keeps."""
    text = re.sub(r"^[\W_]+|[\W_]+$", "", re.sub(r"\s*\([^()]*\)$", "", label.strip()))
    return " ".join(text.split()) if text.isascii() else "".join(text.split())
