"""Numbers that come out wrong but look right: the failure that costs readers of tables most."""

import re

from gyogwa.transforms.tasks.corruptions.answer import Answer, pick
from gyogwa.transforms.tasks.corruptions.edits import Edit, edited_by_share
from gyogwa.transforms.tasks.times import is_no_time

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MARKER = re.compile(r"\s*\(?\d{1,2}[.)](?:\s|$)")
_SHARES = (0.05, 0.2, 0.5)
_YEAR = re.compile(r"(?:19|20)\d\d")
_TRIES = 8


def wrong_number(answer: Answer, strength: int, key: str) -> Answer | None:
    """A few numbers with a digit changed or left out, two transposed, or the point shifted."""
    edits = []
    for index, piece in enumerate(answer.pieces):
        marker = _MARKER.match(piece.text)
        for match in _NUMBER.finditer(piece.text, marker.end() if marker else 0):
            other = _likely(piece.text, match, f"{key}/{index}/{match.start()}")
            if other:
                edits.append(Edit(index, match.start(), match.end(), other))
    return edited_by_share(answer, edits, strength, _SHARES, "number", key)


def _likely(text: str, match: re.Match[str], key: str) -> str:
    """Another number that could stand there: a year stays in its decade, no thirteenth month; "" if
    none is found."""
    number = match[0]
    if _YEAR.fullmatch(number):
        return number_nearby(number, key)
    for attempt in range(_TRIES):
        other = misread_number(number, f"{key}/{attempt}" if attempt else key)
        if not is_no_time(f"{text[: match.start()]}{other}{text[match.end() :]}"):
            return other
    return ""


def misread_number(number: str, key: str) -> str:
    """Another number that a reader could have taken it for; never the same text."""
    ways = [_change_digit]
    if _transposable(number):
        ways.append(_transpose)
    if number.isdigit() and len(number) > 3 and number[0] != "0":
        ways.append(_leave_out)
    if re.fullmatch(r"\d+\.\d+|\d{1,3}(,\d{3})+", number):
        ways += [_shift_point, _shift_point]
    return ways[pick(len(ways), "way", key)](number, key)


def number_nearby(number: str, key: str) -> str:
    """The number with another last digit: a date or an amount that is as likely."""
    last = "123456789".replace(number[-1], "")
    return number[:-1] + last[pick(len(last), "nearby", key)]


def _change_digit(number: str, key: str) -> str:
    # round numbers stay round: 0 is neither changed nor put in, where there is another digit
    digits = [place for place, char in enumerate(number) if char.isdigit()]
    places = [place for place in digits if number[place] != "0"] or digits
    place = places[pick(len(places), "place", key)]
    options = [digit for digit in "123456789" if digit != number[place]]
    return number[:place] + options[pick(len(options), "digit", key)] + number[place + 1 :]


def _transposable(number: str) -> list[int]:
    return [
        place
        for place in range(len(number) - 1)
        if number[place].isdigit()
        and number[place + 1].isdigit()
        and number[place] != number[place + 1]
        and "0" not in number[place : place + 2]
    ]


def _transpose(number: str, key: str) -> str:
    places = _transposable(number)
    place = places[pick(len(places), "transposed", key)]
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def _leave_out(number: str, key: str) -> str:
    places = [place for place, char in enumerate(number) if place and char.isdigit()]
    place = places[pick(len(places), "left out", key)]
    return number[:place] + number[place + 1 :]


def _shift_point(number: str, key: str) -> str:
    """12.5 to 125 or 1.25, 12,000 to 120,000 or 1,200."""
    smaller = pick(2, "smaller", key) == 0
    if "," in number:
        digits = number.replace(",", "")
        shifted = digits[:-1] if smaller else digits + "0"
        return f"{int(shifted):,}"
    whole, part = number.split(".")
    if smaller and len(whole) > 1:
        return f"{whole[:-1]}.{whole[-1]}{part}"
    return whole + part if len(part) == 1 else f"{whole}{part[0]}.{part[1:]}"
