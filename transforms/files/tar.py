"""Tar members with fixed headers, so that the same content always gives the same bytes."""

import tarfile
from typing import IO

BLOCK = tarfile.BLOCKSIZE


def member_header(name: str, size: int) -> bytes:
    """The header of a member: ustar, mode 0644, owner 0, time 0."""
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o644
    info.mtime = 0
    return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")


def add_member(file: IO[bytes], name: str, data: bytes) -> int:
    """Append a member; returns the bytes written."""
    header = member_header(name, len(data))
    padding = -len(data) % BLOCK
    file.write(header)
    file.write(data)
    file.write(b"\0" * padding)
    return len(header) + len(data) + padding


def end_tar(file: IO[bytes], written: int) -> int:
    """Close the archive as tar does, filled up to a record of 10 KiB; returns the bytes written."""
    trailer = 2 * BLOCK
    trailer += -(written + trailer) % tarfile.RECORDSIZE
    file.write(b"\0" * trailer)
    return trailer
