"""Whether the tables are those that the stages were made of.

Ingest may go on after stages were made; then they are compared with nothing that it writes. That it
did stands in `run.json`: tables that changed without it were changed by somebody else.
"""

from collections.abc import Generator

from gyogwa.pipelines.ledger import sources_of
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.run_folder.marker import read_marker
from gyogwa.pipelines.run_folder.ownership import read_listed
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout


def lint_published(layout: RunLayout) -> Generator[Problem, None, bool | None]:
    """Yields what is wrong, returns whether catalog and records are as they were for the stages;
    None where that isn't known."""
    try:
        made_of = read_listed(layout.root).published.settings.get("sources")
        marker = read_marker(layout)
    except (GyogwaError, OSError) as error:
        made_of, marker, why = None, None, str(error)
    else:
        why = f"{'published.json' if marker else 'run.json'} is missing"
    if made_of is None or marker is None:
        yield Problem("run_files", layout.root, why)
        return None
    if made_of == sources_of(layout):
        return True
    ingested, assembled = (marker.phases.get(name) for name in ("ingest", "assemble"))
    if not ingested or not assembled or ingested.started <= assembled.started:
        what = (
            "catalog/, records/, rejects/ and ledger/ don't hold the parts that the stages were "
            "made of, and no ingest has begun since"
        )
        yield Problem("tables_changed", layout.root, what)
        return None
    return False
