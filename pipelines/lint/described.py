"""Whether what a run says of itself is what was written with its stages."""

from collections.abc import Iterator

from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.run_folder.files import entry, sha256_of
from gyogwa.pipelines.run_folder.ownership import read_listed
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import DESCRIPTIONS, RunLayout


def lint_described(layout: RunLayout) -> Iterator[Problem]:
    """Data card, attribution, Croissant and the like that are missing or were changed: whoever
    reads them would take somebody's words for the run's. What an earlier release didn't write isn't
    asked for."""
    try:
        published = read_listed(layout.root).published.files
    except (GyogwaError, OSError):
        return  # told where the tables are compared with it
    for name in DESCRIPTIONS:
        if name not in published:
            continue
        path, found = f"{layout.root}/{name}", entry(f"{layout.root}/{name}")
        if found is None or not found.is_file:
            what = "is missing"
        elif sha256_of(path, found) != published[name].sha256:
            what = "was changed since the stages were published; keep a copy of it elsewhere"
        else:
            continue
        yield Problem("description", path, what)
