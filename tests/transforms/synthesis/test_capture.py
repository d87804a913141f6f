"""Boxes go where their pixels go."""

import random

import numpy as np
from PIL import Image, ImageDraw

from gyogwa.transforms.synthesis.canvas import Picture
from gyogwa.transforms.synthesis.capture import moved, photographed, turn


def test_a_capture_takes_every_corner_to_where_its_pixel_goes() -> None:
    image = Image.new("RGB", (200, 160), "white")
    boxes = [[20, 20, 90, 70], [110, 90, 180, 140]]
    for x0, y0, x1, y1 in boxes:
        image.paste((0, 0, 0), (x0, y0, x1, y1))
    labels = {"words": [{"text": "x", "box": box} for box in boxes], "lines": [], "blocks": []}
    for seed in range(4):
        rng = random.Random(seed)
        picture = Picture(image, labels)
        turned = moved(picture, turn(image.size, rng.uniform(-3, 3)))
        for done in (turned, photographed(picture, rng)):
            mask = Image.new("L", done.image.size, 0)
            for word in done.labels["words"]:
                ImageDraw.Draw(mask).polygon([tuple(corner) for corner in word["box"]], fill=255)
            dark = np.asarray(done.image.convert("L")) < 30
            drawn = np.asarray(mask) > 0
            page = np.zeros_like(dark)
            (x, y), (right, bottom) = (
                np.min([c for w in done.labels["words"] for c in w["box"]], axis=0).astype(int) - 2,
                np.max([c for w in done.labels["words"] for c in w["box"]], axis=0).astype(int) + 3,
            )
            page[y:bottom, x:right] = True
            both = (dark & drawn & page).sum()
            assert both / ((dark | drawn) & page).sum() > 0.92  # edges aside
