"""A stage's index: read in batches, its order, its rows one by one, and what they add up to."""

import hashlib
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import groupby

import pyarrow as pa

from gyogwa.pipelines.lint.batches import batches_of
from gyogwa.pipelines.lint.curriculum import SplitOfStage
from gyogwa.pipelines.lint.known import Facts, fact
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.split import Sides
from gyogwa.pipelines.lint.tables import UNREADABLE
from gyogwa.schemas.arrow import rows_of
from gyogwa.schemas.manifest import Shard
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.storage import open_file

_CHUNK = 1 << 20


@dataclass
class Totals:
    """What the rows of an index add up to.

    `strata`: draws of the stage's own questions by task, language and source. `in_shard`: rows by
    shard, in the order of the index. `replayed`: rows by the folder of the earlier stage, `sources`
    by their source and licence. `questions`: of all draws; `asked`: of the stage's own rows, each
    once; `asked_again`: of replayed ones, of which one row has at most `most_again`.
    """

    rows: int = 0
    draws: int = 0
    tokens: int = 0
    own_tokens: int = 0
    strata: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    in_shard: Counter[str] = field(default_factory=Counter)
    replayed: Counter[str] = field(default_factory=Counter)
    questions: int = 0
    asked: int = 0
    asked_again: int = 0
    most_again: int = 0
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)

    def take(self, row: IndexRow) -> None:
        """Count a row."""
        self.rows += 1
        self.draws += row.repeats
        self.tokens += row.tokens * row.repeats
        self.in_shard[row.shard] += 1
        self.questions += len(row.questions) * row.repeats
        if is_replay(row.shard):
            self.replayed[row.shard.rpartition("/")[0]] += 1
            self.sources[(row.source, row.licence)] += 1
            self.asked_again += len(row.questions)
            self.most_again = max(self.most_again, len(row.questions))
        else:
            self.own_tokens += row.tokens * row.repeats
            self.asked += len(row.questions)
            for task in row.questions:
                self.strata[(task, row.language, row.source)] += row.repeats


@dataclass
class Seen:
    """What the stages before have shown: keys, and by the folder of a stage its rows and shards."""

    keys: Facts = field(default_factory=lambda: Facts(counting=True))
    rows: dict[str, Facts] = field(default_factory=dict)
    shards: dict[str, dict[str, Shard]] = field(default_factory=dict)


def is_replay(file: str) -> bool:
    """Whether a shard lies in an earlier stage's folder."""
    return file.startswith("../")


def index_rows(path: str) -> Iterator[IndexRow]:
    """The rows of an index, a batch at a time. Raises one of `UNREADABLE` when it isn't one."""
    for batch in batches_of(IndexRow, path):
        yield from rows_of(IndexRow, pa.Table.from_batches([batch]))


def digest_of(path: str) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with open_file(path) as file:
        while data := file.read(_CHUNK):
            digest.update(data)
    return digest.hexdigest()


def rows_by_shard(path: str) -> Iterator[tuple[str, list[IndexRow]]]:
    """The rows of an index, those of one shard at a time."""
    for file, rows in groupby(index_rows(path), key=lambda row: row.shard):
        yield file, list(rows)


def values_of(row: IndexRow) -> tuple[object, ...]:
    """What a row says of its sample, wherever it is shown and how often."""
    names = set(IndexRow.__struct_fields__) - {"shard", "repeats"}
    return tuple(getattr(row, name) for name in sorted(names))


def lint_index(
    split: SplitOfStage, seen: Seen, sides: Sides
) -> Generator[Problem, None, Totals | None]:
    """Yields what is wrong, returns the totals, or None for an index that can't be followed."""
    path, manifest = split.index, split.manifest
    totals, own = Totals(), Facts()
    try:
        found = digest_of(path)
        if found != manifest.index.sha256:
            what = f"SHA-256 is {found}, the manifest says {manifest.index.sha256}"
            yield Problem("index_hash", path, what)
            return None
        ordered = yield from _lint_rows(split, totals, own, seen, sides)
    except UNREADABLE as error:
        yield Problem("index_unreadable", path, str(error))
        return None
    if split.split == "train":
        folder = split.folder.rpartition("/")[2]
        seen.rows[folder] = own
        seen.shards[folder] = {shard.file: shard for shard in manifest.shards}
    if twice := seen.keys.twice():
        names = [row.key for row in index_rows(path) if fact(row.key) in twice]
        yield Problem("key_twice", path, f"keys that come twice in the run: {', '.join(names[:5])}")
    listed = list(dict.fromkeys(shard.file for shard in manifest.shards))
    if list(totals.in_shard) != listed:
        strays = sorted(set(listed) ^ totals.in_shard.keys())[:5] or "the same in another order"
        yield Problem("index_shards", path, f"lists other shards than the manifest: {strays}")
        return None
    if not ordered:
        yield Problem("index_order", path, "its rows don't stand by shard and offset")
        return None
    return totals


def _lint_rows(
    split: SplitOfStage, totals: Totals, own: Facts, seen: Seen, sides: Sides
) -> Generator[Problem, None, bool]:
    """Count the rows; returns whether they stand by shard and offset."""
    shard, offset, ordered = "", -1, True
    for row in index_rows(split.index):
        if row.shard == shard:
            ordered = ordered and row.offset > offset
        else:
            ordered = ordered and row.shard not in totals.in_shard
        shard, offset = row.shard, row.offset
        totals.take(row)
        yield from sides.lint_document(split.split, row.document, f"{split.index}: {row.key}")
        if not is_replay(row.shard):
            seen.keys.add(row.key)
            own.add(row.shard, *values_of(row))
            yield from _lint_row(split, row)
    return ordered


def _lint_row(split: SplitOfStage, row: IndexRow) -> Iterator[Problem]:
    """A row of the stage's own is one that the curriculum asks for."""
    where, stage = f"{split.index}: {row.key}", split.stage
    for task in sorted(set(row.questions) - split.tasks.keys()):
        what = f"task {task!r}, the stage asks for {sorted(split.tasks)}"
        yield Problem("task_not_asked", where, what)
    if len(row.questions) > stage.turns.most:
        what = f"{len(row.questions)} questions, the stage allows {stage.turns.most}"
        yield Problem("too_many_questions", where, what)
    most = stage.max_repeats if split.split == "train" else 1
    if not 1 <= row.repeats <= most:
        yield Problem("repeats", where, f"shown {row.repeats} times, expected 1 to {most}")
    longest = stage.tokens.max_per_sample
    if longest is not None and row.tokens > longest:
        what = f"{row.tokens} tokens, the stage allows {longest}"
        yield Problem("sample_too_long", where, what)
