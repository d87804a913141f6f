"""`--benchmarks`: bring evaluation sets into the run's folder, once, to compare training with."""

from collections.abc import Iterable
from typing import NamedTuple

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import fingerprint_of
from gyogwa.schemas.layout import RunLayout, is_part
from gyogwa.schemas.manifest import BenchmarkChecked
from gyogwa.schemas.records import BenchmarkRow, Image
from gyogwa.transforms.dedup.contamination.columns import EvaluationItem
from gyogwa.transforms.dedup.contamination.evaluation_sets import read_set, set_name, sets_in
from gyogwa.transforms.dedup.contamination.questions import Asked, QuestionIndex
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.folders import list_files, remove_files
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import write_rows
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.ingest.catalog import Pack, catalogue
from gyogwa.transforms.ingest.listing import find
from gyogwa.transforms.ingest.parts import INGEST_VERSION
from gyogwa.transforms.ingest.raw import RawImage, SourcePart

_VERSION = 2


class Benchmarks(NamedTuple):
    """What a manifest says of each set, and the tables that hold them."""

    checked: list[BenchmarkChecked]
    tables: list[str]


def prepare_benchmarks(
    paths: Iterable[str], layout: RunLayout, folder: str | None = None
) -> Benchmarks:
    """Read the sets that the run doesn't have yet, into it or, for a plan, into `folder`.

    A path is absolute, and of a set or a folder of sets (see `evaluation_sets.sets_in`). Raises
    GyogwaError for a set that can't be read whole, or two of one name.
    """
    absolute = [path for one in paths for path in sets_in(one)]
    names = [set_name(path) for path in absolute]
    for name in names:
        if names.count(name) > 1:
            raise GyogwaError(
                f"--benchmarks: two sets are called {name!r}; rename a file or folder"
            )
    there = list_files(layout.benchmarks, ".json")
    benchmarks = Benchmarks([], [])
    for name, path in sorted(zip(names, absolute, strict=True)):
        file = f"{name}-{_stamp(path)}"
        stem = f"{layout.benchmarks}/{file}"
        if f"{stem}.json" not in there:
            stem = f"{folder or layout.benchmarks}/{file}"
            _write_set(name, path, stem)
        found = BenchmarkChecked.model_validate_json(read_bytes(f"{stem}.json"))
        benchmarks.checked.append(found)
        benchmarks.tables.append(f"{stem}.parquet")
    return benchmarks


def drop_other_benchmarks(layout: RunLayout, benchmarks: Benchmarks) -> None:
    """Delete the sets of earlier runs that are no longer asked for."""
    asked = {path.rsplit("/", 1)[-1].removesuffix(".parquet") for path in benchmarks.tables}
    folder = layout.benchmarks
    remove_files(
        folder, "", lambda name: is_part(folder, name) and name.rsplit(".", 1)[0] not in asked
    )


def _stamp(path: str) -> str:
    """What changes when a set does: its files with their sizes and times."""
    files = find(path).files
    found = [[entry.uri, entry.size, entry.stamp] for entry in files]
    return fingerprint_of([_VERSION, INGEST_VERSION, path, found])[:16]


def _write_set(name: str, path: str, stem: str) -> None:
    part = SourcePart("", "benchmark", name, "unknown", [], 0)
    rows = []
    images = unreadable = 0
    with Pack(f"{stem}.tar") as pack:
        for item in read_set(path):
            shown = list(_images(item, part, pack))
            images += len(item.images)
            unreadable += len(item.images) - len(shown)
            rows.append(BenchmarkRow(name, item.row, item.question, list(item.choices), shown))
    if not rows:
        raise GyogwaError(f"--benchmarks {path}: it has no rows")
    index = QuestionIndex(Asked(name, r.row, r.question, tuple(r.choices)) for r in rows)
    told = [[r.row, r.question, r.choices, [image.image_id for image in r.images]] for r in rows]
    checked = BenchmarkChecked(
        name=name,
        rows=len(rows),
        images=images,
        unreadable=unreadable,
        questions=len(index.known),
        short=index.short,
        fingerprint=fingerprint_of(told),
    )
    write_rows(BenchmarkRow, f"{stem}.parquet", rows)
    write_bytes(f"{stem}.json", (checked.model_dump_json(indent=2) + "\n").encode())


def _images(item: EvaluationItem, part: SourcePart, pack: Pack) -> Iterable[Image]:
    for data in item.images:
        try:
            yield catalogue(RawImage(data, item.row), part, pack).image
        except BadImage:  # counted as unreadable in what the manifest says was checked
            continue
