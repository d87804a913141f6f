"""Coordinates as whole numbers: the grids that dialects lay over an image, and the way back."""

import math
from dataclasses import dataclass

from gyogwa.schemas.boxes import Box


@dataclass(frozen=True)
class Grid:
    """`steps` make up the whole side. `centred`: a number names a bin and stands for its centre;
    otherwise it names a line of the grid, 0 being the left or top edge, and `last` is the greatest.
    """

    steps: int
    last: int
    centred: bool = False

    def index(self, fraction: float) -> int:
        """The bin that holds a fraction, or the nearest line (half to even); clamped to the image.

        The smaller of two fractions never gets the greater number.
        """
        scaled = fraction * self.steps
        return min(max(math.floor(scaled) if self.centred else round(scaled), 0), self.last)

    def fraction(self, index: int) -> float:
        """Where a number stands. Raises ValueError if it is off the grid."""
        if not 0 <= index <= self.last:
            raise ValueError(f"expected a coordinate in 0..{self.last}, found {index}")
        return (index + 0.5) / self.steps if self.centred else index / self.steps

    @property
    def tolerance(self) -> float:
        """The greatest error of a fraction: half a step, or a whole one where the far edge itself
        has no number of its own."""
        return (0.5 if self.centred or self.last == self.steps else 1.0) / self.steps


def indices(box: Box, across: Grid, down: Grid) -> list[int]:
    """x0, y0, x1, y1 as numbers of the two grids."""
    x0, y0, x1, y1 = box
    return [across.index(x0), down.index(y0), across.index(x1), down.index(y1)]


def box_of(numbers: list[int], across: Grid, down: Grid) -> Box:
    """The box of x0, y0, x1, y1. Raises ValueError unless four, in order and on the grids."""
    if len(numbers) != 4:
        raise ValueError(f"expected four coordinates, found {len(numbers)}")
    x0, y0, x1, y1 = numbers
    if x0 > x1 or y0 > y1:
        raise ValueError(f"expected top left before bottom right, found {numbers}")
    return [across.fraction(x0), down.fraction(y0), across.fraction(x1), down.fraction(y1)]
