"""Dates, sums of money and shares as they are written in Korean and English text."""

import re
from dataclasses import dataclass

from gyogwa.transforms.tasks.times import is_no_time

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_TH = "(?:st|nd|rd|th)"
_DATE = re.compile(
    r"\d{4}년 ?\d{1,2}월 ?\d{1,2}일"
    r"|(?<!\d)\d{1,2}월 ?\d{1,2}일"
    r"|(?<![\d.])\d{4}\. ?\d{1,2}\. ?\d{1,2}(?:\.? ?\([월화수목금토일]\)|\.(?=\s|$)|(?![\d.]))"
    r"|(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])"
    r"|(?<![\d/])\d{1,2}/\d{1,2}/\d{4}(?![\d/])"
    rf"|(?<!\d)\d{{1,2}}{_TH}? {_MONTH}(?: \d{{4}})?(?!\d)"
    rf"|{_MONTH} \d{{1,2}}{_TH}?(?:, \d{{4}})?(?!\d)"
)
_DATE_LIKE = re.compile(
    rf"{_MONTH}|\d년|\d월|\d일|\b(?:19|20)\d\d\b|\b\d{{1,2}}(?:st|nd|rd|th)\b|\d/\d"
)
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_NUMBER = rf"(?<![\d.,]){_DIGITS}(?:\.\d+)?"
_MONEY = re.compile(
    rf"{_NUMBER}(?:(?:조|억|천만|백만|만|천|백) ?(?:\d[\d,]*)?)* ?원(?!칙|형|두|본|인|소|가)"
    rf"|[$£€₩] ?{_DIGITS}(?:\.\d+)?(?: (?:million|billion|thousand))?(?!,?\d)"
)
_MONEY_LIKE = re.compile(r"[$£€₩]|\d[조억만천백 ]*원|달러|유로|\d (?:dollars|pounds|euros|won)")
_SHARE = re.compile(rf"{_NUMBER} ?%")
_SHARE_LIKE = re.compile(r"%|퍼센트|프로|percent|per cent")


@dataclass(frozen=True)
class Mentioned:
    """What is asked for, and where in the text it stands."""

    text: str
    start: int


_PATTERNS = {
    "date": (_DATE, _DATE_LIKE),
    "amount": (_MONEY, _MONEY_LIKE),
    "share": (_SHARE, _SHARE_LIKE),
}
KINDS = tuple(_PATTERNS)


def the_only(kind: str, text: str) -> Mentioned | None:
    """The one date ("date"), sum ("amount") or percentage ("share") in the text.

    None if there is none, more than one, anything else that a reader might take for one, or a date
    that there is not, as the number of a version.
    """
    exact, like = _PATTERNS[kind]
    found = list(exact.finditer(text))
    if len(found) != 1 or is_no_time(found[0].group()):
        return None
    start, end = found[0].span()
    if like.search(text[:start]) or like.search(text[end:]):
        return None
    return Mentioned(found[0].group(), start)
