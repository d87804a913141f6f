"""Write `cards/index.html`: a few samples of every task of every stage, chosen by hash."""

import io
from collections import Counter

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.cards.render import Card, card_of, render
from gyogwa.transforms.files.storage import read_exactly
from gyogwa.transforms.files.tables import read_rows
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.shards.reader import samples_in


def write_cards(layout: RunLayout, run: CurriculumManifest, per_task: int) -> str:
    """Write the page and its images, in a folder without any; returns the page's path."""
    cards = []
    for number, stage in enumerate(run.curriculum.stages, 1):
        folder = layout.stage(number, stage.name)
        for row in _choose(list(read_rows(IndexRow, f"{folder}/index.parquet")), per_task):
            if not row.shard.startswith("../"):  # a replay's card is with its own stage
                cards.append(_card(layout, folder, row))
    write_bytes(f"{layout.cards}/index.html", render(run.curriculum.name, cards).encode())
    return f"{layout.cards}/index.html"


def _choose(rows: list[IndexRow], per_task: int) -> list[IndexRow]:
    """The first by hash of key, so that each task comes `per_task` times where there are so
    many; tasks by name."""
    taken: Counter[str] = Counter()
    chosen = []
    for row in sorted(rows, key=lambda row: hash_of("card", row.key)):
        if any(taken[task] < per_task for task in row.questions):
            taken.update(set(row.questions))
            chosen.append(row)
    return sorted(chosen, key=lambda row: (row.task, hash_of("card", row.key)))


def _card(layout: RunLayout, folder: str, row: IndexRow) -> Card:
    data = read_exactly(f"{folder}/{row.shard}", row.offset, row.length)
    (sample,) = samples_in(io.BytesIO(data))
    entry = sample.entry(row.shard)
    files = []
    for image in entry.images:
        name = f"images/{row.key}.{image.file}"
        write_bytes(f"{layout.cards}/{name}", sample.members[image.file])
        files.append(name)
    return card_of(row.key, entry, files)
