"""Pages, conversations and pairs to the samples of every stage."""

from typing import Any, NamedTuple

import apache_beam as beam

from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.samples import Sample
from gyogwa.transforms.curriculum.conversations import ConversationSamples
from gyogwa.transforms.curriculum.copies import FollowCopies
from gyogwa.transforms.curriculum.groups import VERSIONS, GroupSamples
from gyogwa.transforms.curriculum.prose import ProseSamples
from gyogwa.transforms.curriculum.staging import REJECTED, USED, Staged, page_samples, place_page
from gyogwa.transforms.curriculum.wanted import WantedPages
from gyogwa.transforms.flow.ledger import Count
from gyogwa.transforms.flow.steps import Composite


class Made(NamedTuple):
    """`samples`: PCollection[Sample]; `rejects`: of Reject; `suspects`: of Suspect; `personal`: of
    PersonalData, in conversations; `counts`: what each side saw."""

    samples: Any
    rejects: Any
    suspects: Any
    personal: Any
    counts: list[Any]


class MakeSamples(Composite):
    """(Pages, conversations, pairs looked at, images kept instead, documents joined) to samples."""

    def __init__(self, curriculum: Curriculum, benchmarks: list[str]) -> None:
        super().__init__()
        self.benchmarks = benchmarks
        self.curriculum = curriculum

    def expand(self, found: tuple[Any, Any, Any, Any, Any]) -> Made:
        pages, conversations, pairs, instead, roots = found
        curriculum = self.curriculum
        placed = pages | "Place" >> beam.FlatMap(
            place_page, roots=beam.pvalue.AsDict(roots), curriculum=curriculum
        ).with_output_types(Staged, rejected=Reject).with_outputs(REJECTED, main="main")
        alone = placed.main | "PageSamples" >> beam.FlatMap(
            page_samples, curriculum=curriculum
        ).with_output_types(Sample, rejected=Reject, used=str).with_outputs(
            REJECTED, USED, main="main"
        )
        followed = (conversations, instead) | "FollowCopies" >> FollowCopies()
        asked = any(task in stage.tasks for task in VERSIONS for stage in curriculum.stages)
        wanted = (pages, followed.conversations, pairs) | "Wanted" >> WantedPages(asked)
        talks = (
            followed.conversations,
            wanted.mentioned,
            roots,
        ) | "Conversations" >> ConversationSamples(curriculum, self.benchmarks)
        of_groups = (placed.main, wanted.versions, roots) | "Groups" >> GroupSamples(curriculum)
        of_text = placed.main | "Prose" >> ProseSamples(curriculum)
        samples = (alone.main, talks.samples, of_groups, of_text) | "AllSamples" >> beam.Flatten()
        rejects = (
            placed.rejected,
            alone.rejected,
            followed.rejects,
            talks.rejects,
        ) | "SampleRejects" >> beam.Flatten()
        counts = [
            pages | "CountToStage" >> Count("stages", "images", "incoming"),
            alone.used | "CountUsed" >> Count("stages", "images", "kept"),
            alone.rejected | "CountNoTask" >> Count("stages", "images", "rejected"),
            placed.rejected | "CountNoStage" >> Count("stages", "images", "rejected"),
            conversations
            | "CountConversations" >> Count("conversations", "conversations", "incoming"),
            talks.samples | "CountTalks" >> Count("conversations", "conversations", "kept"),
            (followed.rejects, talks.rejects)
            | "TalksGone" >> beam.Flatten()
            | "CountTalksGone" >> Count("conversations", "conversations", "rejected"),
        ]
        return Made(samples, rejects, talks.suspects, talks.personal, counts)
