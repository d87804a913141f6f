"""A second version of a document in which one line says something else: a number, or one word."""

import random
import re
from dataclasses import dataclass
from typing import Any

_NUMBER = re.compile(r"(?<![\d.,:/-])(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{1,3})(?![\d.,:/-]|월)")
_EXACT = re.compile(r"^[☑☐①-④(]|\]$")
"""Boxes to tick, and the questions and choices of an exam, whose numbers hang together."""
_WORDS = {
    "ko": [
        ("늘었", "줄었"),
        ("찬성", "반대"),
        ("평일", "주말"),
        ("오전", "오후"),
        ("처음", "이제"),
    ],
    "en": [
        ("fell", "rose"),
        ("young", "older"),
        ("week", "half"),
        ("small", "large"),
        ("easily", "slowly"),
    ],
}


_EVERY_MONTH = 28  # days


@dataclass(frozen=True)
class Revision:
    """The page (from 0), the line on it as its canvas counts, and what that line says now."""

    page: int
    line: int
    text: str


def plan_revision(labels: list[dict[str, Any]], rng: random.Random) -> Revision | None:
    """A change to one line of running text of pages with these labels; None if none can change.

    A number is changed if there is one, since documents with the same digits pass for copies.
    Tables and charts stay as they are: their cells and values are labels as well.
    """
    lines = [
        (page, line, _text(row, line))
        for page, row in enumerate(labels)
        for block in row["blocks"]
        if block["kind"] in ("paragraph", "list")
        for line in range(block["first"], block["last"])
        if not _EXACT.search(_text(row, line))
    ]
    for change in (_other_number, _other_word):
        changed = [
            Revision(page, line, after)
            for page, line, text in lines
            if (after := change(text, rng)) != text
        ]
        if changed:
            return rng.choice(changed)
    return None


def _text(row: dict[str, Any], line: int) -> str:
    first, last = row["lines"][line]
    return " ".join(word["text"] for word in row["words"][first:last])


def _other_number(text: str, rng: random.Random) -> str:
    """One digit replaced by another, such that a year stays a year and a day a day.

    Months, times and telephone numbers stay, and so does a line that holds no letters.
    """
    numbers = list(_NUMBER.finditer(text)) if re.search(r"[^\W\d_]", text) else []
    if not numbers:
        return text
    number = rng.choice(numbers)
    place = number.start() + 1 if "," in number.group() else number.end() - 1
    while not text[place].isdigit():
        place += 1
    start = rng.randint(1, 9)
    digits = [str((int(text[place]) + start + step) % 10) for step in range(10)]
    first, last = number.span()
    whole = number.group().replace(",", "")
    for digit in digits:
        changed = text[first:place] + digit + text[place + 1 : last]
        # What may be a day stays one that every month has.
        if digit != text[place] and (int(whole) > 31 or 1 <= int(changed) <= _EVERY_MONTH):
            return text[:first] + changed + text[last:]
    return text


def _other_word(text: str, rng: random.Random) -> str:
    language = "ko" if re.search("[가-힣]", text) else "en"
    pairs = [pair for pair in _WORDS[language] if re.search(rf"\b{pair[0]}", text)]
    if not pairs:
        return text
    before, after = rng.choice(pairs)
    return re.sub(rf"\b{before}", after, text, count=1)
