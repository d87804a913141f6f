"""The values of each facet, and which cards have which, as columns of small numbers."""

from typing import Any

from gyogwa.transforms.cards.card import Listed

FACETS = (
    "verdict", "stage", "task", "reason", "source", "licence", "language", "kind", "flag",
)  # fmt: skip
"""In the order in which they are shown."""


class Columns:
    """Filled card by card. A card may have several values of a facet: each set of values that
    occurs has a number, and the column holds those. Memory: 8 bytes a card and facet."""

    def __init__(self) -> None:
        self._sets: dict[str, dict[tuple[str, ...], int]] = {name: {} for name in FACETS}
        self._columns: dict[str, list[int]] = {name: [] for name in FACETS}

    def add(self, entry: Listed) -> None:
        """The next card."""
        for name, sets in self._sets.items():
            values = tuple(entry.facets.get(name, ()))
            self._columns[name].append(sets.setdefault(values, len(sets)))

    def value(self) -> list[dict[str, Any]]:
        """For each facet its `name`, `sets` of values and `column`."""
        return [
            {"name": name, "sets": list(sets), "column": self._columns[name]}
            for name, sets in self._sets.items()
        ]
