"""`gyogwa tests`: checks of what a run held out, as a folder; `gyogwa judge`: a model's answers.

Pages are those whose text is known (a text layer or a data set's labels, never OCR) and that a
validation split shows; the model is asked as the stage asks it, about the image as the shard holds
it. See `schemas.checks` for the files and `transforms.checks` for what is checked.
"""

import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from gyogwa.pipelines.summary import read_run
from gyogwa.schemas.checks import Answered, Check, Request
from gyogwa.schemas.curriculum import Stage, TaskSpec
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Annotation, Image, MovedLabels, Page
from gyogwa.schemas.sample_json import SampleEntry
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.checks.judge import passes, reading_of
from gyogwa.transforms.checks.make import asked_of
from gyogwa.transforms.files.locations import local_path
from gyogwa.transforms.files.storage import read_bytes, read_exactly
from gyogwa.transforms.files.tables import list_parts, read_rows
from gyogwa.transforms.files.writing import make_folder, write_bytes, writing
from gyogwa.transforms.shards.reader import samples_in
from gyogwa.transforms.targets.registry import dialect_of
from gyogwa.transforms.tasks.page import Setting

REQUESTS, CHECKS = "requests.jsonl", "checks.jsonl"

T = TypeVar("T")


class HeldOut(NamedTuple):
    """An image of a validation split: the stage that shows it first, and the file there."""

    stage: Stage
    entry: SampleEntry
    file: str
    data: bytes


def write_checks(layout: RunLayout, output: str) -> Counter[str]:
    """Write the folder; gives the number of requests, and of checks of each kind.

    Raises GyogwaError where nothing was held out whose text is known, and where the folder isn't
    empty.
    """
    shown = _shown(layout)
    pages = {page.image.image_id: page for page in _pages(layout, shown)}
    if not pages:
        raise GyogwaError(
            f"{layout.root}: no page whose text is known was held out; build with a "
            "validation_share and sources that have text layers or labels"
        )
    folder = _empty_folder(output)
    counts: Counter[str] = Counter()
    encoder = msgspec.json.Encoder()
    with writing(str(folder / REQUESTS)) as requests, writing(str(folder / CHECKS)) as checks:
        for image_id in sorted(pages):
            held = shown[image_id]
            for request, its_checks in _of_page(pages[image_id], held):
                counts["requests"] += 1
                counts.update(check.kind for check in its_checks)
                requests.write(encoder.encode(request) + b"\n")
                checks.writelines(encoder.encode(check) + b"\n" for check in its_checks)
            write_bytes(str(folder / _image(image_id, held)), held.data)
    return counts


def _image(image_id: str, held: HeldOut) -> str:
    return f"images/{image_id}.{held.file}"


def _shown(layout: RunLayout) -> dict[str, HeldOut]:
    """The images of all validation splits by id, each as the first stage that has it shows it."""
    run = read_run(layout)
    shown: dict[str, HeldOut] = {}
    if not run.curriculum.validation_share:
        return shown
    for number, stage in enumerate(run.curriculum.stages, 1):
        folder = layout.stage(number, stage.name, "validation")
        for row in read_rows(IndexRow, f"{folder}/index.parquet"):
            data = read_exactly(f"{folder}/{row.shard}", row.offset, row.length)
            (sample,) = samples_in(io.BytesIO(data))
            entry = sample.entry(row.shard)
            for image in entry.images:
                found = HeldOut(stage, entry, image.file, sample.members[image.file])
                shown.setdefault(image.id, found)
    return shown


def _pages(layout: RunLayout, shown: dict[str, HeldOut]) -> Iterator[Page]:
    """The pages of images whose text is known."""
    images: dict[str, Image] = {}
    for path in list_parts(layout.catalog):
        for image in read_rows(Image, path):
            if image.image_id in shown:
                images.setdefault(image.image_id, image)
    moved = {
        row.image_id: row.annotation
        for path in list_parts(layout.moved)
        for row in read_rows(MovedLabels, path)
        if row.image_id in images
    }
    for path in list_parts(layout.annotations):
        for row in read_rows(Annotation, path):
            of = images.get(row.image_id)
            if of is None or row.engine != shown[row.image_id].entry.provenance.engine:
                continue
            annotation = moved.get(row.image_id, row)
            if annotation.origin != "ocr" and annotation.lines:
                yield Page(msgspec.structs.replace(of, truth=None), annotation)


def _of_page(page: Page, held: HeldOut) -> Iterator[tuple[Request, list[Check]]]:
    setting = Setting(TaskSpec(), dialect_of(held.stage), held.stage.resolution.stored_max_side)
    image_id, size = page.image.image_id, setting.size(page)
    for number, asked in enumerate(asked_of(page, setting)):
        request = hash_of("request", image_id, asked.kind, number)[:16]
        yield (
            Request(
                id=request,
                kind=asked.kind,
                image=_image(image_id, held),
                width=size.width,
                height=size.height,
                prompt=asked.prompt,
                dialect=held.stage.dialect,
                language=page.annotation.language,
                source=page.image.source,
                uri=page.image.uri,
                licence=page.image.licence,
            ),
            [
                msgspec.structs.replace(check, id=f"{request}-{place}", request=request)
                for place, check in enumerate(asked.checks)
            ],
        )


def _empty_folder(output: str) -> Path:
    folder = local_path(output)
    if folder is None:
        raise GyogwaError(f"--output {output}: checks are written to a local folder")
    make_folder(str(folder), "checks")
    if any(folder.iterdir()):
        raise GyogwaError(f"--output {folder}: isn't empty; give another folder, or remove it")
    return folder


class Judgement(NamedTuple):
    """`passed` and `asked` by (language, kind of check); `missing`: requests without an answer, all
    of whose checks count as failed."""

    passed: Counter[tuple[str, str]]
    asked: Counter[tuple[str, str]]
    missing: int


def judge(folder: str, answers: str, results: str = "") -> Judgement:
    """A model's answers run through a folder of checks; into `results` a JSON line a check.

    Raises GyogwaError for files that aren't those of `gyogwa tests`, and answers to other requests
    or two to one.
    """
    requests = {row.id: row for row in _lines(f"{folder}/{REQUESTS}", Request)}
    by_request: dict[str, list[Check]] = defaultdict(list)
    for check in _lines(f"{folder}/{CHECKS}", Check):
        by_request[check.request].append(check)
    said: dict[str, str] = {}
    for row in _lines(answers, Answered):
        if row.request not in requests:
            raise GyogwaError(f"{answers}: {row.request!r} is no request of {folder}/{REQUESTS}")
        if row.request in said:
            raise GyogwaError(f"{answers}: two answers to {row.request}")
        said[row.request] = row.answer
    judged = Judgement(Counter(), Counter(), len(requests) - len(said))
    lines: list[str] = []
    for name, request in requests.items():
        reading = reading_of(request, said.get(name, ""))
        for check in by_request[name]:
            passed = name in said and passes(check, reading)
            judged.asked[request.language, check.kind] += 1
            judged.passed[request.language, check.kind] += passed
            lines.append(json.dumps({"check": check.id, "passed": passed}))
    if results:
        write_bytes(results, "".join(f"{line}\n" for line in lines).encode())
    return judged


def _lines(path: str, kind: type[T]) -> Iterator[T]:
    """The rows of a JSONL file. Raises GyogwaError naming the line."""
    try:
        lines = read_bytes(path).splitlines()
    except OSError as error:
        raise GyogwaError(f"{path}: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=kind)
            except msgspec.DecodeError as error:
                raise GyogwaError(f"{path}, line {number}: {error}") from error
