"""What lies in the run's folder and in nobody's list: a reader that goes by names would take it."""

from collections.abc import Iterator

from gyogwa.pipelines.lint.curriculum import SplitOfStage
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.run_folder.files import entry
from gyogwa.pipelines.run_folder.ownership import is_temporary
from gyogwa.schemas.layout import RunLayout, is_run_name
from gyogwa.transforms.files.folders import walk


def lint_files(layout: RunLayout, splits: list[SplitOfStage], complete: bool) -> Iterator[Problem]:
    """Leftovers of a command that was broken off, and files in `stages/` with names that a run
    gives its own, which no manifest lists; these only where the manifests are `complete`. Files of
    others lie there unharmed and read by nobody.

    What is made aside isn't published, and while a command writes, unfinished files are its own.
    """
    listed = {split.path for split in splits}
    for split in splits:
        listed.add(split.index)
        listed |= {f"{split.folder}/{shard.file}" for shard in split.manifest.shards}
    written_now = entry(layout.lock) is not None
    for path, _, _ in walk(layout.root, half_written=True):
        published = path.startswith(f"{layout.stages}/")
        if path.startswith(f"{layout.building}/") or (written_now and not published):
            continue
        if is_temporary(path) or path.endswith("/manifest.pending.json"):
            yield Problem("leftover_file", path, "is left of a command that was broken off")
        elif complete and _is_named_as_ours(path, layout) and path not in listed:
            yield Problem("unlisted_file", path, "no manifest lists it")


def _is_named_as_ours(path: str, layout: RunLayout) -> bool:
    """Whether a file in `stages/` bears a name of a run's own."""
    return path.startswith(f"{layout.stages}/") and is_run_name(path[len(layout.root) + 1 :])
