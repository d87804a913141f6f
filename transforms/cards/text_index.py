"""The index of texts: every word of the cards with the cards that have it.

The page looks words up by a part of them, by syllable or by initial consonants (초성), in the
list of all words, which is short beside the texts; then it loads the cards of those that fit. Words
are lower case, NFC, without punctuation at their ends. Memory: 4 bytes a word and card.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator

from gyogwa.transforms.cards.pieces import batched, piece_name

WORDS = 16384
"""Words a piece of the list of words has; all of them are read at the first search."""
HITS = 1024
"""Words whose cards are one piece; a search reads those that it needs."""
LONGEST = 40
"""Characters of a word that are indexed: longer ones are addresses and noise."""

_WORD = re.compile(r"\w(?:\S*\w)?")
_MARKUP = re.compile(r"<bbox>[^<]*(?:<delim>[^<]*)*</bbox>|<[^<>]{0,24}>|[<>{}\"|]")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def words_of(texts: Iterable[str]) -> set[str]:
    """The words of some texts, tags and coordinates of markup left out.

    >>> sorted(words_of(["<char>관리비(9월)</char><bbox>0.1, 0.25, 0.3, 0.35</bbox> 납부!"]))
    ['관리비(9월', '납부']
    """
    found: set[str] = set()
    for text in texts:
        plain = without_markup(unicodedata.normalize("NFC", text).lower())
        found.update(word[:LONGEST] for word in _WORD.findall(plain))
    return found


def without_markup(text: str) -> str:
    """A text with blanks for tags, coordinates and brackets.

    >>> without_markup("<char>요금</char><bbox>0.172, 0.266, 0.328, 0.341</bbox>").split()
    ['요금']
    """
    return _MARKUP.sub(" ", text)


class TextIndex:
    """Filled card by card, in order of their numbers; then written in pieces."""

    def __init__(self) -> None:
        self._cards: dict[str, array[int]] = {}

    def add(self, number: int, texts: Iterable[str]) -> None:
        """The words of a card; numbers only grow."""
        for word in words_of(texts):
            self._cards.setdefault(word, array("I")).append(number)

    def pieces(self) -> Iterator[tuple[str, str]]:
        """(name, text) of each piece: `words-…`, words by lines, and `hits-…`, the cards of each of
        as many words as `HITS`."""
        words = sorted(self._cards)
        for number, some in enumerate(batched(words, WORDS)):
            yield piece_name("words", number), "\n".join(some)
        for number, some in enumerate(batched(words, HITS)):
            lines = (encoded(self._cards[word]) for word in some)
            yield piece_name("hits", number), "\n".join(lines)


def encoded(numbers: Iterable[int]) -> str:
    """Growing numbers as steps from one to the next (the first from -1), base 36, by spaces.

    >>> encoded([0, 1, 40])
    '1 1 13'
    """
    steps, last = [], -1
    for number in numbers:
        steps.append(_base36(number - last))
        last = number
    return " ".join(steps)


def _base36(number: int) -> str:
    if number < 36:
        return _DIGITS[number]
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text
