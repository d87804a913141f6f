"""Image files of a folder, each with its row of `metadata.jsonl`, if there is one.

Bytes stay where they are. A row may name one image (`file_name`) or several (`file_names`), or none
when it holds a conversation only. `text` without a conversation becomes a caption.
"""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from schemas.records import Reject, Turn
from transforms.decode import BadImage
from transforms.prompts import prompt_for
from transforms.sources.conversations import IMAGE, conversation_of
from transforms.sources.labels import truth_of
from transforms.sources.raw import Entry, RawImage, RawRecord, SourcePart
from transforms.storage import read_bytes


def read_files(part: SourcePart) -> Iterator[RawRecord | Reject]:
    """One record an entry; a reject for what can't be read."""
    for entry in part.entries:
        try:
            yield _record(entry)
        except (BadImage, OSError) as error:
            rule = error.rule if isinstance(error, BadImage) else "unreadable_file"
            yield Reject(entry.uri, "ingest", rule, "", "", f"{error}", part.source, entry.uri)


def _record(entry: Entry) -> RawRecord:
    labels: dict[str, Any] = json.loads(entry.labels) if entry.labels else {}
    paths = entry.path.split("\n") if entry.path else []
    licence = str(labels.get("licence") or labels.get("license") or "")
    images = [
        RawImage(
            data=read_bytes(path),
            uri=entry.uri,
            path=path,
            listed=len(paths) > 1,
            kind=str(labels.get("kind", "image")),
            document=str(labels.get("document", "")),
            page=int(labels.get("page", 1)),
            licence=licence,
            truth=partial(truth_of, labels) if len(paths) == 1 and labels else None,
        )
        for path in paths
    ]
    return RawRecord(entry.uri, images, conversation_from(labels, len(images), entry.uri), licence)


def conversation_from(row: dict[str, Any], images: int, uri: str) -> list[Turn]:
    """The conversation of a metadata row, whatever its form; [] when it has none.

    `uri` chooses the caption's prompt. Raises BadImage when there is one that can't be read.
    """
    for name in ("conversations", "conversation", "messages", "texts"):
        if row.get(name) is not None:
            return conversation_of(row[name], images)
    caption = row.get("text") or row.get("caption")
    if isinstance(caption, str) and caption.strip() and images:
        language = "ko" if any("가" <= char <= "힣" for char in caption) else "en"
        prompt = prompt_for("caption", language, uri)
        return [
            Turn("user", f"{IMAGE}\n" * images + prompt),
            Turn("assistant", caption.strip()),
        ]
    return []


def metadata_rows(text: str) -> list[tuple[list[str], str]]:
    """(file names, row as JSON) of every line of a metadata.jsonl. Raises ValueError with the line.

    >>> metadata_rows('{"file_name": "a.png"}')
    [(['a.png'], '{"file_name": "a.png"}')]
    """
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ValueError(f"line {number}: not valid JSON: {error}") from error
        if not isinstance(row, dict):
            raise ValueError(f"line {number}: expected an object, found {type(row).__name__}")
        names = row.get("file_names") or ([row["file_name"]] if "file_name" in row else [])
        if not all(isinstance(name, str) for name in names):
            raise ValueError(f"line {number}: file names must be text")
        rows.append((names, json.dumps(row, ensure_ascii=False, sort_keys=True)))
    return rows
