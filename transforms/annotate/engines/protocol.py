"""What an OCR engine is, and the table of those there are.

To add one: a module beside this with a class that has `fingerprint` and `read`, and a line in
`ENGINES`. An engine that lives elsewhere is named by its place, `package.module:Class`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol, runtime_checkable

from PIL import Image

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.page import Word


@dataclass(frozen=True)
class EngineSettings:
    """What an engine is made from; part of its fingerprint."""

    name: str
    options: dict[str, str] = field(default_factory=dict)


class Engine(Protocol):
    """Reads one image at a time, in one thread."""

    fingerprint: str
    """Engine, version, weights and settings; another one means that results may differ."""

    def read(self, image: Image.Image) -> list[Word]:
        """Words with boxes (fractions), quads where they stand askew, and confidence (0..1), in any
        order."""
        ...


@runtime_checkable
class ReadsPlain(Protocol):
    """An engine that also reads a page as a whole, in one step, for a second opinion."""

    def read_plain(self, image: Image.Image) -> list[Word]:
        """As `Engine.read`."""
        ...


@runtime_checkable
class ReadsVertical(Protocol):
    """An engine that also reads lines from top to bottom."""

    def read_vertical(self, image: Image.Image) -> list[Word]:
        """As `Engine.read`, of a page all of whose lines run from top to bottom."""
        ...


@runtime_checkable
class Calibrated(Protocol):
    """An engine of which is known how often it is right where it says how sure it is."""

    def calibrated(self, word: Word, height: float) -> float:
        """How likely a word, this many pixels high, is right, 0..1."""
        ...


ENGINES = {
    "paddle": "gyogwa.transforms.annotate.engines.paddle:Paddle",
    "tesseract": "gyogwa.transforms.annotate.engines.tesseract:Tesseract",
}


def make_engine(settings: EngineSettings) -> Engine:
    """Load an engine. Raises GyogwaError when it isn't known, or lacks software or weights."""
    place = ENGINES.get(settings.name, settings.name)
    module, separator, name = place.partition(":")
    if not separator:
        raise GyogwaError(
            f"--ocr_engine {settings.name}: unknown, choose one of {', '.join(sorted(ENGINES))}, "
            "or name a class of your own as package.module:Class"
        )
    try:
        factory: Callable[[EngineSettings], Engine] = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise GyogwaError(f"--ocr_engine {settings.name}: can't be imported: {error}") from error
    return factory(settings)
