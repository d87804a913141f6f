"""Pages that are hard to read, by kind, with the words that stand on them in reading order.

Real pages come from PDFs with a text layer, rendered at 100 dots an inch, and are then made worse
(noise, skew, a photograph, a fax); layouts that those documents don't have are set from their words
(columns, vertical lines, Hanja, small print, other faces). What happens to the pixels happens to
the boxes of the words. Everything is drawn from (kind, page), so that it comes out the same again.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from benchmarks.hard_layouts import LAYOUTS, Faces
from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.reading_order import arrange
from gyogwa.transforms.ingest.sources.pdf_words import words_of

_DPI = 100
_PROSE = 80  # words of a page that is read for its text
_LEADERS = 0.1  # the share of words without a letter, from which a page is one of contents
_FIRST = 14  # pages of a document, in which its contents stand
_QUICK = 0.4  # of a page's height


@dataclass(frozen=True)
class HardPage:
    """`truth`: words in reading order, boxes as fractions of the image."""

    kind: str
    language: str
    number: int
    image: Image.Image
    truth: list[Word]


Points = NDArray[np.float64]
Made = tuple[Image.Image, Callable[[Points], Points] | None]
"""A picture, and where points of the page (pixels, n x 2) lie on it; None where they stay."""


def pages(
    folders: dict[str, Path], kinds: Sequence[str], most: int, quick: bool, fonts: Path | None
) -> Iterator[HardPage]:
    """`most` pages of each kind and language. `folders`: by language, with PDFs."""
    faces = Faces(fonts)
    for language, folder in sorted(folders.items()):
        prose, contents = _rendered(folder, most)
        vocabulary = [word.text for page in prose for word in page[1]]
        for kind in kinds:
            if kind in LAYOUTS:
                for number in range(most):
                    laid = LAYOUTS[kind](vocabulary, language, Random(f"{kind} {number}"), faces)
                    if laid is not None:
                        yield HardPage(kind, language, number, *laid)
                continue
            for number, (image, truth) in enumerate(contents if kind == "contents" else prose):
                if quick:
                    image, truth = _upper(image, truth)
                made = DAMAGES[kind](image, np.random.default_rng([number, len(kind)]))
                yield HardPage(kind, language, number, made[0], _carried(truth, image, made))


def _rendered(folder: Path, most: int) -> tuple[list[tuple[Image.Image, list[Word]]], ...]:
    """Pages of prose, evenly spread over the documents, and pages of contents, the first ones."""
    documents = [pdfium.PdfDocument(path) for path in sorted(folder.glob("*.pdf"))]
    numbered = [(document, n) for document in documents for n in range(len(document))]
    spread = numbered[len(numbered) // (2 * most) :: max(len(numbered) // (3 * most), 1)]
    first = [(document, n) for document, n in numbered if 0 < n < _FIRST]
    found = []
    for of_contents, places in ((False, spread), (True, first)):
        chosen: list[tuple[Image.Image, list[Word]]] = []
        for document, number in places:
            page = document[number]
            words = words_of(page)
            marks = sum(not any(c.isalnum() for c in word.text) for word in words)
            if len(words) < _PROSE or (marks > _LEADERS * len(words)) != of_contents:
                continue
            image = page.render(scale=_DPI / 72).to_pil().convert("L")
            chosen.append((image, arrange(words, image.height / image.width)[0]))
            if len(chosen) == most:
                break
        found.append(chosen)
    return tuple(found)


def _upper(image: Image.Image, truth: list[Word]) -> tuple[Image.Image, list[Word]]:
    """The upper part of a page, cut between two lines."""
    ends = sorted(word.box[3] for word in truth if word.box[3] <= _QUICK)
    end = (ends[-1] if ends else _QUICK) + 2 / image.height
    kept = [word for word in truth if word.box[3] <= end]
    height = round(end * image.height)
    scale = image.height / height
    moved = [
        Word(w.text, [w.box[0], w.box[1] * scale, w.box[2], min(w.box[3] * scale, 1)]) for w in kept
    ]
    return image.crop((0, 0, image.width, height)), moved


def _carried(truth: list[Word], image: Image.Image, made: Made) -> list[Word]:
    picture, place = made
    if place is None:
        return truth
    old, new = np.array(image.size), np.array(picture.size)
    words = []
    for word in truth:
        x0, y0, x1, y1 = word.box
        corners = place(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) * old) / new
        box = [*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist()]
        words.append(Word(word.text, box))
    return words


def _clean(image: Image.Image, rng: np.random.Generator) -> Made:
    return image, None


def _noisy(deviation: float) -> Callable[[Image.Image, np.random.Generator], Made]:
    def noisy(image: Image.Image, rng: np.random.Generator) -> Made:
        levels = np.asarray(image, np.float64) + rng.normal(0, deviation, image.size[::-1])
        return Image.fromarray(levels.clip(0, 255).astype(np.uint8)), None

    return noisy


def _skewed(degrees: float) -> Callable[[Image.Image, np.random.Generator], Made]:
    def skewed(image: Image.Image, rng: np.random.Generator) -> Made:
        turned = image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        angle = np.deg2rad(degrees)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        old, new = np.array(image.size) / 2, np.array(turned.size) / 2
        return turned, lambda points: (points - old) @ turn + new

    return skewed


def _keystone(share: float) -> Callable[[Image.Image, np.random.Generator], Made]:
    def keystone(image: Image.Image, rng: np.random.Generator) -> Made:
        """The right edge shorter than the left, by this share of the height at each end."""
        width, height = image.size
        corners = [(0, 0), (width, share * height), (width, height * (1 - share)), (0, height)]
        return _warped(image, corners, image.size, 255)

    return keystone


def _photo(image: Image.Image, rng: np.random.Generator) -> Made:
    """A page on a table, by hand: perspective, a shadow, blur, noise, JPEG."""
    width, height = round(1.15 * image.width), round(1.12 * image.height)
    margin = np.array([(0.06, 0.05), (0.93, 0.07), (0.95, 0.94), (0.04, 0.95)])
    corners = (margin + rng.uniform(-0.015, 0.015, (4, 2))) * (width, height)
    picture, place = _warped(image, [tuple(c) for c in corners], (width, height), 90)
    levels = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.6)), np.float64)
    light = np.linspace(1.0, 0.62, width)[None, :] * np.linspace(0.95, 0.8, height)[:, None]
    levels = levels * light + rng.normal(0, 5, levels.shape)
    packed = io.BytesIO()
    Image.fromarray(levels.clip(0, 255).astype(np.uint8)).save(packed, "JPEG", quality=70)
    return Image.open(packed).convert("L"), place


def _blurred(image: Image.Image, rng: np.random.Generator) -> Made:
    return image.filter(ImageFilter.GaussianBlur(1.0 + 1.5 * rng.random())), None


def _coarse(image: Image.Image, rng: np.random.Generator) -> Made:
    """At half the resolution."""
    half = (image.width // 2, image.height // 2)
    return image.resize(half, Image.Resampling.BOX), None


def _fax(image: Image.Image, rng: np.random.Generator) -> Made:
    levels = np.asarray(image) > 150
    levels ^= rng.random(levels.shape) < 0.002
    return Image.fromarray(np.where(levels, np.uint8(255), np.uint8(0))), None


def _warped(
    image: Image.Image, corners: Sequence[tuple[float, ...]], size: tuple[int, int], ground: int
) -> Made:
    """The page with its corners (upper left, then clockwise) laid on these."""
    width, height = image.size
    source = [(0, 0), (width, 0), (width, height), (0, height)]
    forward, back = _homography(source, corners), _homography(corners, source)
    coefficients = tuple((back / back[2, 2]).ravel()[:8])
    # an image of its own first: outside the page there is table, not the page's edge
    picture = image.transform(
        size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC, fillcolor=ground
    )

    def place(points: Points) -> Points:
        moved = np.c_[points, np.ones(len(points))] @ forward.T
        result: Points = moved[:, :2] / moved[:, 2:]
        return result

    return picture, place


def _homography(
    source: Sequence[tuple[float, ...]], target: Sequence[tuple[float, ...]]
) -> NDArray[np.float64]:
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved = np.linalg.solve(np.array(rows, np.float64), np.array(values, np.float64))
    return np.append(solved, 1.0).reshape(3, 3)


DAMAGES: dict[str, Callable[[Image.Image, np.random.Generator], Made]] = {
    "clean": _clean,
    "contents": _clean,
    "noise 11": _noisy(11),
    "noise 14": _noisy(14),
    "noise 25": _noisy(25),
    "skew 9": _skewed(9),
    "skew 30": _skewed(-30),
    "keystone 3": _keystone(0.03),
    "keystone 6": _keystone(0.06),
    "photo": _photo,
    "keystone 12": _keystone(0.12),
    "noise 50": _noisy(50),
    "blur": _blurred,
    "50 dpi": _coarse,
    "fax": _fax,
}

KINDS = (*DAMAGES, *LAYOUTS)
