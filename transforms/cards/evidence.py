"""What a run's tables say of an image, and the picture on a card that is made of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.curriculum import Filters
from gyogwa.schemas.ledger import Duplicate
from gyogwa.schemas.page import Word
from gyogwa.schemas.records import Annotation, Image, MovedLabels, Page
from gyogwa.schemas.sample_json import AnnotationEntry, ImageEntry
from gyogwa.transforms.cards.card import Check, Member, Picture, Region, Words
from gyogwa.transforms.cards.spans import whole
from gyogwa.transforms.curriculum.filters import checks

_CELLS = 600
"""Cells whose boxes a card holds: more than that is no table that anyone checks by eye."""

HIDDEN = "personal data was found on it"


@dataclass(frozen=True)
class Evidence:
    """`image`: the occurrence that was annotated. `occurrences`: where it was found, all of them.
    `annotation`: None where the engine could not read it. `cluster`: the pairs it is in.
    `hidden`: of what was read, and of its own bytes, nothing may be shown."""

    image: Image
    occurrences: list[Image]
    annotation: Annotation | None
    moved: list[MovedLabels] = field(default_factory=list)
    cluster: list[Duplicate] = field(default_factory=list)
    hidden: bool = False


def picture_of_sample(
    entry: ImageEntry,
    annotation: AnnotationEntry | None,
    known: Evidence | None,
    bounds: Iterable[Filters],
) -> Picture:
    """The picture of an image of a sample: words as they lie in the shard, and beside them what the
    tables add, such as where each word is from and how tables are built."""
    told = Picture(
        id=entry.id,
        width=entry.width,
        height=entry.height,
        source=entry.source,
        uri=entry.uri,
        licence=entry.licence,
        changes=entry.changes,
    )
    if annotation:
        found = known.annotation if known else None
        same = found is not None and len(found.words) == len(annotation.words)
        told = _with_text(told, annotation, _origins(found.words) if found and same else [])
    return _with_tables(told, known, bounds)


def picture_of_image(known: Evidence, bounds: Iterable[Filters]) -> Picture:
    """The picture of an image that no sample shows, as far as the tables know it."""
    image, found = known.image, None if known.hidden else known.annotation
    told = Picture(
        id=image.image_id,
        absent=HIDDEN if known.hidden else "",
        width=image.width,
        height=image.height,
        source=image.source,
        uri=image.uri,
        licence=image.licence,
        changes=image.changes,
    )
    if found:
        told = _with_text(told, found, _origins(found.words))
    return _with_tables(told, known, bounds)


def _with_text(
    picture: Picture, found: Annotation | AnnotationEntry, origins: list[str]
) -> Picture:
    """The picture with what was read on it, as a shard or a table holds it."""
    words = found.words
    return replace(
        picture,
        origin=found.origin,
        language=found.language,
        coverage=found.coverage,
        covered=found.covered,
        words=_words(
            [word.text for word in words],
            [word.box for word in words],
            [round(100 * word.confidence) for word in words],
            origins,
        ),
        lines=[value for line in found.lines for value in whole(line.box)],
        blocks=[Region(block.kind, whole(block.box)) for block in found.blocks],
    )


def members_of(image_id: str, pairs: Iterable[Duplicate], cards: Mapping[str, str]) -> list[Member]:
    """The other images of the clusters that an image is in. `cards`: ids of cards of pairs, by
    `pair_name`."""
    found: dict[str, Member] = {}
    for pair in pairs:
        other = pair.kept if pair.member == image_id else pair.member
        if other != image_id or pair.verdict == "exact":
            card = cards.get(pair_name(pair), "")
            found[other] = Member(other, pair.verdict, pair.distance, pair.difference, card)
    return sorted(found.values(), key=lambda member: (member.verdict, member.image_id))


def pair_name(pair: Duplicate) -> str:
    """Both ends of a pair as one text."""
    return f"{pair.kept} {pair.member}"


def _words(
    texts: Sequence[str], boxes: Iterable[Box], sure: Sequence[int], origins: list[str]
) -> Words | None:
    if not texts:
        return None
    return Words(
        texts=list(texts),
        boxes=[value for box in boxes for value in whole(box)],
        confidence=[] if all(value == 100 for value in sure) else list(sure),
        origins=origins,
    )


def _origins(words: Iterable[Word]) -> list[str]:
    origins = [word.origin for word in words]
    return origins if any(origins) else []


def _with_tables(picture: Picture, known: Evidence | None, bounds: Iterable[Filters]) -> Picture:
    if known is None:
        return picture
    image, found = known.image, known.annotation
    tables = found.tables if found and not known.hidden else []
    cells = [cell for table in tables for cell in table.cells]
    return replace(
        picture,
        sha256=image.sha256,
        kind=image.kind,
        document=image.document,
        page=image.page,
        engine=found.engine if found else "",
        confidence=found.confidence if found and found.origin == "ocr" else None,
        moved=[f"{row.parts} of {row.source}: {row.uri}" for row in known.moved],
        occurrences=_elsewhere(known),
        tables=[Region("known" if table.known else "found", whole(table.box)) for table in tables],
        cells=[Region(cell.text, whole(cell.box)) for cell in cells[:_CELLS]],
        checks=_checks(image, found, bounds) if found else [],
    )


def _elsewhere(known: Evidence) -> list[str]:
    places = [f"{image.source}: {image.uri} ({image.licence})" for image in known.occurrences]
    return sorted(places) if len(places) > 1 else []


def _checks(image: Image, found: Annotation, bounds: Iterable[Filters]) -> list[Check]:
    """Every rule once, at the strictest of the bounds that were asked of this image."""
    page = Page(image, found)
    seen: dict[tuple[str, str], Check] = {}
    for each in bounds:
        for check in checks(page, each):
            value = f"{check.value:.4g}" if isinstance(check.value, float) else str(check.value)
            threshold = str(check.threshold)
            seen[check.rule, threshold] = Check(check.rule, value, threshold, check.passed)
    return list(seen.values())
