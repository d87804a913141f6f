"""Which files an input holds, cut into units of ingest.

An input is `PATH` or `NAME=PATH`: a file or a folder of any mix of images, PDFs, Parquet and tars.
The cut depends on the files alone, and where a new file is added only its neighbours' unit changes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from schemas.errors import GyogwaError
from schemas.ids import fingerprint_of, hash_of
from schemas.records import Reject
from transforms.decode import BadImage
from transforms.sources.files import find
from transforms.sources.metadata import with_metadata
from transforms.sources.pdf import RENDERER, page_count
from transforms.sources.raw import Entry, SourcePart
from transforms.sources.rows import is_unicode, printable
from transforms.storage import is_url

INGEST_VERSION = 4
"""Raise it when ingest of the same files gives other rows: parts are then made anew."""

PDF_PAGES_A_PART = 64
_FILES_A_PART = 128
_ENDINGS = {
    "files": (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif"),
    "pdf": (".pdf", ".pdf.gz"),
    "parquet": (".parquet",),
    "tar": (".tar", ".tar.gz", ".tgz"),
}
_IGNORED = {"thumbs.db", "desktop.ini", "copying"} | {
    name + ending for name in ("readme", "license", "licence") for ending in ("", ".md", ".txt")
}


@dataclass(frozen=True)
class Input:
    """A named root of files, and the licence of all that doesn't say otherwise."""

    name: str
    path: str
    licence: str


def parse_inputs(values: Iterable[str], licences: Iterable[str]) -> list[Input]:
    """From `--input` and `--licence` values. Raises GyogwaError for unusable ones."""
    inputs = []
    for value in values:
        if not is_unicode(value):
            raise GyogwaError(f"--input {printable(value)}: the path is not UTF-8")
        name, separator, path = value.partition("=")
        if not separator or "/" in name:
            path = value
            name = value.rstrip("/").rsplit("/", 1)[-1].split(".")[0]
        path = path if is_url(path) else str(Path(path).expanduser().resolve())
        if not is_url(path) and not Path(path).exists():
            raise GyogwaError(f"--input {value}: no such file or folder")
        inputs.append(Input(name, path.rstrip("/"), "unknown"))
    names = [source.name for source in inputs]
    for name in names:
        if names.count(name) > 1:
            raise GyogwaError(f"two inputs are called {name!r}; name them: --input NAME=PATH")
    given = dict(_pair(licence) for licence in licences)
    for name in given:
        if name not in names:
            raise GyogwaError(f"--licence {name}=…: no input of that name among {sorted(names)}")
    return sorted(
        (replace(source, licence=given.get(source.name, "unknown")) for source in inputs),
        key=lambda source: source.name,
    )


def _pair(value: str) -> tuple[str, str]:
    name, separator, licence = value.partition("=")
    if not separator or not licence:
        raise GyogwaError(f"--licence {value}: expected NAME=LICENCE")
    return name, licence


def plan(source: Input, pdf_dpi: int, skip: str = "") -> tuple[list[SourcePart], list[Reject]]:
    """The units of one input, and rejects for what no source can read.

    `skip` is a folder that isn't read, such as a run's own output below the input.
    """
    entries, odd = find(source.path, skip)
    groups: dict[str, list[Entry]] = {kind: [] for kind in ("", "metadata", *_ENDINGS)}
    for entry in entries:
        groups[_kind(entry.uri)].append(entry)
    unread = BadImage("unsupported_file", "no source reads files of this name")
    odd += [(entry.uri, unread) for entry in groups[""]]
    others = [entry for kind in ("", "pdf", "parquet", "tar") for entry in groups[kind]]
    files, problems = with_metadata(groups["metadata"], groups["files"], others)
    files.sort(key=lambda entry: entry.uri)
    parts = [_part("files", chunk, source, 0) for chunk in _chunks(files)]
    parts += [_part(kind, [e], source, 0) for kind in ("parquet", "tar") for e in groups[kind]]
    for entry in groups["pdf"]:
        try:
            pages = page_count(entry.path)
        except BadImage as error:
            problems.append((entry.uri, error))
            continue
        for first in range(0, pages, PDF_PAGES_A_PART):
            bounds = replace(entry, first=first, last=min(first + PDF_PAGES_A_PART, pages))
            parts.append(_part("pdf", [bounds], source, pdf_dpi))
    problems += [(uri, problem) for uri, problem in odd if not _is_ignored(uri)]
    return parts, [_reject(printable(uri), problem, source) for uri, problem in problems]


def _kind(uri: str) -> str:
    if _name(uri) == "metadata.jsonl":
        return "metadata"
    return next((kind for kind, ends in _ENDINGS.items() if uri.lower().endswith(ends)), "")


def _name(uri: str) -> str:
    return uri.rsplit("/", 1)[-1].lower()


def _is_ignored(uri: str) -> bool:
    return _name(uri) in _IGNORED or _name(uri).startswith(".")


def _chunks(entries: list[Entry]) -> Iterator[list[Entry]]:
    """Runs of files, cut where a name's hash says so: a new file moves no other cut."""
    chunk: list[Entry] = []
    for entry in entries:
        chunk.append(entry)
        if int(hash_of(entry.uri)[:8], 16) % _FILES_A_PART == 0 or len(chunk) >= 4 * _FILES_A_PART:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _part(kind: str, entries: list[Entry], source: Input, pdf_dpi: int) -> SourcePart:
    key = [astuple(entry) for entry in entries]  # paths too: references into the catalog hold them
    part_id = fingerprint_of(
        [INGEST_VERSION, RENDERER, kind, source.name, source.licence, pdf_dpi, key]
    )[:16]
    return SourcePart(part_id, kind, source.name, source.licence, entries, pdf_dpi)


def _reject(uri: str, problem: BadImage, source: Input) -> Reject:
    value, message = printable(problem.value), printable(problem.message)
    return Reject(uri, "ingest", problem.rule, value, problem.threshold, message, source.name, uri)
