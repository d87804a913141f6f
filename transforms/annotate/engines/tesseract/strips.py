"""Lines of a page cut out as strips: dark on light, all of one height, alone on their ground.

Tesseract's network was trained on single lines some 36 pixels high. On a page of 100 dots an inch
it is given 14, cut with a neighbour's strokes; a strip cut tight, enlarged and padded is read far
better. Coordinates: a strip knows its place, `scale` pixels of it to one of the page.
Cost: well below a millisecond a line.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

HEIGHT = 36  # pixels from the top of the line's ink to its bottom
_MARGIN = 0.06  # of the line's height, kept around it
PAD = 12  # pixels of plain ground on all sides
_INK = 0.35  # a pixel at least this far from the ground to full ink is ink
_CONTRAST = 24  # grey levels below which a strip is blank
_RULE = 2.5  # a horizontal stroke longer than this many heights is a rule, no character

Pixels = tuple[int, int, int, int]


@dataclass(frozen=True)
class Strip:
    """`grey`: dark on light, padded. `ink`: rows x columns of it, rules taken out."""

    grey: Image.Image
    ink: NDArray[np.bool_]
    scale: float
    left: float
    top: float

    def to_page(self, x0: float, y0: float, x1: float, y1: float) -> list[float]:
        """A box in pixels of the strip as one in pixels of the page."""
        return [
            self.left + (x0 - PAD) / self.scale,
            self.top + (y0 - PAD) / self.scale,
            self.left + (x1 - PAD) / self.scale,
            self.top + (y1 - PAD) / self.scale,
        ]

    def part(self, x0: float, x1: float) -> Image.Image:
        """The columns from x0 to x1 alone on plain ground."""
        columns = self.grey.crop((round(x0), 0, round(x1), self.grey.height))
        alone = Image.new("L", (columns.width + 2 * PAD, columns.height), 255)
        alone.paste(columns, (PAD, 0))
        return alone


def cut(page: Image.Image, box: Pixels) -> Strip | None:
    """The strip of `page` (grey) in `box`, given in pixels; None where it is blank."""
    height = box[3] - box[1]
    margin = max(1, round(_MARGIN * height))
    left, top = max(box[0] - margin, 0), max(box[1] - margin, 0)
    crop = page.crop(
        (left, top, min(box[2] + margin, page.width), min(box[3] + margin, page.height))
    )
    scale = HEIGHT / height
    size = (max(round(crop.width * scale), 1), max(round(crop.height * scale), 1))
    levels = _dark_on_light(np.asarray(crop.resize(size, Image.Resampling.LANCZOS), np.float32))
    if levels is None:
        return None
    levels = np.pad(levels, PAD)
    ink = _without_rules(levels > _INK)
    grey = Image.fromarray((255 * (1 - levels)).astype(np.uint8))
    return Strip(grey, ink, scale, left, top)


def _dark_on_light(grey: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """0 for the ground (the commonest level, about), 1 for full ink; None without contrast."""
    dark, ground, light = np.percentile(grey, [1, 50, 99])
    if light - dark < _CONTRAST:
        return None
    full = dark if ground - dark > light - ground else light
    levels: NDArray[np.float32] = np.clip((grey - ground) / (full - ground), 0, 1)
    return levels


def _without_rules(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Blank the runs along a row that are longer than any stroke: underlines, borders."""
    longest = round(_RULE * HEIGHT)
    if ink.shape[1] <= longest:
        return ink
    counts = np.cumsum(np.pad(ink, ((0, 0), (1, 0))), axis=1)
    full: NDArray[np.bool_] = counts[:, longest:] - counts[:, :-longest] == longest
    if not full.any():
        return ink
    rule = np.zeros_like(ink)
    for row, start in zip(*np.nonzero(full), strict=True):
        rule[row, start : start + longest] = True
    return ink & ~rule
