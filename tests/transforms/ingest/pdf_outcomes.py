"""What becomes of a PDF page's text layer: judged by its pixels, and where it is in doubt read."""

import io

import pypdfium2 as pdfium
from PIL import Image as Pictures

from gyogwa.schemas.page import TextLayer
from gyogwa.schemas.records import Annotation, Image, ImageRef, Signals
from gyogwa.transforms.annotate.annotation import annotate_doubted, annotate_truth
from gyogwa.transforms.annotate.engines.protocol import Engine
from gyogwa.transforms.annotate.engines.upright import read_upright
from gyogwa.transforms.ingest.sources.pdf_layer import judge
from gyogwa.transforms.ingest.sources.pdf_objects import flattened
from gyogwa.transforms.ingest.sources.pdf_render import rendered
from tests.transforms.ingest.pdf_pages import TEXTS


def opened(data: bytes) -> pdfium.PdfDocument:
    document = pdfium.PdfDocument(data)
    document.init_forms()
    return document


def judged(data: bytes) -> TextLayer:
    layer = judge(flattened(opened(data), 0))
    assert layer is not None
    return layer


def words(layer: TextLayer) -> list[str]:
    return [word.text for word in layer.truth.words] if layer.truth else []


def spoken(language: str) -> list[str]:
    """The words of the page's text."""
    return " ".join(TEXTS[language]).split()


def image_of(width: int, height: int) -> Image:
    ref = ImageRef("", 0, 0)
    signals = Signals(1.0, 1.0, 0.1)
    return Image(
        *("0" * 32, ref, "", "", "", "document", "", 1, width, height, "PNG", "", "", ""),
        signals=signals,
    )


def settled(engine: Engine, data: bytes) -> Annotation | None:
    """What is known of the page in the end; None where its layer is refused and all is read."""
    layer = judged(data)
    if layer.verdict == "refused" or layer.truth is None:
        return None
    page = Pictures.open(io.BytesIO(rendered(pdfium.PdfDocument(data)[0], 150 / 72)))
    image = image_of(*page.size)
    if layer.verdict == "believed":
        return annotate_truth(image, layer.truth)
    return annotate_doubted(image, layer.truth, read_upright(engine, page), "by")
