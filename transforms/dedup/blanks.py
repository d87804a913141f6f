"""Blank pages are one kind, however noisy: a run keeps a share of its images of them, no more.

A page is blank when nothing is known to stand on it and its pixels hold next to no ink: no
more contrast than paper and its grain have, or specks alone. Noise gives each a hash of its own, so
they are not looked for as copies but capped, drawn by their ids.

Beam counter, namespace "duplicates": `blank`, those that came in.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.metrics import Metrics

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Page
from gyogwa.transforms.flow.ledger import page_reject
from gyogwa.transforms.flow.steps import Composite, SumByKey

REJECTED = "rejected"
_WORDS = "words"
_GRAIN = 0.16  # of full contrast
_SPECKS = 0.0004  # of the pixels: a signature has more
_BUCKETS = 1 << 14
_ALL = -1

Counted = tuple[int, tuple[int]]


def is_blank(page: Page) -> bool:
    """Whether a page is blank."""
    if page.annotation.words or page.annotation.tables or page.annotation.charts:
        return False
    signals = page.image.signals
    return signals.contrast < _GRAIN or signals.ink < _SPECKS


def bound_of(counted: Iterable[Counted], share: float) -> tuple[int, int]:
    """Below which bucket blank pages are kept, and how many pages the share allows.

    `counted`: (bucket, (blank pages in it,)), and under `_ALL` all pages. At least one is kept,
    unless the share is 0; of those that share a bucket all are or none.
    """
    sizes = {bucket: count for bucket, (count,) in counted}
    pages = sizes.pop(_ALL, 0)
    most = max(1, int(share * pages)) if share else 0
    kept = 0
    for bucket in sorted(sizes):
        kept += sizes[bucket]
        if kept > most:
            return (bucket + 1 if most and kept == sizes[bucket] else bucket), most
    return _BUCKETS, most


class Capped(NamedTuple):
    """`pages`: PCollection[Page] with words or ink; `blank`: those blank ones that are kept;
    `rejects`: of Reject."""

    pages: Any
    blank: Any
    rejects: Any


class CapBlank(Composite):
    """Pages to those that hold something and a share of blank ones."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def expand(self, pages: Any) -> Capped:
        split = pages | "Split" >> beam.FlatMap(_split).with_output_types(
            Page, **{_WORDS: Page}
        ).with_outputs(_WORDS, main="main")
        counted = (
            pages
            | "Bucket" >> beam.FlatMap(_buckets).with_output_types(Counted)
            | "Sizes" >> SumByKey(1)
        )
        kept = split.main | "Cap" >> beam.FlatMap(
            _capped, beam.pvalue.AsList(counted), share=self.share
        ).with_output_types(Page, **{REJECTED: Reject}).with_outputs(REJECTED, main="main")
        return Capped(split.words, kept.main, kept.rejected)


def _split(page: Page) -> Iterator[Any]:
    if is_blank(page):
        Metrics.counter("duplicates", "blank").inc()
        yield page
    else:
        yield beam.pvalue.TaggedOutput(_WORDS, page)


def _buckets(page: Page) -> Iterator[Counted]:
    yield _ALL, (1,)
    if is_blank(page):
        yield _bucket(page), (1,)


def _bucket(page: Page) -> int:
    return int(hash_of("blank", page.image.image_id)[:8], 16) % _BUCKETS


def _capped(page: Page, counted: list[Counted], share: float) -> Iterator[Any]:
    bound, most = bound_of(counted, share)
    if _bucket(page) < bound:
        yield page
        return
    message = f"a blank page, and {most} are kept"
    reject = page_reject(page, "near_duplicates", "max_blank_share", message, "", f"{share}")
    yield beam.pvalue.TaggedOutput(REJECTED, reject)
