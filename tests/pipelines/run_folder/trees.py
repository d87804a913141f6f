"""What a folder holds, to compare before and after; and what others may have put into a run's."""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

Tree = dict[str, str]
"""Paths relative to a folder, to what lies there: the hash of a file, the target of a link."""

FOREIGN = {
    "notes.txt": "mine",
    "raw/scan.png": "no image",
    "catalog/mine.parquet": "no table",
    "catalog/sub/deep.parquet": "no table",
    "records/mine.parquet": "no table",
    "records/0123.png": "no image",
    "packs/mine.tar": "no tar",
    "annotations/mine.parquet": "no table",
    "annotations/review.json": "{}",
    "annotations/failures/mine.parquet": "no table",
    "benchmarks/mine.parquet": "no table",
    "duplicates/mine.parquet": "no table",
    "rejects/assemble-notes.parquet": "no table",
    "rejects/annotate-mine.parquet": "no table",
    "ledger/assemble-mine.parquet": "no table",
    "stages/old/mine.tar": "no tar",
    "stages/README": "mine",
    "stages/1-all/mine.tar": "no tar",
    "stages/1-all/extra/manifest.json": "{}",
    "stages/2-more/remarks.md": "mine",
    "cards/mine.html": "<p>mine</p>",
    "cards/images/mine.png": "no image",
}


def add_foreign(run: Path, paths: Iterable[str] = tuple(FOREIGN)) -> Tree:
    """Put files of a user's into a run's folder, a link and an empty folder among them."""
    for path in paths:
        (run / path).parent.mkdir(parents=True, exist_ok=True)
        (run / path).write_text(FOREIGN[path])
    (run / "stages" / "link").symlink_to(run.parent / "elsewhere")
    (run / "stages" / "empty").mkdir(parents=True)
    return foreign_in(run)


def foreign_in(run: Path) -> Tree:
    """What is left of them."""
    names = {*FOREIGN, "stages/link", "stages/empty"}
    return tree_of(run, names.__contains__)


def tree_of(folder: Path, wanted: Callable[[str], bool] = lambda _: True) -> Tree:
    """Everything below a folder, or what is wanted of it, by relative paths."""
    found: Tree = {}
    for here, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            path = Path(here, name)
            key = str(path.relative_to(folder))
            if not wanted(key):
                continue
            if path.is_symlink():
                found[key] = f"-> {os.readlink(path)}"
            elif path.is_dir():
                found[key] = "folder"
            else:
                found[key] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


PUBLISHED = ("stages/", "cards/", "duplicates/", "rejects/assemble-", "ledger/assemble-")
PUBLISHED_FILES = ("README.md", "curriculum.json", "plan.json", "report.html", "published.json")


def published(run: Path) -> Tree:
    """The files of a run that an assembly writes, without those of others."""

    def wanted(path: str) -> bool:
        ours = path.startswith(PUBLISHED) or path in PUBLISHED_FILES
        return ours and path not in FOREIGN and path != "stages/link"

    return {path: what for path, what in tree_of(run, wanted).items() if what != "folder"}
