"""Pages of PDFs read as ingest does."""

import pypdfium2 as pdfium

from gyogwa.schemas.page import TextLayer, Truth
from gyogwa.transforms.ingest.sources.pdf_layer import judge
from gyogwa.transforms.ingest.sources.pdf_objects import flattened
from gyogwa.transforms.ingest.sources.pdf_window import Window
from gyogwa.transforms.ingest.sources.structure.page import truth_of


def layers_of(data: bytes, first: int = 0, last: int | None = None) -> list[TextLayer]:
    """What is told of some pages of a document, of all by default."""
    document = pdfium.PdfDocument(data)
    document.init_forms()
    window = Window(document)
    found = []
    for index in range(first, len(document) if last is None else last):
        page = flattened(document, index)
        around = window.around(index)
        layer = judge(page, "auto", lambda kept, drawn: truth_of(page, kept, drawn, around))  # noqa: B023
        assert layer is not None
        found.append(layer)
    return found


def truths_of(data: bytes, first: int = 0, last: int | None = None) -> list[Truth]:
    """What stands on some pages of a document."""
    return [layer.truth for layer in layers_of(data, first, last) if layer.truth is not None]


def texts_of(truth: Truth) -> list[str]:
    """The text of every line."""
    return [" ".join(w.text for w in truth.words[n.first : n.last]) for n in truth.lines]


def blocks_of(truth: Truth) -> list[tuple[str, str]]:
    """The kind and text of every block."""
    lines = texts_of(truth)
    return [(b.kind, " ".join(lines[b.first : b.last])) for b in truth.blocks]
