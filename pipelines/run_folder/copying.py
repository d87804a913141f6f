"""What was built aside takes the place of what is published, on an object store.

Nothing can be renamed there, so the store copies (its own servers do) what lies under
`.building/<id>/` to its final name: shards, indexes and tables first, then the manifests, then
`curriculum.json`; then old objects go that aren't published any more, each only if it is as it was
written. Whoever comes next finishes it from wherever it stopped.

What can be seen in between: an old manifest beside new shards. A loader that opens the run then
says that a shard isn't the one that its manifest lists; it never takes one for the other, since it
checks. On local disk there is no such time (see `swap`).
"""

from collections.abc import Callable
from functools import partial

from gyogwa.pipelines.run_folder.files import entries, entry
from gyogwa.pipelines.run_folder.ownership import read_listed
from gyogwa.pipelines.run_folder.swap import published_bytes, read_new, refuse_conflicts
from gyogwa.pipelines.run_folder.trading import Swap
from gyogwa.transforms.files.folders import remove
from gyogwa.transforms.files.retries import Advice, retried
from gyogwa.transforms.files.storage import system_of
from gyogwa.transforms.files.writing import write_bytes

_ADVICE = Advice(
    done="put in place",
    unreachable="check that the store can be reached; the next gyogwa command there, such as "
    "gyogwa lint, goes on with it",
)
_AT_ONCE = 256
"""Copies asked for together, of which a store does some at a time."""


def finish_objects(swap: Swap) -> None:
    """Put everything in place. Raises GyogwaError when a file of others is in the way."""
    filesystem, root = system_of(swap.root, fresh=True)
    _, aside = system_of(swap.aside)
    new = read_new(swap)
    old = read_listed(swap.root, swap.list_name)
    refuse_conflicts(swap, new)
    waiting = entries(swap.aside, new.files)  # of a part alone the rest is in its place
    ranks: list[Callable[[str], bool]] = [
        lambda path: not path.endswith("/manifest.json") and path != swap.first,
        lambda path: path.endswith("/manifest.json"),
        lambda path: path == swap.first,
    ]
    for of_rank in ranks:
        paths = [path for path in sorted(waiting) if of_rank(path)]
        for start in range(0, len(paths), _AT_ONCE):
            some = paths[start : start + _AT_ONCE]
            sources, targets = ([f"{top}/{path}" for path in some] for top in (aside, root))
            retried(swap.root, partial(filesystem.copy, sources, targets), _ADVICE)
    for path in sorted(old.published.files.keys() - new.files.keys()):
        found = entry(f"{swap.root}/{path}")
        if found is not None and old.is_own(path, found):
            remove(f"{swap.root}/{path}")
    write_bytes(f"{swap.root}/{swap.list_name}", published_bytes(new))
    remove(f"{swap.aside}/{swap.list_name}")  # from here on the rest is no more than rubbish
    for path in sorted(waiting):
        remove(f"{swap.aside}/{path}")
