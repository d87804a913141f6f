"""Ingest: units of source files to catalog rows, packed images, records and rejects.

Each unit writes four files named by its id: pack, records, rejects and, last, its part of the
catalog; a catalog part that is there means that its unit is done. Memory: one image at a time, and
the rows of one unit.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, Any

import apache_beam as beam

from schemas.ids import ID_DIGITS, hash_of, sha256_hex
from schemas.layout import RunLayout
from schemas.records import Book, Image, ImageRef, Record, Reject
from transforms import coders as _coders  # noqa: F401
from transforms.decode import BadImage, decode_grey
from transforms.duplicates.fingerprints import hashes_of
from transforms.progress import advance
from transforms.signals import signals_of
from transforms.sources.folder import read_files
from transforms.sources.parquet import read_rows as read_parquet
from transforms.sources.pdf import read_pages
from transforms.sources.raw import RawImage, RawRecord, SourcePart
from transforms.sources.tars import read_samples
from transforms.storage import writing
from transforms.tables import write_rows
from transforms.tar import BLOCK, add_member, end_tar

READERS: dict[str, Callable[[SourcePart], Iterator[RawRecord | Reject]]] = {
    "files": read_files,
    "pdf": read_pages,
    "parquet": read_parquet,
    "tar": read_samples,
}


@dataclass
class _Outcome:
    images: list[Image] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    images_seen: int = 0
    records_seen: int = 0


class Pack:
    """A tar that gathers images without an address; nothing is written until the first."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._stack = ExitStack()
        self._file: IO[bytes] | None = None
        self._written = 0

    def add(self, name: str, data: bytes) -> ImageRef:
        """Append an image; returns where it is."""
        if self._file is None:
            self._file = self._stack.enter_context(writing(self.path))
        offset = self._written + BLOCK
        self._written += add_member(self._file, name, data)
        return ImageRef(self.path, offset, len(data))

    def __enter__(self) -> "Pack":
        return self

    def __exit__(self, *error: object) -> None:
        if self._file is not None and error[0] is None:
            end_tar(self._file, self._written)
        self._stack.__exit__(*error)  # type: ignore[arg-type]


def catalogue(raw: RawImage, part: SourcePart, pack: Pack) -> Image:
    """The catalog row of one image, packed if it has no address. Raises BadImage."""
    decoded = decode_grey(raw.data)
    width, height = decoded.pixels.size
    hashes = hashes_of(decoded.pixels)
    truth = raw.truth(width, height) if raw.truth else None
    image_id = raw.image_id or sha256_hex(raw.data)[:ID_DIGITS]
    ref = (
        ImageRef(raw.path, raw.offset, len(raw.data))
        if raw.path
        else pack.add(f"{image_id}.{decoded.format.lower()}", raw.data)
    )
    return Image(
        image_id=image_id,
        ref=ref,
        source=part.source,
        uri=raw.uri,
        licence=raw.licence or part.licence,
        kind=raw.kind,
        document=f"{part.source}/{raw.document}" if raw.document else image_id,
        page=raw.page,
        width=width,
        height=height,
        format=decoded.format,
        changes=",".join(decoded.changes),
        sha256=sha256_hex(raw.data),
        phash=hashes.whole,
        signals=signals_of(decoded.pixels),
        truth=truth,
        boxed=hashes.boxed,
        centred=hashes.centred,
    )


def _take(raw: RawRecord, part: SourcePart, pack: Pack, outcome: _Outcome) -> None:
    ids: list[str] = []
    broken = ""
    outcome.records_seen += bool(raw.conversation)
    for image in raw.images:
        outcome.images_seen += not image.listed
        if image.listed:
            ids.append(sha256_hex(image.data)[:ID_DIGITS])
            continue
        try:
            row = catalogue(image, part, pack)
        except BadImage as error:
            broken = image.uri
            outcome.rejects.append(
                Reject(
                    image.uri,
                    "ingest",
                    error.rule,
                    error.value,
                    error.threshold,
                    error.message,
                    part.source,
                    image.uri,
                )
            )
            continue
        outcome.images.append(row)
        ids.append(row.image_id)
    if not raw.conversation:
        return
    if broken:
        outcome.rejects.append(
            Reject(
                raw.uri,
                "ingest",
                "image_rejected",
                broken,
                "",
                "a conversation about an image that was rejected",
                part.source,
                raw.uri,
            )
        )
        return
    record_id = hash_of(part.source, raw.uri)[:ID_DIGITS]
    licence = raw.licence or part.licence
    outcome.records.append(
        Record(record_id, part.source, raw.uri, licence, ids, list(raw.conversation))
    )


def ingest_part(part: SourcePart, layout: RunLayout) -> list[Book]:
    """Do one unit and write its files; returns its books."""
    outcome = _Outcome()
    with Pack(f"{layout.packs}/{part.part_id}.tar") as pack:
        for item in READERS[part.kind](part):
            if isinstance(item, Reject):
                outcome.images_seen += 1
                outcome.rejects.append(item)
            else:
                _take(item, part, pack, outcome)
            advance("ingest")
    kept, records = len(outcome.images), len(outcome.records)
    of_images = sum(reject.rule != "image_rejected" for reject in outcome.rejects)
    of_records = len(outcome.rejects) - of_images
    books = [
        Book("ingest", part.part_id, "images", outcome.images_seen, kept, of_images),
        Book("ingest", part.part_id, "records", outcome.records_seen, records, of_records),
    ]
    write_rows(Record, f"{layout.records}/{part.part_id}.parquet", outcome.records)
    write_rows(Reject, f"{layout.rejects}/ingest-{part.part_id}.parquet", outcome.rejects)
    write_rows(Book, f"{layout.books}/ingest-{part.part_id}.parquet", books)
    write_rows(Image, f"{layout.catalog}/{part.part_id}.parquet", outcome.images)
    return books


class IngestParts(beam.PTransform):
    """Source parts to their books; the rows themselves are written to `layout`."""

    def __init__(self, layout: RunLayout) -> None:
        super().__init__()
        self.layout = layout

    def expand(self, parts: Any) -> Any:
        return (
            parts
            | "SpreadParts" >> beam.Reshuffle()
            | "IngestPart" >> beam.FlatMap(ingest_part, layout=self.layout)
        )
