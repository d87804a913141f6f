"""What an input says and nothing reads, told once for each kind of it."""

from collections.abc import Iterator
from typing import NamedTuple

from gyogwa.pipelines.run_folder.claim import say
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.tables import list_parts, read_columns
from gyogwa.transforms.ingest.labels.registry import ENDINGS
from gyogwa.transforms.ingest.sources import office

_NAMES = {"id", "ids", "idx", "uuid", "guid"}
"""What keys and columns are called that number things and label nothing."""
_COLUMNS = ["source", "unit", "rule", "value", "threshold", "uri"]


class Unread(NamedTuple):
    """A kind of thing that one input holds and nothing reads: `rule` and `name` as its rejects have
    them, how often, and where the first stands."""

    source: str
    rule: str
    name: str
    times: int
    first: str

    @property
    def is_lost(self) -> bool:
        """Whether that is more than worth knowing."""
        last = self.name.replace(".", " ").split()[-1].lower()
        numbers = self.rule == "unread" and (last in _NAMES or last.endswith("_id"))
        return self.rule != "noted" and not numbers

    def __str__(self) -> str:
        where = f"(first: {self.first})"
        if self.rule == "unsupported_file":
            what = f"{self.times:,} {self.name} not read {where}"
            hint = "; gyogwa inspect says what they look like, --format NAME=FORM what they are"
            ending = self.name.split()[0]
            if ending in (".hwp", ".hwpx"):
                hint = "; pip install 'gyogwa[hwp]' reads them"
            elif ending in office.ENDINGS:
                hint = (
                    f"; they are read where LibreOffice is installed ({office.SUITE} on the PATH)"
                )
            elif not ending.endswith(ENDINGS):
                hint = ""
            return f"{self.source}: {what}{hint}"
        if self.name == "rows of labels":
            return f"{self.source}: {self.times:,} {self.name} not used: {self.rule} {where}"
        times = "once" if self.times == 1 else f"{self.times:,} times"
        if self.rule == "noted":
            return f"{self.source}: {self.name}, {times} {where}"
        said = "dropped" if self.rule == "dropped" else "not read"
        return f"{self.source}: {self.name}, {times}: {said} {where}"


def unread_in(layout: RunLayout) -> list[Unread]:
    """Every kind of it, by source."""
    found: dict[tuple[str, str, str], tuple[int, str]] = {}
    for key, count, uri in _each(layout):
        before, first = found.get(key, (0, uri))
        found[key] = before + count, min(first, uri)
    return [Unread(*key, *found[key]) for key in sorted(found)]


def _each(layout: RunLayout) -> Iterator[tuple[tuple[str, str, str], int, str]]:
    for path in list_parts(layout.rejects):
        if not path.rsplit("/", 1)[-1].startswith("ingest-"):
            continue
        columns = read_columns(Reject, path, _COLUMNS)
        for source, unit, rule, value, count, uri in zip(
            *(columns[name] for name in _COLUMNS), strict=True
        ):
            if unit == "fields":
                yield (source, rule, value), int(count), uri
            elif unit == "rows":
                yield (source, rule, "rows of labels"), 1, uri
            elif rule == "unsupported_file":
                yield (source, rule, f"{_ending(uri)} files"), 1, uri


def _ending(uri: str) -> str:
    name = uri.rsplit("/", 1)[-1]
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem else "other"


def tell_unread(layout: RunLayout, strict: bool) -> None:
    """One line a kind, also for what is only worth knowing, as that ids aren't read. Raises
    GyogwaError in place of that when `strict` and something is lost."""
    found = unread_in(layout)
    lost = [str(kind) for kind in found if kind.is_lost]
    if strict and lost:
        raise GyogwaError("--strict: not everything was read:\n  " + "\n  ".join(lost))
    for kind in found:
        say(str(kind))
