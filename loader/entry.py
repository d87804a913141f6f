"""What the loader needs of a KEY.json.

The whole of it is `schemas.sample_json.SampleEntry`; validating that took more time than decoding
a page. Here only the fields in use are built and checked. The annotation, which is nearly all of
the text, isn't even skipped token by token, but cut out; the words with their boxes are read when
a batch is asked for them.
"""

import msgspec

from gyogwa.schemas import SCHEMA_VERSION


class ImageOf(msgspec.Struct):
    """An image of the sample by its member's suffix."""

    file: str


class WordOf(msgspec.Struct):
    """`box`: fractions of the stored image, x0, y0, x1, y1."""

    text: str
    box: tuple[float, float, float, float]


class AnnotationOf(msgspec.Struct):
    """The words on one image."""

    words: list[WordOf]


class TurnOf(msgspec.Struct):
    """A turn of the conversation."""

    role: str
    content: str


class Entry(msgspec.Struct, rename={"version": "schema"}):
    """A sample's KEY.json. The annotation is left as it is, or out (null)."""

    version: int
    task: str
    images: list[ImageOf]
    conversations: list[TurnOf]
    annotation: msgspec.Raw
    chosen: str | None
    rejected: str | None


class Annotated(msgspec.Struct):
    """The annotation of a sample's KEY.json, parallel to its images, or None."""

    annotation: list[AnnotationOf] | None


_decoder = msgspec.json.Decoder(Entry)
_annotated = msgspec.json.Decoder(Annotated)

_ANNOTATION, _NEXT = b',"annotation":', b',"chosen":'


def read_entry(data: bytes) -> Entry:
    """Read a KEY.json. Raises ValueError for one that isn't of this schema."""
    shorter = without_annotation(data)
    if shorter is not None:
        try:
            return _read(shorter)
        except ValueError:
            pass  # not as it seemed; reading the whole says why
    return _read(data)


def without_annotation(data: bytes) -> bytes | None:
    """A KEY.json with null for its annotation; None where the keys aren't in this project's order.

    Within a string quotes are escaped, so what is looked for only occurs as a key.
    """
    start, end = data.find(_ANNOTATION), data.rfind(_NEXT)
    value = start + len(_ANNOTATION)
    if not 0 < start < end or data[value : value + 1] != b"[":
        return None
    return data[:value] + b"null" + data[end:]


def _read(data: bytes) -> Entry:
    try:
        entry = _decoder.decode(data)
    except msgspec.ValidationError as error:
        raise ValueError(f"not of this schema: {error}") from error
    except msgspec.DecodeError as error:
        raise ValueError(f"not valid JSON: {error}") from error
    if bytes(memoryview(entry.annotation)[:1]) not in (b"[", b"n"):
        raise ValueError("not of this schema: annotation is neither a list nor null")
    if entry.version != SCHEMA_VERSION:
        raise ValueError(f"schema {entry.version}, this release reads {SCHEMA_VERSION}")
    return entry


def read_annotation(data: bytes) -> list[AnnotationOf] | None:
    """The words on each image of a KEY.json; None without any words. Raises ValueError."""
    try:
        return _annotated.decode(data).annotation
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ValueError(f"not of this schema: {error}") from error
