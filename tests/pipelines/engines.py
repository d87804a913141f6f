"""An engine that goes wrong in every way, by the width of the image."""

from PIL import Image

from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.engines.tesseract import Tesseract
from tests.transforms.annotate.engines.hostile import Raising, Segfault, Sleeper, Swelling

WAYS = {331: Segfault, 332: Sleeper, 333: Swelling, 334: Raising}
RULES = {331: "ocr_crash", 332: "ocr_timeout", 333: "ocr_memory", 334: "ocr_error"}
"""What is said of an image of this width."""


class Every(Tesseract):
    """Reads images of other widths by Tesseract."""

    def __init__(self, settings: EngineSettings) -> None:
        super().__init__(EngineSettings("tesseract"))
        self.fingerprint = f"every-{self.fingerprint}"
        self._given = settings

    def read(self, image: Image.Image) -> list[Word]:
        if way := WAYS.get(image.width):
            way(self._given).misbehave()
        return super().read(image)
