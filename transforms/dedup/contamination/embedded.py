"""Evaluation images that a page holds as a part of it: a chart on a slide, a figure in a book.

Only where there are evaluation images: each page is decoded once, its regions are cut out
(`regions`) and hashed as images are, also as they would be if they were turned by quarters, and
compared with the hashes of the evaluation images, which are few. What is within the radius is laid
over the evaluation image and judged by its pixels, as copies are.

What is found is an image on a ground of one colour, with white or a frame around it, at least a
sixth of the page's side. What overlaps it, or touches it without a gap, hides it. Cost: .02 to .7 s
a page and 4 us for each evaluation image; memory: 100 bytes an evaluation image. A page that an
earlier run has searched for the same images by the same rules is not decoded again.

Beam counters, namespace "contamination": `pages_searched`, `pages_known` from an earlier run, and
`regions_looked`, those whose pixels were compared.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np
from apache_beam.metrics import Metrics
from PIL import Image as Pixels

from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.ids import ID_DIGITS, fingerprint_of
from gyogwa.schemas.ledger import Duplicate, Searched
from gyogwa.schemas.records import BenchmarkRow, ImageRef, Page
from gyogwa.schemas.row import Row
from gyogwa.transforms.dedup.contamination.images import fingerprints_of
from gyogwa.transforms.dedup.contamination.regions import Region, cropped, regions_of
from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.dedup.hash_index import Words, words_of
from gyogwa.transforms.dedup.looks import difference
from gyogwa.transforms.dedup.picture import PAGE, SIDE, Picture, pictured
from gyogwa.transforms.dedup.upright import upright
from gyogwa.transforms.dedup.verdict import LOOK_VERSION
from gyogwa.transforms.files.decode import decode
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.files.tables import read_rows
from gyogwa.transforms.flow.steps import Composite, Found, Join, Nothing
from gyogwa.transforms.ingest.hashes import KINDS, Hashes, hashes_of, spectrum_hash

SEARCH_VERSION = 2
"""Raise it when the same page is found to hold another image, or none."""
RADIUS = 56
"""Bits of the hash of a region and of the image alone: it was cut out at a pixel of a reduced
page, so it is up to twice as far as copies are. Of other images 128 on average, 90 at least."""
_BOXED = 64  # pixels a side, as the hash has it
_MAY_SHOW = 84
"""Bits of a region's box that end it: half as many again as the radius, less than others have."""
_NEAREST = 6
"""How often a page is looked at, at most: a frame and what is in it may be as near."""
_REGION = 1024
"""Pixels of the longer side of a page of which regions are hashed."""
_TURNS = (0, 90, 180, 270)
_KNOWN = "known"


class Held(NamedTuple):
    """An evaluation image that a page holds: its fingerprint, bits of the hash and difference."""

    image: Fingerprint
    bits: int
    apart: float


class Where(Row, frozen=True):
    """A page, and where its bytes are."""

    image_id: str
    ref: ImageRef
    sha256: str


class EvaluationImages:
    """The images of evaluation sets, by their hashes."""

    def __init__(self, images: Iterable[Fingerprint]) -> None:
        self.images = [image for image in images if image.hashes.boxed]
        self.hashes = [words_of(getattr(image.hashes, kind) for image in self.images)
                       for kind in KINDS]  # fmt: skip

    def search(self, limit: float) -> str:
        """The name of a search for these images, with this limit, by the rules as they are."""
        told = sorted([image.image_id, image.sha256] for image in self.images)
        return fingerprint_of([SEARCH_VERSION, LOOK_VERSION, limit, told])[:ID_DIGITS]

    def may_show(self, part: Pixels.Image) -> bool:
        """Whether a region, cut to its ink, can be within the radius of any, at any turn: by the
        hash of its box alone, which costs a tenth of all three."""
        laid = part.resize((_BOXED, _BOXED), Pixels.Resampling.BOX)
        own = spectrum_hash(np.asarray(laid, np.float64))
        turned = [upright(Hashes(own, own, own), turn).boxed for turn in _TURNS]
        boxed = self.hashes[KINDS.index("boxed")]
        return any(_bits(boxed, words_of([value])).min() <= _MAY_SHOW for value in turned)

    def near(self, hashes: Hashes) -> Iterator[tuple[int, int]]:
        """(bits, place) of the images within the radius."""
        if not hashes.boxed:
            return
        own = [words_of([getattr(hashes, kind)]) for kind in KINDS]
        bits = np.min([_bits(a, b) for a, b in zip(self.hashes, own, strict=True)], axis=0)
        for place in np.flatnonzero(bits <= RADIUS).tolist():
            yield int(bits[place]), place


def _bits(many: Words, one: Words) -> Any:
    return np.bitwise_count(many ^ one).sum(axis=1, dtype=np.int64)


