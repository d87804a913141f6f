"""Counting what comes in, is kept and is rejected at each step, inside a pipeline."""

from collections.abc import Iterable
from typing import Any

import apache_beam as beam

from schemas.records import Book, Reject

Count = tuple[str, str, int, int, int]
"""Step, unit, incoming, kept, rejected."""


def counted(label: str, rows: Any, step: str, unit: str, column: str) -> Any:
    """One count a row, in the column named: incoming, kept or rejected."""
    column_at = ("incoming", "kept", "rejected").index(column)
    numbers = tuple(int(place == column_at) for place in range(3))
    return rows | label >> beam.Map(lambda _: ((step, unit), numbers)).with_output_types(
        tuple[tuple[str, str], tuple[int, int, int]]
    )


def sum_counts(numbers: Iterable[tuple[int, int, int]]) -> tuple[int, int, int]:
    """Column by column."""
    incoming = kept = rejected = 0
    for more in numbers:
        incoming, kept, rejected = incoming + more[0], kept + more[1], rejected + more[2]
    return incoming, kept, rejected


def to_book(element: tuple[tuple[str, str], tuple[int, int, int]]) -> Book:
    """A sum as a row of the books."""
    (step, unit), (incoming, kept, rejected) = element
    return Book(step, "all", unit, incoming, kept, rejected)


def page_reject(page: Any, step: str, rule: str, value: str, limit: str, message: str) -> Reject:
    """The reject row of a page."""
    image = page.image
    return Reject(image.image_id, step, rule, value, limit, message, image.source, image.uri)
