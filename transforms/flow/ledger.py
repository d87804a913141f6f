"""Counting what comes in, is kept and is rejected at each step, inside a pipeline: for the ledger,
and as counters of Beam's, which are there while the step runs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from gyogwa.schemas.ledger import LedgerRow, Reject, Rule, Step, Unit
from gyogwa.schemas.records import Page
from gyogwa.transforms.flow.measures import count
from gyogwa.transforms.flow.steps import Composite

Column = Literal["incoming", "kept", "rejected"]
COLUMNS: tuple[Column, ...] = ("incoming", "kept", "rejected")


def _one(_: Any) -> int:
    return 1


class Count(Composite):
    """Elements of one side of a step to what they weigh, in the column named: a `LedgerRow` of each
    bundle, to be `summed`."""

    def __init__(
        self, step: Step, unit: Unit, column: Column, weigh: Callable[[Any], int] = _one
    ) -> None:
        super().__init__()
        self.tally = _Tally(step, unit, column, weigh)

    def expand(self, elements: Any) -> Any:
        return elements | beam.ParDo(self.tally).with_output_types(LedgerRow)


class _Tally(beam.DoFn):
    """A row a bundle, as one an element would be most of what a run shuffles."""

    def __init__(self, step: Step, unit: Unit, column: Column, weigh: Callable[[Any], int]) -> None:
        super().__init__()
        self.step, self.unit, self.place, self.weigh = step, unit, COLUMNS.index(column), weigh
        self.name = f"{unit}_{column}"
        self.start_bundle()

    def start_bundle(self) -> None:
        self.seen, self.total = False, 0

    def process(self, element: Any) -> None:
        weight = self.weigh(element)
        count(self.step, self.name, weight)
        self.seen, self.total = True, self.total + weight

    def finish_bundle(self) -> Iterator[Any]:
        if self.seen:
            numbers = (self.total * (at == self.place) for at in range(3))
            row = LedgerRow(self.step, "all", self.unit, *numbers)
            yield WindowedValue(row, GlobalWindow().max_timestamp(), [GlobalWindow()])


def summed(rows: Iterable[LedgerRow]) -> list[LedgerRow]:
    """Rows of the ledger, one a step, part and unit."""
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        total = sums[row.step, row.part, row.unit]
        for at, number in enumerate((row.incoming, row.kept, row.rejected)):
            total[at] += number
    return [LedgerRow(*key, *total) for key, total in sums.items()]


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
