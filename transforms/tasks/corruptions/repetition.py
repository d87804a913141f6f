"""Text said more than once: lines read twice, and decoders that fall into a loop."""

from dataclasses import replace

from gyogwa.transforms.tasks.corruptions.answer import (
    STRENGTHS,
    Answer,
    amount,
    lines_of,
    pick,
)

_SHARES = (0.0, 0.1, 0.25)
_TURNS = (5, 10, 20)
_LOST = (0.1, 0.3, 0.5)  # share of the lines that the loop stands in the place of
_GROWTH = 0.4  # a loop adds at most this share of the answer's length


def repeated_lines(answer: Answer, strength: int, key: str) -> Answer | None:
    """A run of adjacent lines that comes twice, at most half of the text."""
    lines = lines_of(answer)
    if len(lines) < 2:
        return None
    counts = [amount(level, max(1, len(lines) // 3), _SHARES) for level in STRENGTHS]
    lengths = [sum(len(piece.text) for piece in line) for line in lines]
    firsts = [
        first
        for first in range(len(lines) - counts[-1] + 1)
        if 2 * sum(lengths[first : first + counts[-1]]) <= sum(lengths)
    ]
    if not firsts:
        return None
    first = firsts[pick(len(firsts), "repeated", key)]
    last = first + counts[strength - 1]
    said = lines[:last] + lines[first:last] + lines[last:]
    return answer.having(piece for line in said for piece in line)


def repetition_loop(answer: Answer, strength: int, key: str) -> Answer | None:
    """A phrase that comes again and again until the answer is cut off, the rest never read.

    It goes round either in lines, each with the box it had, or inside the text of the last piece.
    """
    lines = lines_of(answer)
    if not any(char.isalnum() for line in lines for piece in line for char in piece.text):
        return None
    end = max(1, len(lines) - round(_LOST[strength - 1] * len(lines)))
    said = [piece for line in lines[:end] for piece in line]
    cycle = lines[end - 1]
    turns = _turns(answer, strength, sum(len(piece.text) for piece in cycle), len(cycle))
    if pick(2, "loop", key) and turns > 2:
        return answer.having([*said, *cycle * turns])
    last = said[-1]
    words = last.text.split()
    if not words:
        return None
    phrase = " ".join(words[-(1 + pick(3, "phrase", key)) :])
    turns = max(2, _turns(answer, strength, len(phrase) + 1, 0))
    return answer.having([*said[:-1], replace(last, text=" ".join([last.text, *[phrase] * turns]))])


def _turns(answer: Answer, strength: int, length: int, pieces: int) -> int:
    """How often the loop goes round: by strength, within what the answer may grow."""
    characters = sum(len(piece.text) for piece in answer.pieces)
    turns = min(_TURNS[strength - 1], int(_GROWTH * characters + 60) // max(1, length))
    return min(turns, int(_GROWTH * len(answer.pieces) + 4) // pieces) if pieces else turns
