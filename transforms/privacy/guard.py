"""Unique pages to the ones that training may show, as a curriculum's policy has it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam

from gyogwa.schemas.curriculum import PersonalDataPolicy
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.personal import PersonalData
from gyogwa.schemas.records import Page
from gyogwa.transforms.flow.ledger import Count, page_reject
from gyogwa.transforms.flow.steps import Composite
from gyogwa.transforms.privacy.policy import judge_page

REJECTED, TOLD = "rejected", "told"


class Guarded(NamedTuple):
    """`pages`: PCollection[Page]; `rejects`: of Reject; `told`: of PersonalData; `counts`: what
    each side saw."""

    pages: Any
    rejects: Any
    told: Any
    counts: list[Any]


def guarded(page: Page, policy: PersonalDataPolicy) -> Iterator[Any]:
    """The page, perhaps masked, or its reject; and a row for each kind that was found."""
    page, judged = judge_page(page, policy)
    for row in judged.told:
        yield beam.pvalue.TaggedOutput(TOLD, row)
    if judged.refused:
        kinds = ", ".join(judged.refused)
        message = f"holds personal data of a kind that the curriculum rejects: {kinds}"
        reject = page_reject(page, "personal_data", "personal_data", message, kinds, "reject")
        yield beam.pvalue.TaggedOutput(REJECTED, reject)
    else:
        yield page


class GuardPages(Composite):
    """Pages to those that the policy lets pass, masked where it says so.

    `again`: a transform of pages to `pages` and `rejects`, which looks whether masks hide what they
    are to; None: nobody looks.
    """

    def __init__(self, policy: PersonalDataPolicy, again: Any = None) -> None:
        super().__init__()
        self.policy = policy
        self.again = again

    def expand(self, pages: Any) -> Guarded:
        judged = pages | "Judge" >> beam.FlatMap(guarded, policy=self.policy).with_output_types(
            Page, rejected=Reject, told=PersonalData
        ).with_outputs(REJECTED, TOLD, main="main")
        kept, rejected = judged.main, judged.rejected
        if self.again is not None:
            looked = kept | "Masks" >> self.again
            rejected = (rejected, looked.rejects) | "AllRejected" >> beam.Flatten()
            kept = looked.pages
        counts = [
            pages | "CountPages" >> Count("personal_data", "images", "incoming"),
            kept | "CountKept" >> Count("personal_data", "images", "kept"),
            rejected | "CountRejected" >> Count("personal_data", "images", "rejected"),
        ]
        return Guarded(kept, rejected, judged.told, counts)
