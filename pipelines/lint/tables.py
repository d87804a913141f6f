"""The tables of a run, read once, part by part, and kept as facts (see `known`)."""

import json
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from gyogwa.pipelines.lint.batches import batches_of
from gyogwa.pipelines.lint.known import Appearances, Facts
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.schemas.boxes import Box
from gyogwa.schemas.curriculum import PersonalDataPolicy
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import fingerprint_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.personal import PersonalKind
from gyogwa.schemas.records import Annotation, BenchmarkRow, Conversation, Image, MovedLabels, Turn
from gyogwa.schemas.row import Row
from gyogwa.schemas.sample_json import AnnotationEntry, TurnEntry
from gyogwa.transforms.curriculum.captions import with_question
from gyogwa.transforms.files.tables import list_parts, read_rows
from gyogwa.transforms.privacy.mask import mask_page
from gyogwa.transforms.privacy.page import find_on_page
from gyogwa.transforms.privacy.policy import judge_talk

_IMAGE = ["image_id", "source", "uri", "licence", "document", "sha256", "changes"]
_LOOKS = ["image_id", "width", "height", "phash", "boxed"]

UNREADABLE = (GyogwaError, OSError, ValueError, KeyError)
"""What reading a table raises: pydantic's and Arrow's errors are ValueErrors or KeyErrors."""


class BenchmarkTold(NamedTuple):
    """An evaluation set as its table has it: rows, images that could be read, a fingerprint."""

    rows: int
    images: int
    fingerprint: str


@dataclass
class Known:
    """What is known of images and texts. Facts begin with their kind:

    image (id, source, uri, licence) · document (id, document) · bytes (id, SHA-256) ·
    changes (id, changes) · annotation (id, engine, content) · conversation (source, uri, licence,
    images, turns) · said (source, uri, licence, number of images, turns) · shown (source, uri,
    position, id) · instead (id): of an image that was kept for a copy · dropped (id) ·
    benchmark (id).

    `masks`: the regions of an image that were to be filled, by what was left of its annotation (of
    several engines it may have several); `masked`: the texts that stood there.

    `catalogued`, `annotated`, `recorded`, `compared`: whether the whole table of images,
    annotations, conversations and evaluation sets is there, so that a claim without a fact is
    false.
    """

    facts: Facts = field(default_factory=Facts)
    looks: Appearances = field(default_factory=Appearances)
    masks: dict[str, dict[str, list[Box]]] = field(default_factory=dict)
    masked: dict[str, set[str]] = field(default_factory=dict)
    catalogued: bool = False
    annotated: bool = False
    recorded: bool = False
    compared: bool = False
    benchmarks: dict[str, BenchmarkTold] = field(default_factory=dict)


def read_known(
    layout: RunLayout, current: bool, policy: PersonalDataPolicy
) -> Generator[Problem, None, Known]:
    """Read the tables; yields what is wrong with them, returns what they say. Catalog and records
    are left aside unless they are `current`, as they were when the stages were made. `policy`: what
    was masked since."""
    known = Known()
    kinds = policy.with_action("mask")
    known.annotated = yield from each_part(
        layout.annotations, partial(_annotations, known, policy, kinds)
    )
    yield from each_part(layout.moved, partial(_moved, known, policy, kinds))
    if current:
        known.catalogued = yield from each_part(layout.catalog, partial(_images, known))
        known.recorded = yield from each_part(
            layout.records, partial(_conversations, known, policy)
        )
    known.compared = yield from each_part(layout.benchmarks, partial(_benchmarks, known))
    for folder in (layout.duplicates, *([layout.annotations] if len(known.looks) else [])):
        if not list_parts(folder):
            known.annotated = known.annotated and folder != layout.annotations
            yield Problem("table_missing", folder, "holds no part, though this run wrote one")
    return known


