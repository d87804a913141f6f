"""`gyogwa inspect PATH`: what an input looks like, without ingesting it.

All names are listed; of every kind of file some are looked into, those of labels with the images
that they speak of, and read as ingest would read them, into a folder that goes again.
"""

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace
from PIL import ImageDraw
from rich.console import Console
from rich.table import Table

from gyogwa.pipelines import ingest
from gyogwa.pipelines.ingest import IngestConfig
from gyogwa.pipelines.inspect_columns import mapped_columns
from gyogwa.pipelines.runner import beam_options, run_pipeline
from gyogwa.pipelines.unread import unread_in
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.page import Region, Word
from gyogwa.schemas.records import Image
from gyogwa.transforms.files.decode import decode
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.files.tables import list_parts, read_rows, write_rows
from gyogwa.transforms.ingest.box_readings import BoxReading
from gyogwa.transforms.ingest.class_folders import class_folders
from gyogwa.transforms.ingest.contents import FILES, with_members
from gyogwa.transforms.ingest.label_rows import (
    MetadataRow,
    blocks_of,
    is_metadata,
    rows_in,
    rows_of,
)
from gyogwa.transforms.ingest.labels.unread_forms import LIKE
from gyogwa.transforms.ingest.listing import find
from gyogwa.transforms.ingest.looking import look, with_kind
from gyogwa.transforms.ingest.matching import Candidates, key_of_name
from gyogwa.transforms.ingest.raw import IGNORED, LABELS, Input, ListedFile
from gyogwa.transforms.ingest.sources.registry import FORMATS

_LOOKED, _OF_A_KIND, _ROWS = 40, 3, 200
"""Label files that are looked into, files of each kind that are read, rows of one that are."""
_PARQUET = "parquet"
_SCANS = (".tif", ".tiff")
_INK = (214, 51, 108)


class Kind(NamedTuple):
    """Files of one kind: their format or the form of their labels, how many, and one of them."""

    name: str
    files: int
    first: str


def inspect(source: Input, count: int, folder: str) -> None:
    """Print what an input holds and how it would be read; `count` images with their boxes go to
    `folder` as PNG. Raises GyogwaError where the boxes can be meant in several ways."""
    console = Console()
    files, labels = listed(source)
    unlabelled = [file for file in files if file.kind != LABELS]
    classes = class_folders([*unlabelled, *labels])
    for shape in classes.values():
        console.print(f"the names of its folders are the kinds of its images ({shape})")
    _print_kinds(kinds_of(files, labels), console)
    with tempfile.TemporaryDirectory(prefix="gyogwa-inspect-") as temporary:
        layout = RunLayout(temporary)
        chosen = list(_chosen(files, labels, layout))
        write_rows(ListedFile, f"{layout.listing}/{FILES}-00.parquet", chosen)
        config = IngestConfig([source], 100)
        run_pipeline(
            lambda pipeline: ingest.build(pipeline, layout, config, classes), beam_options([])
        )
        for path in list_parts(layout.listing):
            if "readings-" in path:
                for found in read_rows(BoxReading, path):
                    console.print(
                        f"boxes as in {found.first}: {found.reading}", markup=False, soft_wrap=True
                    )
        tables = _spread([file for file in files if file.kind == _PARQUET], _LOOKED)
        for line in mapped_columns([*chosen, *tables]):
            console.print(line, markup=False, soft_wrap=True)
        some = len(chosen) < len(files)  # so that what rows name may lie among the others
        for kind in unread_in(layout):
            if some and kind.rule == "missing_file":
                continue
            console.print(f"of what was read here, {kind}", markup=False, soft_wrap=True)
        _draw(layout, count, folder, console)


def listed(source: Input) -> tuple[list[ListedFile], list[ListedFile]]:
    """The files of an input, some of them looked into, and of these the ones that may be labels."""
    files = [
        replace(with_kind(file, source.form, source.columns), source=source.name)
        for file in with_members(find(source.path, pattern=source.pattern).files)
        if isinstance(file, ListedFile)
    ]
    files = [file for file in files if file.kind != IGNORED]
    files = [look(file) if is_metadata(file) else file for file in files]
    looked = {file.uri: file for file in _looked_into(files)}
    files = [looked.get(file.uri, file) for file in files]
    return files, [file for file in looked.values() if file.kind == LABELS]


def kinds_of(files: list[ListedFile], labels: list[ListedFile]) -> list[Kind]:
    """How many files there are of each format, and of each form of labels, as far as `labels` were
    looked into."""
    return [*_kinds(files), *_forms(files, labels)]


def _looked_into(files: list[ListedFile]) -> list[ListedFile]:
    """Some files of every ending of which only the content says what they are, small ones first:
    of labels, which may be tables with images, and TIFFs, which may be scans of several pages."""
    by_ending = defaultdict(list)
    for file in files:
        if file.kind == LABELS or file.uri.lower().endswith(_SCANS):
            by_ending[file.uri.rpartition(".")[2].lower()].append(file)
    chosen = (sorted(some, key=lambda file: (file.size, file.uri)) for some in by_ending.values())
    return [look(file) for some in chosen for file in _spread(some, _LOOKED)]


