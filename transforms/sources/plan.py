"""Which files an input holds, cut into units of ingest.

An input is `PATH` or `NAME=PATH`: a file or a folder of any mix of images, PDFs, Parquet and tars.
The cut depends on the files alone, and where a new file is added only its neighbours' unit changes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from schemas.errors import GyogwaError
from schemas.ids import fingerprint_of, hash_of
from schemas.records import Reject
from transforms.sources.folder import metadata_rows
from transforms.sources.pdf import RENDERER, page_count
from transforms.sources.raw import Entry, SourcePart
from transforms.storage import is_url, read_bytes, walk

INGEST_VERSION = 1
"""Raise it when ingest of the same files gives other rows: parts are then made anew."""

IMAGES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif")
TARS = (".tar", ".tar.gz", ".tgz")
PDF_PAGES_A_PART = 64
_FILES_A_PART = 128
_IGNORED = (".ds_store", "thumbs.db", "metadata.jsonl", "readme.md", "license", "licence")


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


def plan(source: Input, pdf_dpi: int) -> tuple[list[SourcePart], list[Reject]]:
    """The units of one input, and rejects for files that no source can read."""
    files = walk(source.path) or _single(source.path)
    root = source.path if files and files[0][0] != source.path else str(Path(source.path).parent)
    entries = [Entry(path, path[len(root) + 1 :], size, stamp) for path, size, stamp in files]
    groups: dict[str, list[Entry]] = {"files": [], "pdf": [], "parquet": [], "tar": []}
    rejects = []
    rows: dict[str, str] = {}
    for entry in entries:
        name = entry.uri.lower()
        if name.rsplit("/", 1)[-1] == "metadata.jsonl":
            rejects += _read_metadata(entry, source, rows, groups["files"])
        elif name.endswith(IMAGES):
            groups["files"].append(entry)
        elif name.endswith((".pdf", ".pdf.gz")):
            groups["pdf"].append(entry)
        elif name.endswith(".parquet"):
            groups["parquet"].append(entry)
        elif name.endswith(TARS):
            groups["tar"].append(entry)
        elif not name.rsplit("/", 1)[-1].startswith((*_IGNORED, ".")):
            rejects.append(
                _reject(entry.uri, "unsupported_file", "no source reads files of this name", source)
            )
    present = {entry.uri for entry in groups["files"] if entry.path}
    rejects += [
        _reject(uri, "missing_file", "metadata.jsonl names a file that isn't there", source)
        for uri in rows
        if uri not in present
    ]
    groups["files"] = [
        replace(entry, labels=rows[entry.uri]) if entry.uri in rows else entry
        for entry in groups["files"]
    ]
    parts = [
        _part("files", chunk, source, 0)
        for chunk in _chunks(sorted(groups["files"], key=lambda entry: entry.uri))
    ]
    parts += [_part("parquet", [entry], source, 0) for entry in groups["parquet"]]
    parts += [_part("tar", [entry], source, 0) for entry in groups["tar"]]
    for entry in groups["pdf"]:
        try:
            pages = page_count(entry.path)
        except (RuntimeError, OSError, EOFError) as error:
            rejects.append(_reject(entry.uri, "broken_pdf", str(error), source))
            continue
        for first in range(0, pages, PDF_PAGES_A_PART):
            bounds = replace(entry, first=first, last=min(first + PDF_PAGES_A_PART, pages))
            parts.append(_part("pdf", [bounds], source, pdf_dpi))
    return parts, rejects


def _single(path: str) -> list[tuple[str, int, str]]:
    if is_url(path):
        return []
    status = Path(path).stat()
    return [(path, status.st_size, str(status.st_mtime_ns))] if Path(path).is_file() else []


def _read_metadata(
    entry: Entry, source: Input, rows: dict[str, str], entries: list[Entry]
) -> list[Reject]:
    """Put rows of single files into `rows`; rows of several or of none into `entries`."""
    folder = entry.uri[: -len("metadata.jsonl")]
    base = entry.path[: -len("metadata.jsonl")]
    try:
        found = metadata_rows(read_bytes(entry.path).decode("utf-8"))
    except ValueError as error:
        return [_reject(entry.uri, "bad_metadata", str(error), source)]
    for names, row in found:
        if len(names) == 1:
            rows[folder + names[0]] = row
        else:
            # named by content: the order of rows must not matter
            paths = "\n".join(base + name for name in names)
            entries.append(
                Entry(paths, f"{entry.uri}#row={hash_of(row)[:16]}", len(row), hash_of(row), row)
            )
    return []


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
    key = [
        [e.path, e.uri, e.size, e.stamp, e.labels, e.first, e.last] for e in entries
    ]  # the path too: references into the catalog hold it
    part_id = fingerprint_of(
        [INGEST_VERSION, RENDERER, kind, source.name, source.licence, pdf_dpi, key]
    )[:16]
    return SourcePart(part_id, kind, source.name, source.licence, entries, pdf_dpi)


def _reject(uri: str, rule: str, message: str, source: Input) -> Reject:
    return Reject(uri, "ingest", rule, "", "", message, source.name, uri)
