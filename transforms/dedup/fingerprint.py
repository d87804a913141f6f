"""What duplicates are told by: an image's hashes, its text, and its rank."""

from math import log

from gyogwa.schemas.records import ImageRef, Page
from gyogwa.schemas.row import Row
from gyogwa.transforms.annotate.truths import richness
from gyogwa.transforms.dedup.upright import upright
from gyogwa.transforms.ingest.hashes import Hashes

_LOSSLESS = frozenset({"PNG", "BMP", "TIFF", "GIF", "PPM", "TGA"})
_RICHER = log(1.1)
"""A tenth more characters is a richer truth."""
_BETTER = 0.05
_LEAST_DETAIL = 20.0


class Fingerprint(Row, frozen=True):
    """What duplicates are told by. `rank` sorts the one to keep first; see `rank_of`. `hashes` are
    those of the image turned upright, counter-clockwise by `turned` degrees."""

    image_id: str
    document: str
    hashes: Hashes
    text: str
    truth: bool
    rank: str
    ref: ImageRef
    sha256: str
    source: str = ""
    turned: int = 0


def fingerprint(page: Page) -> Fingerprint:
    """The fingerprint of a page."""
    truth = page.annotation.origin != "ocr"
    text = "\n".join(page.line_texts())
    image = page.image
    turned = page.annotation.turned
    hashes = upright(Hashes(image.phash, image.boxed, image.centred, image.sketch), turned)
    rank = rank_of(page)
    return Fingerprint(
        image.image_id,
        image.document,
        hashes,
        text,
        truth,
        rank,
        image.ref,
        image.sha256,
        image.source,
        turned,
    )


def rank_of(page: Page) -> str:
    """What sorts copies, the one to keep first: richer truth, then lossless, then more detail, then
    the source's name and the id.

    Truth comes before OCR, and of what was read what a source named the parts of; known tables and
    charts before characters, and those by tenths. None of it depends on which other images there
    are: a source that is added displaces what it betters, and in a tie only if its name is first.
    """
    known = page.annotation.origin != "ocr"
    parted = any(block.known for block in page.annotation.blocks)
    structures, characters = richness(page.annotation) if known else (0, 0)
    return "-".join(
        (
            "0" if known else "1" if parted else "2",
            f"{999 - min(structures, 999):03d}",
            f"{999 - int(log(1 + characters) / _RICHER):03d}",
            "0" if page.image.format in _LOSSLESS else "1",
            f"{999 - round((_detail(page) + _LEAST_DETAIL) / _BETTER):03d}",
            page.image.source,
            page.image.image_id,
        )
    )


def id_of(rank: str) -> str:
    """The image that a rank is of: pages have ids without a dash, evaluation images stand after an
    exclamation mark."""
    return rank[1:] if rank.startswith("!") else rank.rpartition("-")[2]


def _detail(page: Page) -> float:
    """How much detail an image holds, as a logarithm: by its side, its sharpness and the bytes
    spent on a pixel, never by pixels alone, which an enlarged copy has more of.

    Sharpness is the inverse of an edge's width in pixels, so side times sharpness stays what it is
    when an image is enlarged; the exponent pays for interpolation that sharpens. Measured on six
    pages, sharp, faint and noisy, and two qualities of each: of 576 enlarged copies 8 count as
    better than their original, of 36 coded again 9, of 48 reduced ones 8. By pixels all 576 do.
    """
    image = page.image
    pixels = max(1, image.width * image.height)
    return (
        log(max(1, image.width, image.height))
        + 2 * log(max(0.01, image.signals.sharpness))
        + 0.2 * log(max(1, image.ref.length) / pixels)
    )
