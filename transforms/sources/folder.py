"""Image files of a folder, each with its row of `metadata.jsonl`, if there is one.

Bytes stay where they are. A row may name one image (`file_name`) or several (`file_names`), or none
when it holds a conversation only; several rows may name one image. `text` without a conversation
becomes a caption.
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
from transforms.sources.rows import attempt, described, licence_of, row_of
from transforms.storage import read_bytes

_CONVERSATIONS = ("conversations", "conversation", "messages", "texts")


def read_files(part: SourcePart) -> Iterator[RawRecord | Reject]:
    """One record an entry; a reject for what can't be read."""
    for entry in part.entries:
        yield attempt(partial(_record, entry), entry.uri, part.source)


def _record(entry: Entry) -> RawRecord:
    labels: dict[str, Any] = json.loads(entry.labels) if entry.labels else {}
    if entry.path:
        truth = partial(truth_of, labels) if labels else None
        raws = [RawImage(read_bytes(entry.path), entry.uri, entry.path, truth=truth)]
    else:
        raws = [RawImage(read_bytes(p), entry.uri, p, listed=True) for p in entry.listed]
    images = [described(raw, labels) for raw in raws]
    conversation = conversation_from(labels, len(images), entry.uri)
    if not entry.path and not conversation:
        raise BadImage("empty_row", "no conversation, and no image of its own")
    return RawRecord(entry.uri, images, conversation, licence_of(labels))


def conversation_from(row: dict[str, Any], images: int, uri: str) -> list[Turn]:
    """The conversation of a metadata row, whatever its form; [] when it has none.

    `uri` chooses the caption's prompt. Raises BadImage when there is one that can't be read.
    """
    for name in _CONVERSATIONS:
        if row.get(name) is not None:
            return conversation_of(row[name], images)
    caption = _caption(row)
    if caption and images:
        language = "ko" if any("가" <= char <= "힣" for char in caption) else "en"
        prompt = prompt_for("caption", language, uri)
        question = {"role": "user", "content": f"{IMAGE}\n" * images + prompt}
        return conversation_of([question, {"role": "assistant", "content": caption}], images)
    return []


def talks(row: dict[str, Any]) -> bool:
    """Whether the row holds a conversation or a caption, usable or not."""
    return any(row.get(name) is not None for name in _CONVERSATIONS) or bool(_caption(row))


def _caption(row: dict[str, Any]) -> str:
    caption = row.get("text") or row.get("caption")
    return caption.strip() if isinstance(caption, str) else ""


def metadata_rows(
    text: str, bad: list[tuple[int, str]] | None = None
) -> list[tuple[list[str], str]]:
    """(file names, row as JSON) of every line of a metadata.jsonl.

    Lines that can't be read go to `bad`, number and reason; without it they raise ValueError.

    >>> metadata_rows('{"file_name": "a.png"}')
    [(['a.png'], '{"file_name": "a.png"}')]
    """
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = row_of(line)
            rows.append((_names(row), json.dumps(row, ensure_ascii=False, sort_keys=True)))
        except ValueError as error:
            if bad is None:
                raise ValueError(f"line {number}: {error}") from error
            bad.append((number, f"line {number}: {error}"))
    return rows


def _names(row: dict[str, Any]) -> list[str]:
    one, several = row.get("file_name"), row.get("file_names")
    names = several or ([] if one is None else [one])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("file_name must be text and file_names a list of texts")
    return names
