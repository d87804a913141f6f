"""PaddleOCR: a detector that finds lines and a recogniser that reads them.

Models are pinned by name: PaddleOCR's own choice by language changes with its version, and its
default recogniser knows no Hangul. `korean_PP-OCRv5_mobile_rec` reads Korean and Latin script;
`PP-OCRv5_mobile_det` finds lines of any script, on one core in about a second a page, where the
server detector of the same generation is some 20 times as large and meant for a GPU.

Options: `model_dir` (a folder with both models, see module `paddle_models`; without it
they are fetched once), `detection` and `recognition` (names of models), `backend` ("onnxruntime" or
"paddle"; else what the files and the installed software allow), `device` ("cpu"), `side` (longer
side in pixels that the detector sees at most: a larger page is shrunk for it, not for the
recogniser; 2000 is an A4 page at 170 dpi and takes 1.5 GB at most, 4000 takes 3.2 GB). Pages are
taken as they are: no models that turn or flatten them.
"""

import logging
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from gyogwa.schemas.boxes import Box, fractions
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import fingerprint_of
from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.engines.ctc import KeepColumns, words_of
from gyogwa.transforms.annotate.engines.ink import ink_of, word_boxes
from gyogwa.transforms.annotate.engines.paddle_models import (
    BACKENDS,
    Model,
    local_model,
    official_model,
)
from gyogwa.transforms.annotate.engines.protocol import EngineSettings
from gyogwa.transforms.files.text import clean

DETECTION = "PP-OCRv5_mobile_det"
RECOGNITION = "korean_PP-OCRv5_mobile_rec"
_DEFAULTS = {
    "model_dir": "",
    "detection": DETECTION,
    "recognition": RECOGNITION,
    "backend": "",
    "device": "cpu",
    "side": "2000",
}
# PaddleX's own pipeline has these; a model folder's settings may say otherwise.
_DETECTOR = {"thresh": 0.3, "box_thresh": 0.6, "unclip_ratio": 1.5}
_HEIGHT = 48  # of a line's picture, as the recognisers were trained
_LONGEST = 3200  # PaddleX squeezes a longer one
_SHORTEST = 320  # and pads a shorter one

Quad = npt.NDArray[
    np.float64
]  # [4, 2]: x and y of upper left, upper right, lower right, lower left


class Paddle:
    """See `transforms.annotate.engines.protocol.Engine`."""

    def __init__(self, settings: EngineSettings) -> None:
        options = _options(settings)
        found, reads = (_model(options, options[key]) for key in ("detection", "recognition"))
        paddleocr = _paddleocr()
        self._side = int(options["side"])
        self._detector = _load(paddleocr.TextDetection, found, options["device"], **_DETECTOR)
        self._recogniser = _load(paddleocr.TextRecognition, reads, options["device"])
        predictor = self._recogniser.paddlex_predictor
        predictor.post_op = KeepColumns(predictor.post_op.character)
        software = ["paddleocr", "paddlex", found.backend, reads.backend]
        described = [
            [f"{module} {import_module(module).__version__}" for module in software],
            [found.name, found.digest(), reads.name, reads.digest()],
            [options["device"], self._side, _DETECTOR],
        ]
        self.fingerprint = "paddle-" + fingerprint_of(described)[:16]

    def read(self, image: Image.Image) -> list[Word]:
        """Words between spaces, line after line."""
        page = image.convert("RGB")
        words = []
        for quad in self.find(page):
            ways = [self._line(page, way) for way in readings(quad)]
            words += max(ways, key=lambda way: way[0])[1]
        return words

    def find(self, page: Image.Image) -> list[Quad]:
        """Where the lines of an RGB page are, in pixels, in no order that means anything."""
        (found,) = self._detector.predict(_bgr(page), limit_type="max", limit_side_len=self._side)
        return [np.asarray(quad, np.float64) for quad in found["dt_polys"]]

    def _line(self, page: Image.Image, quad: Quad) -> tuple[float, list[Word]]:
        """How sure the recogniser is of the line's text (0..1), and its words."""
        picture = cut(page, quad)
        # One line at a time: in a batch all are padded to the longest, which takes one core longer,
        # and what a line reads as would depend on its neighbours.
        (read,) = self._recogniser.predict(_bgr(picture), batch_size=1)
        stretch = _columns_width(picture.size) * picture.width
        found = words_of(read["rec_text"])
        spans = [(word.first * stretch, word.last * stretch) for word in found]
        boxes = word_boxes(ink_of(np.asarray(picture.convert("L"))), spans)
        words = []
        for word, box in zip(found, boxes, strict=True):
            text = clean(word.text)
            corners = corners_on_page(box, picture.size, quad)
            place = fractions(hull_of(corners), page.width, page.height)
            if text and place[0] < place[2] and place[1] < place[3]:
                words.append(Word(text, place, word.confidence, askew(corners, page.size)))
        return read["rec_score"], words


def _columns_width(size: tuple[int, int]) -> float:
    """How wide the recogniser's columns are together, in widths of the line's picture.

    The picture is brought to 48 pixels of height, then padded on the right to 320 of width.
    """
    width = min(_HEIGHT * size[0] / size[1], _LONGEST)
    return max(width, _SHORTEST) / width


