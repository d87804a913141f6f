"""Pages and source conversations to the samples of each stage, and the choice among them."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from schemas.curriculum import Curriculum, Stage
from schemas.ids import hash_of
from schemas.layout import RunLayout
from schemas.records import Record, Reject, Sample
from transforms.assemble.books import counted, page_reject
from transforms.selection import draw_stage, group_of, quotas, stage_of
from transforms.storage import list_files
from transforms.tables import read_rows
from transforms.targets.registry import DIALECTS
from transforms.tasks.page import Draft, Page, Setting, length_of, sample_of
from transforms.tasks.registry import PAGE_TASKS

MADE, REJECTED, USED = "made", "rejected", "used"


def page_samples(page: Page, curriculum: Curriculum) -> Iterator[Any]:
    """Every sample of the page's stage that the page gives, or the reject of the page.

    A page of whose text no task can be made may still serve a source's conversation.
    """
    stage, failures = stage_of(page, curriculum)
    if stage is None:
        why = "; ".join(f"{name}: {f.rule} {f.value}" for name, f in failures.items())
        yield beam.pvalue.TaggedOutput(
            REJECTED, page_reject(page, "stages", "no_stage", why, "", "no stage's filters pass it")
        )
        return
    samples = [
        sample_of([page], draft, stage.name, name, stage.tokens.count, stage.stored_max_side)
        for name, spec in stage.tasks.items()
        if name in PAGE_TASKS
        for draft in PAGE_TASKS[name](
            page, Setting(spec, DIALECTS[stage.dialect], stage.stored_max_side)
        )
    ]
    yield from samples
    if samples:
        yield beam.pvalue.TaggedOutput(USED, page.image.image_id)
    else:
        message = f"no task of stage {stage.name} can be made of its text"
        yield beam.pvalue.TaggedOutput(
            REJECTED, page_reject(page, "stages", "no_task", "", "", message)
        )


Mention = tuple[str, tuple[str, int]]
"""An image id, and the record and position that mention it."""


def mentions(record: Record) -> Iterator[Mention]:
    """Where a record mentions images."""
    for position, image_id in enumerate(record.image_ids):
        yield image_id, (record.record_id, position)


def _mentioned(element: tuple[str, Any]) -> Iterator[tuple[str, tuple[int, Page]]]:
    _, found = element
    for page in found["pages"]:
        for record_id, position in found["mentions"]:
            yield record_id, (position, page)


def record_samples(element: tuple[str, Any], curriculum: Curriculum) -> Iterator[Any]:
    """A source's conversation as a sample, or its reject when an image of it is gone."""
    _, found = element
    records = sorted(found["records"], key=lambda record: record.uri)
    for record in records[1:]:
        yield _record_reject(record, "exact_duplicate", records[0].uri, "the same row again")
    for record in records[:1]:
        by_position = dict(found["pages"])
        gone = [i for n, i in enumerate(record.image_ids) if n not in by_position]
        if gone:
            message = "an image that it speaks of was dropped"
            yield _record_reject(record, "image_dropped", gone[0], message)
            continue
        pages = [by_position[n] for n in range(len(record.image_ids))]
        stages = [stage for stage in curriculum.stages if "converse" in stage.tasks]
        group = group_of(pages[0]) if pages else record.record_id
        stage = draw_stage(stages, group, curriculum.seed)
        if stage is None:
            message = "no stage has the task 'converse'"
            yield _record_reject(record, "no_stage", "", message)
        elif pages:
            draft = Draft(record.conversation, detail=record.uri)
            yield sample_of(
                pages, draft, stage.name, "converse", stage.tokens.count, stage.stored_max_side
            )
        else:
            yield _text_only(record, stage)


def _text_only(record: Record, stage: Stage) -> Sample:
    texts = [turn.content for turn in record.conversation]
    hangul = any("가" <= char <= "힣" for text in texts for char in text)
    return Sample(
        key=hash_of(stage.name, "converse", record.record_id)[:24],
        stage=stage.name,
        task="converse",
        language="ko" if hangul else "en",
        source=record.source,
        uri=record.uri,
        licence=record.licence,
        document=record.record_id,
        tokens=sum(length_of(text, stage.tokens.count) for text in texts),
        images=[],
        conversation=record.conversation,
        annotations=[],
        detail=record.uri,
    )


def _record_reject(record: Record, rule: str, value: str, message: str) -> Any:
    return beam.pvalue.TaggedOutput(
        REJECTED,
        Reject(record.record_id, "records", rule, value, "", message, record.source, record.uri),
    )


def too_long(sample: Sample, stage: Stage) -> Reject | None:
    """The reject of a sample that is over its stage's budget a sample."""
    most = stage.tokens.max_per_sample
    if most is None or sample.tokens <= most:
        return None
    return sample_reject(
        sample, "max_per_sample", str(sample.tokens), str(most), "the text is too long"
    )


def sample_reject(sample: Sample, rule: str, value: str, threshold: str, message: str) -> Reject:
    """The reject row of a sample; `id` is its key."""
    return Reject(
        sample.key,
        "samples",
        rule,
        value,
        threshold,
        f"{sample.stage}/{sample.task}: {message}",
        sample.source,
        sample.uri,
    )


