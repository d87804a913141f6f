"""Engines that do to their process what real ones have been seen to do, on images that ask for it.

An image of the width that an engine takes ill sets it off; it reads all others by Tesseract. With
the option `once`, the path of a file, it does so only until that file is there.
"""

import ctypes
import errno
import os
import signal
import time
from pathlib import Path

from PIL import Image

from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.engines.tesseract import Tesseract

WIDTH = 333
"""Images this many pixels wide set the engines off."""


def due(settings: EngineSettings) -> bool:
    """Whether to misbehave: always, or for the first time."""
    mark = settings.options.get("once")
    if mark is None:
        return True
    first = not Path(mark).exists()
    Path(mark).touch()
    return first


class _Hostile(Tesseract):
    def __init__(self, settings: EngineSettings) -> None:
        super().__init__(EngineSettings("tesseract"))
        self.fingerprint = f"{type(self).__name__.lower()}-{self.fingerprint}"
        self._given = settings

    def read(self, image: Image.Image) -> list[Word]:
        if image.width == WIDTH and due(self._given):
            self.misbehave()
        return super().read(image)

    def misbehave(self) -> None:
        raise NotImplementedError


class Segfault(_Hostile):
    """Reads from address 0, as a broken native library does."""

    def misbehave(self) -> None:
        ctypes.string_at(0)


class Leaving(_Hostile):
    """Ends its process, as a library does that knows no better."""

    def misbehave(self) -> None:
        os._exit(3)


class Killed(_Hostile):
    """Is killed in the middle of an image, as by the system when memory runs out."""

    def misbehave(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Terminated(_Hostile):
    """Is ended by somebody."""

    def misbehave(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1e9)


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


class Poisoned(_Hostile):
    """Raises on every image after the first that set it off."""

    def read(self, image: Image.Image) -> list[Word]:
        if getattr(self, "poisoned", image.width == WIDTH):
            self.poisoned = True
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        return super().read(image)


class Cramped(_Hostile):
    """Finds no room for a file that it needs."""

    def misbehave(self) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/tmp/weights")


class KilledAtStart(_Hostile):
    """Is killed while it loads."""

    def __init__(self, settings: EngineSettings) -> None:
        if due(settings):
            os.kill(os.getpid(), signal.SIGKILL)
        super().__init__(settings)


class Weights:
    """An engine whose fingerprint is what its file `weights` holds; every page says so, after
    `seconds`. One that is `WIDTH` wide has it killed."""

    def __init__(self, settings: EngineSettings) -> None:
        self.fingerprint = Path(settings.options["weights"]).read_text()
        self._seconds = float(settings.options.get("seconds", 0))

    def read(self, image: Image.Image) -> list[Word]:
        if image.width == WIDTH:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self._seconds)
        return [Word(self.fingerprint, [0.1, 0.1, 0.9, 0.9])]
