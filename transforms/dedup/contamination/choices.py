"""Do the choices of a question stand in a text, in whatever order and behind whatever markers?"""

import re
import unicodedata
from collections.abc import Sequence

from gyogwa.transforms.dedup.contamination.letters import plain_letters, without_markers

AGREE = 0.75
"""Of the choices that tell anything, the share that must stand in the text."""
_LEAST = 3
_LEAST_TOGETHER = 12
_SAID_BY_MANY = frozenset(
    plain_letters(text)
    for text in (
        "예", "네", "아니오", "아니요", "참", "거짓", "맞다", "틀리다", "없음", "모두", "위의 모두",
        "모름", "알 수 없음", "해당 없음", "yes", "no", "true", "false", "none", "all", 
        "none of the above", "all of the above", "unknown", "not sure", "other", "기타",
    )
)  # fmt: skip


class Choices:
    """The choices of a question that tell anything: at least three letters, or two digits, and not
    what any question may offer ("none of the above")."""

    def __init__(self, texts: Sequence[str]) -> None:
        distinct = {plain_letters(without_markers(text)): text for text in texts}
        telling = [(w, text) for letters, text in distinct.items() if (w := _weight(letters))]
        self._patterns = [(weight, _pattern(without_markers(text))) for weight, text in telling]
        self.telling = len(telling) > 1 and sum(weight for weight, _ in telling) >= _LEAST_TOGETHER

    def share(self, text: str) -> float:
        """The share of them that stand in a text that `for_choices` has made; 0 for fewer than two
        or for those that say too little together."""
        found = [weight for weight, pattern in self._patterns if pattern.search(text)]
        if not self.telling or len(found) < 2 or sum(found) < _LEAST_TOGETHER:
            return 0.0
        return len(found) / len(self._patterns)


def for_choices(text: str) -> str:
    """A text as choices are looked for in it: without markers, in lower case."""
    return unicodedata.normalize("NFKC", without_markers(text)).casefold()


def _weight(letters: str) -> int:
    """What a choice tells, in letters; a digit counts for two."""
    if letters in _SAID_BY_MANY:
        return 0
    weight = sum(2 if letter.isdigit() else 1 for letter in letters)
    return weight if weight >= _LEAST else 0


def _pattern(text: str) -> re.Pattern[str]:
    """A choice in any spacing and punctuation, as a whole number and at the begin of a word."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    letters = [char for char in plain if unicodedata.category(char)[0] in "LN"]
    before = "(?<![0-9a-z])" if letters[0].isascii() else ""
    last = letters[-1]
    after = "(?![.,]?[0-9])" if last.isdigit() else "(?![a-z])" if last.isascii() else ""
    return re.compile(before + r"[\W_]*".join(map(re.escape, letters)) + after)
