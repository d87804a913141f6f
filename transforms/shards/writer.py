"""The shard writer: samples of one bucket to one tar, the same bytes whenever it is written.

Samples of a stage fall into series by shape (see `series_of`), a series into shards by key hash,
and a shard is sorted by key. Bytes of images are fetched one sample at a time, so memory is that of
one sample and the bucket's texts.
"""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import IO

from msgspec.structs import replace

from gyogwa.schemas.curriculum import Stage
from gyogwa.schemas.records import Annotation
from gyogwa.schemas.row import Row
from gyogwa.schemas.sample_json import (
    AnnotationEntry,
    BlockEntry,
    ImageEntry,
    LineEntry,
    Provenance,
    QuestionEntry,
    SampleEntry,
    TurnEntry,
    WordEntry,
)
from gyogwa.schemas.samples import IndexRow, Sample, SampleImage
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.files.tar import add_member, end_tar
from gyogwa.transforms.files.writing import writing
from gyogwa.transforms.shards.changed import ChangedImages
from gyogwa.transforms.shards.packed import EncodedRows, IndexPart, Packed, PackedRows
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.sayable import dialects_of
from gyogwa.transforms.targets.saying import ItemsOf, items_on

_COUNTS = {0: "text", 1: "single", 2: "pair", 3: "triple"}


class WrittenShard(Row, frozen=True):
    """A finished tar and its rows of the index (`packed.IndexPart`). `file` is relative to the
    stage's folder. `asked`: questions of its samples; `draws`, `drawn`, `tokens` and `tasks`:
    samples, questions, tokens and questions of each task that an epoch draws."""

    stage: str
    file: str
    series: str
    bytes: int
    sha256: str
    index: EncodedRows
    licences: list[tuple[str, str, int]]
    samples: int
    asked: int
    draws: int
    drawn: int
    tokens: int
    tasks: list[tuple[str, int]]


def series_of(sample: Sample) -> str:
    """The shape of a sample: its images' number and formats, with or without words, a preference.

    Samples of one shape have the same members and the same types in their JSON, which readers that
    infer columns from the first samples need.
    """
    count = len(sample.images)
    parts = [_COUNTS.get(count, f"multi{count}")]
    suffixes = [image.file.rpartition(".")[2] for image in sample.images]
    parts += [suffixes[0]] if len(set(suffixes)) == 1 else suffixes
    if sample.images and not sample.annotated:
        parts.append("bare")
    if sample.chosen is not None:
        parts.append("preference")
    return "-".join(parts)


def members_of(series: str) -> list[str]:
    """The suffixes of the images of a series' samples, as `series_of` and `SampleImage.file` name
    them.

    >>> members_of("single-jpg-bare"), members_of("pair-png"), members_of("triple-jpg-png-jpg")
    (['jpg'], ['0.png', '1.png'], ['0.jpg', '1.png', '2.jpg'])
    """
    first, *formats = series.removesuffix("-preference").removesuffix("-bare").split("-")
    counts = {name: count for count, name in _COUNTS.items()}
    count = counts[first] if first in counts else int(first.removeprefix("multi"))
    formats = formats * count if len(formats) == 1 else formats
    return formats if count == 1 else [f"{n}.{name}" for n, name in enumerate(formats)]


def entry_of(sample: Sample, stage: Stage, annotations: Mapping[str, Annotation]) -> SampleEntry:
    """The sample's JSON. `annotations`: of its images at least, by their ids."""
    found = [annotations[image.image_id] for image in sample.images]
    return SampleEntry(
        schema=1,
        task=sample.task,
        images=[_image(image) for image in sample.images],
        conversations=[TurnEntry(role=t.role, content=t.content) for t in sample.conversation],
        questions=[
            QuestionEntry(task=q.task, detail=q.detail, turns=q.turns, target=q.target)
            for q in sample.questions
        ],
        annotation=[_annotation(a) for a in found] if sample.annotated else None,
        chosen=sample.chosen,
        rejected=sample.rejected,
        provenance=Provenance(
            stage=sample.stage,
            split=sample.split,
            source=sample.source,
            uri=sample.uri,
            licence=sample.licence,
            document=sample.document,
            language=sample.language,
            engine=",".join(sorted({annotation.engine for annotation in found})),
            dialect=stage.dialect,
            pixels=[stage.resolution.pixels.least, stage.resolution.pixels.most],
            detail=sample.detail,
        ),
    )


def _image(image: SampleImage) -> ImageEntry:
    return ImageEntry(
        id=image.image_id,
        file=image.file,
        width=image.width,
        height=image.height,
        source=image.source,
        uri=image.uri,
        licence=image.licence,
        changes=image.changes,
    )


