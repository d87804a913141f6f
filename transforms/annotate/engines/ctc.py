"""From a text recogniser's output columns to words with their stretch of the line.

A recogniser with CTC loss (Graves et al. 2006) gives, for each narrow column of the line's picture,
a probability for each character and for "blank". Reading is greedy: the best class of each column,
repeats merged, blanks dropped. The column where a character peaks lies near its middle and says
little of its width: where words begin and end is left to the ink (module `ink`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

BLANK = 0


@dataclass(frozen=True)
class Character:
    """A character read, where its middle lies (0..1 of the columns), and its probability."""

    text: str
    centre: float
    confidence: float


@dataclass(frozen=True)
class ReadWord:
    """Characters without space between: from the middle of the first to that of the last."""

    text: str
    first: float
    last: float
    confidence: float


def decode(probabilities: npt.NDArray[np.float32], alphabet: Sequence[str]) -> list[Character]:
    """Greedy reading of [columns, classes]; class 0 is blank, class i is `alphabet[i]`.

    >>> p = np.zeros((5, 3), np.float32)
    >>> p[[0, 1, 2, 3, 4], [1, 1, 0, 2, 2]] = 0.5, 0.75, 1, 1, 1
    >>> decode(p, ["", "a", "b"])  # doctest: +NORMALIZE_WHITESPACE
    [Character(text='a', centre=0.2, confidence=0.75),
     Character(text='b', centre=0.8, confidence=1.0)]
    """
    best = probabilities.argmax(axis=1)
    surest = probabilities.max(axis=1)
    columns = len(best)
    edges = [0, *(np.flatnonzero(np.diff(best)) + 1).tolist(), columns] if columns else []
    return [
        Character(
            alphabet[best[start]],
            (start + end) / 2 / columns,
            round(float(surest[start:end].max()), 4),
        )
        for start, end in pairwise(edges)
        if best[start] != BLANK
    ]


def words_of(characters: Sequence[Character]) -> list[ReadWord]:
    """Words between white space; a word's confidence is the mean over its characters."""
    words: list[ReadWord] = []
    run: list[Character] = []
    for character in [*characters, None]:
        if character is not None and not character.text.isspace():
            run.append(character)
            continue
        if run:
            text = "".join(c.text for c in run)
            confidence = sum(c.confidence for c in run) / len(run)
            words.append(ReadWord(text, run[0].centre, run[-1].centre, round(confidence, 4)))
        run = []
    return words


class KeepColumns:
    """Stands in for PaddleX's decoder, which drops each character's probability.

    PaddleX also groups characters to words itself when asked for word boxes, but takes every
    character that is neither Latin, a digit nor a Chinese ideograph for a symbol: all words of a
    Korean line, spaces included, come as one. Called with the recogniser's output [lines, columns,
    classes], it gives a list of `Character` for each line, and each line's mean confidence.
    """

    def __init__(self, alphabet: Sequence[str]) -> None:
        self.alphabet = alphabet

    def __call__(self, outputs: Any, **_: Any) -> tuple[list[list[Character]], list[float]]:
        lines = [decode(line, self.alphabet) for line in np.asarray(outputs[0])]
        means = [sum(c.confidence for c in line) / max(len(line), 1) for line in lines]
        return lines, means
