"""WebDataset tars: members that share a key up to the first dot are one record.

Images of an uncompressed tar stay where they are, addressed by offset. `KEY.json` may hold what a
row of `metadata.jsonl` may; `KEY.txt` is a caption.
"""

import json
import tarfile
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

IMAGE_SUFFIXES = {"jpg", "jpeg", "png", "webp", "tif", "tiff", "bmp", "gif"}
Member = tuple[str, str, bytes, int]
"""Key, suffix, bytes, and where they start in the tar (0 when the tar is compressed)."""


def read_samples(part: SourcePart) -> Iterator[RawRecord | Reject]:
    """One record a key; a reject for a key that can't be understood, or where the tar breaks."""
    for entry in part.entries:
        try:
            for key, members in groupby(_members(entry), key=lambda member: member[0]):
                uri = f"{entry.uri}#{key}"
                try:
                    yield _record(list(members), entry, uri)
                except BadImage as error:
                    yield Reject(
                        uri, "ingest", error.rule, error.value, error.threshold,
                        error.message, part.source, uri,
                    )  # fmt: skip
        except (tarfile.TarError, EOFError, OSError) as error:
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
    licence = str(row.get("licence") or row.get("license") or "")
    images = [
        RawImage(
            data=data,
            uri=f"{uri}.{suffix}",
            path=entry.path if offset else "",
            offset=offset,
            kind=str(row.get("kind", "image")),
            document=str(row.get("document", "")),
            page=int(row.get("page", 1)),
            licence=licence,
            truth=partial(truth_of, row) if len(found) == 1 else None,
        )
        for _, suffix, data, offset in found
    ]
    record = RawRecord(uri, images, conversation_from(row, len(images), uri), licence)
    if not record.images and not record.conversation:
        raise BadImage("empty_row", f"no image and no conversation among {[m[1] for m in members]}")
    return record


def _row(members: dict[str, bytes]) -> dict[str, Any]:
    if "json" in members:
        try:
            row = json.loads(members["json"])
        except ValueError as error:
            raise BadImage("bad_labels", f"the .json member is not valid JSON: {error}") from error
        if not isinstance(row, dict):
            raise BadImage("bad_labels", "the .json member is not an object")
        return row
    if "txt" in members:
        return {"text": members["txt"].decode("utf-8", "replace")}
    return {}
