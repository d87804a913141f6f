"""Bytes that wait between two steps of a local run: in memory while they are few, then on disk.

Beam's local runner holds whatever a step gives until the next one takes it, and with a corpus that
grows without a limit. Here each collection that waits holds `HELD` bytes in memory at most. What is
more lies in a file without a name in the folder for temporary files (`TMPDIR`), which is gone with
the collection or with the process, whichever way that ends.
"""

import os
import tempfile
from typing import IO, NamedTuple

HELD = 4 << 20
"""Bytes: some 50 collections wait at once in an assemble."""


class Piece(NamedTuple):
    """So many bytes of a spool, from there on."""

    spool: "Spool"
    start: int
    length: int

    def read(self) -> bytes:
        """The bytes. May be asked for by several threads when nothing is added any more."""
        return self.spool.read(self.start, self.length)


class Spool:
    """Bytes that are added at the end and read anywhere. Raises OSError, with the folder's name,
    where there is no more room."""

    def __init__(self) -> None:
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._end = 0

    def add(self, data: bytes | bytearray) -> Piece:
        """Keep some bytes."""
        if self._file is None and self._end + len(data) > HELD:
            self._file = tempfile.TemporaryFile(buffering=0, prefix="gyogwa-")  # noqa: SIM115
            self._write(self._memory)
            self._memory = bytearray()
        if self._file is None:
            self._memory += data
        else:
            self._write(data)
        piece = Piece(self, self._end, len(data))
        self._end += len(data)
        return piece

    def read(self, start: int, length: int) -> bytes:
        """What was kept there."""
        if self._file is None:
            return bytes(memoryview(self._memory)[start : start + length])
        found = []
        while length:
            found.append(os.pread(self._file.fileno(), length, start))
            if not found[-1]:
                raise EOFError("a file for temporary data became shorter")
            start, length = start + len(found[-1]), length - len(found[-1])
        return found[0] if len(found) == 1 else b"".join(found)

    def _write(self, data: bytes | bytearray) -> None:
        assert self._file is not None
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise OSError(error.errno, error.strerror, tempfile.gettempdir()) from error
