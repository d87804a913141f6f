"""Numbers that stand on the page in full and are starred out in the answer: caution where there is
no need for it, in the form that masks have (`disclosure`)."""

import re
from typing import NamedTuple

from gyogwa.transforms.tasks.corruptions.answer import Answer, amount, ranked
from gyogwa.transforms.tasks.corruptions.disclosure import masks_of
from gyogwa.transforms.tasks.corruptions.edits import Edit, edited

_SHARES = (0.0, 0.5, 1.0)
_PHONE = re.compile(
    r"(?<![\d-])(0\d{1,2}-)(\d{3,4})(-\d{4})(?![\d-])|(?<!\d)()(\d{5} \d{3})(\d{3})(?!\d)"
)
_MAIL = re.compile(r"(?<![\w.])([A-Za-z])([A-Za-z0-9._]{1,20})(@[\w-]+(?:\.[\w-]+)+)")


class Plain(NamedTuple):
    """A number or address in characters `start` to `end - 1` of a text, and how a mask would look;
    `kind` as that of a mask."""

    kind: str
    start: int
    end: int
    text: str
    veiled: str


def plain_in(text: str) -> list[Plain]:
    """The telephone numbers and e-mail addresses that a text has in full, in order."""
    found = []
    for kind, pattern in (("phone", _PHONE), ("email", _MAIL)):
        for match in pattern.finditer(text):
            first, hidden, last = (part for part in match.groups() if part is not None)
            veil = f"{first}{re.sub('[^ ]', '*', hidden)}{last}"
            if any(mask.text == veil for mask in masks_of(veil)):
                found.append(Plain(kind, match.start(), match.end(), match[0], veil))
    return sorted(found, key=lambda plain: plain.start)


def veiled(answer: Answer, strength: int, key: str) -> Answer | None:
    """Numbers and addresses starred out: one, half of them or all."""
    edits = [
        Edit(index, plain.start, plain.end, plain.veiled)
        for index, piece in enumerate(answer.pieces)
        for plain in plain_in(piece.text)
    ]
    if not edits:
        return None
    order = ranked(len(edits), "veiled", key)[: amount(strength, len(edits), _SHARES)]
    return edited(answer, [edits[index] for index in order])
