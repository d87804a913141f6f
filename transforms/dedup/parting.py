"""Pages to those that are kept and those that are dropped for them, with what moves between.

Few pages are copies, or have some. One join of all pages tells which; those that were kept for
others, and what is known of these, meet in a second.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam

from gyogwa.schemas.ledger import Duplicate, Reject
from gyogwa.schemas.records import MovedLabels, Page
from gyogwa.transforms.dedup.contamination.images import display_name, is_evaluation
from gyogwa.transforms.dedup.labels import (
    Instead,
    Labels,
    has_labels,
    left_behind,
    merged,
    tells,
)
from gyogwa.transforms.flow.ledger import page_reject
from gyogwa.transforms.flow.steps import Composite, Found, Join

REJECTED, REFUSED = "rejected", "refused"
INSTEAD, MOVED, AGREED = "instead", "moved", "agreed"
LABELS, KEPT = "labels", "kept"
_GIVEN: dict[str, Any] = {
    REJECTED: Reject,
    REFUSED: Reject,
    INSTEAD: tuple[str, Instead],
    MOVED: MovedLabels,
    AGREED: int,
}


class Parted(NamedTuple):
    """`pages`: PCollection[Page], those kept; `labels`: of (image id, Labels), of copies that tell
    something, by what was kept instead; `rejected`, `refused`: of Reject, of images and of labels;
    `instead`: of (image id, Instead), of each image dropped; `moved`: of MovedLabels; `agreed`: of
    int, labels that contradict nothing."""

    pages: Any
    labels: Any
    rejected: Any
    refused: Any
    instead: Any
    moved: Any
    agreed: Any


class PartPages(Composite):
    """(Pages, (image id, Duplicate) of those dropped) to what becomes of them."""

    def expand(self, inputs: tuple[Any, Any]) -> Parted:
        pages, dropped = inputs
        first = {
            "pages": pages
            | "ById"
            >> beam.Map(lambda page: (page.image.image_id, page)).with_output_types(
                tuple[str, Page]
            ),
            "dropped": dropped,
            "keeps": dropped
            | "Keeps"
            >> beam.Map(lambda keyed: (keyed[1].kept, 1)).with_output_types(tuple[str, int]),
        } | "Meet" >> Join(
            meet,
            {"pages": Page, "dropped": Duplicate, "keeps": int},
            gives=Page,
            tagged={**_GIVEN, LABELS: tuple[str, Labels], KEPT: tuple[str, Page]},
        )
        second = {
            "pages": first.kept,
            "dropped": dropped,
            "labels": first.labels,
        } | "Merge" >> Join(
            part,
            {"pages": Page, "dropped": Duplicate, "labels": Labels},
            gives=Page,
            tagged=_GIVEN,
        )

        def both(what: str) -> Any:
            return (first[what], second[what]) | f"{what.title()}OfBoth" >> beam.Flatten()

        return Parted(
            (first.main, second.main) | "PagesOfBoth" >> beam.Flatten(),
            first.labels,
            *map(both, _GIVEN),
        )


def meet(image_id: str, found: Found) -> Iterator[Any]:
    """What is known of a page that was dropped, under the id of what was kept instead; and what
    becomes of the page, unless it was kept for another one, whose labels have to be there first."""
    for page in found["pages"]:
        for pair in found["dropped"]:
            if tells(page) and not is_evaluation(pair.kept):
                yield beam.pvalue.TaggedOutput(LABELS, (pair.kept, Labels(page, pair.alignment)))
    if not found["keeps"]:
        yield from part(image_id, {**found, "labels": []})
        return
    for page in found["pages"]:
        yield beam.pvalue.TaggedOutput(KEPT, (image_id, page))


def part(image_id: str, found: Found) -> Iterator[Any]:
    """What becomes of a page of which it is known for what it was dropped, if so, and what its
    copies tell: the page, kept, or its reject, and what moves."""
    dropped: list[Duplicate] = sorted(found["dropped"], key=_telling)
    labels: list[Labels] = found["labels"]
    for page in found["pages"]:
        if dropped:
            pair, image = dropped[0], page.image
            yield beam.pvalue.TaggedOutput(REJECTED, _reject(page, pair))
            instead = Instead(pair.kept, pair.alignment, image.width, image.height)
            yield beam.pvalue.TaggedOutput(INSTEAD, (image_id, instead))
            for (
                copy
            ) in labels:  # of an image that was kept, until an evaluation image was seen in it
                if has_labels(copy.page):
                    message = f"what was kept instead was dropped: {image.source}: {image.uri}"
                    reject = left_behind(copy.page, "image_dropped", message)
                    yield beam.pvalue.TaggedOutput(REFUSED, reject)
            continue
        with_labels = merged(page, labels)
        yield with_labels.page
        for moved in with_labels.moved:
            yield beam.pvalue.TaggedOutput(MOVED, moved)
        for reject in with_labels.rejects:
            yield beam.pvalue.TaggedOutput(REFUSED, reject)
        agreed = sum(has_labels(copy.page) for copy in labels) - len(with_labels.rejects)
        yield beam.pvalue.TaggedOutput(AGREED, agreed)


def _telling(pair: Duplicate) -> tuple[bool, int, str, float]:
    """What an image is dropped for comes first, in one order wherever pairs come from."""
    return not is_evaluation(pair.kept), pair.distance, pair.kept, pair.difference


def _reject(page: Page, pair: Duplicate) -> Reject:
    bits = f"{pair.distance}"
    if is_evaluation(pair.kept):
        message = f"shows what the evaluation set shows: {display_name(pair.kept)}"
        return page_reject(page, "near_duplicates", "contamination", message, bits)
    message = f"shows the same as image {pair.kept} (text similarity {pair.similarity})"
    return page_reject(page, "near_duplicates", "near_duplicate", message, bits)
