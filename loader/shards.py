"""Bytes of samples: range reads from shards that were checked against the manifest.

Every shard's size is compared when the loader starts, its SHA-256 when it is first opened, and
every sample's CRC-32 when it is read. The first costs a stat a shard; the second reads each shard
once whole, on every rank (choose "size" where the storage has checksums of its own); the third next
to nothing beside decoding.
"""

import hashlib
import os
import zlib
from collections import OrderedDict
from pathlib import Path
from typing import Literal

import torch

from loader.index import Place
from schemas.errors import GyogwaError
from schemas.manifest import Shard

Verify = Literal["sha256", "size"]

_OPEN_FILES = 64


class CorruptRange(Exception):
    """The bytes of one sample aren't those that the index describes."""


class Shards:
    """The shards of a stage, opened when first needed; the most recent ones stay open.

    Verdicts on hashes lie in shared memory, so that the workers of a rank, in this and in later
    epochs, tell each other (two that open a shard at the same moment both hash it).
    """

    def __init__(self, folder: Path, shards: list[Shard], verify: Verify) -> None:
        """Raises GyogwaError when a shard is missing or has another size than the manifest says."""
        self._folder, self._shards, self._verify = folder, shards, verify
        self._verified = torch.zeros(len(shards), dtype=torch.uint8)
        self._verified.share_memory_()  # type: ignore[no-untyped-call]
        self._open: OrderedDict[int, int] = OrderedDict()
        for shard in shards:
            self._check_size(shard)

    def name(self, number: int) -> str:
        return str(self._folder / self._shards[number].file)

    def read(self, place: Place) -> bytes:
        """The bytes at `place`.

        Raises CorruptRange when their CRC-32 differs, and GyogwaError when the shard itself isn't
        the one that the manifest lists.
        """
        data = os.pread(self._descriptor(place.shard), place.length, place.offset)
        if len(data) != place.length:
            raise CorruptRange(
                f"{len(data)} bytes could be read where the index says {place.length}"
            )
        found = zlib.crc32(data)
        if found != place.crc32:
            raise CorruptRange(f"CRC-32 is {found:08x}, the index says {place.crc32:08x}")
        return data

    def close(self) -> None:
        """Close all files; a later `read` opens them again."""
        while self._open:
            os.close(self._open.popitem()[1])

    def __getstate__(self) -> dict[str, object]:
        return self.__dict__ | {"_open": OrderedDict()}

    def __del__(self) -> None:
        if hasattr(self, "_open"):
            self.close()

    def _descriptor(self, number: int) -> int:
        if number in self._open:
            self._open.move_to_end(number)
            return self._open[number]
        shard = self._shards[number]
        self._check_size(shard)
        if self._verify == "sha256" and not self._verified[number]:
            self._check_hash(shard)
            self._verified[number] = 1
        if len(self._open) >= _OPEN_FILES:
            os.close(self._open.popitem(last=False)[1])
        self._open[number] = os.open(self._folder / shard.file, os.O_RDONLY)
        return self._open[number]

    def _check_size(self, shard: Shard) -> None:
        path = self._folder / shard.file
        try:
            size = path.stat().st_size
        except OSError as error:
            raise GyogwaError(
                f"{path}: can't open the shard ({error.strerror}); the manifest lists it with "
                f"{shard.bytes} bytes: copy the whole stage folder, or build the stage again"
            ) from error
        if size != shard.bytes:
            raise GyogwaError(
                f"{path}: {size} bytes, the manifest says {shard.bytes}; the shard is incomplete "
                "or of another run: copy it again, or build the stage again"
            )

    def _check_hash(self, shard: Shard) -> None:
        path = self._folder / shard.file
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != shard.sha256:
            raise GyogwaError(
                f"{path}: SHA-256 is {found}, the manifest says {shard.sha256}; the shard was "
                "altered: copy it again, or build the stage again"
            )
