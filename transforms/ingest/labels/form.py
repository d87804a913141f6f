"""What a form of labels says of itself, so that ingest can read its files without knowing it."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any

from gyogwa.transforms.ingest.labels.peek import json_head
from gyogwa.transforms.ingest.labels.text import decoded
from gyogwa.transforms.ingest.labels.watched import Keys

HEAD = 1 << 16
"""Bytes at the start of a file by which its form is told."""
_PROLOGUE = re.compile(r"\s*(<\?xml.*?\?>|<!DOCTYPE[^>\[]*>|<!--.*?-->)", re.DOTALL)
_SHOWN = 2000
LabelRow = dict[str, Any]
"""What a file says of one image, or of several, in the vocabulary of `metadata.jsonl`:

`file_name` (of one image), `file_names` (of several) or `stem` (of the image that has the label
file's own name, or this one, but for its ending); `words`, `lines`, `blocks`, `tables`, `charts`
with boxes as `labels.truth` has them, `boxes` (how to read those: see `labels.units`);
`conversations`, `text` (a caption), `transcription` (all that stands on the image, without boxes),
`kind`, `document`, `page`, `licence`; `told`: what is worth saying of the file; `unread`: names of
what the file says and nothing here reads, and of what was left out, once for each time ("words
without text"). Null means absent.

`lines_of_text: [{text, box}]`: texts of several words in one box, where the file gives lines; in
place of `words`, but for files that give both, in which they follow the words' lines. `regions:
[{kind, box, text}]`: parts of the page, in reading order where the file has one; the text, if there
is one, may be of several lines. A word's `confidence` is 0 to 1; a table's cell has the box null
where it is empty. Boxes are as in the file: `[x0, y0, x1, y1]` or `[x, y, width, height]` as
`boxes` says, 4 points `[[x, y], …]`, or 8 numbers.
"""


@dataclass(frozen=True)
class Head:
    """The start of a file: its URI and its first `HEAD` bytes."""

    uri: str
    data: bytes
    columns: str = ""
    """Those that the user maps by hand: see `labels.mapping`."""

    @property
    def name(self) -> str:
        """The file's name without its folders, lower case."""
        return self.uri.rsplit("/", 1)[-1].lower()

    @cached_property
    def text(self) -> str:
        """The bytes as text, whatever its encoding; a character that is cut off at the end goes."""
        return decoded(self.data, cut=True).text

    @cached_property
    def json(self) -> Any:
        """The JSON value that begins there, as far as it goes; None where there is none."""
        return json_head(self.text)

    @cached_property
    def first_line(self) -> str:
        """The first line that isn't blank, stripped."""
        return next((line.strip() for line in self.text.splitlines() if line.strip()), "")

    @cached_property
    def beginning(self) -> str:
        """How the file begins, in a line: blanks, an XML declaration and a document type left out;
        "" where it is no text."""
        plain = " ".join(_PROLOGUE.sub("", self.text[:_SHOWN]).split())
        return plain if plain.isprintable() else ""


@dataclass(frozen=True)
class LabelFile:
    """A whole file: `open` gives its bytes, from the start each time it is called."""

    uri: str
    open: Callable[[], IO[bytes]]
    told: list[str] = field(default_factory=list)
    """What is worth saying of the file though it was read, such as its odd encoding; it goes with
    its last row."""
    columns: str = ""
    """Those that the user maps by hand: see `labels.mapping`."""
    keys: Keys = field(default_factory=Keys)
    """Which keys of its JSON were read."""
    beside: Callable[[str], bytes | None] = field(default=lambda _: None)
    """The bytes of a small file by its path from this one's folder, None where there is none."""

    @property
    def stem(self) -> str:
        """The file's name without its folders and its last ending."""
        return self.uri.rsplit("/", 1)[-1].rpartition(".")[0]

    def read(self) -> bytes:
        """All its bytes."""
        with self.open() as stream:
            return stream.read()

    def text(self) -> str:
        """All its text. Raises ValueError when it is in no encoding that is known here."""
        found = decoded(self.read())
        if found.encoding != "utf-8":
            self.told.append(f"labels in {found.encoding}")
        return found.text


@dataclass(frozen=True)
class LabelForm:
    """A form in which files of labels come.

    `endings`: of the names of files that may be of it, lower case. `published`: where its layout is
    described. `fits`: whether a file is of it, by its name and start; must not raise. `rows`: what
    the file says, row by row; raises ValueError, KeyError, TypeError or IndexError at what can't
    be understood. A row that is broken by itself is given as the ValueError, so that it costs no
    other. `one`: the file says something of one image and is small, so that it is read where the
    image is. `loose`: names are looked for elsewhere in the input too where they are not below the
    label file's folder.
    """

    name: str
    endings: tuple[str, ...]
    published: str
    fits: Callable[[Head], bool]
    rows: Callable[[LabelFile], Iterator[LabelRow | ValueError]]
    one: bool = False
    loose: bool = True

    def read(self, file: LabelFile) -> Iterator[LabelRow | ValueError]:
        """The rows of a file; with each what there is to tell of it since the one before, and with
        the last the names of keys that nothing read."""
        last: LabelRow | ValueError | None = None
        named: set[str] = set()
        with closing(self.rows(file)) as rows:  # type: ignore[type-var]
            for row in rows:
                if last is not None:
                    yield _telling(last, file)
                last = row
                if isinstance(row, dict):
                    named.update(row.get("unread") or ())
        if isinstance(last, dict):
            left = [name for name in file.keys.unread() if name not in named]
            last = {**last, "unread": [*(last.get("unread") or ()), *left]} if left else last
        if last is not None:
            yield _telling(last, file)


def _telling(row: LabelRow | ValueError, file: LabelFile) -> LabelRow | ValueError:
    if isinstance(row, ValueError) or not file.told:
        return row
    told = list(file.told)
    file.told.clear()
    return {**row, "told": told}
