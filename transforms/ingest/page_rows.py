"""Rows of labels that name a document, brought to its pages.

A row about a PDF, an HWP, an office document or a TIFF of several pages is about the page that it
says (`page`, from 1), or the only one. Its conversation becomes an entry of that page, its kind and
licence the page's own, and its labels where the page brings no words by itself; boxes in pixels are
those of the page as it comes out, or of the size that the row tells. A row about a document of
several pages that says of none of them which it means is a reject: nobody knows what to show.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import replace as with_fields
from functools import partial
from typing import Any

from msgspec.structs import replace

from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.believe import believed
from gyogwa.transforms.ingest.labels.truth import has_labels
from gyogwa.transforms.ingest.labels.values import number_of
from gyogwa.transforms.ingest.raw import (
    UNDECIDED,
    PageRow,
    RawImage,
    RawRow,
    RowRef,
    SourceFile,
    SourcePart,
)
from gyogwa.transforms.ingest.rows import attempt, described, licence_of, reject_of
from gyogwa.transforms.ingest.sources.folder import Said, labels_in, talk_in, transcription_in

OWN_WORDS = "labels of pages that bring their own words"


def page_of(row: dict[str, Any]) -> int:
    """The page that a row in the one vocabulary says it is about, 0 where it says none. Raises
    ValueError for what is no number of a page."""
    value = row.get("page")
    if value is None:
        return 0
    number = number_of(value)
    if number is None or not 1 <= number < 2**31 or number != int(number):
        raise ValueError(f"page {value!r} is not the number of a page, from 1")
    return int(number)


def on_run(rows: Iterable[PageRow], first: int, last: int, pages: int) -> tuple[RowRef, ...]:
    """The rows that are about the pages of a run from `first` to before `last` of `pages`, from 0
    (all 0 where nobody has counted them); what is about none goes with the nearest run."""
    chosen = {
        row.ref.digest: row.ref
        for row in rows
        if not pages or first <= min(max(row.page, 1), pages) - 1 < last
    }
    return tuple(ref for _, ref in sorted(chosen.items()))


def with_page_rows(items: Iterable[RawRow | Reject], part: SourcePart) -> Iterator[RawRow | Reject]:
    """What is read of a part, with what rows of labels say of its pages; their conversations come
    behind all pages, so that the n-th item still is the n-th page."""
    refs = {ref.digest: ref for entry in part.entries for ref in entry.rows}
    if not refs:
        yield from items
        return
    entry = part.entries[0]
    read = [_read(ref, entry, part) for ref in refs.values()]
    rows = [row for row in read if isinstance(row, _Row)]
    only = entry.first == 0 and entry.last == 1
    seen: dict[int, RawImage] = {}
    for item in items:
        if isinstance(item, RawRow) and item.images:
            item = with_fields(item, images=[_labelled(image, rows, only) for image in item.images])
            for image in item.images:
                seen[image.page] = with_fields(image, data=b"", listed=True, truth=None)
        yield item
    count = max(entry.last, *seen, 0)
    yield from (row for row in read if isinstance(row, Reject))
    for row in rows:
        yield _of_page(row, seen, count, entry, part)


@dataclass
class _Row:
    """A row, and whether its labels were left since the page brings its own words."""

    ref: RowRef
    said: Said
    page: int
    left: bool = False

    def is_about(self, page: int, only: bool) -> bool:
        return self.page == page or (not self.page and only)


def _read(ref: RowRef, entry: SourceFile, part: SourcePart) -> _Row | Reject:
    """The row at a place, its boxes to be found out by its own page where nobody says what they
    are."""
    known = replace(ref, boxes="") if ref.boxes.startswith(UNDECIDED) else ref
    try:
        said = labels_in((known,))
        return _Row(ref, said, page_of(said.row))
    except (TypeError, ValueError) as error:
        uri = f"{entry.uri}#row={ref.digest[:16]}"
        return reject_of(uri, "rows", BadImage("bad_row", str(error)), part.source)


def _labelled(image: RawImage, rows: list[_Row], only: bool) -> RawImage:
    """A page with what rows about it say of it; `only`: its document has no other."""
    for row in rows:
        if not row.is_about(image.page, only):
            continue
        said = row.said.row
        labels = has_labels(said)
        if labels and image.labelled:
            row.left = True
            labels = False
        try:
            own = described(image, said)
        except (TypeError, ValueError):
            continue  # told where its conversation is
        image = with_fields(
            image,
            kind=own.kind if said.get("kind") else image.kind,
            licence=image.licence or own.licence,
        )
        if labels:
            image = with_fields(image, labelled=True, truth=partial(believed, said))
    return image


def _of_page(
    row: _Row, seen: dict[int, RawImage], count: int, entry: SourceFile, part: SourcePart
) -> RawRow | Reject:
    page = row.page or (1 if count == 1 else 0)
    at = f"#page={page}" if page else ""
    uri = f"{entry.uri}{at}#row={row.ref.digest[:16]}"
    if not page:
        message = f"names a document of {count} pages and not which one: give it a `page`, from 1"
        return reject_of(uri, "rows", BadImage("unsupported_row", message), part.source)
    if page not in seen:
        why = BadImage("missing_file", f"page {page} isn't there, or can't be read", str(page))
        return reject_of(uri, "rows", why, part.source)
    return attempt(partial(_raw_row, row, seen[page], uri), uri, part.source)


def _raw_row(row: _Row, image: RawImage, uri: str) -> RawRow:
    said, unread, noted = row.said
    talk = talk_in(said, 1)
    return RawRow(
        uri,
        [image],
        talk.conversation,
        licence_of(said),
        tuple(said),
        (*unread, OWN_WORDS) if row.left else unread,
        talk.places,
        transcription_in(said),
        noted,
    )
