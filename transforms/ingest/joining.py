"""Lines of a paragraph joined to its text, by what the document's own words say."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

_HYPHENS = "-‐\u00ad"
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
_TAILS = re.compile(
    "습니다|니다|니까|십시오|시오|세요|어요|아요|다|는|은|을|를|에서|에게|에|으로|로|의|와|과|가|며|지만"
    "|므로|려면|려고|도록|면서|거나|들이|들은|들을|들의|였습니다|했습니다|까지|부터|처럼|라고|라는|이라는"
    "|으며|던|적인|적으로|입니다|이며|이고|였다|했다"
)
"""Particles and endings, with which no word begins."""
_SINGLE = frozenset(
    "한이그저및등수것더할될중후때전각두세네첫안못잘또즉곧다내총약위본만된간년월일장절쪽번개명원"
)
"""Syllables that are words of their own."""
_MOST_BEGINNING = 8
_LEAST_ENDS = 15
_MOST_CUT = 0.02
"""Of the ends of lines between Hangul are within a word, by what the document or grammar says, in
documents that are broken between words; where lines are broken anywhere, more are."""


class Vocabulary:
    """How often a document has each word within a line, where no line end can have cut it, and each
    beginning of words. `keeps_words`: its lines end between Korean words only."""

    def __init__(self, lines: Iterable[str]) -> None:
        lines = list(lines)
        self.whole: Counter[str] = Counter()
        self.beginnings: Counter[str] = Counter()
        for line in lines:
            self.whole.update(word for word in map(_bare, line.split()[1:-1]) if word)
        for word, times in self.whole.items():
            for end in range(1, min(len(word), _MOST_BEGINNING) + 1):
                self.beginnings[word[:end]] += times
        ends = [
            (above.split()[-1], below.split()[0])
            for above, below in pairwise(line for line in lines if line.strip())
            if _is_hangul(above.rstrip()[-1]) and _is_hangul(below.lstrip()[0])
        ]
        cut = sum(
            self.is_one_word(left, right) is True or _TAILS.fullmatch(_bare(right)) is not None
            for left, right in ends
        )
        self.keeps_words = len(ends) >= _LEAST_ENDS and cut <= _MOST_CUT * len(ends)

    def is_one_word(self, left: str, right: str) -> bool | None:
        """Whether two pieces are one word, as the document has it elsewhere; None where it doesn't
        say so, or both."""
        one, other = _bare(left), _bare(right)
        joined, parted = self.whole[one + other] > 0, self.whole[one] and self.whole[other] > 0
        return joined if joined != bool(parted) else None


def join_lines(lines: Sequence[str], known: Vocabulary) -> str:
    """The text of lines that follow each other. `known`: the words of their document.

    >>> join_lines(["the well-", "known exam-", "ple"], Vocabulary(["a well-known one"]))
    'the well-known example'
    """
    text = ""
    for line in lines:
        text = _joined(text, line.strip(), known) if text else line.strip()
    return text


def is_sure(lines: Sequence[str], known: Vocabulary) -> bool:
    """Whether `join_lines` knows of each line's end whether a word goes on there."""
    return all(_is_told(a.strip(), b.strip(), known) for a, b in pairwise(lines))


def _is_told(above: str, below: str, known: Vocabulary) -> bool:
    if not above or not below:
        return True
    left, right = above.split()[-1], below.split()[0]
    if "/" in left or (left.endswith(":") and right.startswith("//")):
        return False  # addresses and paths are broken anywhere
    if above[-1] in _HYPHENS and right[0].isalpha():
        start, end = _bare(left[:-1]), _bare(right)
        return bool(known.whole[f"{start}{end}"]) != bool(known.whole[f"{start}-{end}"])
    if _is_hangul(above[-1]) and _is_hangul(below[0]):
        return known.keeps_words or known.is_one_word(left, right) is not None
    return True


def _joined(above: str, below: str, known: Vocabulary) -> str:
    if not below:
        return above
    left, right = above.split()[-1], below.split()[0]
    if above[-1] in _HYPHENS and len(left) > 1 and left[-2].isalnum() and right[0].isalpha():
        return above + below if _keeps_hyphen(left, right, known) else above[:-1] + below
    if "://" in left or (left.endswith(":") and right.startswith("//")):
        return above + below if _is_address(left, right) else f"{above} {below}"
    if left[-1] == "_" and len(left) > 1 and right[0].isalnum():
        return above + below  # a name in code, broken behind an underscore
    if left[0] in "/~" and left[-1] == "/" and len(left) > 1 and right[0].isalnum():
        return above + below
    if _is_hangul(above[-1]) and _is_hangul(below[0]) and _is_cut(left, right, known):
        return above + below
    return f"{above} {below}"


def _keeps_hyphen(left: str, right: str, known: Vocabulary) -> bool:
    """Whether a hyphen at the end of a line is a part of the word."""
    if left[-1] == "\u00ad":
        return False
    start, end = _bare(left[:-1]), _bare(right)
    if start[-1:].isdigit():
        return True  # "32-bit"
    joined, parted = known.whole[f"{start}{end}"], known.whole[f"{start}-{end}"]
    if joined or parted:
        return parted > joined
    if right[0].isupper() or "-" in start or not start.isascii():
        return True
    return bool(known.whole[start] and known.whole[end]) and min(len(start), len(end)) > 3


def _is_address(left: str, right: str) -> bool:
    """Whether an address at the end of a line goes on in the next one."""
    if left.endswith((")", ">", ",")):
        return False
    return right.isascii() and (left[-1] in "/.-_=?#:" or any(char in right for char in "/.#?=_"))


def _is_cut(left: str, right: str, known: Vocabulary) -> bool:
    """Whether two pieces of Hangul are one word: the document has words that begin so more often
    than the two pieces as words of their own; or nothing begins as the second piece does."""
    one, other = _bare(left), _bare(right)
    together = 2 * known.whole[one + other] or known.beginnings[one + other[:1]]
    begins = known.beginnings[other[:2]] if len(other) > 1 else 0
    parted = min(known.whole[one], known.whole[other] or begins)
    if together != parted:
        return together > parted
    alone = len(one) == 1 and one not in _SINGLE and not known.whole[one]
    return alone or _TAILS.fullmatch(other) is not None


def _bare(word: str) -> str:
    return _EDGES.sub("", word)


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"
