"""Rows of `metadata.jsonl` brought to the images they name.

One row an image goes with the file; each further conversation about it, and each row about several
images or none, becomes an entry of its own, named by its content: the order of rows never matters.
"""

import json
import posixpath
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from schemas.ids import hash_of
from transforms.decode import BadImage
from transforms.sources.files import Problem
from transforms.sources.folder import metadata_rows, talks
from transforms.sources.raw import Entry
from transforms.storage import read_bytes

_LABELS = ("words", "lines", "blocks", "tables", "charts")


@dataclass(frozen=True)
class _Row:
    uri: str
    text: str

    @property
    def labels(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.text)
        return loaded

    def rank(self) -> tuple[bool, bool, str]:
        """Rows that only a file's own entry can carry come first, then the order of hashes."""
        labels = self.labels
        return labels.get("words") is None, talks(labels), self.uri


def with_metadata(
    metadata: Iterable[Entry], images: list[Entry], others: Iterable[Entry]
) -> tuple[list[Entry], list[Problem]]:
    """The images with their rows, and entries of the other rows. `others`: files, not images."""
    by_name = {_normal(entry.uri): entry for entry in images}
    by_name |= {entry.uri: entry for entry in images}
    not_images = {_normal(entry.uri) for entry in others}
    found: list[Entry] = []
    problems: list[Problem] = []
    rows_of: dict[str, list[_Row]] = defaultdict(list)
    seen: set[str] = set()
    for file in metadata:
        folder = posixpath.dirname(file.uri)
        for names, row in _rows(file, problems):
            paths = [posixpath.join(folder, name) for name in names]
            named = [by_name.get(path) or by_name.get(_normal(path)) for path in paths]
            entries = [entry for entry in named if entry]
            if row.uri in seen:
                problems.append((row.uri, BadImage("duplicate_row", "the same row stands twice")))
            elif len(entries) < len(named):
                problems.append((row.uri, _absent(paths[named.index(None)], not_images)))
            elif len(entries) == 1:
                rows_of[entries[0].uri].append(row)
            else:
                found.append(_row_entry(row, entries))
            seen.add(row.uri)
    for image in images:
        kept, *further = sorted(rows_of[image.uri], key=_Row.rank) or [_Row("", "")]
        found.append(replace(image, labels=kept.text))
        for row in further:
            problem = _conflict(row.labels, kept.labels)
            if problem:
                problems.append((row.uri, problem))
            else:
                found.append(_row_entry(row, [image]))
    return found, problems


def _rows(file: Entry, problems: list[Problem]) -> Iterable[tuple[list[str], _Row]]:
    bad: list[tuple[int, str]] = []
    try:
        # escaped bytes make their own line unusable, and no other
        text = read_bytes(file.path).decode("utf-8-sig", "surrogateescape")
    except OSError as error:
        problems.append((file.uri, BadImage("bad_metadata", str(error))))
        return
    for names, row in metadata_rows(text, bad):
        yield names, _Row(f"{file.uri}#row={hash_of(row)[:16]}", row)
    for number, message in bad:
        problems.append((f"{file.uri}#line={number}", BadImage("bad_metadata", message)))


def _row_entry(row: _Row, images: list[Entry]) -> Entry:
    stamp = hash_of(row.text, *((image.size, image.stamp) for image in images))
    paths = tuple(image.path for image in images)
    return Entry("", row.uri, len(row.text), stamp, row.text, listed=paths)


def _conflict(further: dict[str, Any], kept: dict[str, Any]) -> BadImage | None:
    for name in _LABELS:
        if further.get(name) is not None and further[name] != kept.get(name):
            return BadImage("bad_labels", f"another row gives this image other {name}")
    if not talks(further):
        return BadImage("bad_labels", "another row describes this image; no conversation here")
    return None


def _absent(path: str, not_images: set[str]) -> BadImage:
    if _normal(path) in not_images:
        message = "metadata rows are read for images only; --licence covers other files"
        return BadImage("unsupported_row", message, path)
    return BadImage("missing_file", "metadata.jsonl names a file that isn't there", path)


def _normal(path: str) -> str:
    """One spelling of a path: no `./`, Hangul and accents composed."""
    return unicodedata.normalize("NFC", posixpath.normpath(path))
