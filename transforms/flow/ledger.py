"""Counting what comes in, is kept and is rejected at each step, inside a pipeline."""

from collections.abc import Callable
from typing import Any, Literal

import apache_beam as beam

from gyogwa.schemas.ledger import LedgerRow, Reject, Rule, Step, Unit
from gyogwa.schemas.records import Page
from gyogwa.transforms.flow.steps import Composite, SumByKey

Column = Literal["incoming", "kept", "rejected"]
COLUMNS: tuple[Column, ...] = ("incoming", "kept", "rejected")
CountType = tuple[tuple[str, str], tuple[int, int, int]]
"""((step, unit), (incoming, kept, rejected))."""


def _one(_: Any) -> int:
    return 1


class Count(Composite):
    """Elements of one side of a step to counts: what each weighs, in the column named."""

    def __init__(
        self, step: Step, unit: Unit, column: Column, weigh: Callable[[Any], int] = _one
    ) -> None:
        super().__init__()
        self.key, self.place, self.weigh = (step, unit), COLUMNS.index(column), weigh

    def expand(self, elements: Any) -> Any:
        key, place, weigh = self.key, self.place, self.weigh

        def counted(element: Any) -> tuple[tuple[str, str], tuple[int, ...]]:
            return key, tuple(weigh(element) * (at == place) for at in range(3))

        return elements | beam.Map(counted).with_output_types(CountType)


class LedgerOf(Composite):
    """Counts of all steps to rows of the ledger, one a step and unit."""

    def expand(self, counts: tuple[Any, ...]) -> Any:
        return (
            counts
            | "All" >> beam.Flatten()
            | "Sum" >> SumByKey(3)
            | "ToRow"
            >> beam.MapTuple(lambda key, n: LedgerRow(key[0], "all", key[1], *n)).with_output_types(
                LedgerRow
            )
        )


def page_reject(
    page: Page, step: Step, rule: Rule, message: str, value: str = "", threshold: str = ""
) -> Reject:
    """The reject row of a page."""
    image = page.image
    return Reject(
        id=image.image_id,
        step=step,
        unit="images",
        rule=rule,
        value=value,
        threshold=threshold,
        message=message,
        source=image.source,
        uri=image.uri,
    )
