"""Samples that a stage shows again: each is one of an earlier stage, in that stage's shard."""

from collections.abc import Generator, Iterator

from gyogwa.pipelines.lint.curriculum import SplitOfStage
from gyogwa.pipelines.lint.index import Seen, Totals, is_replay, values_of
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.schemas.manifest import Shard
from gyogwa.schemas.samples import IndexRow


def lint_replays(
    split: SplitOfStage, totals: Totals, seen: Seen
) -> Generator[Problem, None, set[str]]:
    """The shards that are listed again are the earlier stage's own, and counted by stage. Returns
    those that are."""
    known: set[str] = set()
    asked = [replay.stage for replay in split.stage.replay] if split.split == "train" else []
    counts = dict.fromkeys(asked, 0)
    for shard in split.manifest.shards:
        if not is_replay(shard.file):
            continue
        folder, name = _parts(shard.file)
        stage = folder.partition("-")[2]
        earlier = seen.shards.get(folder, {}).get(name)
        if earlier is None or stage not in asked:
            what = f"{shard.file} is no shard of an earlier stage that is replayed, {asked}"
            yield Problem("replay_unknown", split.path, what)
            continue
        known.add(shard.file)
        counts[stage] += totals.in_shard[shard.file]
        if _content(shard) != _content(earlier):
            what = f"{shard.file}: {_content(shard)}, its stage says {_content(earlier)}"
            yield Problem("replay_shard", split.path, what)
    if split.manifest.replays != counts:
        what = f"replays {split.manifest.replays}, the index has {counts}"
        yield Problem("replay_count", split.path, what)
    return known


def lint_replayed(
    split: SplitOfStage, file: str, rows: list[IndexRow], seen: Seen
) -> Iterator[Problem]:
    """The rows of a shard that is listed again are rows of its stage, each shown once."""
    folder, name = _parts(file)
    own = seen.rows.get(folder)
    for row in rows:
        if row.repeats != 1 or (own is not None and not own.holds(name, *values_of(row))):
            what = f"shown {row.repeats} times from {file}, whose stage has no such row"
            yield Problem("replay_row", f"{split.index}: {row.key}", what)


def _parts(file: str) -> tuple[str, str]:
    folder, _, name = file.removeprefix("../").partition("/")
    return folder, name


def _content(shard: Shard) -> tuple[str, int, str]:
    return shard.series, shard.bytes, shard.sha256
