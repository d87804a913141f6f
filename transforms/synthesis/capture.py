"""A page that goes through a scanner, a fax, a camera or a screen: it is moved, and every box with
it.

A turn or a view from aside is one projective map of the plane. The pixels go through its inverse,
and the corners of each word's box through the map itself, so a word's quad is exact; tables, cells
and charts get the box around theirs. In a smaller picture boxes stay boxes. Cost: one resampling of
the image, some 30 ms a megapixel.
"""

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gyogwa.transforms.synthesis.canvas import Picture

Map = NDArray[np.float64]
"""[3, 3]: from (x, y, 1) in pixels to the same, up to a factor."""
_LEGIBLE = 10.0
"""Pixels that the lowest word of a small picture has at least: what can't be read isn't taught."""
_DESKS = [(58, 44, 34), (92, 92, 96), (140, 112, 84), (40, 46, 54), (196, 190, 180)]


def captured(picture: Picture, rng: random.Random) -> Picture:
    """The picture as it comes: untouched for more than half, else in low resolution, scanned askew,
    faxed, or photographed; of folds and shadows nothing moves."""
    ways = ["small", "as it is", "scan", "fax", "photo"]
    way = rng.choices(ways, [0.06, 0.54, 0.2, 0.05, 0.15])[0]
    if way == "as it is":
        return picture
    if way == "small":
        return shrunk(picture, rng.uniform(0.4, 0.65))
    if way == "photo":
        picture = photographed(picture, rng)
    else:
        picture = moved(picture, turn(picture.image.size, rng.uniform(-1.8, 1.8)))
    image = picture.image
    if way == "fax":
        image = image.convert("L").point([255 * (level > 150) for level in range(256)])
    elif rng.random() < 0.5:
        image = _folded(image, rng) if rng.random() < 0.5 else _shaded(image, rng)
    return Picture(image.convert("RGB"), picture.labels)


def turn(size: tuple[int, int], degrees: float) -> Map:
    """A turn about the middle of an image, clockwise."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = size[0] / 2, size[1] / 2
    return np.array(
        [
            [cos, -sin, x - cos * x + sin * y],
            [sin, cos, y - sin * x - cos * y],
            [0.0, 0.0, 1.0],
        ]
    )


def shrunk(picture: Picture, factor: float) -> Picture:
    """The picture in low resolution, as pages stand in other pages; less so where its lowest word
    would be lower than `_LEGIBLE` pixels."""
    boxes = [word["box"] for word in picture.labels["words"]]
    lowest = min((y1 - y0 for _, y0, _, y1 in boxes), default=_LEGIBLE)
    factor = min(1.0, max(factor, _LEGIBLE / max(1.0, lowest)))
    width, height = (max(1, round(side * factor)) for side in picture.image.size)
    by = np.diag([width / picture.image.width, height / picture.image.height, 1.0])
    image = picture.image.resize((width, height), Image.Resampling.LANCZOS)
    return Picture(image, _labels(picture.labels, by, _around))


def photographed(picture: Picture, rng: random.Random) -> Picture:
    """The page on a desk, seen from a little aside."""
    width, height = picture.image.size
    edge = round(0.05 * min(width, height))
    desk = Image.new("RGB", (width + 2 * edge, height + 2 * edge), rng.choice(_DESKS))
    sides = [(0, 0), (width, 0), (width, height), (0, height)]
    lost = 0.9 * edge
    corners = [
        (x + edge + rng.uniform(-lost, lost), y + edge + rng.uniform(-lost, lost)) for x, y in sides
    ]
    return moved(picture, between(sides, corners), desk)


def between(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> Map:
    """The map that takes four points to four others."""
    rows, values = [], []
    for (x, y), (u, v) in zip(one, other, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved = np.linalg.solve(np.array(rows, float), np.array(values, float))
    return np.append(solved, 1.0).reshape(3, 3)


def moved(picture: Picture, by: Map, ground: Image.Image | None = None) -> Picture:
    """A picture through a map, on what it is laid on, or on paper of its own colour."""
    image = picture.image.convert("RGB")
    ground = ground or Image.new("RGB", image.size, image.getpixel((0, 0)))
    # Pillow asks where a pixel of the result comes from, at its middle; so the middles are mapped.
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    back = np.linalg.inv(half) @ np.linalg.inv(by) @ half
    data = (back / back[2, 2]).ravel()[:8].tolist()
    how = (Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC)
    sheet = image.transform(ground.size, *how)
    mask = Image.new("L", image.size, 255).transform(ground.size, *how)
    done = ground.copy()
    done.paste(sheet, (0, 0), mask)
    return Picture(done, _labels(picture.labels, by, _quad))


def _labels(
    labels: dict[str, Any], by: Map, place: Callable[[list[float], Map], Any]
) -> dict[str, Any]:
    """Labels through a map; `place` says where a word's box goes."""
    words = [{**word, "box": place(word["box"], by)} for word in labels["words"]]
    tables = [
        {
            **table,
            "box": _around(table["box"], by),
            "cells": [
                {**cell, "box": _around(cell["box"], by)} if cell["box"] else cell
                for cell in table["cells"]
            ],
        }
        for table in labels.get("tables", [])
    ]
    charts = [{**c, "box": _around(c["box"], by)} for c in labels.get("charts", [])]
    found = {**labels, "words": words}
    return found | ({"tables": tables} if tables else {}) | ({"charts": charts} if charts else {})


def _quad(box: list[float], by: Map) -> list[list[float]]:
    """The corners of a box through a map, from its upper left clockwise."""
    x0, y0, x1, y1 = box
    corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]], float)
    placed = corners @ by.T
    return [[round(x / w, 2), round(y / w, 2)] for x, y, w in placed.tolist()]


def _around(box: list[float], by: Map) -> list[float]:
    quad = _quad(box, by)
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    return [min(xs), min(ys), max(xs), max(ys)]


def _folded(image: Image.Image, rng: random.Random) -> Image.Image:
    """With the shade of a fold across the page."""
    across = rng.random() < 0.5
    length = image.height if across else image.width
    at, reach = rng.uniform(0.3, 0.7) * length, 0.05 * length
    distance = np.arange(length, dtype=np.float32) - at
    shade = 1 - 0.11 * np.exp(-((distance / reach) ** 2)) * (1 + 0.5 * np.sign(distance))
    return _darkened(image, shade[:, None] if across else shade[None, :])


def _shaded(image: Image.Image, rng: random.Random) -> Image.Image:
    """With a soft shadow over one side."""
    rows = np.linspace(-1, 1, image.height, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, image.width, dtype=np.float32)[None, :]
    angle = rng.uniform(0, 2 * math.pi)
    depth = rows * math.sin(angle) + columns * math.cos(angle) - rng.uniform(-0.1, 0.6)
    return _darkened(image, 1 - rng.uniform(0.12, 0.28) / (1 + np.exp(-9 * depth)))


def _darkened(image: Image.Image, shade: NDArray[np.floating]) -> Image.Image:
    pixels = np.asarray(image.convert("RGB"), np.float32) * shade[..., None]
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))
