"""Lines that are not read: a reader that skips from one line to a later one like it."""

from gyogwa.transforms.tasks.corruptions.answer import STRENGTHS, Answer, amount, lines_of, pick

_SHARES = (0.0, 0.12, 0.3)


def dropped_lines(answer: Answer, strength: int, key: str) -> Answer | None:
    """A run of adjacent lines left out, never all of them."""
    lines = lines_of(answer)
    if len(lines) < 2:
        return None
    counts = [amount(level, len(lines) - 1, _SHARES) for level in STRENGTHS]
    first = pick(len(lines) - counts[-1] + 1, "dropped", key)
    kept = lines[:first] + lines[first + counts[strength - 1] :]
    return answer.having(piece for line in kept for piece in line)
