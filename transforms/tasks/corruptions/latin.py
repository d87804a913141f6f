"""Latin letters taken for others that look like them: rn for m, i for l.

A digit within a word, or a letter among digits, would be seen to be wrong by itself; see `numbers`.
"""

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
    "l": ["t", "i"],
    "I": ["l"],
    "i": ["l"],
    "O": ["Q"],
    "o": ["a", "e"],
    "S": ["B"],
    "B": ["R"],
    "G": ["C"],
    "e": ["c", "o"],
    "c": ["e"],
    "a": ["o"],
    "u": ["v"],
    "h": ["b"],
    "t": ["f"],
    "y": ["v"],
    "E": ["F"],
    "Q": ["O"],
}
# overlapping finds, as "rn" in "rni" may go wrong in two ways
_SITE = re.compile("(?=(" + "|".join(sorted(_LETTERS, key=len, reverse=True)) + "))")


def misread_latin(answer: Answer, strength: int, key: str) -> Answer | None:
    """A few letters read as ones that look like them; where there are such, only so that
    words come out whose letters stand side by side elsewhere on the page."""
    edits, likely = [], []
    known = _runs(" ".join(piece.text for piece in answer.pieces))
    for index, piece in enumerate(answer.pieces):
        for match in _SITE.finditer(piece.text):
            options = _LETTERS[match[1]]
            other = options[pick(len(options), "latin", key, index, match.start())]
            edit = Edit(index, match.start(), match.end(1), other)
            edits.append(edit)
            before, after = piece.text[: edit.start][-2:], piece.text[edit.end :][:2]
            if _runs(f"{before}{other}{after}") <= known:
                likely.append(edit)
    return edited_by_share(answer, likely or edits, strength, _SHARES, "latin", key)


def _runs(text: str) -> set[str]:
    """The runs of three characters of a text, in lower case."""
    folded = f" {text.casefold()} "
    return {folded[at : at + 3] for at in range(1, len(folded) - 3)}
