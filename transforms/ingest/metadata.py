"""Rows of labels, brought to the images that they name.

What rows say of an image goes with its file; each further conversation about it, and each row about
several images or none, becomes an entry of its own, named by its content: the order of rows never
matters.
"""

import posixpath
from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from msgspec.structs import replace

from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.row import Row
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.flow.steps import Composite, Found, Join, Spread
from gyogwa.transforms.ingest.box_readings import ReadBoxes
from gyogwa.transforms.ingest.label_rows import (
    REJECTED,
    Block,
    MetadataRow,
    blocks_of,
    is_metadata,
    rejected,
    rows_in,
    rows_of,
)
from gyogwa.transforms.ingest.labels.truth import LABELS, SAYS
from gyogwa.transforms.ingest.matching import ANY_ENDING, NEAR, Candidates, key_of_name
from gyogwa.transforms.ingest.raw import Input, ListedFile, PageRow, Placed, SourceFile
from gyogwa.transforms.ingest.sources.registry import FORMATS

SHOWN, PAGES = "shown", "pages"
_TEXTS = ("words", "lines_of_text")


class Mention(Row, frozen=True):
    """A row, and which of the files that it names is meant."""

    row: MetadataRow
    index: int


class Named(Row, frozen=True):
    """What a row names: the image's content, or why there is none (`rule`)."""

    mention: Mention
    content: str
    is_file: bool


def once(_: str, found: Found) -> Iterator[Any]:
    """Of rows that say the same, the one that stands first; rejects for the others."""
    first, *others = sorted(found["rows"], key=lambda row: row.ref.offset)
    yield first
    for row in others:
        again = BadImage("duplicate_row", "the same row stands twice")
        yield rejected(row.uri, again, row.source)


def mentions(row: MetadataRow) -> Iterator[tuple[str, Mention]]:
    """The row, under each file that it names."""
    for index, name in enumerate(row.names):
        yield f"{row.source}/{key_of_name(name)}", Mention(row, index)


def of_no_image(row: MetadataRow) -> Iterator[Placed]:
    """The entry of a row that names no file."""
    if not row.names:
        yield row.source, SourceFile("", row.uri, "", (row.ref,))


def with_rows(_: str, found: Found) -> Iterator[Any]:
    """The images that one name may mean with their rows, entries of further rows, and, tagged, what
    rows about several images name here, and rows about documents."""
    files: list[ListedFile] = found["files"]
    images = [file for file in files if file.kind in FORMATS and FORMATS[file.kind].together]
    candidates = Candidates(files, images)
    documents = [f for f in files if f.kind in FORMATS and FORMATS[f.kind].paged and not f.rule]
    papers = Candidates(documents, documents)
    rows_of_image: dict[str, list[tuple[tuple[int, int, int], MetadataRow]]] = {}
    for mention in sorted(found["mentions"], key=lambda m: (m.row.uri, m.index)):
        row, name = mention.row, mention.row.names[mention.index]
        chosen = candidates.choose(row.folder, name, row.loose)
        other = chosen is None and candidates.is_other(row.folder, name)
        if len(row.names) > 1:
            named = Named(mention, chosen.image.content if chosen else "", other)
            yield beam.pvalue.TaggedOutput(SHOWN, (row.key, named))
        elif chosen is None:
            if paper := papers.choose(row.folder, name, row.loose):
                far = paper.far[0] > NEAR
                ref = replace(row.ref, far=far)
                of_page = PageRow(row.source, paper.image.path, ref, row.page)
                yield beam.pvalue.TaggedOutput(PAGES, (of_page.key, of_page))
            else:
                yield rejected(row.uri, _absent(row, name, other), row.source)
        else:
            if chosen.far[0] > NEAR:
                row = replace(row, ref=replace(row.ref, far=True))
            rows_of_image.setdefault(chosen.image.uri, []).append((chosen.far, row))
    for image in candidates.images:
        rows = rows_of_image.get(image.uri, [])
        # rows that are plainly about it come before those that were looked for elsewhere
        rows.sort(key=lambda pair: (pair[0], pair[1].rank()))
        yield from _entries(image, [row for _, row in rows])


def _entries(image: ListedFile, rows: list[MetadataRow]) -> Iterator[Any]:
    """The entry of an image, with all that rows say of it, and of the further conversations."""
    own = rows[:1]
    said = dict(zip(SAYS, rows[0].says, strict=True)) if rows else {}
    for row in rows[1:]:
        says = {name: digest for name, digest in zip(SAYS, row.says, strict=True) if digest}
        if other := _contradicted(said, says):
            why = BadImage("bad_labels", f"another row gives this image other {', '.join(other)}")
            yield rejected(row.uri, why, row.source)
            continue
        is_new = any(not said[name] for name in says)
        if is_new or (says and not row.talks):  # one that says the same again costs nothing
            own.append(row)
            said |= {name: digest for name, digest in says.items() if not said[name]}
        if row.talks:
            listed = (image.content,)
            yield row.source, SourceFile("", row.uri, "", (row.ref,), listed=listed)
        elif not says:
            why = BadImage("empty_row", "the row says nothing of its image that is read here")
            yield rejected(row.uri, why, row.source)
    refs = tuple(row.ref for row in own)
    yield image.source, SourceFile(image.path, image.uri, image.content, refs)


