"""The frames of a TIFF: which of them are pages, and each as a file of its own.

Only directories are read, a few hundred bytes a frame, in one walk along their chain; Pillow would
take the whole file into memory for each frame. After "TIFF Revision 6.0" (Adobe, 1992) and the
"BigTIFF" extension for files above 4 GB: directories of entries (tag, type, count, value or where
it lies).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from gyogwa.transforms.files.bad_image import BadImage

MAX_FRAMES = 100_000
MAX_BYTES = 400 << 20
"""Of one frame, encoded."""

_MAGIC = {
    b"II*\0": ("<", False),
    b"MM\0*": (">", False),
    b"II+\0": ("<", True),
    b"MM\0+": (">", True),
}
_BYTES = ((1, 2, 6, 7), (3, 8), (4, 9, 11, 13), (5, 10, 12, 16, 17, 18))
_SIZES = {kind: 1 << log for log, kinds in enumerate(_BYTES) for kind in kinds}
_WHOLE = {1: "B", 3: "H", 4: "L", 13: "L", 16: "Q", 18: "Q"}
_NEW_SUBFILE, _SUBFILE, _WIDTH, _HEIGHT, _COMPRESSION = 254, 255, 256, 257, 259
_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES = 273, 279, 324, 325
_OLD_JPEG = 6
_NEEDED = {256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 290, 291, 292}
_NEEDED |= {293, 296, 317, 318, 319, 320, 322, 323, 324, 325, 332, 334, 336, 338, 339, 340, 341}
_NEEDED |= {347, 529, 530, 531, 532}
"""Tags that say how the pixels are coded and lie; the rest stays behind."""
_MOST_ENTRIES = 4096
_MOST_VALUE = 64 << 20
_THUMBNAIL = 320
"""Pixels of the longer side, at most, of a frame that is taken for a thumbnail unsaid."""


@dataclass(frozen=True)
class Entry:
    """An entry of a directory: its tag, type, how many values, and its last field as it stands."""

    tag: int
    type: int
    count: int
    field: bytes


@dataclass(frozen=True)
class Frame:
    """A frame: where its directory lies, in bytes, its size in pixels, and whether it says that it
    is a thumbnail or a mask of another one."""

    offset: int
    width: int
    height: int
    aside: bool


def is_tiff(head: bytes) -> bool:
    """Whether a file that starts so is one."""
    return head[:4] in _MAGIC


class Tiff:
    """A TIFF on a stream that can seek. Raises BadImage for what can't be one."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._order, self._big = _MAGIC.get(self._at(0, 4), ("", False))
        if not self._order:
            raise BadImage("not_an_image", "not a TIFF")
        self._first = self._number("Q", 8) if self._big else self._number("L", 4)

    def frames(self) -> list[Frame]:
        """All that can be walked to; a chain that is broken or runs in a circle ends there."""
        found: list[Frame] = []
        seen: set[int] = set()
        offset = self._first
        while offset and offset not in seen and len(found) < MAX_FRAMES:
            seen.add(offset)
            try:
                entries, offset_after = self._directory(offset)
                found.append(self._frame(offset, entries))
            except BadImage:
                break
            offset = offset_after
        return found

    def alone(self, frame: Frame) -> bytes:
        """A TIFF that holds this frame only, its data as it is. Raises BadImage."""
        entries, _ = self._directory(frame.offset)
        known = {entry.tag: entry for entry in entries if entry.tag in _NEEDED}
        places = known.get(_STRIPS) or known.get(_TILES)
        sizes = known.get(_STRIP_BYTES) or known.get(_TILE_BYTES)
        if places is None or sizes is None or self._value(known, _COMPRESSION) == _OLD_JPEG:
            return self._headed(frame)
        offsets, lengths = self._values(places), self._values(sizes)
        if len(offsets) != len(lengths):
            raise BadImage("broken_image", f"{len(offsets)} strips of {len(lengths)} sizes")
        self._within(sum(lengths))
        data = [self._at(at, length) for at, length in zip(offsets, lengths, strict=True)]
        values = {tag: self._raw(entry) for tag, entry in known.items()}
        return _written(self._order, list(known.values()), values, places.tag, sizes.tag, data)

    def _headed(self, frame: Frame) -> bytes:
        """The whole file with this frame as its first: what its data lies at can't be told."""
        size = self._stream.seek(0, 2)
        self._within(size)
        data = self._at(0, size)
        where = struct.pack(self._order + ("Q" if self._big else "L"), frame.offset)
        start = 8 if self._big else 4
        return data[:start] + where + data[start + len(where) :]

    def _within(self, size: int) -> None:
        if size > MAX_BYTES:
            raise BadImage("too_large", "a frame is too large", str(size), str(MAX_BYTES))

    def _frame(self, offset: int, entries: Sequence[Entry]) -> Frame:
        known = {entry.tag: entry for entry in entries}
        kind = self._value(known, _NEW_SUBFILE)
        aside = bool(kind & 5) or self._value(known, _SUBFILE) == 2
        return Frame(offset, self._value(known, _WIDTH), self._value(known, _HEIGHT), aside)

    def _directory(self, offset: int) -> tuple[list[Entry], int]:
        """Its entries, and where the next one lies; 0 after the last."""
        count = self._number("Q" if self._big else "H", offset)
        if not 0 < count <= _MOST_ENTRIES:
            raise BadImage("broken_image", f"a directory of {count} entries")
        layout = struct.Struct(self._order + ("HHQ8s" if self._big else "HHL4s"))
        start = offset + (8 if self._big else 2)
        data = self._at(start, count * layout.size)
        after = self._number("Q" if self._big else "L", start + len(data))
        return [Entry(*fields) for fields in layout.iter_unpack(data)], after

    def _value(self, known: dict[int, Entry], tag: int) -> int:
        return next(iter(self._values(known[tag])), 0) if tag in known else 0

    def _values(self, entry: Entry) -> tuple[int, ...]:
        code = _WHOLE.get(entry.type)
        if code is None:
            raise BadImage("broken_image", f"tag {entry.tag} holds no whole numbers")
        return struct.unpack(f"{self._order}{entry.count}{code}", self._raw(entry))

    def _raw(self, entry: Entry) -> bytes:
        size = _SIZES.get(entry.type, 1) * entry.count
        if size <= len(entry.field):
            return entry.field[:size]
        if size > _MOST_VALUE:
            raise BadImage("broken_image", f"tag {entry.tag} takes {size} bytes")
        (where,) = struct.unpack(self._order + ("Q" if self._big else "L"), entry.field)
        return self._at(where, size)

    def _number(self, code: str, offset: int) -> int:
        layout = struct.Struct(self._order + code)
        number: int = layout.unpack(self._at(offset, layout.size))[0]
        return number

    def _at(self, offset: int, size: int) -> bytes:
        self._stream.seek(offset)
        data = self._stream.read(size)
        if len(data) != size:
            raise BadImage("broken_image", "a frame's data lies outside the file")
        return data


