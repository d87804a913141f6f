"""Latin letters and digits taken for others that look like them: rn for m, l for 1, O for 0."""

import re

from gyogwa.transforms.tasks.corruptions.answer import Answer, pick
from gyogwa.transforms.tasks.corruptions.edits import Edit, edited_by_share

_SHARES = (0.01, 0.04, 0.1)

_LETTERS = {
    "rn": ["m"],
    "m": ["rn"],
    "cl": ["d"],
    "d": ["cl"],
    "vv": ["w"],
    "w": ["vv"],
    "li": ["h"],
    "ri": ["n"],
    "l": ["1", "I"],
    "I": ["l", "1"],
    "i": ["l"],
    "O": ["0"],
    "o": ["0"],
    "S": ["5"],
    "B": ["8"],
    "Z": ["2"],
    "G": ["6"],
    "e": ["c"],
    "c": ["e"],
    "a": ["o"],
    "u": ["v"],
    "h": ["b"],
    "t": ["f"],
    "y": ["v"],
    "E": ["F"],
    "Q": ["O"],
}
_DIGITS = {"1": ["l", "I"], "0": ["O"], "5": ["S"], "8": ["B"], "2": ["Z"], "6": ["b"], "9": ["g"]}
_LIKE = _LETTERS | _DIGITS
# overlapping finds, as "rn" in "rni" may go wrong in two ways
_SITE = re.compile("(?=(" + "|".join(sorted(_LIKE, key=len, reverse=True)) + "))")


def misread_latin(answer: Answer, strength: int, key: str) -> Answer | None:
    """A few letters and digits read as ones that look like them."""
    edits = []
    for index, piece in enumerate(answer.pieces):
        for match in _SITE.finditer(piece.text):
            options = _LIKE[match[1]]
            other = options[pick(len(options), "latin", key, index, match.start())]
            edits.append(Edit(index, match.start(), match.end(1), other))
    return edited_by_share(answer, edits, strength, _SHARES, "latin", key)
