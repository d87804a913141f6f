"""What an input holds and nothing reads or uses, told once for each kind of it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gyogwa.pipelines.run_folder.claim import say
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.tables import list_parts, read_columns
from gyogwa.transforms.ingest.labels.registry import ENDINGS
from gyogwa.transforms.ingest.labels.unread_forms import BLANK, INSTEAD, LIKE
from gyogwa.transforms.ingest.sources import office

_NAMES = {"id", "ids", "idx", "uuid", "guid"}
"""What keys and columns are called that number things and label nothing."""
_COLUMNS = ["source", "unit", "rule", "value", "threshold", "uri", "message"]
_THINGS = {
    "rows": ("row of labels", "rows of labels"),
    "labels": ("image's labels", "images' labels"),
    "conversations": ("conversation", "conversations"),
    "images": ("image", "images"),
    "files": ("file", "files"),
}
"""What is rejected one by one, by unit, and what one and several are called."""
_KINDS, _LONGEST = 6, 300
"""Reasons for which one rule rejects things of one unit that are told apart at most, and characters
of a reason."""
_BLANK = "blank "
_FILES, _OTHERS = "files", "others"
_ARCHIVES = (
    *(
        ".zip",
        ".7z",
        ".rar",
        ".alz",
        ".egg",
        ".tgz",
        ".gz",
        ".bz2",
        ".xz",
        ".zst",
        ".lzma",
        ".lz4",
        ".cab",
    ),
    *(".tbz2", ".txz", ".part0", ".part1", ".001"),
)
_STORES = (
    *(".mdb", ".mat", ".h5", ".hdf5", ".npy", ".npz", ".pkl", ".pickle", ".pt", ".pth"),
    *(".tfrecord", ".tfrecords", ".db", ".sqlite", ".bin"),
)
_TABLES = (".xlsx", ".xls", ".ods", ".cell", ".xlsm")
"""Endings of stores of programs, spreadsheets and archives, what to do about which is known."""
_BEGINS = "; it begins "
_NAMED = (".json", ".jsonl", ".ndjson", ".csv", ".tsv")
"""Endings of files whose keys or columns have names, which may be mapped."""
_NUMBER = re.compile(r"-?\d[\d.,]*")
_DETAIL = re.compile(r"[:;(\[{'\"]")


class Unread(NamedTuple):
    """A kind of thing that one input holds and nothing reads or uses: of what `unit`, `rule` and
    `name` as its rejects have them, how often, where the first stands and `why` that isn't used."""

    source: str
    unit: str
    rule: str
    name: str
    times: int
    first: str
    why: str = ""

    @property
    def is_lost(self) -> bool:
        """Whether that is more than worth knowing: labels, or what may hold some. A text layer
        that isn't believed is none, nor is a blank file or an image that can't be decoded."""
        last = self.name.replace(".", " ").split()[-1].lower()
        numbers = self.rule == "unread" and (last in _NAMES or last.endswith("_id"))
        told = self.rule in ("noted", "refused_layer") or self.unit == "images"
        told = told or self.name.startswith(_BLANK)
        return not told and not numbers

    def _hint(self) -> str:
        """What to do about files that nothing reads, "" where nothing is known."""
        ending = self.name.split()[0]
        if self.name == _OTHERS:
            return self.why
        if self.why and not self.why.startswith(_BEGINS):
            return self.why
        if ending == ".md":
            return INSTEAD
        if ending in (".hwp", ".hwpx"):
            return "pip install 'gyogwa[hwp]' reads them"
        if ending in office.ENDINGS:
            return f"they are read where LibreOffice is installed ({office.SUITE} on the PATH)"
        if ending in _ARCHIVES:
            return "unpack what is in them: of archives ZIP and tar are read"
        if ending in _TABLES:
            return "save their sheets as CSV in UTF-8 if they hold labels"
        if ending in _STORES:
            return "write what they hold as files, or as tars of WebDataset or Parquet"
        if ending == ".txt":
            return (
                "if they are captions, or all that the image of their name shows: --format "
                f"{self.source}=caption_text, or page_text"
            )
        if ending.endswith(ENDINGS):
            maps = f", --map {self.source}:KEY=FIELD what its keys hold" if ending in _NAMED else ""
            return f"--format {self.source}=FORM says what form they have{maps}"
        return ""

    def __str__(self) -> str:
        where = f"(first: {self.first})"
        if self.rule == "unsupported_file":
            things = "file" if self.times == 1 else "files"
            begins = self.why.removeprefix("; ") if self.why.startswith(_BEGINS) else ""
            where = f"(first: {self.first}{f': {begins}' if begins else ''})"
            name = self.name.replace(_FILES, things, 1)
            name = name.replace("that look ", "that looks ", 1) if self.times == 1 else name
            what = f"{self.times:,} {name} not read {where}"
            hint = self._hint()
            return f"{self.source}: {what}{f'; {hint}' if hint else ''}"
        if self.unit in _THINGS:
            why = f": {self.why}" if self.why else ""
            things = _THINGS[self.unit][self.times > 1]
            used = f"{self.times:,} {things} not used: {self.rule}"
            return f"{self.source}: {used} (first: {self.first}{why})"
        times = "once" if self.times == 1 else f"{self.times:,} times"
        if self.rule == "noted":
            return f"{self.source}: {self.name}, {times} {where}"
        said = "dropped" if self.rule == "dropped" else "not read"
        return f"{self.source}: {self.name}, {times}: {said} {where}"


