"""`--benchmarks`: bring evaluation sets into the run's folder, once, to compare training with."""

from collections.abc import Iterable
from pathlib import Path

from schemas.errors import GyogwaError
from schemas.ids import fingerprint_of
from schemas.layout import RunLayout
from schemas.manifest import BenchmarkChecked
from schemas.records import BenchmarkRow, Image
from transforms.contamination.evaluation_sets import EvaluationItem, read_set, set_name
from transforms.contamination.questions import Asked, QuestionIndex
from transforms.decode import BadImage
from transforms.ingest import Pack, catalogue
from transforms.sources.files import find
from transforms.sources.plan import INGEST_VERSION
from transforms.sources.raw import RawImage, SourcePart
from transforms.storage import is_url, list_files, read_bytes, remove, walk, write_bytes
from transforms.tables import write_rows

_VERSION = 1


def prepare_benchmarks(paths: Iterable[str], layout: RunLayout) -> list[BenchmarkChecked]:
    """Read the sets that aren't there yet; those of earlier runs that are no longer asked for go.

    Raises GyogwaError for a set that can't be read whole, or two of one name.
    """
    absolute = [p if is_url(p) else str(Path(p).expanduser().resolve()) for p in paths]
    names = [set_name(path) for path in absolute]
    for name in names:
        if names.count(name) > 1:
            raise GyogwaError(
                f"--benchmarks: two sets are called {name!r}; rename a file or folder"
            )
    checked = {}
    for name, path in sorted(zip(names, absolute, strict=True)):
        stem = f"{layout.benchmarks}/{name}-{_stamp(path)}"
        if f"{stem}.json" not in list_files(layout.benchmarks, ".json"):
            _write_set(name, path, stem)
        checked[stem] = BenchmarkChecked.model_validate_json(read_bytes(f"{stem}.json"))
    for path, _, _ in walk(layout.benchmarks):
        if path.rsplit(".", 1)[0] not in checked:
            remove(path)
    return list(checked.values())


def _stamp(path: str) -> str:
    """What changes when a set does: its files with their sizes and times."""
    files = find(path, "")[0]
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
            rows.append(BenchmarkRow(name, item.row, item.question, shown))
    if not rows:
        raise GyogwaError(f"--benchmarks {path}: it has no rows")
    index = QuestionIndex(Asked(name, row.row, row.question) for row in rows)
    told = [[row.row, row.question, [image.image_id for image in row.images]] for row in rows]
    checked = BenchmarkChecked(
        name=name,
        rows=len(rows),
        images=images,
        unreadable=unreadable,
        questions=len(index.questions),
        short=index.short,
        fingerprint=fingerprint_of(told),
    )
    write_rows(BenchmarkRow, f"{stem}.parquet", rows)
    write_bytes(f"{stem}.json", (checked.model_dump_json(indent=2) + "\n").encode())


def _images(item: EvaluationItem, part: SourcePart, pack: Pack) -> Iterable[Image]:
    for data in item.images:
        try:
            yield catalogue(RawImage(data, item.row), part, pack)
        except BadImage:  # counted as unreadable in what the manifest says was checked
            continue
