"""Pages of PDF files, rendered at a set resolution, with the words of the text layer as truth as
far as the pixels show them (see `pdf_layer`). Form fields and annotations belong to both.

A page that would have more pixels than `--max_pixels` is rendered at a lower resolution.
"""

from collections.abc import Iterator, Sequence
from typing import cast

import pypdfium2 as pdfium
from msgspec.structs import replace
from pypdfium2.version import PDFIUM_INFO

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.page import TextLayer, Truth
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.truth import Labels
from gyogwa.transforms.ingest.raw import RawImage, RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.rows import reject_of
from gyogwa.transforms.ingest.sources.formats import Format
from gyogwa.transforms.ingest.sources.pdf_files import LOCK, opened
from gyogwa.transforms.ingest.sources.pdf_layer import Belief, judge
from gyogwa.transforms.ingest.sources.pdf_objects import Drawn, flattened
from gyogwa.transforms.ingest.sources.pdf_render import rendered, scale_for
from gyogwa.transforms.ingest.sources.pdf_window import Window
from gyogwa.transforms.ingest.sources.pdf_words import LayerWord
from gyogwa.transforms.ingest.sources.structure.page import truth_of

RENDERER = f"pdfium {PDFIUM_INFO}"


def page_count(path: str) -> int:
    """How many pages it has, at least 1. Raises BadImage when it can't be opened."""
    with opened(path) as (document, _), LOCK:
        pages = len(document)
    if not pages:
        raise BadImage("broken_pdf", "it has no pages")
    return pages


def read_pages(part: SourcePart) -> Iterator[RawRow | Reject]:
    """One record a page, as grey or RGB PNG; a reject for a page that can't be rendered."""
    for entry in part.entries:
        try:
            with opened(entry.path, entry.content) as (document, digest):
                with LOCK:
                    document.init_forms()
                window = Window(document)
                for index in range(entry.first, entry.last):
                    yield _page(window, index, digest, entry, part)
        except BadImage as error:
            yield reject_of(entry.uri, "files", error, part.source)


FORMAT = Format("pdf", (".pdf", ".pdf.gz"), read_pages, page_count, version=RENDERER, rendered=True)


def _page(
    window: Window, index: int, digest: str, entry: SourceFile, part: SourcePart
) -> RawRow | Reject:
    uri = f"{entry.uri}#page={index + 1}"
    try:
        with LOCK:
            page = flattened(window.document, index)
            asked = part.pdf_dpi / 72
            scale = scale_for(page.get_size(), asked, part.max_pixels)
            data = rendered(page, scale)

            def structure(kept: Sequence[LayerWord], drawn: Sequence[Drawn]) -> Truth:
                return truth_of(page, kept, drawn, window.around(index))

            layer = judge(page, cast(Belief, part.pdf_text), structure)
            page.close()
    except pdfium.PdfiumError as error:
        return reject_of(uri, "images", BadImage("broken_page", str(error)), part.source)
    except BadImage as bad:
        return reject_of(uri, "images", bad, part.source)
    told = [part.pdf_dpi] if scale == asked else [part.pdf_dpi, part.max_pixels]
    image = RawImage(
        data=data,
        uri=uri,
        image_id=hash_of(digest, index + 1, *told)[:32],
        kind="document",
        document=digest[:32],
        page=index + 1,
        labelled=layer is not None and layer.verdict != "doubted" and part.pdf_text != "never",
        truth=lambda _: _said_by(layer),
        changes="" if scale == asked else "reduced",
        layer=_undecided(layer),
    )
    return RawRow(uri, [image])


def _said_by(layer: TextLayer | None) -> Labels:
    """The words of a layer that is believed. Raises BadImage where it is refused."""
    if layer is not None and layer.verdict == "refused" and layer.reason:
        raise BadImage("refused_layer", f"its text layer isn't believed: {layer.reason}")
    believed = layer is not None and layer.verdict == "believed"
    return Labels(layer.truth if layer and believed else None, {})


def _undecided(layer: TextLayer | None) -> TextLayer | None:
    """The layer, its words only where reading has to decide: else they are the image's truth."""
    if layer is None or layer.verdict == "doubted":
        return layer
    return replace(layer, truth=None)
