"""Sample cards as one offline page: image with boxes, text, source, licence, stage.

Everything that comes from data is escaped by the template engine. The boxes are an SVG laid over
the image, in fractions, so they scale with it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.curriculum import Pixels
from gyogwa.schemas.sample_json import SampleEntry
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.registry import dialect_named


@dataclass(frozen=True)
class CardImage:
    """An image file beside the page, and the boxes to draw: (text, box, whether it is answered)."""

    file: str
    width: int
    height: int
    source: str
    uri: str
    licence: str
    changes: str
    boxes: list[tuple[str, Box, bool]]


@dataclass(frozen=True)
class Card:
    """One sample as the page shows it."""

    key: str
    stage: str
    task: str
    images: list[CardImage]
    turns: list[tuple[str, str]]
    chosen: str
    rejected: str
    language: str
    detail: str
    origin: str
    source: str
    coverage: float | None
    covered: int


def card_of(key: str, entry: SampleEntry, files: list[str]) -> Card:
    """The card of a sample whose images lie at `files`, relative to the page."""
    answered = _boxes_in(entry) if len(entry.images) == 1 else []
    where = entry.provenance
    images = []
    for index, image in enumerate(entry.images):
        words = entry.annotation[index].words if entry.annotation else []
        marked = [("", box, True) for box in answered]
        images.append(
            CardImage(
                file=files[index],
                width=image.width,
                height=image.height,
                source=image.source,
                uri=image.uri,
                licence=image.licence,
                changes=image.changes,
                boxes=[(word.text, word.box, False) for word in words] + marked,
            )
        )
    return Card(
        key=key,
        stage=entry.provenance.stage,
        task=entry.task,
        images=images,
        turns=[(turn.role, turn.content) for turn in entry.conversations],
        chosen=entry.chosen or "",
        rejected=entry.rejected or "",
        language=entry.provenance.language,
        detail=entry.provenance.detail,
        origin=entry.annotation[0].origin if entry.annotation else "",
        coverage=min((a.coverage for a in entry.annotation), default=None)
        if entry.annotation
        else None,
        covered=sum(a.covered for a in entry.annotation or []),
        source=f"{where.source}: {where.uri} · licence {where.licence}",
    )


def _boxes_in(entry: SampleEntry) -> list[Box]:
    least, most = entry.provenance.pixels
    dialect = dialect_named(entry.provenance.dialect, Pixels(least=least, most=most))
    size = Size(entry.images[0].width, entry.images[0].height)
    boxes: list[Box] = []
    for text in [*(turn.content for turn in entry.conversations), entry.chosen or ""]:
        try:
            boxes += [box for item in dialect.parse(text, size) for box in item.boxes]
        except ValueError:  # a source's own conversation may hold what looks like markup
            continue
    return boxes


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(title: str, cards: list[Card]) -> str:
    """The page."""
    stages: dict[str, list[Card]] = {}
    for card in cards:
        stages.setdefault(card.stage, []).append(card)
    return _environment().get_template("cards.html.j2").render(title=title, stages=stages)
