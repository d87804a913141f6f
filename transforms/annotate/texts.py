"""The running text of all documents as a table of the run.

It is made of the annotations that a run wants, afresh each time, as a page that comes or goes may
change how its neighbours' paragraphs go on. Only annotations with known blocks are read whole, and
only their lines travel. Cost: some 2 ms a page with known blocks, and the column of blocks of all.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
from msgspec.structs import replace

from gyogwa.schemas.arrow import rows_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Annotation, Image
from gyogwa.schemas.row import Row
from gyogwa.schemas.running_text import Paragraph
from gyogwa.transforms.annotate.annotation import wanted_engine
from gyogwa.transforms.annotate.paragraphs import PageText, paragraphs_of, text_of
from gyogwa.transforms.files.tables import read_whole
from gyogwa.transforms.flow.steps import Composite, Found, Join, Spread
from gyogwa.transforms.flow.tables import Table, WriteTables, tables_in


class _Page(Row, frozen=True):
    """Where an image stands, and the engine of the annotation that is wanted of it."""

    document: str
    page: int
    engine: str


class _Told(Row, frozen=True):
    """What stands on an image, as an engine has it."""

    engine: str
    text: PageText


class WriteTexts(Composite):
    """(The catalog's images, ids of the parts of annotations just written) to the paragraphs of all
    documents in the run's `texts/`. `engine`: the one whose annotations are wanted where a source
    doesn't say what stands there."""

    def __init__(self, layout: RunLayout, engine: str) -> None:
        super().__init__()
        self.layout, self.engine = layout, engine

    def expand(self, inputs: tuple[Any, Any]) -> Any:
        images, written = inputs
        folder = self.layout.annotations
        texts = (
            images.pipeline
            | "Annotations" >> beam.Create([folder], reshuffle=False).with_output_types(str)
            | "Written"
            >> beam.FlatMap(
                lambda folder, _: tables_in(folder), beam.pvalue.AsIter(written)
            ).with_output_types(str)
            | "Spread" >> Spread()
            | "Told" >> beam.FlatMap(_told).with_output_types(tuple[str, _Told])
        )
        pages = images | "Where" >> beam.Map(_where, engine=self.engine).with_output_types(
            tuple[str, _Page]
        )
        paragraphs = (
            {"pages": pages, "texts": texts}
            | "OfDocuments"
            >> Join(_wanted, {"pages": _Page, "texts": _Told}, gives=tuple[str, PageText])
            | "ByDocument" >> beam.GroupByKey()
            | "Paragraphs" >> beam.FlatMapTuple(_paragraphs).with_output_types(Paragraph)
        )
        table = Table(
            Paragraph,
            self.layout.texts,
            "texts",
            lambda paragraph: (paragraph.document, f"{paragraph.number:08d}"),
            whole=True,
        )
        return (paragraphs,) | "Write" >> WriteTables(table)


def _where(image: Image, engine: str) -> tuple[str, _Page]:
    return image.image_id, _Page(image.document, image.page, wanted_engine(image, engine))


def _told(path: str) -> Iterator[tuple[str, _Told]]:
    """The texts of one part of the annotations, those alone whose blocks are known."""
    table = read_whole(Annotation, path)
    blocks = table["blocks"].combine_chunks()
    known = pc.struct_field(blocks.flatten(), "known")
    rows = pc.unique(pc.list_parent_indices(blocks).filter(known))
    for annotation in rows_of(Annotation, table.take(rows.cast(pa.int64()))):
        text = text_of(0, annotation)
        if text is not None:
            yield annotation.image_id, _Told(annotation.engine, text)


def _wanted(_: str, found: Found) -> Iterator[tuple[str, PageText]]:
    """The text of an image for each document that holds it, once, by the engine that is wanted."""
    texts = {told.engine: told.text for told in found["texts"]}
    pages = {(page.document, page.page): page.engine for page in found["pages"]}
    for (document, page), engine in sorted(pages.items()):
        if engine in texts:
            yield document, replace(texts[engine], page=page)


def _paragraphs(document: str, pages: Iterable[PageText]) -> list[Paragraph]:
    return paragraphs_of(document, pages)
