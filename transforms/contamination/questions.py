"""Does a conversation ask what an evaluation set asks? By shared n-grams, in Korean and English.

Texts are compared as runs of letters and digits in lower case, without spaces, since Korean spacing
varies from writer to writer, and with each syllable taken apart into its two or three letters
(jamo): then 16 letters are about six Korean syllables or three English words, and another particle
or ending changes a few letters and not a whole word. A question counts as asked when at least
`SHARE` of its n-grams stand in the text; one with fewer than `LEAST` letters, choices included,
isn't looked for, since "What is the title?" is nobody's.

The idea of n-gram overlap is that of GPT-3's contamination study (arXiv 2005.14165, appendix C).
Cost: linear in the text; memory 100 bytes a letter of all questions.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

GRAM = 16
LEAST = 48
SHARE = 0.6


def letters_of(text: str) -> str:
    """Letters and digits in lower case, Hangul taken apart.

    >>> len(letters_of("한글, 3장!"))
    10
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(
        char
        for char in unicodedata.normalize("NFD", plain)
        if unicodedata.category(char)[0] in "LN"
    )


def grams_of(letters: str) -> set[str]:
    """The n-grams of `GRAM` letters."""
    return {letters[start : start + GRAM] for start in range(len(letters) - GRAM + 1)}


@dataclass(frozen=True)
class Asked:
    """A question of an evaluation set: of which set and row, and its text with the choices."""

    benchmark: str
    row: str
    text: str


@dataclass(frozen=True)
class Match:
    """The question that a text asks, and the share of its n-grams found there."""

    question: Asked
    share: float


class QuestionIndex:
    """All questions, by their n-grams. `short` counts those too short to look for."""

    def __init__(self, questions: Iterable[Asked]) -> None:
        self.questions: list[Asked] = []
        self.short = 0
        self._sizes: list[int] = []
        self._by_gram: dict[str, list[int]] = defaultdict(list)
        for question in questions:
            letters = letters_of(question.text)
            if len(letters) < LEAST:
                self.short += bool(letters)
                continue
            grams = grams_of(letters)
            for gram in grams:
                self._by_gram[gram].append(len(self.questions))
            self.questions.append(question)
            self._sizes.append(len(grams))

    def find(self, text: str) -> Match | None:
        """The question that the text holds the largest share of, if that is enough."""
        if not self.questions:
            return None
        found: Counter[int] = Counter()
        for gram in grams_of(letters_of(text)):
            found.update(self._by_gram.get(gram, ()))
        if not found:
            return None
        best = min(found, key=lambda number: (-found[number] / self._sizes[number], number))
        share = found[best] / self._sizes[best]
        return Match(self.questions[best], round(share, 4)) if share >= SHARE else None
