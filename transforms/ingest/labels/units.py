"""How the numbers of a box are meant, and the place on the image that they name.

Data sets give pixels, fractions of the sides, hundredths or thousandths of them; corners, or a
corner and a size, or the middle and a size, or the points of a shape; of the image as it is stored
or as a viewer shows it (EXIF orientation applied). What comes out is always the same: a `Box`, and
a quad where the shape lies askew, as fractions of the displayed image.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, get_args

from gyogwa.schemas.boxes import Box

Unit = Literal["pixels", "fractions", "percent", "thousandths"]
Form = Literal["corners", "sizes", "centred", "rows_first"]
Of = Literal["displayed", "stored"]
GUESS = "guess"
"""Under this name `boxes` says which unit is usual for such columns, where it says no unit: it
holds unless the ink plainly says otherwise."""
_SWAPPED = range(5, 9)
"""EXIF orientations in which width and height change places."""
_STRAIGHT = 0.02
"""How far the points of an upright rectangle lie from its corners at most, as a share of its
sides: what labellers' hands and rounding do."""


class Reading(NamedTuple):
    """How boxes are meant. `form`: `[x0, y0, x1, y1]`, `[x, y, width, height]` from a corner or, as
    YOLO's, from the middle, or `[y0, x0, y1, x1]`; shapes of four points and more are told by their
    length. `width` and `height` are of the image that pixels refer to, 0 where that is the image
    itself."""

    unit: Unit = "pixels"
    form: Form = "corners"
    of: Of = "displayed"
    width: float = 0
    height: float = 0

    def __str__(self) -> str:
        return f"{self.unit} {self.form} {self.of}"


def reading_of(declared: Any, default: Reading | None = None) -> Reading:
    """What a row's `boxes` declares; what it leaves out is as in `default`. Raises ValueError."""
    known = default or Reading()
    if declared is None:
        return known
    if not isinstance(declared, dict):
        raise ValueError(f"boxes is {type(declared).__name__}, expected an object")
    size = declared.get("size") or (known.width, known.height)
    if not isinstance(size, list | tuple) or len(size) != 2 or not all(map(_is_length, size)):
        raise ValueError(f"size {size!r} is no width and height")
    return Reading(
        _one(declared.get("unit") or declared.get(GUESS) or known.unit, Unit),
        _one(declared.get("form") or known.form, Form),
        _one(declared.get("of") or known.of, Of),
        float(size[0]),
        float(size[1]),
    )


def parse_reading(text: str) -> Reading:
    """From words in any order, such as "thousandths stored". Raises ValueError."""
    found: dict[str, str] = {}
    for word in text.replace(",", " ").split():
        kinds = (("unit", Unit), ("form", Form), ("of", Of))
        name = next((name for name, kind in kinds if word in get_args(kind)), None)
        if name is None or name in found:
            every = [word for _, kind in kinds for word in get_args(kind)]
            raise ValueError(f"{word!r} is not one of {', '.join(every)}, one of a kind")
        found[name] = word
    return reading_of(found)


def as_declared(text: str) -> dict[str, str]:
    """The declaration of a row's `boxes` that `str` of a reading stands for."""
    reading = parse_reading(text)
    return {"unit": reading.unit, "form": reading.form, "of": reading.of}


def _is_length(value: Any) -> bool:
    return isinstance(value, int | float) and 0 <= value < 1e9


def _one(value: Any, kind: Any) -> Any:
    if not isinstance(value, str) or value not in get_args(kind):
        raise ValueError(f"{value!r} is not one of {', '.join(get_args(kind))}")
    return value


class Placed(NamedTuple):
    """A shape on the displayed image, in fractions that may lie outside 0..1: its bounds, with the
    lesser corner first, and its four corners (8 numbers) where it lies askew, else []."""

    box: Box
    quad: list[float]


def placing(
    reading: Reading, width: int, height: int, orientation: int = 1
) -> Callable[[Any], Placed]:
    """A function from a box as the source has it to its place on an image of these displayed
    pixels. It raises ValueError or TypeError for what is no box."""
    swapped = orientation in _SWAPPED and reading.of == "stored"
    sides = (height, width) if swapped else (width, height)
    scale_x, scale_y = {
        "pixels": (reading.width or sides[0], reading.height or sides[1]),
        "fractions": (1.0, 1.0),
        "percent": (100.0, 100.0),
        "thousandths": (1000.0, 1000.0),
    }[reading.unit]
    turn = _TURNS[orientation if reading.of == "stored" else 1]

    def place(value: Any) -> Placed:
        points = [turn(x / scale_x, y / scale_y) for x, y in points_of(value, reading.form)]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = [min(xs), min(ys), max(xs), max(ys)]
        return Placed(box, _askew(points, box) if len(points) == 4 else [])

    return place


def points_of(value: Any, form: Form) -> list[tuple[float, float]]:
    """The points of a box: 2 of a pair of corners, else as many as the shape has. Raises
    ValueError or TypeError for what is no box."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"box {value!r} is no list of numbers")
    flat = [float(n) for part in value for n in (part if _is_point(part) else [part])]
    if len(flat) < 4 or len(flat) % 2 or not all(abs(n) < 1e9 for n in flat):
        raise ValueError(f"box {value!r} is not 4 numbers, nor points of two each")
    if len(flat) == 4 and not any(map(_is_point, value)):
        a, b, c, d = flat
        if form in ("sizes", "centred"):
            if c < 0 or d < 0:
                raise ValueError(f"box {value!r} has a negative size")
            if form == "centred":
                a, b = a - c / 2, b - d / 2
            return [(a, b), (a + c, b + d)]
        return [(b, a), (d, c)] if form == "rows_first" else [(a, b), (c, d)]
    return list(zip(flat[::2], flat[1::2], strict=True))


def _is_point(part: Any) -> bool:
    return isinstance(part, list | tuple)


def _askew(points: list[tuple[float, float]], box: Box) -> list[float]:
    x0, y0, x1, y1 = box
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    reach = _STRAIGHT * min(x1 - x0, y1 - y0)
    if all(
        any(abs(x - cx) <= reach and abs(y - cy) <= reach for x, y in points) for cx, cy in corners
    ):
        return []
    return [number for point in points for number in point]


_TURNS: dict[int, Callable[[float, float], tuple[float, float]]] = {
    1: lambda x, y: (x, y),
    2: lambda x, y: (1 - x, y),
    3: lambda x, y: (1 - x, 1 - y),
    4: lambda x, y: (x, 1 - y),
    5: lambda x, y: (y, x),
    6: lambda x, y: (1 - y, x),
    7: lambda x, y: (1 - y, 1 - x),
    8: lambda x, y: (y, 1 - x),
}
"""From a point of the stored image to the displayed one, by EXIF orientation, in fractions."""
