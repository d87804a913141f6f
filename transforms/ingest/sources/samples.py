"""Members of a WebDataset tar that belong to one record, told by their names.

WebDataset's key ends at the first dot (`base_plus_ext` of webdataset/webdataset, tariterators.py),
and so would that of `2024.05.13_notice.jpg`. Here a key is the whole name but for its ending, and
what is more belongs to it where it is the longest fitting: `KEY.0.jpg`, `KEY.1.jpg` and `KEY.json`
are one record, and `report.v1.jpg`, `report.v1.json`, `report.v2.jpg`, `report.v2.json` are two.
Members of a record stand next to each other; what stands apart is told.

Memory: the bytes of one record, and some 60 for each key; of images whose numbered names have no
labels between them, up to 64 together.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gyogwa.schemas.ids import hash_of
from gyogwa.transforms.files.picture_formats import ENDINGS

IMAGES = {ending[1:] for ending in ENDINGS}
"""Endings of images."""
_SIBLING = re.compile(r"[0-9]+|[A-Za-z_]{1,12}[0-9]*")
"""What may follow the last dot of names that are told apart by it alone: `p.1`, `a.left`."""
_MANY = 64


class Member(NamedTuple):
    """A member of a tar: its name without and with its ending (lower case), its bytes, and where
    they start (0 when the tar is compressed)."""

    base: str
    ending: str
    data: bytes
    offset: int

    @property
    def is_image(self) -> bool:
        return self.ending in IMAGES


@dataclass
class TarSample:
    """The members of a record. `apart`: others of this key stood earlier in the tar."""

    key: str
    members: list[Member] = field(default_factory=list)
    apart: bool = False

    def suffix(self, member: Member) -> str:
        """What a member's name has behind the key, without the dot."""
        more = member.base[len(self.key) + 1 :].lower()
        return f"{more}.{member.ending}" if more else member.ending


def split_name(name: str) -> tuple[str, str]:
    """A member's name without and with its ending, that in lower case.

    >>> split_name("v1.2/2024.05.13_a.JPG"), split_name("v1.2/readme")
    (('v1.2/2024.05.13_a', 'jpg'), ('v1.2/readme', ''))
    """
    folder, slash, last = name.rpartition("/")
    stem, dot, ending = last.rpartition(".")
    return (f"{folder}{slash}{stem}", ending.lower()) if dot else (name, "")


def samples(members: Iterable[Member]) -> Iterator[TarSample]:
    """Records in the order of the tar."""
    seen: set[int] = set()
    waiting: list[Member] = []
    for member in members:
        if waiting and not _joins(member, waiting):
            yield from _noted(_records(waiting), seen)
            waiting = []
        waiting.append(member)
    yield from _noted(_records(waiting), seen)


def _noted(records: list[TarSample], seen: set[int]) -> Iterator[TarSample]:
    for record in records:
        told = int(hash_of(record.key)[:16], 16)
        record.apart = told in seen
        seen.add(told)
        yield record


def _joins(member: Member, waiting: list[Member]) -> bool:
    """Whether a member may be of one record with those before it."""
    bases = {other.base for other in waiting}
    if member.base in bases or any(_is_below(member.base, base) for base in bases):
        return True
    if any(_is_below(base, member.base) for base in bases):
        return True
    parent, _, last = member.base.rpartition(".")
    return (
        len(waiting) < _MANY
        and bool(parent)
        and _SIBLING.fullmatch(last) is not None
        and all(other.is_image and other.base.rpartition(".")[0] == parent for other in waiting)
    )


def _is_below(base: str, key: str) -> bool:
    return base.startswith(f"{key}.")


def _records(members: list[Member]) -> list[TarSample]:
    """Members by key: an image goes with the longest name of labels that it begins with, labels of
    no image with the longest name of an image."""
    labels = {member.base for member in members if not member.is_image}
    images = {member.base for member in members if member.is_image}
    keys = {base: _longest(base, labels) for base in images}
    used = set(keys.values())
    keys |= {base: base if base in used else _longest(base, images | used) for base in labels}
    found: dict[str, TarSample] = {}
    for member in members:
        key = keys[member.base]
        found.setdefault(key, TarSample(key)).members.append(member)
    return list(found.values())


def _longest(base: str, keys: set[str]) -> str:
    return max((key for key in keys if key == base or _is_below(base, key)), key=len, default=base)
