"""Building aside: everything is made under `.building/<id>/`, listed, and put in place at the end.

What is published doesn't change before. A failed build takes its files away again; what a killed
one left is taken away by the next command that writes.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from pydantic import JsonValue

from gyogwa.pipelines.run_folder.copying import finish_objects
from gyogwa.pipelines.run_folder.files import entry, sha256_of, top, tree
from gyogwa.pipelines.run_folder.ownership import is_temporary, read_listed, shortened
from gyogwa.pipelines.run_folder.swap import decide, finish
from gyogwa.pipelines.run_folder.trading import Swap, remove_empty_folders
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import StageManifest
from gyogwa.schemas.run import Published, PublishedFile
from gyogwa.transforms.files.folders import remove
from gyogwa.transforms.files.locations import is_url
from gyogwa.transforms.files.storage import read_bytes

Tell = Callable[[str], None]


@contextmanager
def built_aside(
    root: str, owns: Callable[[str], bool], tell: Tell, list_name: str = "published.json"
) -> Iterator[Swap]:
    """A place to build in, discarded when the block fails; `put_in_place` publishes it."""
    swap = swap_of(root, uuid.uuid4().hex[:12], list_name)
    if not is_url(root):
        os.makedirs(swap.aside)
    try:
        yield swap
    except BaseException:
        abandon(swap, owns, tell)
        raise


def put_in_place(swap: Swap, settings: dict[str, JsonValue]) -> None:
    """Publish what was built. Raises GyogwaError, with nothing changed, when files of others are in
    the way."""
    decide(swap, Published(settings=settings, files=_described(swap)))
    _finish(swap)


def put_part_in_place(swap: Swap, part: str) -> None:
    """Publish what was built in the place of one file or folder of what is published; all else
    stays published as it is. Raises GyogwaError, with nothing changed, when files of
    others are in the way."""
    old = read_listed(swap.root, swap.list_name).published
    others = {
        path: file
        for path, file in old.files.items()
        if path != part and not path.startswith(f"{part}/")
    }
    decide(swap, Published(settings=old.settings, files=others | _described(swap)))
    _finish(swap)


def abandon(swap: Swap, owns: Callable[[str], bool], tell: Tell) -> None:
    """Take away what was built, unless the swap is decided: then the next command finishes it."""
    if not _is_decided(swap):
        discard(swap.aside, owns, tell)


def recover(
    root: str, owns: Callable[[str], bool], tell: Tell, list_name: str = "published.json"
) -> None:
    """Finish a swap that was cut off, and take away what a killed build left. For the holder of
    the lock only."""
    for identity in top(f"{root}/.building"):
        swap = swap_of(root, identity, list_name)
        if _is_decided(swap):
            _finish(swap)
            tell(f"{root}: new stages that were being put in place when gyogwa ended are in place")
        discard(swap.aside, owns, tell)
    if not is_url(root):
        remove_empty_folders(f"{root}/.building")


def is_cut_off(root: str, list_name: str = "published.json") -> bool:
    """Whether a swap was decided and isn't finished."""
    return any(_is_decided(swap_of(root, name, list_name)) for name in top(f"{root}/.building"))


def swap_of(root: str, identity: str, list_name: str) -> Swap:
    """The swap of one build, which knows what a run has as one."""
    whole = "stages" if list_name == "published.json" else ""
    return Swap(root, f"{root}/.building/{identity}", list_name, whole)


def discard(aside: str, owns: Callable[[str], bool], tell: Tell) -> None:
    """Take away a build that comes to nothing: what `owns` knows, and nothing else."""
    kept = []
    for path, found in tree(aside).items():
        if found.kind == "folder":
            continue
        if owns(path) or is_temporary(path):
            remove(f"{aside}/{path}")
        else:
            kept.append(path)
    if not is_url(aside):
        remove_empty_folders(aside)
        with suppress(OSError):
            os.rmdir(os.path.dirname(aside))
    if kept:
        tell(f"{aside}: left as it is, since no run writes {shortened(kept)}")


def _finish(swap: Swap) -> None:
    try:
        finish_objects(swap) if is_url(swap.root) else finish(swap)
    except OSError as error:
        raise GyogwaError(
            f"{swap.root}: what was built could not be put in place yet ({error}); mend that, and "
            "the next gyogwa command there, such as gyogwa lint, goes on with it"
        ) from error
    if not is_url(swap.root):
        with suppress(OSError):
            os.rmdir(os.path.dirname(swap.aside))


def _is_decided(swap: Swap) -> bool:
    return entry(f"{swap.aside}/{swap.list_name}") is not None


def _described(swap: Swap) -> dict[str, PublishedFile]:
    """Size and SHA-256 of all that was built; shards are read once, when they are written."""
    aside = swap.aside
    there = {path: found for path, found in tree(aside).items() if found.is_file}
    known: dict[str, str] = {}
    for path in there:
        folder, _, name = path.rpartition("/")
        if folder.startswith("stages/") and name == "manifest.json":
            manifest = parse_json(read_bytes(f"{aside}/{path}"), path, StageManifest)
            known |= {f"{folder}/{shard.file}": shard.sha256 for shard in manifest.shards}
    return {
        path: PublishedFile(
            bytes=found.bytes, sha256=known.get(path) or sha256_of(f"{aside}/{path}", found)
        )
        for path, found in sorted(there.items())
        if path != swap.list_name and not is_temporary(path)
    }
