"""Whether two answers say the same, as near as a dialect writes places."""

import unicodedata

from gyogwa.transforms.targets.dialect import Dialect, Size


def normalised(text: str) -> str:
    """NFC with runs of white space as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def same_items(one: str, other: str, dialect: Dialect, size: Size) -> bool:
    """Whether two answers in a dialect say the same: texts normalised, boxes within its rounding.

    Raises ValueError for an answer that the dialect could not have written.
    """
    first, second = dialect.parse(one, size), dialect.parse(other, size)
    if [normalised(item.text) for item in first] != [normalised(item.text) for item in second]:
        return False
    # each of two equal numbers may have been rounded by half a step
    across, down = (2 * half + 1e-9 for half in dialect.tolerance(size))
    limits = (across, down, across, down)
    return all(
        abs(value - again) <= limit
        for item, match in zip(first, second, strict=True)
        for box, found in zip(item.boxes, match.boxes, strict=True)
        for value, again, limit in zip(box, found, limits, strict=True)
    )
