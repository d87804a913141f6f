"""From the bytes of a sample's tar members to a sample with decoded images.

A full tar reader follows links, long names and holes; a sample's members are plain ustar files
(POSIX 1003.1-1988), whose headers say all in fixed fields. The CRC-32 of the bytes was checked
before, so header checksums aren't looked at again.
"""

from collections.abc import Iterator
from typing import NamedTuple

from gyogwa.loader.decode import BadPixels
from gyogwa.loader.entry import Entry, read_entry
from gyogwa.loader.memory import Room, plain_room
from gyogwa.loader.view import ByCount, View, Viewer

_BLOCK = 512
_REGULAR = (b"0", b"\0")


class BadMembers(Exception):
    """The members of a sample aren't what they should be; says how."""


class LoadedSample(NamedTuple):
    """`images`: parallel to the entry's. `json`: the bytes of KEY.json, that `entry` was read
    from."""

    key: str
    entry: Entry
    images: list[View]
    json: bytes


def members(data: bytes) -> Iterator[tuple[str, memoryview]]:
    """Name and content (a view) of each ustar member in `data`. Raises BadMembers when it isn't
    just that.

    >>> list(members(b""))
    []
    """
    view, at = memoryview(data), 0
    while at < len(data):
        header = data[at : at + _BLOCK]
        if len(header) < _BLOCK or header[257:262] != b"ustar":
            raise BadMembers(f"no tar header {at} bytes into the sample")
        if header[156:157] not in _REGULAR:
            raise BadMembers(f"a tar member of type {header[156:157]!r}, expected a plain file")
        name = _text(header[0:100])
        if header[345]:
            name = f"{_text(header[345:500])}/{name}"
        size = _number(header[124:136])
        content = view[at + _BLOCK : at + _BLOCK + size]
        if len(content) != size:
            raise BadMembers(f"member {name} ends after {len(content)} of {size} bytes")
        yield name, content
        at += _BLOCK + size + -size % _BLOCK


def parse_sample(data: bytes, viewer: Viewer | ByCount, room: Room = plain_room) -> LoadedSample:
    """Read a sample from the bytes of its members; `viewer` decodes its images, into `room`.

    Raises BadMembers, also for a KEY.json that doesn't fit the schema, and BadPixels.
    """
    contents: dict[str, memoryview] = {}
    keys: set[str] = set()
    for name, content in members(data):
        folder, _, base = name.rpartition("/")
        key, _, suffix = base.partition(".")
        keys.add(f"{folder}/{key}" if folder else key)
        contents[suffix] = content
    if len(keys) != 1:
        raise BadMembers(f"members of {len(keys)} samples, expected one: {sorted(keys)}")
    if "json" not in contents:
        raise BadMembers(f"no member .json among .{', .'.join(sorted(contents))}")
    (key,) = keys
    json = contents["json"].tobytes()
    try:
        entry = read_entry(json)
    except ValueError as error:
        raise BadMembers(f"{key}.json: {error}") from error
    look = viewer.of(len(entry.images)) if isinstance(viewer, ByCount) else viewer
    images = []
    for image in entry.images:
        if image.file not in contents:
            raise BadMembers(f"no member .{image.file}, which {key}.json lists")
        try:
            images.append(look(contents[image.file], room))
        except BadPixels as error:
            raise BadPixels(f"member .{image.file}: {error}") from error
    return LoadedSample(key, entry, images, json)


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")


def _number(field: bytes) -> int:
    # GNU and star write sizes from 8 GiB in base 256, marked by the first bit.
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        raise BadMembers(f"a tar header says {field!r} where a size should stand") from None
