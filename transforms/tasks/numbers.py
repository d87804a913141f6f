"""Numbers as people write them in tables and charts: read with their unit, written back alike.

Refused is whatever may be no quantity at all: dates, times, ranks, codes, ranges, a number in
brackets (a loss, or a footnote?) and ▲ (a rise in the papers, a loss in the books). △ is a minus,
as Korean accounts have it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_NUMBER = re.compile(
    r"(?P<sign>[+\-−△]?) ?(?P<prefix>[£$€₩￦¥]?)"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|0|[1-9]\d{0,6})(?:\.(?P<part>\d+))?"
    r"(?P<unit> ?(?:[%‰°℃℉]|[^\W\d_])[^\d\s,.:;~+\-−△▲()'\"]*(?: [^\W\d_]+)?)?"
)
# Years, dates, times, ranks and numbers of things, which look like quantities.
_REFUSED = {
    *("년", "월", "일", "시", "분", "분기", "학년", "학기", "년도", "년대", "대", "월분"),
    *("위", "등", "등급", "호", "번", "층", "차", "회차", "권차", "장", "조", "항", "급"),
    *("st", "nd", "rd", "th", "am", "pm", "AM", "PM", "a", "b", "c", "A", "B", "C"),
}
_NOT_ADDITIVE = re.compile(
    r"평균|단가|비율|비중|구성비|지수|농도|온도|[가-힣]률|[가-힣]율\b|전년\s?대비|순위|나이|연령"
    r"|\b(?:average|mean|median|price|rate|ratio|share|index|score|rank|age|per)\b|%",
    re.IGNORECASE,
)

# Parts of stacks begin at different heights, and spokes point different ways.
_TOLD_APART = {"stacked bar": Decimal("0.12"), "radar": Decimal("0.08"), "area": Decimal("0.05")}
OF_OWN_SCALES = ("combined", "scatter", "box")
"""Kinds of charts whose series measure different things, so that none is larger than another."""


@dataclass(frozen=True)
class Quantity:
    """A value and how it is written.

    `unit` has the space before it if there is one; `prefix` is a sign of currency; `grouped`: no
    thousands go without a comma; `minus` is what a negative number begins with; `signed`: it begins
    with a plus.
    """

    value: Decimal
    unit: str = ""
    decimals: int = 0
    prefix: str = ""
    grouped: bool = True
    minus: str = "-"
    signed: bool = False


def parse_quantity(text: str) -> Quantity | None:
    """The number that the whole text is, None where there is doubt.

    >>> parse_quantity("3.5%").unit, parse_quantity("△12").value, parse_quantity("2021년")
    ('%', Decimal('-12'), None)
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    unit, part = match["unit"] or "", match["part"] or ""
    if unit.strip() in _REFUSED or (match["prefix"] and unit.strip() == "%"):
        return None
    value = Decimal(match["whole"].replace(",", "") + (f".{part}" if part else ""))
    sign = match["sign"]
    return Quantity(
        value=value if sign in ("", "+") else -value,
        unit=unit,
        decimals=len(part),
        prefix=match["prefix"],
        grouped=value < 1000 or "," in match["whole"],
        minus="-" if sign in ("", "+") else sign,
        signed=sign == "+",
    )


def parse_column(texts: Sequence[str]) -> list[Quantity] | None:
    """The numbers of one column, all of one unit; None if any is no number, or all may be years."""
    found = [parse_quantity(text) for text in texts]
    quantities = [quantity for quantity in found if quantity]
    if not quantities or len(quantities) < len(found):
        return None
    if len({(quantity.prefix, quantity.unit.strip()) for quantity in quantities}) > 1:
        return None
    years = all(
        not q.unit and not q.grouped and not q.decimals and 1900 <= q.value <= 2100
        for q in quantities
    )
    return None if years else quantities


def write_like(value: Decimal, like: Sequence[Quantity], plain: bool = False) -> str:
    """A value in the manner of others of one unit; `plain` leaves out the plus of a rise.

    Half a last digit is rounded up, as at school.
    """
    first = next((quantity for quantity in like if quantity.value < 0), like[0])
    decimals = max(quantity.decimals for quantity in like)
    rounded = abs(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    grouped = all(quantity.grouped for quantity in like)
    number = f"{rounded:,.{decimals}f}" if grouped else f"{rounded:.{decimals}f}"
    signed = not plain and any(quantity.signed for quantity in like)
    sign = first.minus if value < 0 else "+" if signed and value > 0 else ""
    return f"{sign}{first.prefix}{number}{first.unit}"


def write_gap(value: Decimal, like: Sequence[Quantity], korean: bool) -> str:
    """A difference; that of two shares is in percentage points."""
    text = write_like(value, like, plain=True)
    if not text.endswith("%"):
        return text
    return f"{text}p" if korean else f"{text[:-1].rstrip()} percentage points"


def told_apart(kind: str) -> Decimal:
    """How far two values of a chart of a kind must lie apart for the eye to tell the larger one,
    where they aren't printed: as a share of the largest."""
    return _TOLD_APART.get(kind, Decimal("0.04"))


def adds_up(*labels: str) -> bool:
    """Whether values under such labels may be added: not averages, prices, rates or shares."""
    return not any(_NOT_ADDITIVE.search(label) for label in labels)
