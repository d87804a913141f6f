"""A shard read once, from its first byte to its last, as samples: stricter than tar's readers.

They forgive what a smuggled or damaged shard may hold: bytes after the end, other headers, a second
member of one name. Memory is that of one sample.
"""

import hashlib
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from gyogwa.transforms.files.tar import BLOCK, member_header

_CHUNK = 1 << 20


class BrokenTar(Exception):
    """The bytes are no tar as the writer makes it; says where and why."""


@dataclass
class Scanned:
    """A sample: its members by suffix, in order, and the byte range they take, with its CRC-32.

    `odd`: names of members whose header isn't the writer's. `again`: suffixes that came before.
    """

    key: str
    offset: int
    length: int = 0
    crc32: int = 0
    members: dict[str, bytes] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)


class Tar:
    """An open file, hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.bytes = file.seek(0, 2)
        file.seek(0)
        self._file = file
        self._digest = hashlib.sha256()
        self._position = 0

    def samples(self) -> Iterator[Scanned]:
        """The samples in order. Raises BrokenTar."""
        sample: Scanned | None = None
        while (header := self._read(BLOCK)) != bytes(BLOCK):
            start = self._position - BLOCK
            try:
                info = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
            except (tarfile.HeaderError, ValueError) as error:
                raise BrokenTar(f"no member's header at byte {start}: {error}") from error
            key, _, suffix = info.name.partition(".")
            if sample is None or key != sample.key:
                if sample is not None:
                    yield sample
                sample = Scanned(key, start)
            if suffix in sample.members:
                sample.again.append(suffix)
            data = self._read(info.size)
            padding = self._read(-info.size % BLOCK)
            if header != member_header(info.name, info.size) or padding.strip(b"\0"):
                sample.odd.append(info.name)
            sample.members[suffix] = data
            for part in (header, data, padding):
                sample.crc32 = zlib.crc32(part, sample.crc32)
            sample.length = self._position - sample.offset
        if sample is not None:
            yield sample
        self._end()

    def sha256(self) -> str:
        """The hash of the whole file, of which the rest is read."""
        while data := self._file.read(_CHUNK):
            self._digest.update(data)
        return self._digest.hexdigest()

    def _read(self, size: int) -> bytes:
        # asked for first: a header may claim more than memory holds
        if not 0 <= size <= self.bytes - self._position:
            raise BrokenTar(f"ends at byte {self.bytes}, but {size} more stand at {self._position}")
        data = self._file.read(size) if size else b""
        self._digest.update(data)
        self._position += size
        return data

    def _end(self) -> None:
        """A second block of zeros, then zeros up to the end of a record, and nothing more."""
        rest = self._read(BLOCK + -(self._position + BLOCK) % tarfile.RECORDSIZE)
        if rest.strip(b"\0"):
            raise BrokenTar(f"bytes stand between the tar's end and byte {self._position}")
        if self._position != self.bytes:
            more = self.bytes - self._position
            raise BrokenTar(f"{more} bytes stand behind the tar's end at byte {self._position}")
