"""The conversations that sources brought, joined with the pages they speak of."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.metrics import Metrics
from msgspec.structs import replace

from gyogwa.schemas.curriculum import Curriculum, Stage
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.ledger import Reject, Suspect
from gyogwa.schemas.personal import PersonalData, PersonalKind
from gyogwa.schemas.records import BenchmarkRow, Conversation, Page
from gyogwa.schemas.samples import Question, Sample, Split, key_of
from gyogwa.transforms.annotate.language import language_of
from gyogwa.transforms.curriculum.captions import with_question
from gyogwa.transforms.curriculum.copies import rejected
from gyogwa.transforms.curriculum.drafts import sample_of
from gyogwa.transforms.curriculum.filters import failed_rule
from gyogwa.transforms.curriculum.grounding import can_write, with_places
from gyogwa.transforms.curriculum.length import length_of
from gyogwa.transforms.curriculum.prose import TASK, Origin, prose_sample, sections_in
from gyogwa.transforms.curriculum.selection import draw_stage, group_of, split_of
from gyogwa.transforms.curriculum.staging import REJECTED, setting_of
from gyogwa.transforms.curriculum.wanted import PagePlace
from gyogwa.transforms.dedup.contamination.choices import AGREE
from gyogwa.transforms.dedup.contamination.questions import (
    SHARE,
    SHARE_WITH_CHOICES,
    Asked,
    Match,
    QuestionIndex,
)
from gyogwa.transforms.files.tables import read_rows
from gyogwa.transforms.flow.steps import Composite, Found, Join
from gyogwa.transforms.licences.policy import refusal
from gyogwa.transforms.privacy.policy import judge_talk
from gyogwa.transforms.tasks.registry import prose_drafts_of

SUSPECT, PERSONAL = "suspect", "personal"


def conversation_samples(
    _: str, found: Found, roots: dict[str, str], curriculum: Curriculum, benchmarks: list[str]
) -> Iterator[Any]:
    """A conversation as a sample, or its reject when it can't be one; and a row for each that is
    kept though it may ask what an evaluation set asks."""
    questions = question_index(tuple(benchmarks))
    talks: list[Conversation] = sorted(map(with_question, found["conversations"]), key=_by_uri)
    for talk in talks[1:]:
        yield _rejected(rejected(talk, "exact_duplicate", "the same row again", talks[0].uri))
    for talk in talks[:1]:
        refused = refusal(talk.licence, curriculum.licences)
        if refused is not None:
            message = f"{talk.source}: {refused.message}"
            yield _rejected(rejected(talk, refused.rule, message, talk.licence, refused.bound))
            continue
        asked = questions.find("\n".join(turn.content for turn in talk.conversation))
        if asked is not None and asked.hit:
            yield _rejected(_contaminated(talk, asked))
            continue
        pages = {mentioned.position: mentioned.page for mentioned in found["pages"]}
        masked = [text for page in pages.values() for text in page.masked]
        talk, judged = judge_talk(talk, masked, curriculum.personal_data)
        for row in judged.told:
            yield beam.pvalue.TaggedOutput(PERSONAL, row)
        if judged.refused:
            yield _rejected(_personal(talk, judged.refused))
            continue
        outcome = _sample(talk, pages, curriculum, roots)
        yield _rejected(outcome) if isinstance(outcome, Reject) else outcome
        if asked is not None and isinstance(outcome, Sample):
            yield beam.pvalue.TaggedOutput(SUSPECT, _suspect(talk, asked))


def _contaminated(talk: Conversation, asked: Match) -> Reject:
    item = asked.question
    message = f"asks what the evaluation set asks: {item.benchmark}: {item.row}"
    bound = SHARE_WITH_CHOICES if asked.choices >= AGREE else SHARE
    return rejected(talk, "contamination", message, f"{asked.share}", f"{bound}")


def _personal(talk: Conversation, kinds: list[PersonalKind]) -> Reject:
    named = ", ".join(kinds)
    message = f"holds personal data of a kind that the curriculum rejects: {named}"
    return rejected(talk, "personal_data", message, named, "reject")


def _suspect(talk: Conversation, asked: Match) -> Suspect:
    item = asked.question
    Metrics.counter("contamination", "suspects").inc()
    return Suspect(
        talk.conversation_id,
        talk.source,
        talk.uri,
        item.benchmark,
        item.row,
        asked.share,
        asked.choices,
    )


def _by_uri(talk: Conversation) -> str:
    return talk.uri


def _sample(
    talk: Conversation, by_position: dict[int, Page], curriculum: Curriculum, roots: dict[str, str]
) -> Sample | Reject:
    gone = [i for n, i in enumerate(talk.image_ids) if n not in by_position]
    if gone:
        return rejected(talk, "image_dropped", "an image that it speaks of was dropped", gone[0])
    pages = [by_position[n] for n in range(len(talk.image_ids))]
    task = "converse" if pages else TASK if talk.is_text else "text_only"
    language = "" if pages else language_of("\n".join(turn.content for turn in talk.conversation))
    stages = [
        stage
        for stage in curriculum.stages
        if task in stage.tasks
        and can_write(talk, stage)
        and all(failed_rule(page, stage.filters) is None for page in pages)
        and (stage.filters.languages is None or language in {*stage.filters.languages, ""})
    ]
    group = group_of(pages[0]) if pages else talk.conversation_id
    stage = draw_stage(stages, group, curriculum.seed)
    if stage is None:
        boxes = ", or has a dialect that can write its boxes" if talk.places else ""
        subject = "images" if pages else f"language ({language or 'none'})"
        what = f"no stage with the task {task!r} takes its {subject}{boxes}"
        return rejected(talk, "no_stage", what)
    documents = [roots.get(page.image.document, page.image.document) for page in pages]
    splits = {split_of(document, curriculum) for document in documents or [_talk_id(talk)]}
    if len(splits) > 1:
        return rejected(talk, "both_splits", "its images lie on both sides of the split")
    if pages:
        draft = with_places(talk, pages, stage)
        return replace(
            sample_of(pages, draft, stage, splits.pop(), task),
            source=talk.source,
            uri=talk.uri,
            licence=talk.licence,
        )
    if talk.is_text:
        return _prose(talk, stage, splits.pop(), language)
    return _text_only(talk, stage, splits.pop(), language)


def _prose(talk: Conversation, stage: Stage, split: Split, language: str) -> Sample | Reject:
    """One sample of a text: which of those that can be made hangs on its id."""
    setting = setting_of(stage, TASK)
    ident, where = talk.conversation_id, (talk.source, talk.uri, talk.licence)
    drafts = prose_drafts_of(sections_in(talk), language, ident, setting)
    draft = next(drafts, None)
    if draft is None:
        what = "too short, or no whole sentences that something can be asked about"
        return rejected(talk, "no_task", what)
    return prose_sample(draft, Origin(ident, language, *where, ident), stage, split)


def _talk_id(talk: Conversation) -> str:
    """What a conversation without images is told by: the same talk stands on one side."""
    return hash_of(*(f"{turn.role}: {turn.content}" for turn in talk.conversation))[:32]


def _text_only(talk: Conversation, stage: Stage, split: Split, language: str) -> Sample:
    texts = [turn.content for turn in talk.conversation]
    return Sample(
        key=key_of(stage.name, [Question("text_only", talk.conversation_id, 0)], []),
        stage=stage.name,
        split=split,
        task="text_only",
        language=language,
        source=talk.source,
        uri=talk.uri,
        licence=talk.licence,
        document=_talk_id(talk),
        tokens=sum(length_of(text, stage.tokens) for text in texts),
        images=[],
        conversation=talk.conversation,
        annotated=False,
        words=0,
        questions=[Question("text_only", talk.uri, len(talk.conversation))],
        detail=talk.uri,
    )


def _rejected(reject: Reject) -> Any:
    return beam.pvalue.TaggedOutput(REJECTED, reject)


@cache
def question_index(benchmarks: tuple[str, ...]) -> QuestionIndex:
    """The questions of the evaluation sets in these files of `BenchmarkRow`, once a process."""
    rows = (row for path in benchmarks for row in read_rows(BenchmarkRow, path))
    return QuestionIndex(
        Asked(row.benchmark, row.row, row.question, tuple(row.choices)) for row in rows
    )


class OfConversations(NamedTuple):
    """`samples`: PCollection[Sample]; `rejects`: of Reject; `suspects`: of Suspect; `personal`: of
    PersonalData."""

    samples: Any
    rejects: Any
    suspects: Any
    personal: Any


class ConversationSamples(Composite):
    """(Conversations, pages they mention by their ids, documents joined) to samples and rejects."""

    def __init__(self, curriculum: Curriculum, benchmarks: list[str]) -> None:
        super().__init__()
        self.curriculum = curriculum
        self.benchmarks = benchmarks

    def expand(self, inputs: tuple[Any, Any, Any]) -> OfConversations:
        conversations, mentioned, roots = inputs
        made = {
            "conversations": conversations
            | "ById"
            >> beam.Map(lambda talk: (talk.conversation_id, talk)).with_output_types(
                tuple[str, Conversation]
            ),
            "pages": mentioned,
        } | "JoinPages" >> Join(
            conversation_samples,
            {"conversations": Conversation, "pages": PagePlace},
            gives=Sample,
            tagged={REJECTED: Reject, SUSPECT: Suspect, PERSONAL: PersonalData},
            roots=beam.pvalue.AsDict(roots),
            curriculum=self.curriculum,
            benchmarks=self.benchmarks,
        )
        return OfConversations(made.main, made.rejected, made.suspect, made.personal)
