"""Numbers that name a person, a firm or an account: shape, then check digit, then label.

A shape that other numbers have too (an order's, a part's) counts only with its check digit or
beside its label; the label of something else refuses it.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from gyogwa.schemas.personal import PersonalKind
from gyogwa.transforms.privacy.checks import (
    FIRST_WITHOUT_CHECK,
    birth_of,
    business_checks,
    corporate_checks,
    is_foreigner,
    luhn_checks,
    resident_checks,
)


class Candidate(NamedTuple):
    """A text of a number's shape. `digits`: its digits alone; `joined`: whether it stands without
    any separator; `label`: see `labels.label_before`."""

    text: str
    digits: str
    joined: bool
    label: str


class NumberRule(NamedTuple):
    """A shape, and whether a text of this shape is of the kind."""

    kind: PersonalKind
    shape: re.Pattern[str]
    holds: Callable[[Candidate], bool]


_GAP = r"\s?[-.]?\s?"
"""What may stand between groups of digits, also where they lie in two boxes or lines."""
_DASH = r"\s?-\s?"
_KOREA = rf"\+82{_GAP}|82[-. ]\s?"
"""Of groups of four digits, as of a card or a series, one may begin with 82."""


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\dA-Za-z-])(?:{pattern})(?![\dA-Za-z]|-\d)")


def _resident(foreign: bool) -> Callable[[Candidate], bool]:
    kinds = ("resident_number", "foreigner_number")

    def holds(found: Candidate) -> bool:
        birth = birth_of(found.digits)
        if birth is None or is_foreigner(found.digits) != foreign or found.label == "nothing":
            return False
        if found.label in kinds:
            return True
        if found.label == "corporate_number":
            return False
        if birth < FIRST_WITHOUT_CHECK:
            return resident_checks(found.digits)
        return not found.joined

    return holds


def _corporate(found: Candidate) -> bool:
    if found.label == "corporate_number":
        return True
    # 1101-11: an office of registration and the kind of a corporation, 11 to 15 companies
    company = found.digits[4:6] in ("11", "12", "13", "14", "15", "21", "22", "31", "35")
    unlabelled = not found.joined and found.label in ("", "business_number")
    return company and unlabelled and corporate_checks(found.digits)


def _business(found: Candidate) -> bool:
    if found.label == "business_number":
        return not found.joined or business_checks(found.digits)
    allowed = found.label in ("", "corporate_number", "phone")
    return not found.joined and allowed and business_checks(found.digits)


def _card(found: Candidate) -> bool:
    if found.label in ("nothing", "bank_account") or not luhn_checks(found.digits):
        return False
    issuer = re.match(r"4|5[1-5]|2[2-7]|3[4-7]|6[0-9]|9", found.digits) is not None
    return issuer and len(set(found.digits)) > 1


def _labelled_or_apart(kind: PersonalKind) -> Callable[[Candidate], bool]:
    def holds(found: Candidate) -> bool:
        return found.label == kind or (not found.joined and found.label != "nothing")

    return holds


def _labelled(kind: PersonalKind) -> Callable[[Candidate], bool]:
    return lambda found: found.label == kind


def _not_something_else(found: Candidate) -> bool:
    return found.label != "nothing"


_REGIONS = "서울|부산|대구|인천|광주|대전|울산|경기|강원|충북|충남|전북|전남|경북|경남|제주"
_AREA = r"2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|80"

RULES: list[NumberRule] = [
    NumberRule("resident_number", _shape(rf"\d{{6}}{_GAP}[1-4]\d{{6}}"), _resident(False)),
    NumberRule("foreigner_number", _shape(rf"\d{{6}}{_GAP}[5-8]\d{{6}}"), _resident(True)),
    NumberRule("corporate_number", _shape(rf"\d{{6}}{_GAP}\d{{7}}"), _corporate),
    NumberRule(
        "driving_licence",
        _shape(
            rf"(?:1[1-9]|2[0-8]){_DASH}\d\d{_DASH}\d{{6}}{_DASH}\d\d"
            rf"|(?:{_REGIONS})\s?\d\d{_DASH}\d{{6}}{_DASH}\d\d|(?:1[1-9]|2[0-8])\d{{10}}"
        ),
        _labelled_or_apart("driving_licence"),
    ),
    NumberRule(
        "card",
        _shape(r"\d{4}(?:[- ]\s?\d{4}){3}|\d{4}[- ]\d{6}[- ]\d{5}|\d{15,16}"),
        _card,
    ),
    NumberRule("business_number", _shape(rf"\d{{3}}{_DASH}\d\d{_DASH}\d{{5}}|\d{{10}}"), _business),
    NumberRule(
        "phone",
        _shape(rf"(?:{_KOREA})?\(?0?1[016789]\)?{_GAP}\d{{3,4}}{_GAP}\d{{4}}"),
        lambda found: (
            _not_something_else(found) and re.match(r"\(?0|\+?82", found.text) is not None
        ),
    ),
    NumberRule("phone", _shape(rf"050\d{_GAP}\d{{3,4}}{_GAP}\d{{4}}"), _not_something_else),
    NumberRule(
        "phone",
        _shape(rf"(?:(?:{_KOREA})\(?0?|\(?0)(?:{_AREA})\)?{_GAP}\d{{3,4}}{_GAP}\d{{4}}"),
        _labelled_or_apart("phone"),
    ),
    NumberRule(
        "phone",
        re.compile(r"(?<![\w+])\+(?!82)\d{1,3}[- .]\(?\d{1,4}\)?(?:[- .]\d{2,4}){1,3}(?!\d)"),
        _not_something_else,
    ),
    NumberRule(
        "passport",
        _shape(r"[MSRODGT]\s?\d{8}|[MSRODGT]\d{3}[A-Z]\d{4}"),
        _labelled("passport"),
    ),
    NumberRule("passport", _shape(r"[A-Z0-9]{9}\dKOR\d{7}[MF]\d{7}[A-Z0-9<]*"), lambda _: True),
]
