"""WebDataset tars: members that share a key up to the first dot are one record.

Images of an uncompressed tar stay where they are, addressed by offset. `KEY.json` may hold what a
row of `metadata.jsonl` may; `KEY.txt` is a caption.
"""

import tarfile
import zlib
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any

import fsspec

from schemas.records import Reject
from transforms.decode import BadImage
from transforms.sources.folder import conversation_from
from transforms.sources.labels import truth_of
from transforms.sources.raw import Entry, RawImage, RawRecord, SourcePart
from transforms.sources.rows import attempt, described, licence_of, row_of

IMAGE_SUFFIXES = {"jpg", "jpeg", "png", "webp", "tif", "tiff", "bmp", "gif"}
Member = tuple[str, str, bytes, int]
"""Key, suffix, bytes, and where they start in the tar (0 when the tar is compressed)."""


def read_samples(part: SourcePart) -> Iterator[RawRecord | Reject]:
    """One record a key; a reject for a key that can't be understood, or where the tar breaks."""
    for entry in part.entries:
        try:
            for key, run in groupby(_members(entry), key=lambda member: member[0]):
                uri, members = f"{entry.uri}#{key}", list(run)
                yield attempt(partial(_record, members, entry, uri), uri, part.source)
        except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as error:
            message = f"the tar breaks off: {error}"
            yield Reject(entry.uri, "ingest", "broken_tar", "", "", message, part.source, entry.uri)


def _members(entry: Entry) -> Iterator[Member]:
    compressed = not entry.path.endswith(".tar")
    with (
        fsspec.open(entry.path, "rb") as file,
        tarfile.open(fileobj=file, mode="r|*" if compressed else "r:") as tar,
    ):
        for member in tar:
            if not member.isfile():
                continue
            folder, _, name = member.name.rpartition("/")
            stem, _, suffix = name.partition(".")
            key = f"{folder}/{stem}" if folder else stem
            content = tar.extractfile(member)
            data = content.read() if content else b""
            yield key, suffix.lower(), data, 0 if compressed else member.offset_data


def _record(members: list[Member], entry: Entry, uri: str) -> RawRecord:
    found = [m for m in members if m[1].rpartition(".")[2] in IMAGE_SUFFIXES]
    row = _row({suffix: data for _, suffix, data, _ in members})
    images = [
        described(
            RawImage(
                data=data,
                uri=f"{uri}.{suffix}",
                path=entry.path if offset else "",
                offset=offset,
                truth=partial(truth_of, row) if len(found) == 1 else None,
            ),
            row,
        )
        for _, suffix, data, offset in found
    ]
    conversation = conversation_from(row, len(images), uri)
    if not images and not conversation:
        raise BadImage("empty_row", f"no image and no conversation among {[m[1] for m in members]}")
    return RawRecord(uri, images, conversation, licence_of(row))


def _row(members: dict[str, bytes]) -> dict[str, Any]:
    if "json" in members:
        try:
            return row_of(members["json"].decode("utf-8-sig"))
        except ValueError as error:
            raise BadImage("bad_labels", f"the .json member: {error}") from error
    if "txt" in members:
        return {"text": members["txt"].decode("utf-8", "replace")}
    return {}
