"""What is read to rows: of the catalog, packed images, conversations and rejects.

Memory: one image at a time, and the rows of one part.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import IO, NamedTuple

import numpy as np

from gyogwa.schemas.forgotten import Forgotten, Tombstones
from gyogwa.schemas.ids import ID_DIGITS, sha256_hex
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import FieldRule, LedgerRow, Reject, Unit
from gyogwa.schemas.page import Coverage, Truth
from gyogwa.schemas.records import Conversation, Image, ImageRef, Turn
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.forgotten import read_forgotten
from gyogwa.transforms.files.progress import advance
from gyogwa.transforms.files.tar import BLOCK, add_member, end_tar
from gyogwa.transforms.files.writing import writing
from gyogwa.transforms.ingest.coverage import coverage_of
from gyogwa.transforms.ingest.grounding import Size, in_fractions
from gyogwa.transforms.ingest.hashes import hashes_of
from gyogwa.transforms.ingest.labels.believe import Seen
from gyogwa.transforms.ingest.labels.truth import Labels
from gyogwa.transforms.ingest.page_rows import with_page_rows
from gyogwa.transforms.ingest.places import TRANSCRIPTION, conversation_id
from gyogwa.transforms.ingest.raw import RawImage, RawRow, SourcePart
from gyogwa.transforms.ingest.reduced import to_size
from gyogwa.transforms.ingest.rows import reject_of
from gyogwa.transforms.ingest.signals import signals_of
from gyogwa.transforms.ingest.sources.registry import FORMATS

_SAID = {
    "unread": "nothing reads them",
    "dropped": "they can't be used",
    "noted": "so it was read",
}


NOTHING_FORGOTTEN = Tombstones(Forgotten(receipts=[]))


@dataclass
class Outcome:
    """The rows of one part, and how much of each unit was seen."""

    images: list[Image] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    lost: dict[tuple[FieldRule, str], tuple[str, int]] = field(default_factory=dict)
    seen: Counter[Unit] = field(default_factory=Counter)
    rows: int = 0
    licences: set[str] = field(default_factory=set)
    """Those that rows brought themselves."""

    def note(self, rule: FieldRule, uri: str, counts: dict[str, int]) -> None:
        """What a row says that isn't read or used, and how often; where that was first is kept."""
        for name, count in counts.items():
            first, before = self.lost.get((rule, name), (uri, 0))
            self.lost[rule, name] = first, before + count

    def tell(self, source: str) -> None:
        """A reject for each name under which something isn't read or used."""
        for (rule, name), (uri, count) in self.lost.items():
            why = BadImage(rule, f"{name}, {count:,} in this part: {_SAID[rule]}", name, str(count))
            self.rejects.append(reject_of(uri, "fields", why, source))
        self.seen["fields"] = len(self.fields) + len(self.lost)

    def ledger(self, part_id: str) -> list[LedgerRow]:
        """A row for each unit, all of them counted where they pass."""
        labels = sum(image.truth is not None or bool(image.regions) for image in self.images)
        kept: dict[Unit, int] = {
            "files": 0,
            "rows": self.rows,
            "fields": len(self.fields),
            "images": len(self.images),
            "labels": labels,
            "conversations": len(self.conversations),
        }
        rejected = Counter(reject.unit for reject in self.rejects)
        return [
            LedgerRow("ingest", part_id, unit, self.seen[unit], count, rejected[unit])
            for unit, count in kept.items()
        ]


class Pack:
    """A tar that gathers images without an address; nothing is written until the first."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._stack = ExitStack()
        self._file: IO[bytes] | None = None
        self._written = 0

    def add(self, name: str, data: bytes) -> ImageRef:
        """Append an image; returns where it is."""
        if self._file is None:
            self._file = self._stack.enter_context(writing(self.path, "a pack of images"))
        offset = self._written + BLOCK
        self._written += add_member(self._file, name, data)
        return ImageRef(self.path, offset, len(data))

    def __enter__(self) -> "Pack":
        return self

    def __exit__(self, *error: object) -> None:
        if self._file is not None and error[0] is None:
            end_tar(self._file, self._written)
        self._stack.__exit__(*error)  # type: ignore[arg-type]


class Catalogued(NamedTuple):
    """The catalog row of an image, how many of its words were dropped, by why, and why its labels
    can't be used at all, if so."""

    image: Image
    dropped: dict[str, int]
    flaw: BadImage | None = None


def catalogue(
    raw: RawImage, part: SourcePart, pack: Pack, forgotten: Tombstones = NOTHING_FORGOTTEN
) -> Catalogued:
    """The catalog row of one image, packed if it has no address. Raises BadImage, also for one that
    the run was made to forget."""
    raw, decoded = to_size(raw, part.max_pixels)
    width, height = decoded.pixels.size
    hashes = hashes_of(decoded.pixels)
    seen = Seen(*decoded.original, decoded.orientation, np.asarray(decoded.pixels))
    labels, flaw = _labels_of(raw, seen)
    image_id = raw.image_id or sha256_hex(raw.data)[:ID_DIGITS]
    if forgotten.holds_bytes(image_id, sha256_hex(raw.data)) or forgotten.holds_place(
        part.source, raw.uri
    ):
        raise _forgotten()
    ref = (
        ImageRef(raw.path, raw.offset, len(raw.data))
        if raw.path
        else pack.add(f"{image_id}.{decoded.format.lower()}", raw.data)
    )
    image = Image(
        image_id=image_id,
        ref=ref,
        source=part.source,
        uri=raw.uri,
        licence=raw.licence or part.licence,
        kind=raw.kind,
        document=f"{part.source}/{raw.document}" if raw.document else image_id,
        page=raw.page,
        width=width,
        height=height,
        format=decoded.format,
        changes=",".join(filter(None, (raw.changes, *decoded.changes))),
        sha256=sha256_hex(raw.data),
        phash=hashes.whole,
        signals=signals_of(decoded.pixels),
        truth=labels.truth,
        boxed=hashes.boxed,
        centred=hashes.centred,
        sketch=hashes.sketch,
        layer=raw.layer,
        coverage=_coverage_of(labels.truth or (raw.layer.truth if raw.layer else None), seen),
        regions=list(labels.regions),
    )
    return Catalogued(image, labels.dropped, flaw)


