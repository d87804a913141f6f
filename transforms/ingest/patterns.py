"""Patterns in `--input`, as shells have them, matched on the workers whatever shell there was.

`*` and `?` stand for characters within a name, `**` for any folders, `[ab]`, `[0-9]` and `[!a]` for
one character, `{a,b}` for one of several texts and `{000..099}` for numbers. A folder that matches
is an input with all that is below it. Names in pieces (NFD) match composed ones. Only folders that
may lead to a match are entered.
"""

import os
import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.folders import exists
from gyogwa.transforms.files.locations import is_url, is_web
from gyogwa.transforms.files.paths import input_path
from gyogwa.transforms.ingest.hub import dataset_of, is_dataset

_MAGIC = re.compile(r"[*?\[\]{}]")
_RANGE = re.compile(r"(\d+)\.\.(\d+)")
_MOST = 20_000
"""Patterns that braces may stand for."""
_ANY_FOLDERS = "**"


def place_of(option: str, given: str) -> tuple[str, str]:
    """The file, folder or address that is meant, and the pattern that paths below it have to match,
    "" where all do. What is there under this very name is no pattern. Raises GyogwaError."""
    if is_dataset(given):
        dataset_of(given)
        return given, ""
    odd = "::" in given or is_web(given)
    if odd or not _MAGIC.search(given) or _is_there(given):
        return input_path(option, given), ""
    parts = given.split("/")
    first = next(at for at, part in enumerate(parts) if _MAGIC.search(part))
    root, pattern = "/".join(parts[:first]), "/".join(parts[first:]).rstrip("/")
    if is_url(given) and first <= 2:
        raise GyogwaError(f"{option} {given}: the name of a bucket or host can't be a pattern")
    if given.startswith("/"):
        root = root or "/"
    try:
        _alternatives(pattern)
    except (ValueError, re.error) as error:
        raise GyogwaError(f"{option} {given}: the pattern can't be read: {error}") from None
    return input_path(option, root or "."), pattern


def _is_there(given: str) -> bool:
    return exists(given) if is_url(given) else os.path.lexists(os.path.expanduser(given))


def expanded(pattern: str) -> list[str]:
    """The patterns without braces that one stands for. Raises ValueError.

    >>> expanded("{2021,2022}/*.{pdf,tif{,f}}")[1:4], expanded("x-{08..10}.tar")
    (['2021/*.tif', '2021/*.tiff', '2022/*.pdf'], ['x-08.tar', 'x-09.tar', 'x-10.tar'])
    """
    found = _expanded(pattern)
    if len(found) > _MOST:
        raise ValueError(f"its braces stand for more than {_MOST:,} patterns")
    return found


def _expanded(pattern: str) -> list[str]:
    start = pattern.find("{")
    if start < 0:
        if "}" in pattern:
            raise ValueError("a brace is closed that isn't open")
        return [pattern]
    depth, cuts = 0, [start]
    for at in range(start, len(pattern)):
        depth += {"{": 1, "}": -1}.get(pattern[at], 0)
        if depth == 1 and pattern[at] == ",":
            cuts.append(at)
        if depth == 0:
            cuts.append(at)
            break
    else:
        raise ValueError("a brace isn't closed")
    inner = [pattern[a + 1 : b] for a, b in pairwise(cuts)]
    numbers = _RANGE.fullmatch(inner[0]) if len(inner) == 1 else None
    heads = _numbers(*numbers.groups()) if numbers else [h for i in inner for h in _expanded(i)]
    tails = _expanded(pattern[cuts[-1] + 1 :])
    if len(heads) * len(tails) > _MOST:
        raise ValueError(f"its braces stand for more than {_MOST:,} patterns")
    return [pattern[:start] + head + tail for head in heads for tail in tails]


def _numbers(first: str, last: str) -> list[str]:
    """Numbers from one to another, as wide as the first is written where that begins with 0."""
    if abs(int(last) - int(first)) >= _MOST:
        raise ValueError(f"its braces stand for more than {_MOST:,} patterns")
    width = max(len(first), len(last)) if first.startswith("0") or last.startswith("0") else 0
    step = 1 if int(first) <= int(last) else -1
    return [f"{number:0{width}}" for number in range(int(first), int(last) + step, step)]


class Pattern:
    """A pattern of paths relative to an input's root; one of "" matches all."""

    def __init__(self, pattern: str) -> None:
        self.all = not pattern
        self.plain, self.magic = _alternatives(pattern) if pattern else (frozenset(), ())

    def takes(self, path: str) -> bool:
        """Whether a file's path, or that of a folder that it lies in, matches."""
        if self.all:
            return True
        parts = _parts(path)
        if any("/".join(parts[:end]) in self.plain for end in range(1, len(parts) + 1)):
            return True
        return any(_matches(wanted, parts, below=True) for wanted in self.magic)

    def leads(self, folder: str) -> bool:
        """Whether a file in a folder, or below it, may match."""
        if self.all or self.takes(folder):
            return True
        parts = _parts(folder)
        start = "/".join(parts) + "/"
        if any(path.startswith(start) for path in self.plain):
            return True
        return any(_leads(wanted, parts) for wanted in self.magic)


def _parts(path: str) -> list[str]:
    return unicodedata.normalize("NFC", path).split("/")


_Parts = tuple[re.Pattern[str] | None, ...]
"""A pattern's parts between slashes; None for any folders."""


@lru_cache(16)
def _alternatives(pattern: str) -> tuple[frozenset[str], tuple[_Parts, ...]]:
    """The paths that a pattern names, and the patterns of one without braces."""
    plain: list[str] = []
    magic: list[_Parts] = []
    for each in expanded(unicodedata.normalize("NFC", pattern)):
        parts = [part for part in each.split("/") if part not in ("", ".")]
        if ".." in parts:
            raise ValueError("it leads upwards (..)")
        if _MAGIC.search(each):
            magic.append(tuple(None if p == _ANY_FOLDERS else _compiled(p) for p in parts))
        else:
            plain.append("/".join(parts))
    return frozenset(plain), tuple(magic)


def _compiled(part: str) -> re.Pattern[str]:
    """The pattern of one name; a `*` or `?` takes no dot that a name begins with."""
    found, at = "", 0
    while at < len(part):
        char = part[at]
        end = part.find("]", at + 2) if char == "[" else -1
        if end > 0:
            inner = part[at + 1 : end].replace("\\", r"\\").replace("[", r"\[")
            found += f"[^{inner[1:]}]" if inner[0] in "!^" else f"[{inner}]"
            at = end
        else:
            found += {"*": "[^/]*", "?": "[^/]"}.get(char) or re.escape(char)
        at += 1
    hidden = r"(?!\.)" if part[0] in "*?[" else ""
    return re.compile(hidden + found, re.DOTALL)


def _matches(wanted: _Parts, parts: list[str], below: bool) -> bool:
    """Whether parts of a path match, or, `below`, the first of them do."""
    if not wanted:
        return below or not parts
    if wanted[0] is None:
        if len(wanted) == 1:
            return bool(parts)
        return any(_matches(wanted[1:], parts[at:], below) for at in range(len(parts)))
    return bool(parts and wanted[0].fullmatch(parts[0]) and _matches(wanted[1:], parts[1:], below))


def _leads(wanted: _Parts, parts: list[str]) -> bool:
    """Whether a path that goes on may match."""
    for part, name in zip(wanted, parts, strict=False):
        if part is None:
            return True
        if not part.fullmatch(name):
            return False
    return len(parts) < len(wanted)
