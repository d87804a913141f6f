"""Samples of running text alone: from the pages of documents, and from texts that users bring.

A page's paragraphs are joined as its document's are (`annotate.paragraphs`), and only those that
stand on that page whole, and of whose every line it is known how it ends, are asked about: so that
a page which is forgotten takes with it all that quotes it. They are taken from the pages as they
are after filters, duplicates and masks. Of pages only lines travel, once, and only where the page's
stage asks for `prose`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from gyogwa.schemas.curriculum import Curriculum, Stage
from gyogwa.schemas.records import Conversation
from gyogwa.schemas.row import Row
from gyogwa.schemas.running_text import Paragraph
from gyogwa.schemas.samples import Question, Sample, Split, key_of
from gyogwa.transforms.annotate.paragraphs import PageText, paragraphs_of, text_of
from gyogwa.transforms.curriculum.length import length_of
from gyogwa.transforms.curriculum.staging import Staged, setting_of, stage_named, unique
from gyogwa.transforms.flow.steps import Composite
from gyogwa.transforms.targets.target import encoded
from gyogwa.transforms.tasks.page import Draft
from gyogwa.transforms.tasks.prose_text import Section, sections_of
from gyogwa.transforms.tasks.registry import prose_drafts_of

TASK = "prose"
HEADING = "# "
"""Before a heading in a text that a user brought, whose paragraphs are apart by an empty line."""


class Origin(Row, frozen=True):
    """Where a text is from, and what its samples are told by."""

    ident: str
    language: str
    source: str
    uri: str
    licence: str
    document: str


class ProsePage(Row, frozen=True):
    """What a page adds to its document's text, and where its samples go."""

    stage: str
    split: Split
    origin: Origin
    text: PageText


def page_text(staged: Staged, curriculum: Curriculum) -> Iterator[tuple[str, ProsePage]]:
    """A page whose stage asks for text alone, under its document; nothing where the kinds of its
    blocks aren't known."""
    if TASK not in stage_named(curriculum, staged.stage).tasks:
        return
    image, annotation = staged.page.image, staged.page.annotation
    text = text_of(image.page, annotation)
    if text is not None:
        language = annotation.language
        where = (image.source, image.uri, image.licence, image.document)
        origin = Origin(image.image_id, language, *where)
        yield image.document, ProsePage(staged.stage, staged.split, origin, text)


def document_samples(
    element: tuple[str, Iterable[ProsePage]], curriculum: Curriculum
) -> Iterator[Sample]:
    """The samples of one document's pages."""
    document, found = element
    pages = list(found)
    whole: dict[str, list[Paragraph]] = {}
    for paragraph in paragraphs_of(document, [page.text for page in pages]):
        (first, *others) = paragraph.places
        if not others and paragraph.sure:
            whole.setdefault(first.image_id, []).append(paragraph)
    token = curriculum.personal_data.token
    for page in pages:
        own = whole.get(page.origin.ident, [])
        sections = sections_of((p.kind, p.text) for p in own if token not in p.text)
        stage = stage_named(curriculum, page.stage)
        yield from unique(_samples(sections, page.origin, stage, page.split))


def _samples(
    sections: list[Section], origin: Origin, stage: Stage, split: Split
) -> Iterator[Sample]:
    setting = setting_of(stage, TASK)
    for draft in prose_drafts_of(sections, origin.language, origin.ident, setting):
        yield prose_sample(draft, origin, stage, split)


def prose_sample(draft: Draft, origin: Origin, stage: Stage, split: Split) -> Sample:
    """The sample that a draft about text alone becomes."""
    texts = [turn.content for turn in draft.conversation]
    target = encoded(draft.target, texts) if draft.target is not None else ""
    questions = [Question(TASK, draft.detail, len(draft.conversation), target)]
    return Sample(
        key=key_of(stage.name, questions, []),
        stage=stage.name,
        split=split,
        task=TASK,
        language=origin.language,
        source=origin.source,
        uri=origin.uri,
        licence=origin.licence,
        document=origin.document,
        tokens=sum(length_of(text, stage.tokens) for text in texts),
        images=[],
        conversation=draft.conversation,
        annotated=False,
        words=0,
        questions=questions,
        detail=draft.detail,
    )


def sections_in(talk: Conversation) -> list[Section]:
    """The sections of a text that a user brought."""
    (turn,) = talk.conversation
    pieces = [piece.strip() for piece in turn.content.split("\n\n")]
    return sections_of(
        ("heading", piece.removeprefix(HEADING)) if piece.startswith(HEADING)
        else ("paragraph", piece)
        for piece in pieces if piece
    )  # fmt: skip


class ProseSamples(Composite):
    """Staged pages to the samples of their running text."""

    def __init__(self, curriculum: Curriculum) -> None:
        super().__init__()
        self.curriculum = curriculum

    def expand(self, staged: Any) -> Any:
        return (
            staged
            | "PageText"
            >> beam.FlatMap(page_text, curriculum=self.curriculum).with_output_types(
                tuple[str, ProsePage]
            )
            | "GroupDocument" >> beam.GroupByKey()
            | "DocumentSamples"
            >> beam.FlatMap(document_samples, curriculum=self.curriculum).with_output_types(Sample)
        )
