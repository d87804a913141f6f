"""A folder that is exchanged as a whole, and what others put into it, which stays where it was.

Before the two trees trade places, every file of others gets a second link in the new one, under
the same name; afterwards the first link goes with the old tree. So it is there at every instant and
remains the very file.
"""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gyogwa.pipelines.run_folder.exchange import exchange
from gyogwa.pipelines.run_folder.files import tree
from gyogwa.pipelines.run_folder.ownership import Listed
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.run import Published
from gyogwa.transforms.files.writing import sync_folder


@dataclass(frozen=True)
class Swap:
    """`aside` is to take the place of what lies in `root`; `list_name` is the list's file in both.

    `whole` is the folder that is exchanged as one ("": none), `first` the file that follows it.
    """

    root: str
    aside: str
    list_name: str = "published.json"
    whole: str = "stages"
    first: str = "curriculum.json"

    @property
    def retired(self) -> str:
        """Where the old `whole` lies until it is taken apart."""
        return f"{self.aside}/retired"

    @property
    def stamp(self) -> str:
        """A file that tells the new `whole` from the old, whichever place it is in."""
        return f".{os.path.basename(self.aside)}"


def is_below(path: str, folder: str) -> bool:
    """Whether a relative path lies in `folder`; nothing lies in ""."""
    return bool(folder) and path.startswith(f"{folder}/")


def exchange_whole(swap: Swap, new: Published, old: Listed) -> None:
    """Let the new tree and the old trade places, unless they have. Raises GyogwaError, with the old
    one in its place and the swap called off, when that can't be done."""
    fresh, place = f"{swap.aside}/{swap.whole}", f"{swap.root}/{swap.whole}"
    if not os.path.isdir(fresh) or os.path.lexists(f"{place}/{swap.stamp}"):
        return  # done; what lies aside, if anything, is the old one
    if not os.path.lexists(place):
        os.rename(fresh, place)
        return
    try:
        _stand_in(swap, new, old)
        open(f"{fresh}/{swap.stamp}", "wb").close()
        sync_folder(Path(fresh))
        if exchange(fresh, place):
            return
    except OSError as error:
        if not os.path.lexists(f"{place}/{swap.stamp}"):  # nothing has changed: take it back
            with suppress(OSError):
                os.unlink(f"{swap.aside}/{swap.list_name}")
            raise GyogwaError(
                f"{place}: the new stages can't take its place ({error}); the old ones are as they "
                "were"
            ) from error
        raise
    os.rename(place, swap.retired)
    os.rename(fresh, place)


def _stand_in(swap: Swap, new: Published, old: Listed) -> None:
    """Give the new tree what others put into the old one: the very files, by a second link."""
    there = tree(swap.root, swap.whole)
    ours = {path for path, found in there.items() if old.is_own(path, found)}
    kept = {folder for path in old.published.files for folder in _parents(path)}
    folders = []
    for path, found in sorted(there.items()):
        source, target = f"{swap.root}/{path}", f"{swap.aside}/{path}"
        if path in ours or path in new.files or os.path.lexists(target):
            continue
        if found.kind == "folder":
            if path not in kept:
                os.makedirs(target, exist_ok=True)
                folders.append((source, target))
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError:  # a file system without hard links: a copy, which the original replaces
            shutil.copy2(source, target, follow_symlinks=False)
    for source, target in reversed(folders):  # the inner first: a folder may be closed to writing
        shutil.copystat(source, target)


def take_apart(swap: Swap, new: Published, old: Listed) -> None:
    """Remove the old tree: our files, and the first links of what others put there. What came into
    it at the last moment goes back to its place; a GyogwaError says where that is taken."""
    fresh = f"{swap.aside}/{swap.whole}"
    if os.path.isdir(fresh):  # which it was, before the exchange
        os.rename(fresh, swap.retired)
    aside = Listed(swap.retired, old.published, old.changed)
    inside = sorted(tree(swap.retired).items(), reverse=True)
    for inner, found in inside:
        if found.kind == "folder":  # others' may be closed to writing; theirs is in place already
            with suppress(OSError):
                os.chmod(f"{swap.retired}/{inner}", 0o700)
    for inner, found in inside:
        path, here = f"{swap.whole}/{inner}", f"{swap.retired}/{inner}"
        place = f"{swap.root}/{path}"
        if found.kind == "folder":
            with suppress(OSError):  # not empty: something could not be taken back
                os.rmdir(here)
        elif _is_same(here, place) or _moved(aside, inner, path).is_own(inner, found):
            os.unlink(here)
        elif path in new.files:
            raise GyogwaError(
                f"{here}: somebody put it into {swap.root}/{swap.whole} at the moment of the swap, "
                f"under a name that the run uses; move it away and run again"
            )
        else:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.replace(here, place)
    remove_empty_folders(swap.retired)
    with suppress(FileNotFoundError):
        os.unlink(f"{swap.root}/{swap.whole}/{swap.stamp}")


def _moved(aside: Listed, inner: str, path: str) -> Listed:
    """The list with a file's path as it is in the retired tree."""
    written = aside.published.files.get(path)
    files = {inner: written} if written else {}
    return Listed(aside.root, Published(settings={}, files=files), aside.changed)


def _is_same(one: str, other: str) -> bool:
    try:
        return os.path.samestat(os.lstat(one), os.lstat(other))
    except FileNotFoundError:
        return False


def _parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def remove_empty_folders(root: str) -> None:
    """Remove a folder and those in it, as far as they hold nothing."""
    for folder, _, _ in os.walk(root, topdown=False):
        with suppress(OSError):
            os.rmdir(folder)
