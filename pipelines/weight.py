"""What a build makes, weighed as it is chosen: counters that tell a plan what is left to do."""

from collections.abc import Mapping
from typing import NamedTuple

from gyogwa.schemas.records import Page
from gyogwa.schemas.samples import Sample
from gyogwa.transforms.flow.measures import count


class Weight(NamedTuple):
    """What all samples come to: how many, the bytes of the images that they show, and the words
    that their annotations hold; the pages that are masked, with how many regions; and how many
    looks at pairs of images it took to know."""

    samples: int
    image_bytes: int
    words: int
    masked: int
    masks: int
    looks: int


_COUNTED_ELSEWHERE = {"looks": "duplicates/looked"}


def weighed(sample: Sample) -> Sample:
    """The sample, counted."""
    count("plan", "samples")
    count("plan", "image_bytes", sum(image.ref.length for image in sample.images))
    count("plan", "words", sample.words if sample.annotated else 0)
    return sample


def weighed_page(page: Page) -> Page:
    """The page, its masks counted."""
    if page.masks:
        count("plan", "masked")
        count("plan", "masks", len(page.masks))
    return page


def weight_of(counters: Mapping[str, int]) -> Weight:
    """The weight that a job's counters say."""
    names = {what: _COUNTED_ELSEWHERE.get(what, f"plan/{what}") for what in Weight._fields}
    return Weight(**{what: counters.get(name, 0) for what, name in names.items()})
