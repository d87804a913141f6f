"""Tesseract in process, Korean and English.

Options: `mode`: "lines" (the default) cuts lines and words by their ink and reads Korean and Latin
by a model each, "plain" takes what Tesseract makes of the whole page; `languages` ("kor+eng";
others are read plain); `model_dir` (the folder with the .traineddata files); `psm` (page
segmentation mode of the plain way, 3: fully automatic); `confidence`: "calibrated" (the default:
the share of words so sure that are right) or "raw" (what Tesseract says).
"""

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # parallelism comes from the processes

import tesserocr
from PIL import Image

from gyogwa.schemas.boxes import fractions
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import fingerprint_of, sha256_hex
from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.annotate.engines.tesseract.calibration import TABLES, share
from gyogwa.transforms.annotate.engines.tesseract.foreground import foreground_of
from gyogwa.transforms.annotate.engines.tesseract.hanja import MODEL as HANJA
from gyogwa.transforms.annotate.engines.tesseract.layout import lines_of
from gyogwa.transforms.annotate.engines.tesseract.reader import LineReader
from gyogwa.transforms.annotate.engines.tesseract.scripts import is_hangul
from gyogwa.transforms.annotate.engines.tesseract.strips import Strip, cut
from gyogwa.transforms.annotate.engines.tesseract.symbols import LineModel
from gyogwa.transforms.annotate.engines.tesseract.vertical import columns_of
from gyogwa.transforms.files.text import clean

_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


Place = Callable[[float, float, float, float], list[float]]
"""From a box in pixels of a strip to one in pixels of the page."""
LANGUAGES = "kor+eng"
LINES_VERSION = 3
"""Raise it when the way of reading lines gives other words for the same page."""


class _Lines:
    """The two models, line by line."""

    def __init__(self, folder: Path) -> None:
        chinese = LineModel(folder, HANJA) if _has(folder, HANJA) else None
        self.reader = LineReader(LineModel(folder, "kor"), LineModel(folder, "eng"), chinese)
        self.layout = tesserocr.PyTessBaseAPI(path=str(folder), lang="kor", psm=6)

    def read(self, image: Image.Image) -> list[Word]:
        page, lines = lines_of(image.convert("L"), self.layout, _resolution(image))
        strips = [strip for strip in (cut(page, line) for line in lines) if strip]
        return self._words(image, {id(strip): strip.to_page for strip in strips}, strips)

    def read_vertical(self, image: Image.Image) -> list[Word]:
        page = image.convert("L")
        columns = columns_of(page, foreground_of(page))
        places = {id(column.strip): column.to_page for column in columns}
        return self._words(image, places, [column.strip for column in columns])

    def _words(
        self, image: Image.Image, places: Mapping[int, Place], strips: list[Strip]
    ) -> list[Word]:
        words = []
        for strip, readings in self.reader.read(strips):
            for reading in readings:
                text = clean(reading.text)
                box = fractions(places[id(strip)](*reading.box), image.width, image.height)
                if text and box[0] < box[2] and box[1] < box[3]:
                    words.append(Word(text, box, round(reading.confidence, 4)))
        return words


class Tesseract:
    """See `transforms.annotate.engines.protocol.Engine`."""

    def __init__(self, settings: EngineSettings) -> None:
        languages = settings.options.get("languages", LANGUAGES)
        mode = settings.options.get("mode", "lines" if languages == LANGUAGES else "plain")
        if mode not in ("lines", "plain") or (mode == "lines" and languages != LANGUAGES):
            raise GyogwaError(
                f"--ocr_option mode={mode}: expected plain, or lines with languages={LANGUAGES}"
            )
        folder = _tessdata(settings.options.get("model_dir", ""), languages.split("+"))
        psm = int(settings.options.get("psm", "3"))
        self.lines = _Lines(folder) if mode == "lines" else None
        self._whole = (folder, languages, psm)
        sure = settings.options.get("confidence", "calibrated")
        if sure not in ("calibrated", "raw"):
            raise GyogwaError(f"--ocr_option confidence={sure}: expected calibrated or raw")
        # the tables are of these two models, by lines
        known = sure == "calibrated" and languages == LANGUAGES and mode == "lines"
        self._tables = TABLES if known else {}
        weights = [
            sha256_hex((folder / f"{name}.traineddata").read_bytes())
            for name in [*languages.split("+"), *([HANJA] if self._reads_hanja(folder) else [])]
        ]
        version = tesserocr.tesseract_version().splitlines()[0]
        way = [mode, LINES_VERSION if mode == "lines" else psm]
        described = [version, languages, way, weights, self._tables]
        self.fingerprint = "tesseract-" + fingerprint_of(described)[:16]

    def read(self, image: Image.Image) -> list[Word]:
        """Words with their boxes and confidences, line after line."""
        return self.lines.read(image) if self.lines else self.read_plain(image)

    def _reads_hanja(self, folder: Path) -> bool:
        return self.lines is not None and _has(folder, HANJA)

    @property
    def dropped(self) -> int:
        """Words of the image read last that were taken for guesses in pictures."""
        return self.lines.reader.dropped if self.lines else 0

    def read_vertical(self, image: Image.Image) -> list[Word]:
        """As `read`, of lines from top to bottom."""
        return self.lines.read_vertical(image) if self.lines else []

    def calibrated(self, word: Word, height: float) -> float:
        """See `transforms.annotate.engines.protocol.Calibrated`."""
        korean = any(is_hangul(char) for char in word.text)
        return round(share(self._tables, korean, height, word.confidence), 4)

    @cached_property
    def _api(self) -> tesserocr.PyTessBaseAPI:
        """The model for whole pages, loaded when the first of them is read."""
        folder, languages, psm = self._whole
        return tesserocr.PyTessBaseAPI(path=str(folder), lang=languages, psm=psm)

    def read_plain(self, image: Image.Image) -> list[Word]:
        """Words as Tesseract cuts them, without those it reports blank."""
        self._api.SetImage(image)
        self._api.SetSourceResolution(_resolution(image))
        self._api.Recognize()
        words = []
        level = tesserocr.RIL.WORD
        for item in tesserocr.iterate_level(self._api.GetIterator(), level):
            if item.Empty(level):
                continue
            text = clean(item.GetUTF8Text(level))
            box = fractions(list(item.BoundingBox(level)), image.width, image.height)
            if text and box[0] < box[2] and box[1] < box[3]:
                words.append(Word(text, box, round(item.Confidence(level) / 100, 4)))
        return words


def _resolution(image: Image.Image) -> int:
    """Dots an inch, taking the image for a page 11.7 inches (A4) long: it only guides scaling."""
    return min(max(round(max(image.size) / 11.7), 70), 600)


def _has(folder: Path, language: str) -> bool:
    return (folder / f"{language}.traineddata").exists()


def _tessdata(given: str, languages: list[str]) -> Path:
    folders = [given] if given else [os.environ.get("TESSDATA_PREFIX", ""), *_FOLDERS]
    for folder in folders:
        if folder and all(_has(Path(folder), name) for name in languages):
            return Path(folder)
    raise GyogwaError(
        f"Tesseract has no data for {'+'.join(languages)}{' in ' + given if given else ''}; "
        "install them (Debian, Ubuntu: apt install tesseract-ocr-kor tesseract-ocr-eng), or give "
        "their folder with --ocr_model_dir or TESSDATA_PREFIX"
    )