def held(data: bytes, known: EvaluationImages, limit: float) -> Held | None:
    """The evaluation image that an encoded page holds as a part of it, the nearest if there are
    several; None if it holds none."""
    if not known.images:
        return None
    page = decode(data).pixels
    grey = page.convert("L")
    small = grey.copy()
    small.thumbnail((_REGION, _REGION), Pixels.Resampling.BOX)
    near: list[tuple[int, int, int, int, Region]] = []
    for number, region in enumerate(regions_of(grey)):
        part = cropped(small, region)
        if not known.may_show(part):
            continue
        hashes = hashes_of(part)
        for turn in _TURNS:
            for bits, place in known.near(upright(hashes, turn)):
                near.append((bits, place, number, turn, region))
    for bits, place, _, turn, region in sorted(near)[:_NEAREST]:
        image = known.images[place]
        alone = decode(read_verified(image.ref, image.sha256)).pixels
        around = regions_of(alone.convert("L"))
        if not around:
            continue
        Metrics.counter("contamination", "regions_looked").inc()
        apart = difference(
            _picture(cropped(alone, around[0])), _picture(cropped(page, region)), turn
        )
        if apart <= limit:
            return Held(image, bits, apart)
    return None


def _picture(image: Pixels.Image) -> Picture:
    """A part of an image at the size of comparison."""
    longer = (PAGE * image.width * image.height) ** 0.5
    factor = 1 << max(0, int(longer / SIDE).bit_length() - 1) if longer > 2 * SIDE else 1
    return pictured(
        image.reduce(factor) if factor > 1 else image, factor, lambda: image.convert("L")
    )


@cache
def evaluation_images(tables: tuple[str, ...]) -> EvaluationImages:
    """The images of the sets in these files of `BenchmarkRow`, once a process."""
    rows = (row for path in tables for row in read_rows(BenchmarkRow, path))
    return EvaluationImages(image for row in rows for image in fingerprints_of(row))


class Embedded(NamedTuple):
    """`pairs`: PCollection[Duplicate], of evaluation image and page, for each page that holds one;
    `searched`: of Searched, of each page that was searched now or before."""

    pairs: Any
    searched: Any


class FindEmbedded(Composite):
    """(Pages, pairs settled, searches) to what pages hold. Pages that were dropped for another
    image are not looked at; searches are the rows of `Searched` that earlier runs wrote."""

    def __init__(self, rules: Duplicates, tables: list[str]) -> None:
        super().__init__()
        self.limit, self.tables = rules.max_difference, tuple(tables)

    def expand(self, inputs: tuple[Any, Any, Any]) -> Embedded:
        pages, pairs, searches = inputs
        if not self.tables:
            return Embedded(
                pages | "NoPairs" >> Nothing(Duplicate), pages | "NoSearches" >> Nothing(Searched)
            )
        where = pages | "Where" >> beam.Map(_where).with_output_types(tuple[str, Where])
        dropped = (
            pairs
            | "Near" >> beam.Filter(lambda pair: pair.verdict == "near")
            | "Member"
            >> beam.Map(lambda pair: (pair.member, pair.kept)).with_output_types(tuple[str, str])
        )
        known = searches | "Known" >> beam.Map(lambda row: (row.image_id, row)).with_output_types(
            tuple[str, Searched]
        )
        left = {"pages": where, "dropped": dropped, "known": known} | "Left" >> Join(
            _left,
            {"pages": Where, "dropped": str, "known": Searched},
            gives=Where,
            tagged={_KNOWN: Searched},
            tables=self.tables,
            limit=self.limit,
        )
        found = left.main | "Search" >> beam.Map(_found, self.tables, self.limit).with_output_types(
            Searched
        )
        searched = (found, left[_KNOWN]) | "Searched" >> beam.Flatten()
        held_ = searched | "Held" >> beam.FlatMap(_pair).with_output_types(Duplicate)
        return Embedded(held_, searched)


def _where(page: Page) -> tuple[str, Where]:
    image = page.image
    return image.image_id, Where(image.image_id, image.ref, image.sha256)


def _left(_: str, found: Found, tables: tuple[str, ...], limit: float) -> Iterator[Any]:
    """A page that is still to be searched, or what is known of it."""
    if found["dropped"] or not found["pages"]:
        return
    images = evaluation_images(tables)
    if not images.images:
        return
    name = images.search(limit)
    known = next((row for row in found["known"] if row.search == name), None)
    if known is None:
        yield from found["pages"]
    else:
        Metrics.counter("contamination", "pages_known").inc()
        yield beam.pvalue.TaggedOutput(_KNOWN, known)


def _found(page: Where, tables: tuple[str, ...], limit: float) -> Searched:
    images = evaluation_images(tables)
    Metrics.counter("contamination", "pages_searched").inc()
    found = held(read_verified(page.ref, page.sha256), images, limit)
    search = images.search(limit)
    if found is None:
        return Searched(page.image_id, search)
    return Searched(page.image_id, search, found.image.image_id, found.bits, round(found.apart, 4))


def _pair(row: Searched) -> Iterator[Duplicate]:
    if row.held:
        yield Duplicate(
            row.held, row.image_id, row.held, row.distance, 0.0, "near", row.difference, "across"
        )
