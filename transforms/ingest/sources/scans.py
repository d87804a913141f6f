"""Scans of several pages in one TIFF: each frame that is a page becomes an image of a document.

A shard can't hold a frame of a TIFF, so each is packed as PNG, without loss, with one bit a pixel
where it is black and white. Memory: one frame, encoded and decoded, whatever the file's size. Cost:
each part walks the chain of directories up to its pages, some microseconds a frame.
"""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage, decode
from gyogwa.transforms.files.png import png_of
from gyogwa.transforms.files.tiff import MAX_BYTES, Frame, Tiff, is_tiff, pages_of
from gyogwa.transforms.ingest.listing import LISTED, changed
from gyogwa.transforms.ingest.raw import RawImage, RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.rows import reject_of
from gyogwa.transforms.ingest.sources.formats import Format

DECODER = "frames 1"
"""Raise it when a frame gives other pixels: its image has another id then."""
_CHUNK = 1 << 20


def is_document(head: bytes, path: str, size: int) -> bool:
    """Whether a file that starts with `head` holds several pages, or one that is too large to be
    read as an image file."""
    if not is_tiff(head):
        return False
    try:
        return size > MAX_BYTES or page_count(path) > 1
    except BadImage:  # said when it is read
        return False


def page_count(path: str) -> int:
    """How many frames are pages. Raises BadImage for what is no TIFF."""
    with LISTED.open(path) as stream:
        return len(_pages(stream)[1])


def read_frames(part: SourcePart) -> Iterator[RawRow | Reject]:
    """One record a page; a reject for a frame that can't be decoded."""
    for entry in part.entries:
        with LISTED.open(entry.path) as stream:
            tiff, pages = _pages(stream)
            for index in range(entry.first, min(entry.last, len(pages))):
                yield _page(tiff, pages[index], index + 1, entry, part)
            _check(stream, entry)


FORMAT = Format("scan", (), read_frames, page_count, version=DECODER)


def _pages(stream: BinaryIO) -> tuple[Tiff, list[Frame]]:
    tiff = Tiff(stream)
    return tiff, pages_of(tiff.frames())


def _page(
    tiff: Tiff, frame: Frame, number: int, entry: SourceFile, part: SourcePart
) -> RawRow | Reject:
    uri = f"{entry.uri}#page={number}"
    try:
        decoded = decode(tiff.alone(frame), part.max_pixels)
    except BadImage as bad:
        return reject_of(uri, "images", bad, part.source)
    reduced = "reduced" in decoded.changes
    told = [DECODER, part.max_pixels] if reduced else [DECODER]
    image = RawImage(
        data=png_of(decoded.pixels),
        uri=uri,
        image_id=hash_of(entry.content, number, *told)[:32],
        kind="document",
        document=entry.content[:32],
        page=number,
        changes="reduced" if reduced else "",
    )
    return RawRow(uri, [image])


def _check(stream: BinaryIO, entry: SourceFile) -> None:
    """Raise GyogwaError when the file isn't what it was when it was listed."""
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    if digest.hexdigest() != entry.content:
        raise changed(entry.path)
