"""The folder of `gyogwa synthesize`: filled anew as a whole, and nothing of others touched.

`.synthesis.json` lists what was written, with the settings. It is hidden, so that no source takes
it for data.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import JsonValue

from gyogwa.pipelines.run_folder.aside import abandon, built_aside, put_in_place, recover
from gyogwa.pipelines.run_folder.claim import say
from gyogwa.pipelines.run_folder.files import entry, top, tree
from gyogwa.pipelines.run_folder.lock import Release, holding
from gyogwa.pipelines.run_folder.ownership import (
    NOT_OURS,
    Listed,
    in_the_way,
    read_listed,
    shortened,
)
from gyogwa.pipelines.run_folder.trading import Swap
from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.unfinished import unfinished

_LIST = ".synthesis.json"
_LOCK = ".synthesis.lock"
_FILE = re.compile(r"images/[0-9]{6,}\.(?:png|jpg)|metadata\.jsonl|\.synthesis\.json")


@contextmanager
def replacing(output: Path, settings: dict[str, JsonValue], overwrite: bool) -> Iterator[Path]:
    """A folder to write into, whose files replace those of an earlier call when the block ends.

    Raises GyogwaError for a folder that holds something else, or what was rendered with other
    settings without `overwrite`, and for files of others that are in the way.
    """
    root = str(output)
    _look(root, settings, overwrite)
    os.makedirs(root, exist_ok=True)
    swaps: list[Swap] = []

    def give_up(release: Release) -> None:
        for swap in swaps:
            abandon(swap, _is_rendered, say)
        release()

    with (
        holding(f"{root}/{_LOCK}", "synthesize", say) as release,
        unfinished(lambda: release, give_up),
    ):
        recover(root, _is_rendered, say, _LIST)
        listed = _look(root, settings, overwrite)
        inside = {path: found for path, found in tree(root).items() if found.kind != "folder"}
        others = [
            path
            for path, found in inside.items()
            if path not in (_LIST, _LOCK, *NOT_OURS) and not listed.is_own(path, found)
        ]
        blocked = [path for path in others if _is_rendered(path) or path == "images"]
        if blocked:
            raise in_the_way(root, blocked)
        if others:
            say(f"{root}: not rendered by gyogwa, and left alone: {shortened(others)}")
        with built_aside(root, _is_rendered, say, _LIST) as swap:
            swaps.append(swap)
            yield Path(swap.aside)
            put_in_place(swap, settings)


def _look(root: str, settings: dict[str, JsonValue], overwrite: bool) -> Listed:
    found = entry(root)
    names = top(root).keys() - {*NOT_OURS, _LOCK, ".building"}
    if (found is not None and found.kind == "file") or (names and _LIST not in names):
        raise GyogwaError(f"{root} holds something else; choose an empty folder with --output")
    try:
        listed = read_listed(root, _LIST)
    except GyogwaError as error:
        raise GyogwaError(
            f"{root}: rendered by an earlier release; choose another folder with --output"
        ) from error
    if _LIST in names and not overwrite and listed.published.settings != settings:
        raise GyogwaError(
            f"{root} was rendered with other settings; --overwrite replaces it, "
            "or choose another folder with --output"
        )
    return listed


def _is_rendered(path: str) -> bool:
    return _FILE.fullmatch(path) is not None