def _contradicted(said: dict[str, str], says: dict[str, str]) -> list[str]:
    """The names under which a further row says something else than was said. How boxes are meant
    is asked where both give the same boxes; texts come as words or as lines."""
    shared = any(said[name] and name in says for name in LABELS)
    other = [
        name
        for name, digest in says.items()
        if said[name] not in ("", digest) and (shared or name != "boxes")
    ]
    twice = not other and any(
        said[one] and two in says and not said[two] for one, two in (_TEXTS, _TEXTS[::-1])
    )
    return ["words"] if twice else other


def of_several(_: str, found: Found) -> Iterator[Any]:
    """The entry of a row about several images, or its reject when one of them isn't there."""
    shown: list[Named] = sorted(found["named"], key=lambda named: named.mention.index)
    row = shown[0].mention.row
    gone = next((named for named in shown if not named.content), None)
    if gone is not None:
        name = row.names[gone.mention.index]
        yield rejected(row.uri, _absent(row, name, gone.is_file), row.source)
        return
    contents = tuple(named.content for named in shown)
    yield row.source, SourceFile("", row.uri, "", (row.ref,), listed=contents)


def _absent(row: MetadataRow, name: str, is_file: bool) -> BadImage:
    path = posixpath.join(row.folder, name)
    if is_file:
        message = "names a file that is no image and no document, or one of several images that is"
        return BadImage("unsupported_row", message, path)
    if name.endswith(ANY_ENDING):
        message = (
            "no image, or more than one, has the name of these labels; labels of a document's page "
            "say which: file_name and page"
        )
        return BadImage("missing_file", message, path)
    several = ", or several fit as well" if row.loose else ""
    return BadImage("missing_file", f"the labels name a file that isn't there{several}", path)


class WithRows(NamedTuple):
    """`entries`: PCollection[Placed] of images and of rows; `pages`: of (key, PageRow), rows about
    documents; `rejects`: of Reject; `readings`: of BoxReading."""

    entries: Any
    pages: Any
    rejects: Any
    readings: Any


class JoinMetadata(Composite):
    """Files of inputs to entries: every image with its rows, and the rows that stand alone. Rows of
    files that hold many in a form of their own are written to `layout`."""

    def __init__(self, layout: RunLayout, inputs: list[Input]) -> None:
        super().__init__()
        self.layout = layout
        self.boxes = {source.name: source.boxes for source in inputs if source.boxes}

    def expand(self, files: Any) -> WithRows:
        read = (
            files
            | "Metadata" >> beam.Filter(is_metadata)
            | "Blocks" >> beam.FlatMap(blocks_of).with_output_types(Block)
            | "Spread" >> Spread()
            | "Rows" >> _rows(rows_in, boxes=self.boxes)
        )
        labels = (
            files
            | "Labels" >> beam.Filter(lambda file: file.form != "")
            | "SpreadLabels" >> Spread()
            | "RowsOfForm" >> _rows(rows_of, folder=self.layout.listing, boxes=self.boxes)
        )
        rows = {
            "rows": (read.main, labels.main)
            | "AllRows" >> beam.Flatten()
            | "RowKey"
            >> beam.Map(lambda row: (row.key, row)).with_output_types(tuple[str, MetadataRow])
        } | "Once" >> Join(
            once, {"rows": MetadataRow}, gives=MetadataRow, tagged={REJECTED: Reject}
        )
        joined = {
            "files": files
            | "FileKey"
            >> beam.Map(lambda f: (f"{f.source}/{key_of_name(f.uri)}", f)).with_output_types(
                tuple[str, ListedFile]
            ),
            "mentions": rows.main
            | "Mentions" >> beam.FlatMap(mentions).with_output_types(tuple[str, Mention]),
        } | "WithRows" >> Join(
            with_rows,
            {"files": ListedFile, "mentions": Mention},
            gives=Placed,
            tagged={REJECTED: Reject, SHOWN: tuple[str, Named], PAGES: tuple[str, PageRow]},
        )
        several = {"named": joined.shown} | "OfSeveral" >> Join(
            of_several, {"named": Named}, gives=Placed, tagged={REJECTED: Reject}
        )
        alone = rows.main | "OfNoImage" >> beam.FlatMap(of_no_image).with_output_types(Placed)
        entries = (joined.main, several.main, alone) | "Entries" >> beam.Flatten()
        read_boxes = (rows.main, entries) | "Boxes" >> ReadBoxes(self.layout)
        rejects = [each.rejected for each in (read, labels, rows, joined, several)]
        return WithRows(
            read_boxes.entries,
            joined.pages,
            tuple(rejects) | "Rejects" >> beam.Flatten(),
            read_boxes.readings,
        )


def _rows(read: Any, **arguments: Any) -> Any:
    return (
        beam.FlatMap(read, **arguments)
        .with_output_types(MetadataRow, rejected=Reject)
        .with_outputs(REJECTED, main="main")
    )
