"""The card of a training sample, what the list says of it, and the texts that are searched."""

from collections.abc import Iterable, Mapping, Sequence

from gyogwa.schemas.curriculum import Filters, Pixels
from gyogwa.schemas.sample_json import AnnotationEntry, SampleEntry
from gyogwa.transforms.cards.card import Answers, Card, Listed, Picture, Place, Said, Span
from gyogwa.transforms.cards.evidence import Evidence, picture_of_sample
from gyogwa.transforms.cards.spans import difference, spans_of
from gyogwa.transforms.cards.text_index import without_markup
from gyogwa.transforms.targets.dialect import Dialect, Size
from gyogwa.transforms.targets.registry import dialect_named

SHORT = 110
"""Characters of a card's line in the list."""


def sample_card(
    key: str,
    entry: SampleEntry,
    place: Place,
    known: Mapping[str, Evidence],
    bounds: Iterable[Filters],
    repeats: int = 1,
) -> Card:
    """The card of a sample. `known`: what the tables say of its images, `bounds`: the filters that
    its images had to pass."""
    origin = entry.provenance
    asked = list(bounds)
    annotations: Sequence[AnnotationEntry | None] = entry.annotation or [None] * len(entry.images)
    pictures = [
        picture_of_sample(image, annotation, known.get(image.id), asked)
        for image, annotation in zip(entry.images, annotations, strict=True)
    ]
    dialect = dialect_named(origin.dialect, Pixels(least=origin.pixels[0], most=origin.pixels[1]))

    def said(role: str, text: str) -> Said:
        return Said(role, text, _spans(text, dialect, pictures))

    answers = None
    if entry.chosen is not None and entry.rejected is not None:
        kept, lost = difference(entry.chosen, entry.rejected)
        answers = Answers(
            said("chosen", entry.chosen),
            said("rejected", entry.rejected),
            origin.detail,
            kept,
            lost,
        )
    tasks = sorted({question.task for question in entry.questions})
    return Card(
        id=key,
        kind="sample",
        title=" + ".join(tasks),
        stage=origin.stage,
        split=origin.split,
        tasks=tasks,
        source=origin.source,
        uri=origin.uri,
        licence=origin.licence,
        language=origin.language,
        detail=origin.detail,
        dialect=origin.dialect,
        document=origin.document,
        images=pictures,
        turns=[said(turn.role, turn.content) for turn in entry.conversations],
        answers=answers,
        place=place,
        repeats=repeats,
    )


def _spans(text: str, dialect: Dialect, pictures: list[Picture]) -> list[Span]:
    if len(pictures) != 1:  # nothing in the markup says which of several images is meant
        return []
    (picture,) = pictures
    words = picture.words.texts if picture.words else []
    return spans_of(text, dialect, Size(picture.width, picture.height), words)


def listed(card: Card) -> Listed:
    """The card's entry in the list."""
    return Listed(
        id=card.id,
        kind=card.kind,
        title=card.title,
        line=_line(card)[:SHORT],
        facets={name: values for name, values in _facets(card).items() if values},
    )


def texts_of(card: Card) -> Iterable[str]:
    """What is searched: what is said and read, names, addresses and identities."""
    yield from (turn.text for turn in card.turns)
    if card.answers:
        yield from (card.answers.chosen.text, card.answers.rejected.text)
    for picture in card.images:
        yield from picture.words.texts if picture.words else []
        yield from (picture.uri, picture.id, picture.source)
    yield from (card.id, card.source, card.uri, card.document, *card.tasks)
    if card.reason:
        yield from (card.reason.rule, card.reason.message)


def _line(card: Card) -> str:
    if card.reason:
        return card.reason.message
    if card.compared:
        return " ↔ ".join(picture.uri for picture in card.images)
    turns = [turn.text for turn in card.turns if turn.role != "system"]
    text = card.answers.chosen.text if card.answers else (turns[1] if len(turns) > 1 else turns[0])
    # Quotation marks go without a trace: a particle stands right behind what is quoted.
    return " ".join(without_markup(text.replace('"', "")).split())


def _facets(card: Card) -> dict[str, list[str]]:
    verdict = "in a shard"
    reason = f"{card.reason.step}: {card.reason.rule}" if card.reason else ""
    if card.reason:
        verdict = f"out: {card.reason.unit}"
    elif card.compared:
        verdict = f"pair: {card.compared.verdict}"
    return {
        "verdict": [verdict],
        "stage": [card.stage] if card.stage else [],
        "task": card.tasks,
        "reason": [reason] if reason else [],
        "source": sorted({p.source for p in card.images} | {card.source} - {""}),
        "licence": sorted(({p.licence for p in card.images} | {card.licence}) - {""}),
        "language": [card.language] if card.language else [],
        "kind": sorted({p.kind for p in card.images} - {""}),
        "flag": sorted(_flags(card)),
    }


def _flags(card: Card) -> set[str]:
    pictures = card.images
    said = {
        "held out": card.split == "validation",
        "several images": card.kind != "pair" and len(pictures) > 1,
        "no image": not pictures,
        "hidden words in a PDF": any(p.covered for p in pictures),
        "bytes changed": any(p.changes for p in pictures),
        "read by OCR": any(p.origin == "ocr" for p in pictures),
        "labels of a copy": any(p.moved for p in pictures),
        "has duplicates": card.kind != "pair" and any(p.cluster for p in pictures),
        "repeated": card.repeats > 1,
        "can't be shown": any(p.absent for p in pictures),
    }
    return {name for name, holds in said.items() if holds}
