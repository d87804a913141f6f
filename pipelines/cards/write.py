"""Write the pages: `index.html`, what makes them work (`app/`), and the data in pieces (`data/`).

Cost: a thumbnail of every image, some 20 ms, and reading every shard; memory is that of the index
of texts (4 bytes a word and card) and of some thousands of cards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain
from typing import Any

from gyogwa.pipelines.cards import choose, drafts
from gyogwa.pipelines.cards.images import Images
from gyogwa.pipelines.cards.output import Output
from gyogwa.pipelines.cards.tables import Tables
from gyogwa.pipelines.rebuild import curriculum_yaml, rebuild_command
from gyogwa.pipelines.review.draw import draw
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.transforms.cards import pieces
from gyogwa.transforms.cards.card import Card
from gyogwa.transforms.cards.facets import Columns
from gyogwa.transforms.cards.pictures import READABLE
from gyogwa.transforms.cards.samples import listed, texts_of
from gyogwa.transforms.cards.text_index import TextIndex


@dataclass(frozen=True)
class CardsConfig:
    """How many samples of each task, and rejects of each rule and pairs of each verdict get a card
    (None: all), the pixels of the longer side of images, and how many samples are drawn for review,
    by which seed."""

    per_task: int | None = None
    per_rule: int | None = None
    image_side: int = READABLE
    review: int = 0
    seed: int = 0


def write_cards(
    layout: RunLayout, built: RunLayout, run: CurriculumManifest, config: CardsConfig,
    folder: str = "",
) -> str:  # fmt: skip
    """Write the pages into `folder`, which has none, or where a run has them; returns the first
    page's path. Tables that ingest wrote are in `layout`, what assemble wrote in `built`."""
    folder = folder or built.cards
    samples, all_samples = choose.some_samples(choose.indexed(built, run), config.per_task)
    drawn = None
    if config.review:  # all that is to be looked at has a card
        there = list(choose.indexed(built, run))
        drawn = draw(there, run, config.review, config.seed)
        keys = {each.row.key for each in samples} | {each.key for each in drawn.samples}
        samples, _ = choose.some_samples((e for e in there if e.row.key in keys), None)
    rejects, all_rejects = choose.some_rejects(layout, built, config.per_rule)
    pairs, all_pairs = choose.some_pairs(built, config.per_rule)
    tables = Tables(layout, built, run.engine)
    names = drafts.pair_cards(pairs)
    made = chain(
        drafts.of_samples(samples, tables, run.curriculum, names),
        drafts.of_rejects(rejects, tables, run.curriculum, names),
        drafts.of_pairs(pairs, tables),
    )
    told = {
        "name": run.curriculum.name,
        "description": run.curriculum.description,
        "fingerprint": run.fingerprint,
        "engine": run.engine,
        "rebuild": rebuild_command(layout, run),
        "there": {"sample": all_samples, "reject": all_rejects, "pair": all_pairs},
        "review": drawn.model_dump(mode="json") if drawn is not None else None,
    }
    output = Output(folder)
    output.put("curriculum.yaml", curriculum_yaml(run).encode())
    write_site(output, Images(output, config.image_side).finish(made), told)
    return f"{folder}/index.html"


def write_site(output: Output, cards: Iterable[tuple[Card, str]], told: dict[str, Any]) -> None:
    """Write pages of these cards (each with its thumbnail). `told`: what the pages
    say of the whole; how many cards there are is added."""
    index, columns, ids, count = TextIndex(), Columns(), [], 0
    shown: dict[str, int] = {}

    def put(name: str, value: Any) -> None:
        output.put(f"data/{name}.js", pieces.script(name, value))

    lists: list[list[str]] = []
    bodies: dict[int, Card] = {}
    small: dict[int, str] = {}
    for number, (card, thumb) in enumerate(cards):
        entry = listed(card)
        index.add(number, texts_of(card))
        columns.add(entry)
        ids.append(card.id)
        lists.append([entry.id, entry.kind, entry.title, entry.line])
        bodies[number] = card
        if thumb:
            small[number] = thumb
        shown[card.kind] = shown.get(card.kind, 0) + 1
        count = number + 1
        if count % pieces.CARDS == 0:
            put(pieces.piece_name("cards", number // pieces.CARDS), _flushed(bodies))
        if count % pieces.THUMBNAILS == 0:
            put(pieces.piece_name("thumbs", number // pieces.THUMBNAILS), _flushed(small))
        if count % pieces.LISTED == 0:
            put(pieces.piece_name("list", number // pieces.LISTED), lists)
            lists = []
    last = max(count - 1, 0)
    if bodies:
        put(pieces.piece_name("cards", last // pieces.CARDS), _flushed(bodies))
    if count % pieces.THUMBNAILS:
        put(pieces.piece_name("thumbs", last // pieces.THUMBNAILS), _flushed(small))
    if lists:
        put(pieces.piece_name("list", last // pieces.LISTED), lists)
    texts: dict[str, int] = {"words": 0, "hits": 0}
    for name, text in index.pieces():
        put(name, text)
        texts[name.partition("-")[0]] += 1
    for prefix, bucket in pieces.buckets_of(ids).items():
        put(f"ids-{prefix}", bucket)
    put("facets", columns.value())
    sizes = {"listed": pieces.LISTED, "cards": pieces.CARDS, "thumbs": pieces.THUMBNAILS}
    put("meta", {
        **told, "count": count, "shown": shown, "pieces": texts, "sizes": sizes,
        "digits": len(next(iter(pieces.buckets_of(ids)))),
    })  # fmt: skip
    app = files("gyogwa.transforms.cards") / "app"
    for file in sorted(app.iterdir(), key=lambda file: file.name):
        if file.name.endswith((".js", ".css")):
            output.put(f"app/{file.name}", file.read_bytes())
    output.put("index.html", (app / "index.html").read_bytes())


def _flushed(values: dict[int, Any]) -> dict[str, Any]:
    flushed = {str(number): value for number, value in values.items()}
    values.clear()
    return flushed