def pages_of(frames: Sequence[Frame]) -> list[Frame]:
    """The frames that are pages: no masks, and no thumbnails, whether they say so or only are much
    smaller than a neighbour of their shape. All of them where none seems to be one."""
    around = zip([None, *frames], frames, [*islice(frames, 1, None), None], strict=False)
    pages = [
        frame
        for before, frame, after in around
        if not frame.aside and not _is_thumbnail(frame, before) and not _is_thumbnail(frame, after)
    ]
    return pages or list(frames)


def _is_thumbnail(frame: Frame, of: Frame | None) -> bool:
    if of is None or max(frame.width, frame.height) > _THUMBNAIL:
        return False
    smaller = 3 * frame.width <= of.width and 3 * frame.height <= of.height
    return smaller and abs(frame.width * of.height / max(1, frame.height * of.width) - 1) < 0.1


def _written(
    order: str,
    entries: list[Entry],
    values: dict[int, bytes],
    places: int,
    sizes: int,
    data: list[bytes],
) -> bytes:
    """A file of one directory: header, entries in the order of tags, long values, data."""
    entries = sorted(entries, key=lambda entry: entry.tag)
    narrow = {16: 4, 18: 13}  # types of BigTIFF; what is written here stays below 4 GB
    end = 8 + 2 + 12 * len(entries) + 4
    longs: list[bytes] = []
    table = [b"II*\0" if order == "<" else b"MM\0*", struct.pack(order + "LH", 8, len(entries))]
    starts = end + sum(
        4 * entry.count if entry.tag in (places, sizes) else len(values[entry.tag]) + 1
        for entry in entries
    )
    offsets = [starts]
    for piece in data:
        offsets.append(offsets[-1] + len(piece))
    values = values | {
        places: struct.pack(f"{order}{len(data)}L", *offsets[:-1]),
        sizes: struct.pack(f"{order}{len(data)}L", *map(len, data)),
    }
    for entry in entries:
        value = values[entry.tag]
        kind = 4 if entry.tag in (places, sizes) else entry.type
        if kind in narrow:
            numbers = struct.unpack(f"{order}{entry.count}Q", value)
            kind, value = narrow[kind], struct.pack(f"{order}{entry.count}L", *numbers)
        if len(value) <= 4:
            field = value.ljust(4, b"\0")
        else:
            field = struct.pack(order + "L", end)
            longs.append(value.ljust(len(value) + len(value) % 2, b"\0"))
            end += len(longs[-1])
        table.append(struct.pack(order + "HHL", entry.tag, kind, entry.count) + field)
    table.append(bytes(4))
    filler = bytes(starts - end)
    return b"".join([*table, *longs, filler, *data])
