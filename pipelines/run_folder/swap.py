"""What was built aside takes the place of what is published, on local disk.

`FOLDER/.building/<id>/` holds everything under its final name. Once its list is written there, the
swap is decided, and whoever comes next finishes it (`finish` may be repeated from any point):

1. files of others in `stages/` are linked into the new `stages/`, under their own names;
2. the two `stages/` trade places, in one step (`renameat2`), or where the file system can't do that
   in two, with a moment without any;
3. `curriculum.json`, then every other file, one `os.replace` each;
4. the old files go, each only if it is as it was written; the new list takes the place of the old.

Up to step 2 the old run is whole, after `curriculum.json` the new one opens. Between them (one
rename) a curriculum loader says that the stages are of another run; until step 4 is done tables,
cards and report may be of either. What others put there is under its own name at every instant,
but for a file system that has neither of the two.
"""

import os
from contextlib import suppress
from pathlib import Path

from gyogwa.pipelines.run_folder.files import entries, entry
from gyogwa.pipelines.run_folder.ownership import Listed, in_the_way, read_listed
from gyogwa.pipelines.run_folder.trading import (
    Swap,
    exchange_whole,
    is_below,
    remove_empty_folders,
    take_apart,
)
from gyogwa.schemas.layout import TABLES, is_part
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.run import Published
from gyogwa.transforms.files.locations import is_url
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.writing import sync_folder, write_bytes


def decide(swap: Swap, new: Published) -> None:
    """Write the list aside: from here on the swap is finished, come what may. Raises GyogwaError,
    with nothing changed, when files of others stand in the way."""
    refuse_conflicts(swap, new)
    write_bytes(f"{swap.aside}/{swap.list_name}", published_bytes(new))


def published_bytes(published: Published) -> bytes:
    """The list as it is stored."""
    return (published.model_dump_json(indent=1) + "\n").encode()


def finish(swap: Swap) -> None:
    """Put everything in place, from wherever an earlier attempt stopped. Raises GyogwaError when a
    file of others has come into the way since; what isn't done yet is then done next time."""
    new = read_new(swap)
    old = read_listed(swap.root, swap.list_name)
    refuse_conflicts(swap, new)
    if swap.whole:
        exchange_whole(swap, new, old)
    outside = [path for path in new.files if not is_below(path, swap.whole)]
    for path in sorted(outside, key=lambda path: (path != swap.first, path)):
        if os.path.lexists(f"{swap.aside}/{path}"):
            if not os.path.isdir(folder := os.path.dirname(f"{swap.root}/{path}")):
                os.makedirs(folder)
            os.replace(f"{swap.aside}/{path}", f"{swap.root}/{path}")
    if swap.whole:
        take_apart(swap, new, old)
    for path in sorted(old.published.files.keys() - new.files.keys()):
        found = entry(f"{swap.root}/{path}")
        if found is not None and old.is_own(path, found):
            os.unlink(f"{swap.root}/{path}")
            _remove_empty(swap.root, os.path.dirname(path))
    sync_folder(Path(swap.root))
    os.replace(f"{swap.aside}/{swap.list_name}", f"{swap.root}/{swap.list_name}")
    sync_folder(Path(swap.root))
    remove_empty_folders(swap.aside)


def read_new(swap: Swap) -> Published:
    """The list of what is about to be put in place."""
    path = f"{swap.aside}/{swap.list_name}"
    return parse_json(read_bytes(path), path, Published)


def refuse_conflicts(swap: Swap, new: Published) -> None:
    """Raise GyogwaError naming what isn't ours and lies where something of ours is to go."""
    old = read_listed(swap.root, swap.list_name)
    fresh = Listed(swap.root, new, float("-inf"))  # what an attempt that was cut off copied
    waiting = entries(swap.aside, new.files)
    there = entries(swap.root, new.files)
    exchanged = os.path.lexists(f"{swap.root}/{swap.whole}/{swap.stamp}")
    wrong = set()
    for path in new.files:
        if path not in waiting or (exchanged and is_below(path, swap.whole)):
            continue  # it is in its place
        found = there.get(path)
        if found is None:
            wrong |= set() if is_url(swap.root) else _blocked(swap.root, path)
        elif found.is_file and _is_table(path):
            continue
        elif not (old.is_own(path, found) or fresh.is_own(path, found)):
            wrong.add(path)
    if wrong:
        raise in_the_way(swap.root, wrong)


def _is_table(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return folder in TABLES and is_part(folder, name)


def _blocked(root: str, path: str) -> set[str]:
    """The part of a path that is no folder, if any: nothing can be put below it."""
    parts = path.split("/")[:-1]
    for count in range(1, len(parts) + 1):
        found = entry("/".join([root, *parts[:count]]))
        if found is not None and found.kind != "folder":
            return {"/".join(parts[:count])}
    return set()


def _remove_empty(root: str, folder: str) -> None:
    with suppress(OSError):
        while folder:
            os.rmdir(f"{root}/{folder}")
            folder = os.path.dirname(folder)
