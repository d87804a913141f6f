"""Boxes go where their pixels go."""

import random

import numpy as np
from PIL import Image, ImageDraw

from gyogwa.transforms.synthesis.canvas import Picture
from gyogwa.transforms.synthesis.capture import moved, photographed, shrunk, turn


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


def test_a_small_picture_keeps_its_boxes_and_what_can_be_read() -> None:
    image = Image.new("RGB", (600, 800), "white")
    boxes: list[list[float]] = [[40, 40, 200, 66], [300, 600, 420, 621.5]]
    for x0, y0, x1, y1 in boxes:
        image.paste((0, 0, 0), (round(x0), round(y0), round(x1), round(y1)))
    table = {"box": [40, 40, 420, 600], "cells": [{"box": [40, 40, 200, 66]}, {"box": None}]}
    labels = {"words": [{"text": "x", "box": box} for box in boxes], "tables": [table]}
    half = shrunk(Picture(image, labels), 0.5)
    assert half.image.size == (300, 400)
    assert [word["box"] for word in half.labels["words"]] == [
        [20, 20, 100, 33],
        [150, 300, 210, 310.75],
    ]
    assert [cell["box"] for cell in half.labels["tables"][0]["cells"]] == [[20, 20, 100, 33], None]
    assert np.asarray(half.image)[20:33, 20:100].max() < 40
    quarter = shrunk(Picture(image, labels), 0.25)  # whose lowest word is 21.5 pixels high
    assert quarter.labels["words"][1]["box"][3] - quarter.labels["words"][1]["box"][1] >= 10
    tiny = {"words": [{"text": "x", "box": [0, 0, 9, 8]}]}
    assert shrunk(Picture(image, tiny), 0.5).image.size == (600, 800)
