"""Latin letters taken for others that look like them: rn for m, i for l.

A digit within a word, or a letter among digits, would be seen to be wrong by itself; see `numbers`.
"""

import re
from collections import defaultdict

from gyogwa.transforms.tasks.corruptions.answer import Answer
from gyogwa.transforms.tasks.corruptions.edits import Edit, edited_in_order, evenly

_SHARES = (0.01, 0.04, 0.1)

_ALIKE = (
    *("e c", "a o", "o e", "i l", "h b", "t f", "u v", "rn m", "cl d", "n r", "y v", "g q"),
    *("E F", "O Q", "S B", "G C", "I l", "u n", "li h", "vv w"),
)
"""Two and two: either may be read as the other."""
_LETTERS: dict[str, list[str]] = defaultdict(list)
for _one, _other in map(str.split, _ALIKE):
    _LETTERS[_one].append(_other)
    _LETTERS[_other].append(_one)
# overlapping finds, as "rn" in "rni" may go wrong in two ways
_SITE = re.compile("(?=(" + "|".join(sorted(_LETTERS, key=len, reverse=True)) + "))")


def misread_latin(answer: Answer, strength: int, key: str) -> Answer | None:
    """A few letters read as ones that look like them, one way as often as the other."""
    edits = [
        Edit(index, match.start(), match.end(1), other)
        for index, piece in enumerate(answer.pieces)
        for match in _SITE.finditer(piece.text)
        for other in _LETTERS[match[1]]
    ]
    sites = len({(edit.piece, edit.start) for edit in edits})
    return edited_in_order(answer, evenly(answer, edits, "latin", key), sites, strength, _SHARES)