def _annotation(found: Annotation) -> AnnotationEntry:
    return AnnotationEntry(
        origin=found.origin,
        language=found.language,
        words=[WordEntry(text=w.text, box=w.box, confidence=w.confidence) for w in found.words],
        lines=[
            LineEntry(first=x.first, last=x.last, box=x.box, language=x.language)
            for x in found.lines
        ],
        blocks=[
            BlockEntry(kind=b.kind, first=b.first, last=b.last, box=b.box) for b in found.blocks
        ],
        coverage=found.coverage,
        covered=found.covered,
    )


class _Hashing:
    """Passes bytes on to a file while it hashes them: SHA-256 of all, CRC-32 since `restart`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.crc = 0

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self.crc = zlib.crc32(data, self.crc)
        return self._file.write(data)

    def sha256(self) -> str:
        return self._digest.hexdigest()


def write_shard(
    folder: str,
    file: str,
    series: str,
    samples: Iterable[Packed],
    annotations: Iterable[Packed],
    stage: Stage,
) -> WrittenShard:
    """Write the samples of one bucket, sorted by key, with the annotations of their images. Replays
    of a sample (same key) count once."""
    by_image = PackedRows(Annotation, annotations)
    by_key = PackedRows(Sample, samples)
    index = IndexPart()
    offset = 0
    licences: Counter[tuple[str, str]] = Counter()
    tasks: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    changed = ChangedImages(by_key.values())
    with changed, writing(f"{folder}/{file}", "a shard") as raw:
        out = _Hashing(raw)
        for key in sorted(by_key):
            sample = by_key[key]
            shown = {image.image_id: by_image[image.image_id] for image in sample.images}
            out.crc = 0
            length = _write_sample(out, sample, stage, shown, changed)
            row = _index_row(sample, file, offset, length, out.crc)
            index.add(replace(row, dialects=_dialects(sample, shown)))
            offset += length
            licences.update(
                {(i.source, i.licence) for i in sample.images} | {(sample.source, sample.licence)}
            )
            for task in row.questions:
                tasks[task] += row.repeats
            totals["asked"] += len(row.questions)
            totals["draws"] += row.repeats
            totals["tokens"] += row.tokens * row.repeats
        offset += end_tar(out, offset)  # type: ignore[arg-type]
        digest = out.sha256()
    return WrittenShard(
        stage=stage.name,
        file=file,
        series=series,
        bytes=offset,
        sha256=digest,
        index=index.encoded(),
        licences=sorted((source, licence, n) for (source, licence), n in licences.items()),
        samples=len(by_key),
        asked=totals["asked"],
        draws=totals["draws"],
        drawn=sum(tasks.values()),
        tokens=totals["tokens"],
        tasks=sorted(tasks.items()),
    )


def _write_sample(
    out: _Hashing,
    sample: Sample,
    stage: Stage,
    annotations: Mapping[str, Annotation],
    changed: ChangedImages,
) -> int:
    length = 0
    for image in sample.images:
        data = changed.read(image) if image.changes else read_verified(image.ref, image.sha256)
        length += add_member(out, f"{sample.key}.{image.file}", data)  # type: ignore[arg-type]
    text = entry_of(sample, stage, annotations).model_dump_json(by_alias=True)
    return length + add_member(out, f"{sample.key}.json", text.encode())  # type: ignore[arg-type]


def _dialects(sample: Sample, annotations: Mapping[str, Annotation]) -> list[str]:
    """The dialects in which a loader can write the sample."""
    ids = [image.image_id for image in sample.images]
    items: ItemsOf = partial(items_on, annotations[ids[0]]) if ids else lambda level: []
    sizes = [Size(image.width, image.height) for image in sample.images]
    return dialects_of(sample.questions, sizes, items)


def _index_row(sample: Sample, file: str, offset: int, length: int, crc: int) -> IndexRow:
    return IndexRow(
        key=sample.key,
        shard=file,
        offset=offset,
        length=length,
        crc32=crc,
        task=sample.task,
        source=sample.source,
        licence=sample.licence,
        language=sample.language,
        images=len(sample.images),
        width=max((image.width for image in sample.images), default=0),
        height=max((image.height for image in sample.images), default=0),
        text_length=sum(len(turn.content) for turn in sample.conversation)
        + len(sample.chosen or "")
        + len(sample.rejected or ""),
        tokens=sample.tokens,
        document=sample.document,
        questions=[question.task for question in sample.questions],
        repeats=sample.repeats,
    )
