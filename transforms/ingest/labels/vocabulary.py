"""One vocabulary: a row as published, brought to the names that everything after it knows.

A row of `metadata.jsonl`, of a CSV or Parquet file, or the `.json` of a WebDataset. What comes out
is `form.LabelRow`, and besides `places` (see `labels.placeholders`); a row in these names already
comes out as it is. What no reader takes is named, and so left to be counted, never dropped in
silence.
"""

from typing import Any, NamedTuple

from gyogwa.transforms.ingest.labels import choices, columns, file_names, ground_truth, html, talk
from gyogwa.transforms.ingest.labels.columns import take_words
from gyogwa.transforms.ingest.labels.file_names import (
    is_nameless,
    take_id,
    take_names,
    unshown,
)
from gyogwa.transforms.ingest.labels.ground_truth import take_ground_truth
from gyogwa.transforms.ingest.labels.html import take_html
from gyogwa.transforms.ingest.labels.placeholders import fill_placeholders
from gyogwa.transforms.ingest.labels.published import (
    Published,
    as_text,
    is_absent,
    is_data,
    listed,
    texts_of,
    unpacked,
)
from gyogwa.transforms.ingest.labels.talk import holds_turns, take_talk

_AS_THEY_ARE = (
    *("stem", "kind", "document", "page", "places"),
    *("lines_of_text", "regions", "language", "told"),
)
_SAYS = ("conversations", "words", "transcription")
_PAGES = ("page_no", "page_number", "page_num")
"""Other names of `page`, which all count from 1."""
_LICENCES = ("licence", "license")
_TRANSCRIPTION = "transcription"
_TRANSCRIPTIONS = ("transcript", "ocr_text", "ocr")
_KINDS = (
    *("image.category", "image_category", "doc_type", "document_type", "doc_category"),
    *("분류", "문서종류", "문서유형", "문서 종류", "문서 유형"),
)
"""Other names of `kind`, of rows that hold no conversation: of one, they may tell what it asks."""
_EVERY = {
    *_AS_THEY_ARE, *_PAGES, *_LICENCES, _TRANSCRIPTION, *_TRANSCRIPTIONS, *_KINDS,
    *file_names.KEYS, *columns.KEYS, *talk.KEYS, *html.KEYS, ground_truth.KEY,
}  # fmt: skip


class Mapped(NamedTuple):
    """A row in the one vocabulary, null left out, and the names of what nothing reads, those of
    nested keys with their path, such as `objects.area`."""

    row: dict[str, Any]
    unread: tuple[str, ...]


def may_read(name: str) -> bool:
    """Whether a key of this name may be read by any reader here: columns that none reads needn't be
    brought from the file at all."""
    return (
        name in _EVERY
        or name.endswith(file_names.ENDINGS)
        or file_names.NUMBERED.fullmatch(name) is not None
        or choices.KEYS.fullmatch(name) is not None
    )


def mapped(row: dict[str, Any], transcribed: bool = False, shown: bool = False) -> Mapped:
    """A row in the one vocabulary. `transcribed`: its `text` is all that stands on the image, as of
    images of single lines, and no caption. `shown`: its images come with it, whatever it names; of
    one that speaks of images and doesn't say of which nothing said is read.

    >>> mapped({"image": "a/1.jpg", "query": "합계는?", "label": ["12"], "human_or_machine": 0})[1]
    ('human_or_machine',)
    """
    left = Published(row)
    known = left.take("unread")
    for name in _AS_THEY_ARE:
        if name in left.left:
            left.row[name] = left.take(name)
    if "page" not in left.row and (name := left.first(_PAGES)):
        left.row["page"] = left.take(name)
    if name := left.first(_LICENCES):
        left.row["licence"] = left.take(name)
    _take_transcription(left, transcribed)
    if not shown:
        take_names(left)
    take_words(left)
    words = left.left.get("words")
    if _TRANSCRIPTION not in left.row and isinstance(unpacked(words), str) and not is_data(words):
        left.row["transcription"] = left.take("words")  # as in EasyOCR's labels.csv
    asks = not holds_turns(left)
    if shown or not unshown(left):
        take_talk(left)
    take_ground_truth(left)
    take_html(left)
    kind = left.first(_KINDS) if not {"kind", "conversations"} & left.row.keys() else None
    if kind and isinstance(left.left[kind], str):
        left.row["kind"] = left.take(kind)
    if not shown and any(name in left.row for name in _SAYS):
        take_id(left)
        if is_nameless(left, asks) and "conversations" in left.row:
            left.row.pop("conversations")
            left.unread.append("a conversation about an image that isn't named")
    if "places" not in left.row:
        fill_placeholders(left)
    said = {name: value for name, value in left.row.items() if not is_absent(value)}
    return Mapped(said, tuple(dict.fromkeys([*(known or ()), *left.names_unread()])))


def _take_transcription(row: Published, transcribed: bool) -> None:
    """`transcription`; of a list of texts, a line each. Objects as JSON are none, but under its own
    name, where they may be what stands there."""
    texts = (*_TRANSCRIPTIONS, *(["text"] if transcribed else []))
    names = [_TRANSCRIPTION, *(name for name in texts if not is_data(row.left.get(name)))]
    name = row.first(names)
    value = listed(row.left.get(name))
    lines = texts_of(value) if name else None
    said = as_text(value) if lines is None else "\n".join(lines)
    if said is not None:
        row.take(name)
        row.row[_TRANSCRIPTION] = said
