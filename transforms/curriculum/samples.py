"""Pages, conversations and pairs to the samples of every stage."""

from typing import Any, NamedTuple

import apache_beam as beam

from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.ledger import Reject, Suspect
from gyogwa.schemas.personal import PersonalData
from gyogwa.schemas.records import Page
from gyogwa.schemas.samples import Sample
from gyogwa.transforms.curriculum.conversations import ConversationSamples, OfConversations
from gyogwa.transforms.curriculum.copies import FollowCopies
from gyogwa.transforms.curriculum.groups import CHARTS, NEIGHBOURS, VERSIONS, GroupSamples
from gyogwa.transforms.curriculum.prose import TASK as PROSE
from gyogwa.transforms.curriculum.prose import ProseSamples
from gyogwa.transforms.curriculum.staging import (
    REJECTED,
    USED,
    Staged,
    asks_for,
    page_samples,
    place_page,
)
from gyogwa.transforms.curriculum.wanted import WantedPages
from gyogwa.transforms.flow.ledger import Count
from gyogwa.transforms.flow.steps import Composite, Nothing


class Made(NamedTuple):
    """`samples`: PCollection[Sample]; `rejects`: of Reject; `suspects`: of Suspect; `personal`: of
    PersonalData, in conversations; `counts`: what each side saw."""

    samples: Any
    rejects: Any
    suspects: Any
    personal: Any
    counts: list[Any]


class MakeSamples(Composite):
    """(Pages, conversations, pairs looked at, images kept instead, documents joined) to samples.

    What nobody asks for isn't drawn, since each grouping costs a cluster the start of some five
    steps: samples of several pages or of text without a stage that has such tasks, and all that
    conversations take where there are none (`talks`).
    """

    def __init__(self, curriculum: Curriculum, benchmarks: list[str], talks: bool) -> None:
        super().__init__()
        self.benchmarks = benchmarks
        self.curriculum = curriculum
        self.talks = talks

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
        talks, versions = self._of_conversations(pages, conversations, pairs, instead, roots)
        made = [alone.main, talks.samples]
        if asks_for(curriculum, *NEIGHBOURS, *CHARTS, *VERSIONS):
            made.append((placed.main, versions, roots) | "Groups" >> GroupSamples(curriculum))
        if asks_for(curriculum, PROSE):
            made.append(placed.main | "Prose" >> ProseSamples(curriculum))
        samples = made | "AllSamples" >> beam.Flatten()
        rejects = (
            placed.rejected,
            alone.rejected,
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
            talks.rejects | "CountTalksGone" >> Count("conversations", "conversations", "rejected"),
        ]
        return Made(samples, rejects, talks.suspects, talks.personal, counts)

    def _of_conversations(
        self, pages: Any, conversations: Any, pairs: Any, instead: Any, roots: Any
    ) -> tuple[OfConversations, Any]:
        """What conversations give, and versions of pages, which are found on the same way."""
        asked = asks_for(self.curriculum, *VERSIONS)
        if not self.talks:
            versions = (
                ((pages, conversations, pairs) | "Wanted" >> WantedPages(asked)).versions
                if asked
                else pages | "NoVersions" >> Nothing(tuple[str, Page])
            )
            kinds = {"NoTalks": Sample, "NoTalksGone": Reject, "NoSuspects": Suspect}
            kinds["NoneTold"] = PersonalData
            return OfConversations(*(pages | n >> Nothing(of) for n, of in kinds.items())), versions
        followed = (conversations, instead) | "FollowCopies" >> FollowCopies()
        wanted = (pages, followed.conversations, pairs) | "Wanted" >> WantedPages(asked)
        found = (
            followed.conversations,
            wanted.mentioned,
            roots,
        ) | "Conversations" >> ConversationSamples(self.curriculum, self.benchmarks)
        rejects = (followed.rejects, found.rejects) | "TalksGone" >> beam.Flatten()
        return found._replace(rejects=rejects), wanted.versions