def _coverage_of(known: Truth | None, seen: Seen) -> Coverage | None:
    if known is None:
        return None
    pictures = [picture.box for picture in known.pictures]
    return coverage_of(seen.grey, [word.box for word in known.words], pictures)


def _labels_of(raw: RawImage, seen: Seen) -> tuple[Labels, BadImage | None]:
    try:
        return raw.truth(seen) if raw.truth else Labels(None, {}), None
    except BadImage as flaw:
        return Labels(None, {}), flaw


def _take(
    raw: RawRow, part: SourcePart, pack: Pack, outcome: Outcome, forgotten: Tombstones
) -> None:
    ids: list[str] = []
    sizes: list[Size] = []
    outcome.licences |= {licence for licence in (raw.licence, *_own(raw)) if licence}
    lost, gone = "", forgotten.holds_place(part.source, raw.uri)
    for image in raw.images:
        if image.listed:  # it has a row of its own elsewhere
            ids.append(image.image_id)
            sizes.append(None)
            continue
        outcome.seen["images"] += 1
        outcome.seen["labels"] += image.labelled
        try:
            row, dropped, flaw = catalogue(image, part, pack, forgotten)
        except BadImage as bad:
            lost, gone = image.uri, gone or bad.rule == "forgotten"
            outcome.rejects.append(reject_of(image.uri, "images", bad, part.source))
            if image.labelled:
                about = "labels of an image that was rejected"
                why = _forgotten() if gone else BadImage("image_rejected", about, image.uri)
                outcome.rejects.append(reject_of(image.uri, "labels", why, part.source))
            continue
        outcome.images.append(row)
        outcome.note("dropped", image.uri, dropped)
        ids.append(row.image_id)
        sizes.append((row.width, row.height))
        if image.labelled and row.truth is None and not row.regions:
            why = flaw or BadImage("empty_labels", "the labels hold no words")
            outcome.rejects.append(reject_of(image.uri, "labels", why, part.source))
    refused = _forgotten() if gone else None
    if lost and not gone:
        about = "a conversation about an image that was rejected"
        refused = BadImage("image_rejected", about, lost)
    if not gone:  # of what was forgotten nothing is named
        outcome.fields |= set(raw.fields) - set(raw.unread)
        outcome.note("unread", raw.uri, Counter(raw.unread))
        outcome.note("noted", raw.uri, Counter(raw.noted))
    if raw.conversation:
        _take_conversation(raw, ids, sizes, refused, part, outcome)
    if raw.transcription and len(raw.images) == 1:
        turns = [Turn("assistant", raw.transcription)]
        uri = f"{raw.uri}{TRANSCRIPTION}"
        _take_conversation(
            replace(raw, uri=uri, conversation=turns, places=(), transcription=""),
            *(ids, sizes, refused, part, outcome),
            transcribes=True,
        )


def _forgotten() -> BadImage:
    return BadImage("forgotten", "this run was made to forget it")


def _own(raw: RawRow) -> Iterator[str]:
    return (image.licence for image in raw.images)


def _take_conversation(
    raw: RawRow,
    ids: list[str],
    sizes: list[Size],
    refused: BadImage | None,
    part: SourcePart,
    outcome: Outcome,
    transcribes: bool = False,
) -> None:
    outcome.seen["conversations"] += 1
    if isinstance(raw.conversation, BadImage):
        outcome.rejects.append(reject_of(raw.uri, "conversations", raw.conversation, part.source))
        return
    if refused:
        outcome.rejects.append(reject_of(raw.uri, "conversations", refused, part.source))
        return
    try:
        places = [in_fractions(place, sizes[place.image]) for place in raw.places]
    except BadImage as bad:
        outcome.rejects.append(reject_of(raw.uri, "conversations", bad, part.source))
        return
    licence = raw.licence or part.licence
    turns = list(raw.conversation)
    talk_id = conversation_id(part.source, raw.uri)
    outcome.conversations.append(
        Conversation(talk_id, part.source, raw.uri, licence, ids, turns, places, transcribes)
    )


def _one_done() -> None:
    advance("ingest")


def read_part(part: SourcePart, layout: RunLayout, done: Callable[[], None] = _one_done) -> Outcome:
    """Read one part, as one source holds it; what has no address of its own is packed. `done` is
    called after each row."""
    outcome = Outcome()
    forgotten = Tombstones(read_forgotten(layout))
    form = FORMATS[part.kind]
    items = with_page_rows(form.read(part), part) if form.paged else form.read(part)
    with Pack(f"{layout.packs}/{part.part_id}.tar") as pack:
        for item in items:
            if isinstance(item, Reject):
                outcome.seen[item.unit] += 1
                outcome.rejects.append(item)
            else:
                outcome.seen["rows"] += 1
                outcome.rows += 1
                _take(item, part, pack, outcome, forgotten)
            done()
    outcome.tell(part.source)
    return outcome
