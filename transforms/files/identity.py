"""The bytes of an image, checked to be those that were ingested.

Whoever turns an image's bytes into something that is stored reads them here: text that was read,
a verdict on a pair, a sample of a shard. So a file that changed behind the catalog's back, be it
for a moment only, never gives one image what belongs to another. Cost: a SHA-256, about 1 ms a
megabyte.
"""

import re

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.files.locations import redacted
from gyogwa.transforms.files.retries import Advice
from gyogwa.transforms.files.storage import Storage

_PACK = re.compile(r"(.*)/packs/([0-9a-f]{16})\.tar")
_EVALUATION_SET = re.compile(r"(.*/benchmarks/.*-[0-9a-f]{16})\.tar")


def read_verified(ref: ImageRef, sha256: str) -> bytes:
    """The encoded image at `ref`, whose bytes have this SHA-256 (`Image.sha256`).

    Raises GyogwaError where they have another, and where they can't be read, after some attempts.
    """
    again = _again(ref.path)
    advice = Advice(
        missing=f"it was there at ingest: bring it back, or {again}",
        unreachable="check the disk or the store, then run again: what is finished is kept",
        known=True,
    )
    data = Storage(advice=advice).read_range(ref.path, ref.offset, ref.length)
    if sha256_hex(data) != sha256:
        place = f" (the {ref.length} bytes from {ref.offset})" if ref.offset else ""
        raise GyogwaError(f"{redacted(ref.path)}{place}: changed since ingest; {again}")
    return data


def _again(path: str) -> str:
    """How to have the image ingested anew. Ingest doesn't look into what it packed itself, only
    whether the catalog has it."""
    if pack := _PACK.fullmatch(path):
        return f"delete {pack[1]}/catalog/{pack[2]}.parquet and run gyogwa ingest again"
    if checked := _EVALUATION_SET.fullmatch(path):
        return f"delete {checked[1]}.json and run again"
    return "run gyogwa ingest again (touch the file if it has its old size and time)"
