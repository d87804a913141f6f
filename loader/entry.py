"""What the loader needs of a KEY.json, read in one pass over the bytes.

The whole of it is `schemas.sample_json.SampleEntry`; validating that took more time than decoding
a page. Here only the fields in use are built and checked, the others are skipped.
"""

import msgspec

from schemas import SCHEMA_VERSION


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
    """A sample's KEY.json. `annotation` is parallel to `images`, or None."""

    version: int
    task: str
    images: list[ImageOf]
    conversations: list[TurnOf]
    annotation: list[AnnotationOf] | None
    chosen: str | None
    rejected: str | None


_decoder = msgspec.json.Decoder(Entry)


def read_entry(data: bytes) -> Entry:
    """Read a KEY.json. Raises ValueError for one that isn't of this schema."""
    try:
        entry = _decoder.decode(data)
    except msgspec.ValidationError as error:
        raise ValueError(f"not of this schema: {error}") from error
    except msgspec.DecodeError as error:
        raise ValueError(f"not valid JSON: {error}") from error
    if entry.version != SCHEMA_VERSION:
        raise ValueError(f"schema {entry.version}, this release reads {SCHEMA_VERSION}")
    return entry