def unread_in(layout: RunLayout) -> list[Unread]:
    """Every kind of it, by source."""
    found: dict[tuple[str, str, str, str], Unread] = {}
    for each in _each(layout):
        key = (each.source, each.unit, each.rule, each.name)
        before = found.get(key)
        if before:
            first, why = min((before.first, before.why), (each.first, each.why))
            each = Unread(*key, before.times + each.times, first, why)
        found[key] = each
    return sorted(_few(found.values()))


def kind_of(message: str) -> str:
    """What a reason has in common with others of its kind: its words up to its details, without
    numbers.

    >>> kind_of("3 of 4 boxes lie outside 800 x 520 pixels: they are in another unit")
    '# of # boxes lie outside # x # pixels'
    """
    return _DETAIL.split(_NUMBER.sub("#", message), maxsplit=1)[0].strip()


def _few(kinds: Iterable[Unread]) -> Iterator[Unread]:
    """The kinds; of things rejected by one rule only so many, the least frequent told as one."""
    of_rule = defaultdict(list)
    for kind in kinds:
        if kind.unit in _THINGS:
            of_rule[kind.source, kind.unit, kind.rule].append(kind)
        else:
            yield kind
    for (source, unit, rule), some in of_rule.items():
        some.sort(key=lambda kind: (-kind.times, kind.first))
        yield from some[:_KINDS]
        if rest := some[_KINDS:]:
            why = f"for {len(rest)} other reasons, see rejects/"
            if rule == "unsupported_file":
                why = ", ".join(sorted(kind.name.split()[0] for kind in rest)) + ": see rejects/"
            times = sum(kind.times for kind in rest)
            yield Unread(source, unit, rule, _OTHERS, times, min(k.first for k in rest), why)


def _each(layout: RunLayout) -> Iterator[Unread]:
    for path in list_parts(layout.rejects):
        if not path.rsplit("/", 1)[-1].startswith("ingest-"):
            continue
        columns = read_columns(Reject, path, _COLUMNS)
        for source, unit, rule, value, count, uri, message in zip(
            *(columns[name] for name in _COLUMNS), strict=True
        ):
            if unit == "fields":
                yield Unread(source, unit, rule, value, int(count), uri)
            elif rule == "unsupported_file":
                made_by, _, instead = message.partition(LIKE)[2].partition(": ")
                like = f" that look like {made_by}" if made_by else ""
                _, begins, start = message.partition(_BEGINS)
                why = instead or f"{begins}{start}"
                blank = _BLANK if message.endswith(BLANK) else ""
                name = f"{blank}{_ending(uri)} {_FILES}{like}"
                yield Unread(source, unit, rule, name, 1, uri, why)
            elif unit in _THINGS:
                why = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"
                yield Unread(source, unit, rule, kind_of(message) or "reason", 1, uri, why)


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
