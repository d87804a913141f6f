"""Check digits and dates inside numbers. Each function takes digits only.

Sources: resident and foreigner numbers, Enforcement Rule of the Resident Registration Act
(주민등록법 시행규칙) as it stood before October 2020; business numbers, National Tax Service;
corporate numbers, Supreme Court rule on registration numbers of corporations; cards, ISO/IEC 7812-1
(Luhn).
"""

from datetime import date

FIRST_WITHOUT_CHECK = date(2020, 10, 1)
"""Numbers issued since have six random digits and no check digit."""
_RESIDENT = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_BUSINESS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_CENTURIES = {1: 1900, 2: 1900, 3: 2000, 4: 2000, 5: 1900, 6: 1900, 7: 2000, 8: 2000}


def birth_of(number: str) -> date | None:
    """The date that a resident or foreigner number of 13 digits begins with; None for no date.

    >>> birth_of("9002301000000") is None
    True
    """
    century = _CENTURIES.get(int(number[6]))
    if century is None:
        return None
    try:
        return date(century + int(number[:2]), int(number[2:4]), int(number[4:6]))
    except ValueError:
        return None


def is_foreigner(number: str) -> bool:
    """Whether the seventh of 13 digits is a foreigner's."""
    return number[6] in "5678"


def resident_checks(number: str) -> bool:
    """Whether the last of 13 digits is the check digit of a resident or foreigner number."""
    total = sum(weight * int(digit) for weight, digit in zip(_RESIDENT, number, strict=False))
    expected = (11 - total % 11 + (2 if is_foreigner(number) else 0)) % 10
    return expected == int(number[12])


def business_checks(number: str) -> bool:
    """Whether the last of 10 digits is the check digit of a business number.

    >>> business_checks("1208147521"), business_checks("1208147522")
    (True, False)
    """
    total = sum(weight * int(digit) for weight, digit in zip(_BUSINESS, number, strict=False))
    total += 5 * int(number[8]) // 10
    return (10 - total % 10) % 10 == int(number[9])


def corporate_checks(number: str) -> bool:
    """Whether the last of 13 digits is the check digit of a corporate number."""
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(number[:12]))
    return (10 - total % 10) % 10 == int(number[12])


def luhn_checks(number: str) -> bool:
    """Whether the last digit is the Luhn check digit of those before it.

    >>> luhn_checks("4111111111111111"), luhn_checks("4111111111111112")
    (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
