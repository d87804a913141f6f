"""Engines that do to their process what real ones have been seen to do, on images that ask for it.

An image of the width that an engine takes ill sets it off; it reads all others by Tesseract.
"""

import ctypes
import time

from PIL import Image

from schemas.page import Word
from transforms.engines.protocol import EngineSettings
from transforms.engines.tesseract import Tesseract

WIDTH = 333
"""Images this many pixels wide set the engines off."""


class _Hostile(Tesseract):
    def __init__(self, settings: EngineSettings) -> None:
        super().__init__(settings)
        self.fingerprint = f"{type(self).__name__.lower()}-{self.fingerprint}"

    def read(self, image: Image.Image) -> list[Word]:
        if image.width == WIDTH:
            self.misbehave()
        return super().read(image)

    def misbehave(self) -> None:
        raise NotImplementedError


class Segfault(_Hostile):
    """Reads from address 0, as a broken native library does."""

    def misbehave(self) -> None:
        ctypes.string_at(0)


class Sleeper(_Hostile):
    """Never comes back."""

    def misbehave(self) -> None:
        time.sleep(1e9)


class Swelling(_Hostile):
    """Takes memory until it is stopped, 20 MB at a time; gives up at 4 GB should nobody stop it."""

    def misbehave(self) -> None:
        held: list[bytearray] = []
        while len(held) < 200:
            held.append(bytearray(20_000_000))
            time.sleep(0.01)


class Raising(_Hostile):
    """Raises what its library raises."""

    def misbehave(self) -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")
