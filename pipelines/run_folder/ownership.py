"""Which files of a folder are the run's own.

In the folders of tables and packs a run knows its parts by their names (`schemas.layout`). All else
that it writes is listed in `published.json` with size and SHA-256. A file is hashed only if it has
changed since the list was written (a change of attributes or a copy of the folder counts), so that
asking costs a look at each file and no reading.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gyogwa.pipelines.run_folder.files import Entry, entry, sha256_once, top, tree
from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import (
    CARD_PAGE,
    LISTED,
    ROOT_FILES,
    TABLES,
    RunLayout,
    is_part,
)
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.run import Published
from gyogwa.transforms.files.storage import read_bytes

NOT_OURS = {"lost+found", ".DS_Store", "Thumbs.db", "desktop.ini"}
"""What systems leave in folders by themselves: no folder counts as used for it."""


_TEMPORARY = re.compile(r"\.incomplete-[a-z0-9_]{8}")


@dataclass(frozen=True)
class Listed:
    """The files that were put in place in `root` last, and when (None: never)."""

    root: str
    published: Published
    changed: float | None

    def is_own(self, path: str, found: Entry) -> bool:
        """Whether what lies at `path` (relative to the root) is as it was written."""
        written = self.published.files.get(path)
        if written is None or not found.is_file or found.bytes != written.bytes:
            return False
        if self.changed is None or found.changed is None or found.changed <= self.changed:
            return True
        return sha256_once(f"{self.root}/{path}", found) == written.sha256


def read_listed(root: str, name: str = "published.json") -> Listed:
    """The list that stands in a folder; an empty one when there is none."""
    path = f"{root}/{name}"
    found = entry(path)
    if found is None:
        return Listed(root, Published(settings={}, files={}), None)
    return Listed(root, parse_json(read_bytes(path), path, Published), found.changed)


def refuse_links(layout: RunLayout) -> None:
    """Raise GyogwaError when one of the run's own folders is a link or no folder at all."""
    for name in (*TABLES, *LISTED, ".building"):
        found = entry(f"{layout.root}/{name}")
        if found is not None and found.kind != "folder":
            raise GyogwaError(
                f"{layout.root}/{name}: is a {found.kind}, and a run writes only into "
                "folders of its own; move it away, or choose another --output"
            )


def others_files(layout: RunLayout) -> list[str]:
    """What lies in the run's folders and beside them that the run didn't write, sorted."""
    known = {*TABLES, *LISTED, *ROOT_FILES, *NOT_OURS}
    known |= {"run.json", "run.lock", "published.json", "forgotten.json", ".building"}
    others = [name for name in top(layout.root) if name not in known]
    for folder in TABLES:
        inside = top(f"{layout.root}/{folder}")
        others += [
            f"{folder}/{name}"
            for name, found in inside.items()
            if f"{folder}/{name}" not in TABLES
            and not (found.is_file and (is_part(folder, name) or is_temporary(name)))
        ]
    listed = read_listed(layout.root)
    for path, found in _listed_entries(layout).items():
        if found.kind != "folder" and not is_temporary(path) and not listed.is_own(path, found):
            others.append(path)
    return sorted(others)


def is_temporary(path: str) -> bool:
    """Whether this is a file that a writer hadn't finished."""
    return _TEMPORARY.fullmatch(path.rsplit("/", 1)[-1]) is not None


def refuse_in_the_way(layout: RunLayout, others: Iterable[str], curriculum: Curriculum) -> None:
    """Raise GyogwaError when a file of the names that an assembly writes isn't the run's: a user's
    own README.md, an edited plan, a foreign shard. Nothing of a user's is overwritten."""
    stages = "|".join(
        re.escape(f"stages/{number}-{stage.name}")
        + rf"(?:/validation)?/(?:manifest\.json|index\.parquet|{re.escape(stage.name)}-.+\.tar)"
        for number, stage in enumerate(curriculum.stages, 1)
    )
    listed = read_listed(layout.root)
    planned = re.compile(rf"{stages}|{CARD_PAGE}")
    there = {name: found for name, found in top(layout.root).items() if name in ROOT_FILES}
    wrong = [name for name, found in there.items() if not listed.is_own(name, found)]
    wrong += [p for p in others if planned.fullmatch(p) or p in listed.published.files]
    if wrong:
        raise in_the_way(layout.root, wrong)


def in_the_way(root: str, paths: Iterable[str]) -> GyogwaError:
    """The error for files that would be overwritten."""
    return GyogwaError(
        f"{root}: {shortened(paths)}: not written by this run, or changed since it was; move what "
        "you want to keep out of the folder, delete the rest, and run again"
    )


def shortened(names: Iterable[str], most: int = 4) -> str:
    """Some names, and how many more there are."""
    names = sorted(names)
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _listed_entries(layout: RunLayout) -> dict[str, Entry]:
    return {path: e for folder in LISTED for path, e in tree(layout.root, folder).items()}