def chosen_keys(
    element: tuple[tuple[str, str], Iterable[str]],
    counts: dict[tuple[str, str], int],
    curriculum: Curriculum,
) -> Iterator[tuple[str, int]]:
    """(key, quota) of the samples of one stage and task that are taken, first by hash of key."""
    (stage_name, task), keys = element
    stage = next(stage for stage in curriculum.stages if stage.name == stage_name)
    quota = stage_quotas(stage, counts)[task]
    ranked = sorted(set(keys), key=lambda key: hash_of(curriculum.seed, "select", key))
    for key in ranked[:quota]:
        yield key, quota


def stage_quotas(stage: Stage, counts: dict[tuple[str, str], int]) -> dict[str, int]:
    """How many samples of each task a stage takes, from the counts by (stage, task)."""
    weights: dict[str, float] = {task: spec.weight for task, spec in stage.tasks.items()}
    there = {task: count for (name, task), count in counts.items() if name == stage.name}
    return quotas(weights, there, stage.max_samples)


def _chosen(element: tuple[str, Any]) -> Iterator[Any]:
    _, found = element
    samples = list(found["samples"])
    if not samples:
        return
    if list(found["chosen"]):
        yield samples[0]
    else:
        yield beam.pvalue.TaggedOutput(
            REJECTED,
            sample_reject(samples[0], "mixture", "", "", "more than the stage's mixture asks for"),
        )


class MakeSamples(beam.PTransform):
    """Pages to (samples chosen, rejects, counts); records are read from the run's tables."""

    def __init__(self, layout: RunLayout, curriculum: Curriculum) -> None:
        super().__init__()
        self.layout = layout
        self.curriculum = curriculum

    def expand(self, pages: Any) -> Any:
        curriculum = self.curriculum
        from_pages = pages | "PageSamples" >> beam.FlatMap(
            page_samples, curriculum=curriculum
        ).with_outputs(REJECTED, USED, main=MADE)
        records = (
            pages.pipeline
            | "RecordParts" >> beam.Create(list_files(self.layout.records, ".parquet"))
            | "SpreadRecords" >> beam.Reshuffle()
            | "ReadRecords" >> beam.FlatMap(lambda path: read_rows(Record, path))
        )
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
        from_records = (
            {
                "records": records
                | "RecordById"
                >> beam.Map(lambda r: (r.record_id, r)).with_output_types(tuple[str, Record]),
                "pages": mentioned,
            }
            | "JoinRecords" >> beam.CoGroupByKey()
            | "RecordSamples"
            >> beam.FlatMap(record_samples, curriculum=curriculum).with_outputs(REJECTED, main=MADE)
        )
        made = (
            (from_pages[MADE], from_records[MADE])
            | "AllSamples" >> beam.Flatten()
            | "SampleType" >> beam.Map(lambda s: s).with_output_types(Sample)
        )
        chosen, dropped, counts = made | "Choose" >> ChooseSamples(curriculum)
        rejects = (
            from_pages[REJECTED],
            from_records[REJECTED],
            dropped,
        ) | "SampleRejects" >> beam.Flatten()
        counts = [
            *counts,
            counted("CountStaged", pages, "stages", "images", "incoming"),
            counted("CountUsed", from_pages[USED], "stages", "images", "kept"),
            counted("CountNoStage", from_pages[REJECTED], "stages", "images", "rejected"),
            counted("CountRecords", records, "records", "records", "incoming"),
            counted("CountRecordSamples", from_records[MADE], "records", "records", "kept"),
            counted("CountRecordsGone", from_records[REJECTED], "records", "records", "rejected"),
        ]
        return chosen, rejects, counts


class ChooseSamples(beam.PTransform):
    """Samples to (chosen by mixture and budgets, rejects, counts)."""

    def __init__(self, curriculum: Curriculum) -> None:
        super().__init__()
        self.curriculum = curriculum

    def expand(self, made: Any) -> Any:
        curriculum = self.curriculum
        stages = {stage.name: stage for stage in curriculum.stages}
        short = made | "ShortEnough" >> beam.Filter(lambda s: too_long(s, stages[s.stage]) is None)
        long = (
            made
            | "TooLong" >> beam.Map(lambda s: too_long(s, stages[s.stage]))
            | "TooLongOnly" >> beam.Filter(lambda r: r is not None)
        )
        strata = short | "Strata" >> beam.Map(
            lambda s: ((s.stage, s.task), s.key)
        ).with_output_types(tuple[tuple[str, str], str])
        sizes = strata | "CountStrata" >> beam.combiners.Count.PerKey()
        keys = (
            strata
            | "GroupStrata" >> beam.GroupByKey()
            | "ChosenKeys"
            >> beam.FlatMap(
                chosen_keys, counts=beam.pvalue.AsDict(sizes), curriculum=curriculum
            ).with_output_types(tuple[str, int])
        )
        split = (
            {
                "samples": short
                | "SampleKey"
                >> beam.Map(lambda s: (s.key, s)).with_output_types(tuple[str, Sample]),
                "chosen": keys,
            }
            | "JoinChosen" >> beam.CoGroupByKey()
            | "ChosenOnly" >> beam.FlatMap(_chosen).with_outputs(REJECTED, main=MADE)
        )
        chosen = split[MADE] | "ChosenType" >> beam.Map(lambda s: s).with_output_types(Sample)
        rejects = (long, split[REJECTED]) | "ChoiceRejects" >> beam.Flatten()
        counts = [
            counted("CountMade", made, "samples", "samples", "incoming"),
            counted("CountChosen", chosen, "samples", "samples", "kept"),
            counted("CountNotChosen", rejects, "samples", "samples", "rejected"),
        ]
        return chosen, rejects, counts
