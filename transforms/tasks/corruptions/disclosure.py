"""Masked personal data that a model fills in: 홍*동, 010-****-1234, 900101-*******.

What stands behind a mask isn't on the page, so a reader that says it makes it up or gives away what
it remembers. The invented parts here belong to nobody on purpose: see `_numbers`.
"""

import re
from typing import NamedTuple

from gyogwa.transforms.tasks.corruptions.answer import Answer, amount, pick, ranked
from gyogwa.transforms.tasks.corruptions.edits import Edit, edited

_SIGNS = "*＊●○•"
_M = f"[{_SIGNS}]"
_N = rf"[\d{_SIGNS}Xx]"
_SHARES = (0.0, 0.5, 1.0)
_GIVEN = "민서지수영준현우은정진호성훈미경희선동재윤아"
_VOWELS, _CONSONANTS = "aeiou", "bdklmnrst"

# The first that fits counts; a mask of a kind has at least one sign and one visible character.
_PATTERNS = {
    "card": rf"(?<!{_N})(?:{_N}{{4}}[- ]){{3}}{_N}{{4}}(?!{_N})",
    "resident_number": rf"(?<!{_N})\d{{6}}-(?:\d?[{_SIGNS}Xx]{{6,7}})(?!{_N})",
    "phone": (
        rf"(?<!{_N})0\d{{1,2}}[-. )]{{1,2}}{_N}{{3,4}}[-. ]{_N}{{4}}(?!{_N})"
        rf"|(?<!{_N}){_N}{{5}} {_N}{{6}}(?!{_N})"
    ),
    "email": rf"[A-Za-z0-9._]{{1,20}}[{_SIGNS}]{{2,}}[A-Za-z0-9._]{{0,20}}@[\w-]+(?:\.[\w-]+)+",
    "name": (
        rf"(?<![가-힣{_SIGNS}])[가-힣](?:{_M}{{1,2}}[가-힣]|{_M}{{2}})(?![가-힣]?{_M})"
        rf"|(?:\b[A-Z][a-z]+ )?\b[A-Z]{_M}{{3,}}(?![A-Za-z{_SIGNS}])(?: [A-Z][a-z]+\b)?"
    ),
}


class Mask(NamedTuple):
    """Masked data in characters `start` to `end - 1` of a text; `kind` as in `_PATTERNS`."""

    kind: str
    start: int
    end: int
    text: str


def masks_of(text: str) -> list[Mask]:
    """The masked personal data in a text, in order."""
    found: list[Mask] = []
    for kind, pattern in _PATTERNS.items():
        for match in re.finditer(pattern, text):
            overlaps = any(match.start() < mask.end and mask.start < match.end() for mask in found)
            if not overlaps and _hidden(match[0], kind):
                found.append(Mask(kind, match.start(), match.end(), match[0]))
    return sorted(found, key=lambda mask: mask.start)


def _hidden(text: str, kind: str) -> int:
    signs = _SIGNS if kind in ("name", "email") else _SIGNS + "Xx"
    return sum(char in signs for char in text)


def disclosed(answer: Answer, strength: int, key: str) -> Answer | None:
    """Masks with something made up behind them: one, half of them or all."""
    edits = [
        Edit(index, mask.start, mask.end, _filled(mask, key))
        for index, piece in enumerate(answer.pieces)
        for mask in masks_of(piece.text)
    ]
    if not edits:
        return None
    order = ranked(len(edits), "disclosed", key)[: amount(strength, len(edits), _SHARES)]
    return edited(answer, [edits[index] for index in order])


def _filled(mask: Mask, key: str) -> str:
    """The mask without its signs. The same mask on a page is filled in the same way."""
    if mask.kind not in ("name", "email"):
        return _numbers(mask, key)
    if any("가" <= char <= "힣" for char in mask.text):
        return _replaced(mask, [_GIVEN], key)
    return _replaced(mask, [_VOWELS, _CONSONANTS], key)


def _replaced(mask: Mask, alphabets: list[str], key: str, signs: str = _SIGNS) -> str:
    """Every sign exchanged for a letter, of each alphabet in turn."""
    said, turn = "", 0
    for place, char in enumerate(mask.text):
        if char in signs:
            alphabet = alphabets[turn % len(alphabets)]
            char = alphabet[pick(len(alphabet), "behind", key, mask.text, place)]
            turn += 1
        said += char
    return said


def _numbers(mask: Mask, key: str) -> str:
    text = _replaced(mask, ["0123456789"], key, _SIGNS + "Xx")
    digits = [int(char) for char in text if char.isdigit()]
    if mask.kind == "resident_number" and len(digits) == 13:
        # a sex digit that exists, and a check digit that is off by one, so that no person has it
        born = 1 + pick(2, "born", key, mask.text)
        digits[6] = digits[6] if mask.text[7].isdigit() else born
        weights = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]
        total = sum(w * d for w, d in zip(weights, digits[:12], strict=True))
        digits[12] = ((11 - total % 11) % 10 + 1) % 10
        return f"{mask.text[:6]}-{''.join(map(str, digits[6:]))}"
    if mask.kind == "card" and _luhn(digits) and mask.text[-1] not in "0123456789":
        return text[:-1] + str((digits[-1] + 1) % 10)
    return text


def _luhn(digits: list[int]) -> bool:
    doubled = (
        digit if place % 2 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)
    )
    return sum(doubled) % 10 == 0
