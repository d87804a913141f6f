"""Times that there are not: a thirteenth month, 30 February, 25:00, a day of the week that the date
isn't. None of them is asked for as a date, or given as an answer that might be right."""

import re
from datetime import date

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_NO_TIME = re.compile(
    r"(?:[5-9]|\d\d)분기|\bQ[5-9]|(?:1[3-9]|[2-9]\d)월|(?:3[2-9]|[4-9]\d)일"
    rf"|(?:3[2-9]|[4-9]\d) {_MONTHS}|{_MONTHS} (?:3[2-9]|[4-9]\d)\b|/[3-9]\d{{3}}\b|[3-9]\d{{3}}년"
    r"|(?:2[4-9]|[3-9]\d):\d\d|:[6-9]\d|[6-9]\d분(?!기)|오[전후] (?:1[3-9]|[2-9]\d)시"
)
_WEEKDAYS = "월화수목금토일"
_LEAP = 2000  # of a date without a year, which may be 29 February
_DATES = (
    re.compile(
        r"(?<![\d.])(?P<year>\d{4})\. ?(?P<month>\d{1,2})\. ?(?P<day>\d{1,2})(?!\d)"
        r"(?:\.? ?\((?P<weekday>[월화수목금토일])\))?"
    ),
    re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])"),
    re.compile(r"(?:(?P<year>\d{4})년 ?)?(?<!\d)(?P<month>\d{1,2})월 ?(?P<day>\d{1,2})일"),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTHS})(?: (?P<year>\d{{4}}))?"
    ),
    re.compile(
        rf"(?P<month>{_MONTHS}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:, (?P<year>\d{{4}}))?"
    ),
)
_EITHER_ORDER = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")


def is_no_time(text: str) -> bool:
    """Whether a text names a time that there is not."""
    if _NO_TIME.search(text):
        return True
    dated = (match for pattern in _DATES for match in pattern.finditer(text))
    if not all(_is_date(match.groupdict()) for match in dated):
        return True
    return not all(
        _day(int(year), int(one), int(other)) or _day(int(year), int(other), int(one))
        for one, other, year in _EITHER_ORDER.findall(text)
    )


def _is_date(parts: dict[str, str | None]) -> bool:
    month = str(parts["month"])
    number = int(month) if month.isdigit() else _MONTH_NAMES.index(month[:3].casefold()) + 1
    found = _day(int(parts["year"] or _LEAP), number, int(str(parts["day"])))
    weekday = parts.get("weekday")
    return found is not None and (weekday is None or _WEEKDAYS[found.weekday()] == weekday)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