def each_part(folder: str, read: Callable[[str], None]) -> Generator[Problem, None, bool]:
    """Read each part of a table; returns whether all could be read."""
    whole = True
    for path in list_parts(folder):
        try:
            read(path)
        except UNREADABLE as error:
            whole = False
            yield Problem("table_unreadable", path, str(error))
    return whole


def columns_of(record: type[Row], path: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """Some columns of a table, row by row."""
    for batch in batches_of(record, path, columns):
        yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)


def _images(known: Known, path: str) -> None:
    for row in columns_of(Image, path, _IMAGE):
        image_id, source, uri, licence, document, sha256, changes = row
        known.facts.add("image", image_id, source, uri, licence)
        known.facts.add("document", image_id, document)
        known.facts.add("bytes", image_id, sha256)
        known.facts.add("changes", image_id, changes)
    for image_id, width, height, whole, boxed in columns_of(Image, path, _LOOKS):
        known.looks.add(image_id, (width, height), whole, ink=bool(boxed))


def _annotations(
    known: Known, policy: PersonalDataPolicy, kinds: frozenset[PersonalKind], path: str
) -> None:
    for found in read_rows(Annotation, path):
        _annotation(known, found, policy, kinds)


def _moved(
    known: Known, policy: PersonalDataPolicy, kinds: frozenset[PersonalKind], path: str
) -> None:
    for row in read_rows(MovedLabels, path):
        _annotation(known, row.annotation, policy, kinds)


def _annotation(
    known: Known, found: Annotation, policy: PersonalDataPolicy, kinds: frozenset[PersonalKind]
) -> None:
    if kinds:
        on_page = find_on_page(found, kinds)
        if on_page.kinds:
            found, boxes = mask_page(found, on_page, policy.token)
            known.masks.setdefault(found.image_id, {})[content_of(found)] = boxes
            known.masked.setdefault(found.image_id, set()).update(on_page.values)
    known.facts.add("annotation", found.image_id, found.engine, content_of(found))


def _conversations(known: Known, policy: PersonalDataPolicy, path: str) -> None:
    for row in read_rows(Conversation, path):
        masked = [text for i in row.image_ids for text in sorted(known.masked.get(i, ()))]
        row, _ = judge_talk(with_question(row), masked, policy)
        turns = turns_of(row.conversation)
        place = (row.source, row.uri)
        known.facts.add("conversation", *place, row.licence, row.image_ids, turns)
        known.facts.add("said", *place, row.licence, len(row.image_ids), turns)
        if row.places:  # each stage writes them in its own dialect
            roles = [turn.role for turn in row.conversation]
            known.facts.add("pointed", *place, row.licence, len(row.image_ids), roles)
        for position, image_id in enumerate(row.image_ids):
            known.facts.add("shown", *place, position, image_id)


def _benchmarks(known: Known, path: str) -> None:
    told, images, names = [], 0, set()
    for row in read_rows(BenchmarkRow, path):
        ids = [image.image_id for image in row.images]
        for image_id in ids:
            known.facts.add("benchmark", image_id)
        told.append([row.row, row.question, row.choices, ids])
        images += len(ids)
        names.add(row.benchmark)
    known.benchmarks[", ".join(names)] = BenchmarkTold(len(told), images, fingerprint_of(told))


def content_of(found: Annotation | AnnotationEntry) -> str:
    """What a shard holds of an annotation, the same text for the table's row and for the JSON."""
    words = [[word.text, *map(float, word.box), float(word.confidence)] for word in found.words]
    lines = [[line.first, line.last, line.language, *map(float, line.box)] for line in found.lines]
    blocks = [[b.first, b.last, b.kind, *map(float, b.box)] for b in found.blocks]
    return json.dumps([found.origin, found.language, words, lines, blocks], ensure_ascii=False)


def turns_of(turns: list[Turn] | list[TurnEntry]) -> list[list[str]]:
    """Turns as plain lists."""
    return [[turn.role, turn.content] for turn in turns]
