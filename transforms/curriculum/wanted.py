"""Pages that something names: those that conversations mention, and versions of one page.

Pages are large and few are named so. All that name one meet it in one join, through which every
page travels once.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam

from gyogwa.schemas.ledger import Duplicate
from gyogwa.schemas.records import Page
from gyogwa.schemas.row import Row
from gyogwa.transforms.curriculum.copies import Mention, mentions
from gyogwa.transforms.flow.steps import Composite, Found, Join

VERSION = "version"
_LEAST_SIMILAR = 0.6  # texts less alike than this are no versions of one page


class PagePlace(Row, frozen=True):
    """The page that a conversation speaks of at a position of its images."""

    position: int
    page: Page


def versions(pair: Duplicate) -> Iterator[tuple[str, str]]:
    """(image id, pair's name) for both pages of a pair that looked alike and reads alike."""
    if pair.verdict == "different" and pair.similarity >= _LEAST_SIMILAR:
        name = f"{pair.kept}/{pair.member}"
        yield pair.kept, name
        yield pair.member, name


def _wanted(_: str, found: Found) -> Iterator[Any]:
    for page in found["pages"]:
        for conversation_id, position in found["mentions"]:
            yield conversation_id, PagePlace(position, page)
        for name in found["versions"]:
            yield beam.pvalue.TaggedOutput(VERSION, (name, page))


class Wanted(NamedTuple):
    """`mentioned`: PCollection of (conversation's id, PagePlace); `versions`: of (pair's name,
    Page), of one page or of both."""

    mentioned: Any
    versions: Any


class WantedPages(Composite):
    """(Pages, conversations, pairs looked at) to the pages that the others name. `with_versions`:
    whether anybody asks for these."""

    def __init__(self, with_versions: bool) -> None:
        super().__init__()
        self.with_versions = with_versions

    def expand(self, inputs: tuple[Any, Any, Any]) -> Wanted:
        pages, conversations, pairs = inputs
        named = pairs if self.with_versions else pairs | "NoPairs" >> beam.Filter(lambda _: False)
        found = {
            "pages": pages
            | "ById"
            >> beam.Map(lambda page: (page.image.image_id, page)).with_output_types(
                tuple[str, Page]
            ),
            "mentions": conversations
            | "Mentions" >> beam.FlatMap(mentions).with_output_types(tuple[str, Mention]),
            "versions": named
            | "Versions" >> beam.FlatMap(versions).with_output_types(tuple[str, str]),
        } | "Join" >> Join(
            _wanted,
            {"pages": Page, "mentions": Mention, "versions": str},
            gives=tuple[str, PagePlace],
            tagged={VERSION: tuple[str, Page]},
        )
        return Wanted(found.main, found.version)
