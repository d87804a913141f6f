"""Texts followed by runs of location tokens, and quads: what Florence-2 and PaddleOCR-VL share."""

import re
from collections.abc import Iterator

_NUMBER = re.compile("[0-9]+")


def runs(token: str, text: str) -> Iterator[tuple[str, list[int]]]:
    """Every run of tokens (a regular expression) as numbers, with the text since the run before.

    What follows the last run is not given.
    """
    # Only the runs are searched for: a pattern with the text in it would be quadratic without any.
    end = 0
    for match in re.finditer(f"(?:{token})+", text):
        yield text[end : match.start()], [int(number) for number in _NUMBER.findall(match.group())]
        end = match.end()


def groups(numbers: list[int], length: int) -> list[list[int]]:
    """A run cut into equal groups. Raises ValueError if one is left incomplete."""
    if len(numbers) % length:
        raise ValueError(f"expected {length} location tokens an item, found {len(numbers)}")
    return [numbers[at : at + length] for at in range(0, len(numbers), length)]


def corners(numbers: list[int]) -> list[int]:
    """x0, y0, x1, y1 as top left, top right, bottom right, bottom left, each x, y."""
    x0, y0, x1, y1 = numbers
    return [x0, y0, x1, y0, x1, y1, x0, y1]


def bounds(quad: list[int]) -> list[int]:
    """The upright box around four corners, x0, y0, x1, y1."""
    across, down = quad[0::2], quad[1::2]
    return [min(across), min(down), max(across), max(down)]
