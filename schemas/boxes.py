"""Boxes and their arithmetic.

A `Box` is `[x0, y0, x1, y1]`, fractions of the image's width and height with the origin at the top
left, of the image as a viewer shows it (EXIF orientation applied).
"""

Box = list[float]


def union(boxes: list[Box]) -> Box:
    """The smallest box around all. Raises ValueError without any."""
    if not boxes:
        raise ValueError("a line or block without words")
    return [
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    ]


def fractions(box: Box, width: float, height: float) -> Box:
    """Pixels (or points) to fractions, clamped to 0..1 and rounded to a millionth."""
    sizes = (width, height, width, height)
    return [
        round(min(max(value / size, 0.0), 1.0), 6) for value, size in zip(box, sizes, strict=True)
    ]


def turned(box: Box, degrees: int) -> Box:
    """A box (fractions) on the page turned counter-clockwise by 0, 90, 180 or 270 degrees.

    >>> turned([0.0, 0.0, 0.25, 0.5], 90)
    [0.0, 0.75, 0.5, 1.0]
    """
    x0, y0, x1, y1 = box
    if degrees == 90:
        x0, y0, x1, y1 = y0, 1 - x1, y1, 1 - x0
    elif degrees == 180:
        x0, y0, x1, y1 = 1 - x1, 1 - y1, 1 - x0, 1 - y0
    elif degrees == 270:
        x0, y0, x1, y1 = 1 - y1, x0, 1 - y0, x1
    return [round(value, 6) for value in (x0, y0, x1, y1)]


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes [x0, y0, x1, y1], from 0 to 1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    shared = width * height
    return shared / (sum(areas) - shared)
