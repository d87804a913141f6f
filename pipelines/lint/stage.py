"""One split of a stage: its index, its numbers, and its shards side by side with their rows."""

from collections.abc import Generator, Iterator

from gyogwa.pipelines.lint.context import Context
from gyogwa.pipelines.lint.index import Seen, Totals, is_replay, lint_index, rows_by_shard
from gyogwa.pipelines.lint.numbers import lint_numbers
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.replay import lint_replayed, lint_replays
from gyogwa.pipelines.lint.shard import lint_shard
from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.curriculum.length import length_of


def lint_stage(context: Context, seen: Seen) -> Generator[Problem, None, Totals | None]:
    """Yields what is wrong with a split of a stage, returns what its index adds up to."""
    split = context.split
    totals = yield from lint_index(split, seen, context.sides)
    if totals is None:
        return None
    yield from lint_numbers(split, totals)
    replayed = yield from lint_replays(split, totals, seen)
    try:
        length_of("", split.stage.tokens)
    except (GyogwaError, ImportError) as error:
        context.countable = False
        yield Problem("tokens_unchecked", split.path, f"tokens can't be counted here: {error}")
    shards = {shard.file: shard for shard in split.manifest.shards}
    for file, rows in rows_by_shard(split.index):
        if not is_replay(file):
            yield from lint_shard(context, shards[file], rows)
        elif file in replayed:  # its bytes are read where it belongs
            yield from lint_replayed(split, file, rows, seen)
    yield from _lint_sources(context, totals)
    return totals


def _lint_sources(context: Context, totals: Totals) -> Iterator[Problem]:
    """The sources and licences of a manifest are those of its samples."""
    split = context.split
    listed = [(share.source, share.licence, share.samples) for share in split.manifest.sources]
    counts = context.sources + totals.sources
    found = [(source, licence, number) for (source, licence), number in sorted(counts.items())]
    if context.complete and listed != found:
        yield Problem("sources", split.path, f"lists {listed}, its samples are {found}")
