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
from gyogwa.transforms.ingest.contents import FILES, ListInputs
from gyogwa.transforms.ingest.inputs import parse_inputs
from gyogwa.transforms.ingest.metadata import JoinMetadata
from gyogwa.transforms.ingest.parts import CutParts
from gyogwa.transforms.ingest.raw import Input, ListedFile, SourcePart


class Planned(NamedTuple):
    """The parts of inputs, and rejects of what never gets into one."""

    parts: list[SourcePart]
    rejects: list[Reject]


def planned(*inputs: str, dpi: int = 100, run: Path | None = None) -> Planned:
    """The parts of inputs as `--input` takes them: all graphs in one pipeline, with no tables of
    files between. `run`: a folder that keeps the rows of labels which hold many."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as out:
        layout, sources = RunLayout(str(run or folder)), parse_inputs(inputs, [])

        def build(pipeline: beam.Pipeline) -> None:
            made = pipeline | beam.Create(sources, reshuffle=False).with_output_types(Input)
            listed = made | ListInputs(layout)
            _cut(listed.files, layout, sources, dpi, out)
            _write(listed.rejects, "unlisted", out)

        run_pipeline(build, beam_options([]))
        return _planned(out, list(_kept(out, "unlisted", Reject)))


def planned_in(run: Path, *inputs: str) -> Planned:
    """The same with a folder whose listing is kept, by pipelines apart as in a build."""
    layout, sources = RunLayout(str(run)), parse_inputs(inputs, [])
    options = beam_options([])
    run_pipeline(lambda pipeline: ingest.build_listing(pipeline, layout, sources), options)
    with tempfile.TemporaryDirectory() as out:

        def build(pipeline: beam.Pipeline) -> None:
            files = pipeline | ReadTables(layout.listing, ListedFile, f"{FILES}-")
            _cut(files, layout, sources, 100, out)

        run_pipeline(build, options)
        tables = tables_in(layout.rejects, LISTING)
        return _planned(out, [row for path in tables for row in read_rows(Reject, path)])


def _cut(files: Any, layout: RunLayout, sources: list[Input], dpi: int, out: str) -> None:
    found = files | JoinMetadata(layout, sources)
    _write((files, found.entries, found.pages) | CutParts(sources, dpi), "part", out)
    _write(found.rejects, "reject", out)


def _write(rows: Any, name: str, out: str) -> None:
    _ = rows | f"Keep {name}" >> beam.Map(_keep, folder=out, name=name).with_output_types(int)


def _planned(out: str, unlisted: list[Reject]) -> Planned:
    parts = [part for _, part in _kept(out, "part", tuple[str, SourcePart])]
    rejects = list(_kept(out, "reject", Reject))
    return Planned(
        sorted(parts, key=_by_first),
        sorted(unlisted, key=_by_uri) + sorted(rejects, key=_by_uri),
    )


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