def _spread(files: list[ListedFile], most: int) -> list[ListedFile]:
    return files[:: max(1, len(files) // most)][:most]


def _kinds(files: Iterable[ListedFile]) -> Iterator[Kind]:
    found = defaultdict(list)
    for file in files:
        if file.kind != LABELS:
            name = "images" if file.kind == "files" else file.kind
            found[name or f"not read: {os.path.splitext(file.uri)[1] or 'no ending'}"].append(file)
    for name, some in sorted(found.items()):
        yield Kind(name, len(some), min(file.uri for file in some))


def _forms(files: Iterable[ListedFile], looked: Iterable[ListedFile]) -> Iterator[Kind]:
    """Of the files that may be labels."""
    found = defaultdict(list)
    for file in looked:
        made_by = file.message.partition(LIKE)[2].partition(":")[0]
        name = f"not read: {made_by}" if made_by else "labels: of no form that is known"
        found[f"labels: {file.form}" if file.form else name].append(file)
    rest = sum(file.kind == LABELS for file in files) - sum(map(len, found.values()))
    for name, some in sorted(found.items()):
        yield Kind(name, len(some), min(file.uri for file in some))
    if rest:
        yield Kind("labels, perhaps, not looked into here", rest, "")


def _print_kinds(kinds: Iterable[Kind], console: Console) -> None:
    table = Table("files of", "number", "such as", title="What is there")
    for kind in kinds:
        table.add_row(kind.name, f"{kind.files:,}", kind.first)
    console.print(table)


def _chosen(
    files: list[ListedFile], labels: list[ListedFile], layout: RunLayout
) -> Iterator[ListedFile]:
    """Some files of every kind, and the images of those with labels; each once, looked into."""
    by_kind = defaultdict(list)
    for file in sorted(files, key=lambda file: (file.size, file.uri)):
        if file.kind in FORMATS:
            by_kind[file.kind].append(file)
    of_form = defaultdict(list)
    for file in [*filter(is_metadata, files), *labels]:
        if file.form or is_metadata(file):
            of_form[file.form].append(file)
    named = _by_key(by_kind["files"])
    papers = _by_key(
        [file for kind, some in by_kind.items() if FORMATS[kind].paged for file in some]
    )
    found: dict[str, ListedFile] = {}
    for some in of_form.values():
        for file in some[:_OF_A_KIND]:
            found[file.uri] = file
            for image in islice(_images_of(file, (named, papers), layout), _OF_A_KIND):
                found[image.uri] = image
    for some in by_kind.values():
        for file in some[:_OF_A_KIND]:
            found.setdefault(file.uri, file)
    return (file if file.content or is_metadata(file) else look(file) for file in found.values())


def _by_key(images: list[ListedFile]) -> dict[str, list[ListedFile]]:
    named = defaultdict(list)
    for image in images:
        named[key_of_name(image.uri)].append(image)
    return named


def _images_of(
    file: ListedFile, named: tuple[dict[str, list[ListedFile]], ...], layout: RunLayout
) -> Iterator[ListedFile]:
    """The images that a file of labels speaks of, or the documents where there are none."""
    rows = (
        (row for block in blocks_of(file) for row in rows_in(block))
        if is_metadata(file)
        else (rows_of(file, layout.listing))
    )
    for row in islice(rows, _ROWS):
        if isinstance(row, MetadataRow):
            for name in row.names:
                for by_key in named:
                    files = by_key.get(key_of_name(name), [])
                    if chosen := Candidates(files, files).choose(row.folder, name, row.loose):
                        yield chosen.image
                        break


def _draw(layout: RunLayout, count: int, folder: str, console: Console) -> None:
    rows = [row for path in list_parts(layout.catalog) for row in read_rows(Image, path)]
    labelled = sum(row.truth is not None for row in rows)
    console.print(f"{len(rows)} images were read, {labelled} of them with words of their own")
    if parts := sum(bool(row.regions) for row in rows):
        console.print(f"{parts} have parts of the page instead, whose words are read by OCR")
    rows.sort(key=lambda row: (row.truth is None, not row.regions, row.uri))
    for number, row in enumerate(rows[:count]):
        picture = decode(read_verified(row.ref, row.sha256)).pixels.convert("RGB")
        draw = ImageDraw.Draw(picture)
        for x0, y0, x1, y1 in (part.box for part in _boxed(row)):
            width, height = picture.size
            draw.rectangle((x0 * width, y0 * height, x1 * width, y1 * height), outline=_INK)
        os.makedirs(folder, exist_ok=True)
        path = f"{folder}/{number}.png"
        picture.save(path)
        said = [word.text for word in row.truth.words] if row.truth else []
        said = said or [region.kind for region in row.regions] or ["no words"]
        console.print(f"{path}: {row.uri}: {' '.join(said[:8])}", markup=False, soft_wrap=True)


def _boxed(row: Image) -> Sequence[Word | Region]:
    return row.truth.words if row.truth else row.regions
