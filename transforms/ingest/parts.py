"""Files and rows of metadata, cut into units of ingest, on the workers.

A document is cut into runs of pages, a Parquet file or tar is a part, small files are gathered. The
order of small files is that of their names, and it is cut after those whose name's hash says so, so
that no key gathers a corpus and where a new file is added only its neighbours' part changes. Names
decide where the cuts are; a part's id hangs on contents and settings alone.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam

from gyogwa.schemas.ids import fingerprint_of, hash_of
from gyogwa.transforms.files.decode import MAX_PIXELS
from gyogwa.transforms.flow.steps import Composite, Found, Join
from gyogwa.transforms.ingest.page_rows import on_run
from gyogwa.transforms.ingest.raw import (
    Input,
    ListedFile,
    PageRow,
    Placed,
    SourceFile,
    SourcePart,
    key_of,
)
from gyogwa.transforms.ingest.sources.formats import Format
from gyogwa.transforms.ingest.sources.registry import FORMATS, ending_of

INGEST_VERSION = 18
"""Raise it when ingest of the same files gives other rows: parts are then made anew."""

_FILES_A_PART = 128
_MOST_FILES = 4 * _FILES_A_PART


def is_whole(file: ListedFile) -> bool:
    """Whether a file is read, and by itself: not gathered with others."""
    return file.kind in FORMATS and not FORMATS[file.kind].together and not file.rule


def parts_of_file(
    file: ListedFile,
    licences: dict[str, str],
    pdf_dpi: int,
    max_pixels: int = MAX_PIXELS,
    columns: dict[str, str] | None = None,
    pdf_text: str = "auto",
    rows: Sequence[PageRow] = (),
) -> Iterator[tuple[str, SourcePart]]:
    """The parts of a file whose format isn't gathered, by their ids; none where it can't be used.

    Of a document, one for each run of pages, with the `rows` about these; else the whole file.
    """
    if not is_whole(file):
        return
    form = FORMATS[file.kind]
    step = form.pages_a_part if form.pages else 1
    for first in range(0, file.pages if form.pages else 1, step):
        last = min(first + step, file.pages)
        about = on_run(rows, first, last, file.pages) if rows else ()
        entry = SourceFile(file.path, file.uri, file.content, about, first, last)
        mapped = (columns or {}).get(file.source, "")
        licence = licences[file.source]
        part = part_of(form, [entry], file.source, licence, pdf_dpi, max_pixels, mapped, pdf_text)
        yield part.part_id, part


def part_of(
    form: Format,
    entries: list[SourceFile],
    source: str,
    licence: str,
    pdf_dpi: int,
    max_pixels: int = MAX_PIXELS,
    columns: str = "",
    pdf_text: str = "auto",
) -> SourcePart:
    """The part of these entries, under the id that their contents give it."""
    dpi, belief = (pdf_dpi, pdf_text) if form.rendered else (0, "")
    endings = [] if form.together else [ending_of(entry.uri) for entry in entries]
    keys = sorted(map(key_of, entries))
    columns = columns if form.tabular else ""
    settings = [INGEST_VERSION, form.name, form.version, dpi, belief, max_pixels]
    part_id = fingerprint_of([*settings, *filter(None, [columns]), endings, keys])[:16]
    return SourcePart(
        part_id, form.name, source, licence, entries, dpi, max_pixels, columns, belief
    )


def place_of(placed: Placed) -> str:
    """The order of entries: by source, then by name."""
    source, entry = placed
    return f"{source}/{entry.uri}"


def ends_part(placed: Placed) -> bool:
    """Whether a part ends after this entry."""
    return int(hash_of(placed[1].uri)[:8], 16) % _FILES_A_PART == 0


class _ToRun(beam.DoFn):
    """Entries to the runs between cuts: the key is the source and the name at which a run ends.

    The cuts are sorted once a bundle; they are one in 128 of the names.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cuts: list[str] | None = None

    def start_bundle(self) -> None:
        self.cuts = None

    def process(self, element: Placed, cuts: Sequence[str]) -> Iterator[tuple[str, Placed]]:
        if self.cuts is None:
            self.cuts = sorted(cuts)
        at = bisect_left(self.cuts, place_of(element))
        of_source = f"{element[0]}/"
        end = self.cuts[at] if at < len(self.cuts) else ""
        yield end if end.startswith(of_source) else of_source, element


def parts_of_run(
    run: tuple[str, Iterable[Placed]], licences: dict[str, str], max_pixels: int = MAX_PIXELS
) -> Iterator[tuple[str, SourcePart]]:
    """The part of a run of entries, or several where it is very long, by their ids."""
    form = next(form for form in FORMATS.values() if form.together)
    ordered = sorted(run[1], key=place_of)
    for first in range(0, len(ordered), _MOST_FILES):
        entries = [entry for _, entry in ordered[first : first + _MOST_FILES]]
        source = ordered[0][0]
        part = part_of(form, entries, source, licences[source], 0, max_pixels)
        yield part.part_id, part


def parts_of_whole(_: str, found: Found, **settings: Any) -> Iterator[tuple[str, SourcePart]]:
    """The parts of a file, with the rows about it."""
    for file in found["files"]:
        yield from parts_of_file(file, rows=found["rows"], **settings)


class CutParts(Composite):
    """(Files, entries of images and rows, rows about documents by the keys of these) to parts,
    keyed by their ids."""

    def __init__(
        self,
        inputs: list[Input],
        pdf_dpi: int,
        max_pixels: int = MAX_PIXELS,
        pdf_text: str = "auto",
    ) -> None:
        super().__init__()
        self.licences = {source.name: source.licence for source in inputs}
        self.columns = {source.name: source.columns for source in inputs if source.columns}
        self.max_pixels = max_pixels
        self.settings: dict[str, Any] = {
            "pdf_dpi": pdf_dpi,
            "max_pixels": max_pixels,
            "pdf_text": pdf_text,
        }

    def expand(self, sides: tuple[Any, Any, Any]) -> Any:
        files, entries, rows = sides
        cuts = (
            entries
            | "Ends" >> beam.Filter(ends_part)
            | "Cuts" >> beam.Map(place_of).with_output_types(str)
        )
        gathered = (
            entries
            | "ToRun"
            >> beam.ParDo(_ToRun(), beam.pvalue.AsList(cuts)).with_output_types(tuple[str, Placed])
            | "GroupRun" >> beam.GroupByKey()
            | "PartsOfRun"
            >> beam.FlatMap(
                parts_of_run, licences=self.licences, max_pixels=self.max_pixels
            ).with_output_types(tuple[str, SourcePart])
        )
        by_key = (
            files
            | "Whole" >> beam.Filter(is_whole)
            | "Key"
            >> beam.Map(lambda file: (file.key, file)).with_output_types(tuple[str, ListedFile])
        )
        whole = {"files": by_key, "rows": rows} | "PartsOfFile" >> Join(
            parts_of_whole,
            {"files": ListedFile, "rows": PageRow},
            gives=tuple[str, SourcePart],
            licences=self.licences,
            columns=self.columns,
            **self.settings,
        )
        return (gathered, whole) | "Parts" >> beam.Flatten()
