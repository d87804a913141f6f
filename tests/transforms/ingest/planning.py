"""Inputs brought as far as parts, by the very graphs that ingest draws, to look at the parts."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import msgspec

from gyogwa.pipelines import ingest
from gyogwa.pipelines.listed import LISTING
from gyogwa.pipelines.runner import beam_options, run_pipeline
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.tables import read_rows
from gyogwa.transforms.flow.tables import ReadTables, tables_in
from gyogwa.transforms.ingest.contents import FILES
from gyogwa.transforms.ingest.inputs import parse_inputs
from gyogwa.transforms.ingest.metadata import JoinMetadata
from gyogwa.transforms.ingest.parts import CutParts
from gyogwa.transforms.ingest.raw import ListedFile, SourcePart


class Planned(NamedTuple):
    """The parts of inputs, and rejects of what never gets into one."""

    parts: list[SourcePart]
    rejects: list[Reject]


def planned(*inputs: str, dpi: int = 100, run: Path | None = None) -> Planned:
    """The parts of inputs as `--input` takes them. `run`: a folder whose listing is kept."""
    if run is None:
        with tempfile.TemporaryDirectory() as folder:
            return planned(*inputs, dpi=dpi, run=Path(folder))
    layout = RunLayout(str(run))
    sources = parse_inputs(inputs, [])
    options = beam_options([])
    run_pipeline(lambda pipeline: ingest.build_listing(pipeline, layout, sources), options)
    with tempfile.TemporaryDirectory() as out:

        def build(pipeline: beam.Pipeline) -> None:
            files = pipeline | ReadTables(layout.listing, ListedFile, f"{FILES}-")
            found = files | JoinMetadata(layout, sources)
            parts = (files, found.entries, found.pages) | CutParts(sources, dpi)
            for name, rows in (("part", parts), ("reject", found.rejects)):
                _ = rows | name >> beam.Map(_keep, folder=out, name=name).with_output_types(int)

        run_pipeline(build, options)
        parts = [part for _, part in _kept(out, "part", tuple[str, SourcePart])]
        rows = list(_kept(out, "reject", Reject))
    rejects = [
        row for path in tables_in(layout.rejects, LISTING) for row in read_rows(Reject, path)
    ]
    parts.sort(
        key=lambda part: (part.source, part.kind, part.entries[0].uri, part.entries[0].first)
    )
    return Planned(parts, sorted(rejects, key=_by_uri) + sorted(rows, key=_by_uri))


def _by_first(part: SourcePart) -> tuple[str, str, str, int]:
    return part.source, part.kind, part.entries[0].uri, part.entries[0].first


def _by_uri(reject: Reject) -> tuple[str, int, str]:
    return reject.uri.partition("#")[0], len(reject.uri), reject.uri


def _keep(row: Any, folder: str, name: str) -> int:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{name}-", delete=False) as file:
        return file.write(msgspec.msgpack.encode(row))


def _kept(folder: str, name: str, hint: Any) -> Iterable[Any]:
    for path in Path(folder).glob(f"{name}-*"):
        yield msgspec.msgpack.decode(path.read_bytes(), type=hint)