def readings(quad: Quad) -> list[Quad]:
    """The ways in which to read a quad: its corners so named that text runs from left to right.

    One that is much taller than wide holds text turned by a quarter, downwards or, as beside the
    axis of a chart, upwards. PaddleOCR alone reads it downwards only.
    """
    width, height = _sides(quad)
    turned = height >= 1.5 * width
    return [np.roll(quad, by, axis=0) for by in ((-1, 1) if turned else (0,))]


def cut(page: Image.Image, quad: Quad) -> Image.Image:
    """The picture of a line."""
    width, height = _sides(quad)
    upper_left, upper_right, lower_right, lower_left = quad.tolist()
    return page.transform(
        (max(round(width), 1), max(round(height), 1)),
        Image.Transform.QUAD,
        [*upper_left, *lower_left, *lower_right, *upper_right],
        Image.Resampling.BICUBIC,
    )


def corners_on_page(box: Box, size: tuple[int, int], quad: Quad) -> Quad:
    """A box in a line's picture of `size`, as its corners on the page; both in pixels."""
    corners = []
    for x, y in ((0, 1), (2, 1), (2, 3), (0, 3)):
        u, v = box[x] / size[0], box[y] / size[1]
        above, below = (1 - u) * quad[0] + u * quad[1], (1 - u) * quad[3] + u * quad[2]
        corners.append((1 - v) * above + v * below)
    return np.asarray(corners)


def hull_of(corners: Quad) -> Box:
    """The upright box around corners."""
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    return [float(low[0]), float(low[1]), float(high[0]), float(high[1])]


def askew(corners: Quad, size: tuple[int, int]) -> list[float]:
    """The corners as fractions of a page of `size`, or [] when they are as good as their hull:
    none is further than a tenth of the hull's shorter side from its place there."""
    x0, y0, x1, y1 = hull_of(corners)
    upright = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    if np.abs(corners - upright).max() <= 0.1 * min(x1 - x0, y1 - y0):
        return []
    flat = (corners / np.array(size)).clip(0, 1).ravel()
    return [round(float(value), 6) for value in flat]


def _sides(quad: Quad) -> tuple[float, float]:
    """The longer of the two widths and of the two heights."""
    edges = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    return float(max(edges[0], edges[2])), float(max(edges[1], edges[3]))


def _bgr(image: Image.Image) -> npt.NDArray[np.uint8]:
    """[height, width, 3] as OpenCV orders colours, which the models were trained on."""
    return np.ascontiguousarray(np.asarray(image)[:, :, ::-1])


def _options(settings: EngineSettings) -> dict[str, str]:
    unknown = sorted(set(settings.options) - set(_DEFAULTS))
    if unknown:
        raise GyogwaError(
            f"--ocr_option {unknown[0]}: --ocr_engine paddle has only {', '.join(_DEFAULTS)}"
        )
    options = _DEFAULTS | settings.options
    if options["backend"] not in ("", *BACKENDS):
        raise GyogwaError(
            f"--ocr_option backend={options['backend']}: expected one of {', '.join(BACKENDS)}"
        )
    if not options["side"].isdecimal() or not 320 <= int(options["side"]) <= 4000:
        raise GyogwaError(f"--ocr_option side={options['side']}: expected 320 to 4000 (pixels)")
    return options


def _paddleocr() -> Any:
    try:
        import paddleocr
    except ImportError as error:
        raise GyogwaError(
            f"--ocr_engine paddle can't be loaded ({error}): pip install 'gyogwa[paddle]', and "
            "for OpenCV on Debian or Ubuntu apt install libgl1"
        ) from error
    # Which files it loads and what it checks; what goes wrong is raised as well.
    logging.getLogger("paddlex").setLevel(logging.CRITICAL)
    return paddleocr


def _model(options: dict[str, str], name: str) -> Model:
    if options["model_dir"]:
        return local_model(Path(options["model_dir"]).expanduser(), name, options["backend"])
    _paddleocr()  # says what to install
    return official_model(name, options["backend"])


def _load(factory: Any, model: Model, device: str, **settings: Any) -> Any:
    """A predictor with one thread."""
    if model.backend == "onnxruntime":
        # The arena keeps the most that any shape of input ever took: 3.4 GB once a page of 4000 x
        # 4000 pixels came, 0.8 GB without it, at the same speed but for such pages.
        limits = {
            "intra_op_num_threads": 1,
            "inter_op_num_threads": 1,
            "enable_cpu_mem_arena": False,
        }
        how: dict[str, Any] = {"engine": "onnxruntime", "engine_config": limits}
    else:
        # PaddlePaddle 3.3 fails on these models with oneDNN, which is its default on a CPU.
        how = {"engine": "paddle_static", "cpu_threads": 1, "enable_mkldnn": False}
    try:
        return factory(
            model_name=model.name, model_dir=str(model.folder), device=device, **how, **settings
        )
    except Exception as error:  # whatever a backend raises on files it can't read
        raise GyogwaError(
            f"{model.folder}: not a usable model {model.name} for {model.backend}: "
            f"{' '.join(str(error).split())}"
        ) from error
