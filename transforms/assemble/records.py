"""The conversations that sources brought, joined with the pages they speak of."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import apache_beam as beam

from schemas.curriculum import Curriculum, Stage
from schemas.ids import hash_of
from schemas.records import BenchmarkRow, Record, Reject, Sample
from transforms.assemble.staging import MADE, REJECTED
from transforms.contamination.questions import SHARE, Asked, QuestionIndex
from transforms.filters import failed_rule
from transforms.language import scripts_of
from transforms.length import length_of
from transforms.selection import draw_stage, group_of, split_of
from transforms.tables import read_rows
from transforms.tasks.page import Draft, Page, sample_of


def mentions(record: Record) -> Iterator[tuple[str, tuple[str, int]]]:
    """Where a record mentions images: (image id, (record id, position))."""
    for position, image_id in enumerate(record.image_ids):
        yield image_id, (record.record_id, position)


def _mentioned(element: tuple[str, Any]) -> Iterator[tuple[str, tuple[int, Page]]]:
    _, found = element
    for page in found["pages"]:
        for record_id, position in found["mentions"]:
            yield record_id, (position, page)


def record_samples(
    element: tuple[str, Any], roots: dict[str, str], curriculum: Curriculum, benchmarks: list[str]
) -> Iterator[Any]:
    """A conversation as a sample, or its reject when it can't be one."""
    _, found = element
    questions = question_index(tuple(benchmarks))
    records: list[Record] = sorted(found["records"], key=lambda record: record.uri)
    for record in records[1:]:
        yield _reject(record, "exact_duplicate", records[0].uri, "the same row again")
    for record in records[:1]:
        asked = questions.find("\n".join(turn.content for turn in record.conversation))
        if asked is not None:
            yield _reject(
                record, "contamination", f"{asked.share}", "asks what the evaluation set asks: "
                f"{asked.question.benchmark}: {asked.question.row}", f"{SHARE}",
            )  # fmt: skip
            continue
        outcome = _sample(record, dict(found["pages"]), curriculum, roots)
        yield (
            beam.pvalue.TaggedOutput(REJECTED, outcome) if isinstance(outcome, Reject) else outcome
        )


def _sample(
    record: Record, by_position: dict[int, Page], curriculum: Curriculum, roots: dict[str, str]
) -> Any:
    gone = [i for n, i in enumerate(record.image_ids) if n not in by_position]
    if gone:
        return _why(record, "image_dropped", gone[0], "an image that it speaks of was dropped")
    pages = [by_position[n] for n in range(len(record.image_ids))]
    task = "converse" if pages else "text_only"
    stages = [
        stage
        for stage in curriculum.stages
        if task in stage.tasks and all(failed_rule(page, stage.filters) is None for page in pages)
    ]
    stage = draw_stage(stages, group_of(pages[0]) if pages else record.record_id, curriculum.seed)
    if stage is None:
        return _why(record, "no_stage", "", f"no stage with the task {task!r} takes its images")
    documents = [roots.get(page.image.document, page.image.document) for page in pages]
    splits = {split_of(document, curriculum) for document in documents or [_talk_id(record)]}
    if len(splits) > 1:
        return _why(record, "both_splits", "", "its images lie on both sides of the split")
    if pages:
        draft = Draft(record.conversation, detail=record.record_id)
        return replace(
            sample_of(pages, draft, stage, splits.pop(), task),
            source=record.source,
            uri=record.uri,
            licence=record.licence,
        )
    return _text_only(record, stage, splits.pop())


def _talk_id(record: Record) -> str:
    """What a conversation without images is told by: the same talk stands on one side."""
    return hash_of(*(f"{turn.role}: {turn.content}" for turn in record.conversation))[:32]


def _text_only(record: Record, stage: Stage, split: str) -> Sample:
    texts = [turn.content for turn in record.conversation]
    return Sample(
        key=hash_of(stage.name, "text_only", record.record_id)[:24],
        stage=stage.name,
        split=split,
        task="text_only",
        language="ko" if scripts_of(" ".join(texts)).hangul else "en",
        source=record.source,
        uri=record.uri,
        licence=record.licence,
        document=_talk_id(record),
        tokens=sum(length_of(text, stage.tokens) for text in texts),
        images=[],
        conversation=record.conversation,
        annotations=[],
        detail=record.uri,
    )


def _why(record: Record, rule: str, value: str, message: str, limit: str = "") -> Reject:
    source, uri = record.source, record.uri
    return Reject(record.record_id, "records", rule, value, limit, message, source, uri)


def _reject(record: Record, rule: str, value: str, message: str, limit: str = "") -> Any:
    return beam.pvalue.TaggedOutput(REJECTED, _why(record, rule, value, message, limit))


@cache
def question_index(benchmarks: tuple[str, ...]) -> QuestionIndex:
    """The questions of the evaluation sets in these files of `BenchmarkRow`, once a process."""
    rows = (row for path in benchmarks for row in read_rows(BenchmarkRow, path))
    return QuestionIndex(Asked(row.benchmark, row.row, row.question) for row in rows)


class RecordSamples(beam.PTransform):
    """(Pages, records, documents joined) to samples (`made`) and rejects (`rejected`)."""

    def __init__(self, curriculum: Curriculum, benchmarks: list[str]) -> None:
        super().__init__()
        self.curriculum = curriculum
        self.benchmarks = benchmarks

    def expand(self, inputs: Any) -> Any:
        pages, records, roots = inputs
        mentioned = (
            {
                "pages": pages
                | "PageById"
                >> beam.Map(lambda p: (p.image.image_id, p)).with_output_types(tuple[str, Page]),
                "mentions": records
                | "Mentions"
                >> beam.FlatMap(mentions).with_output_types(tuple[str, tuple[str, int]]),
            }
            | "JoinMentions" >> beam.CoGroupByKey()
            | "Mentioned"
            >> beam.FlatMap(_mentioned).with_output_types(tuple[str, tuple[int, Page]])
        )
        return (
            {
                "records": records
                | "RecordById"
                >> beam.Map(lambda r: (r.record_id, r)).with_output_types(tuple[str, Record]),
                "pages": mentioned,
            }
            | "JoinRecords" >> beam.CoGroupByKey()
            | "ToSamples"
            >> beam.FlatMap(
                record_samples,
                roots=beam.pvalue.AsDict(roots),
                curriculum=self.curriculum,
                benchmarks=self.benchmarks,
            ).with_outputs(REJECTED, main=MADE)
        )
