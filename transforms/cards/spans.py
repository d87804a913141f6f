"""What of a text stands for which place of an image, and where two answers differ."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from rapidfuzz.distance import Levenshtein

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.cards.card import Span
from gyogwa.transforms.targets.dialect import Dialect, Size

_NEAR = 200
"""Characters within which the next word of a transcription is looked for."""
_MOSTLY = 0.6
"""Of a page's words, found in order, that make a text its transcription."""


def whole(box: Sequence[float]) -> list[int]:
    """A box of fractions in ten-thousandths."""
    return [round(value * 10_000) for value in box]


def units(text: str) -> list[int] | None:
    """Of every position in a text, the position in UTF-16 units; None where they are the same."""
    if all(character <= "\uffff" for character in text):
        return None
    return [0, *accumulate(2 if character > "\uffff" else 1 for character in text)]


def spans_of(text: str, dialect: Dialect, size: Size, words: Sequence[str]) -> list[Span]:
    """What of a turn is linked to the image: the things that its markup gives places to, or else
    the words of the page where it reads like them. In order, without overlap."""
    found = list(_marked(text, dialect, size))
    if not found and words and "<" not in text:
        found = _transcribed(text, words)
    at = units(text)
    if at is None:
        return found
    return [Span(at[s.first], at[s.last], s.boxes, s.word, s.image) for s in found]


def _marked(text: str, dialect: Dialect, size: Size) -> Iterator[Span]:
    try:
        items = dialect.parse(text, size)
    except ValueError:  # a source's own conversation may hold what looks like markup
        return
    cursor = 0
    for item in items:
        written = dialect.escape(item.text)
        first = text.find(written, cursor) if written else -1
        if first < 0 or not item.boxes:
            continue
        cursor = first + len(written)
        yield Span(first, cursor, _flat(item.boxes))


def _flat(boxes: Sequence[Box]) -> list[int]:
    return [value for box in boxes for value in whole(box)]


def _transcribed(text: str, words: Sequence[str]) -> list[Span]:
    found, cursor = [], 0
    for number, word in enumerate(words):
        first = text.find(word, cursor, cursor + _NEAR + len(word)) if word else -1
        if first >= 0:
            cursor = first + len(word)
            found.append(Span(first, cursor, word=number))
    return found if len(found) >= max(3, _MOSTLY * len(words)) else []


def difference(chosen: str, rejected: str) -> tuple[list[int], list[int]]:
    """The runs of characters that only one of two texts has: first, last + 1, first, … of each, in
    UTF-16 units. Compared by words, numbers and marks, so that a changed word shows whole."""
    one, other = _tokens(chosen), _tokens(rejected)
    starts = [_starts(one), _starts(other)]
    runs: tuple[list[int], list[int]] = ([], [])
    for code in Levenshtein.opcodes(one, other):
        if code.tag == "equal":
            continue
        for run, at, first, last in (
            (runs[0], starts[0], code.src_start, code.src_end),
            (runs[1], starts[1], code.dest_start, code.dest_end),
        ):
            if first == last:
                continue
            if run and run[-1] == at[first]:
                run[-1] = at[last]
            else:
                run += [at[first], at[last]]
    for run, text in zip(runs, (chosen, rejected), strict=True):
        if (positions := units(text)) is not None:
            run[:] = [positions[value] for value in run]
    return runs


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    kind = ""
    for character in text:
        now = "w" if character.isalnum() else ""
        if now and now == kind:
            tokens[-1] += character
        else:
            tokens.append(character)
        kind = now
    return tokens


def _starts(tokens: Sequence[str]) -> list[int]:
    return [0, *accumulate(len(token) for token in tokens)]
