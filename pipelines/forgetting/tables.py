"""The tables of a run without what is to be forgotten; parts that hold nothing of it stay as they
are, to the byte.

A reject of it stays a row, so that the ledger still balances, under an id of its own, and says no
more than that.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from gyogwa.pipelines.forgetting.asked import Wanted
from gyogwa.schemas.ids import ID_DIGITS, hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate, LedgerRow, Reject, Searched, Suspect, Unit
from gyogwa.schemas.personal import PersonalData
from gyogwa.schemas.records import Annotation, Conversation, FailedReading, Image, MovedLabels
from gyogwa.schemas.row import Row
from gyogwa.schemas.running_text import Paragraph
from gyogwa.transforms.files.folders import exists
from gyogwa.transforms.files.storage import read_bytes
from gyogwa.transforms.files.tables import list_parts, read_rows, write_rows
from gyogwa.transforms.files.tar import BLOCK, member_header
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.ingest.places import PartFile

FORGOTTEN = "it was forgotten"


def forget_in_ingest(layout: RunLayout, wanted: Wanted) -> None:
    """What ingest and annotate keep: images, records, packs, rejects, counts, readings, texts."""
    for path in list_parts(layout.catalog):
        _forget_part(layout, path.rsplit("/", 1)[-1], wanted)
    for folder, record in ((layout.annotations, Annotation), (layout.failures, FailedReading)):
        for path in list_parts(folder):
            keep_rows(record, path, path, lambda row: row.image_id not in wanted.images)
    for path in list_parts(layout.texts):
        keep_rows(Paragraph, path, path, lambda row: not _shows(row, wanted))


def _shows(paragraph: Paragraph, wanted: Wanted) -> bool:
    """Whether some of a paragraph stands on an image that is to be forgotten."""
    return any(place.image_id in wanted.images for place in paragraph.places)


def _forget_part(layout: RunLayout, name: str, wanted: Wanted) -> None:
    """One part of ingest: the pack first and the catalog last, so that it can be done again."""
    images = list(read_rows(Image, f"{layout.catalog}/{name}"))
    gone = [image for image in images if image.image_id in wanted.images]
    talks_path = f"{layout.records}/{name}"
    talks = list(read_rows(Conversation, talks_path)) if exists(talks_path) else []
    left = [talk for talk in talks if talk.conversation_id not in wanted.conversations]
    rejects_path, ledger_path = f"{layout.rejects}/ingest-{name}", f"{layout.ledger}/ingest-{name}"
    rejects = list(read_rows(Reject, rejects_path)) if exists(rejects_path) else []
    scrubbed = [scrub(reject, wanted) for reject in rejects]
    files = f"{layout.sources}/{name}"
    if exists(files):  # the part counts as made of what stays
        keep_rows(PartFile, files, files, lambda f: not wanted.lay_at(f.source, f.uri))
    if not gone and len(left) == len(talks) and scrubbed == rejects:
        return
    pack = f"{layout.packs}/{name.replace('.parquet', '.tar')}"
    if exists(pack):
        _blank_members(pack, [image for image in gone if _in_pack(image, pack)])
    labels = [image for image in gone if image.truth is not None]
    more = [_reject(image.image_id, "images", image.source, wanted) for image in gone]
    more += [_reject(image.image_id, "labels", image.source, wanted) for image in labels]
    ids = [talk for talk in talks if talk.conversation_id in wanted.conversations]
    more += [_reject(t.conversation_id, "conversations", t.source, wanted) for t in ids]
    counts = {"images": len(gone), "labels": len(labels), "conversations": len(ids)}
    rows = [_moved(row, counts.get(row.unit, 0)) for row in read_rows(LedgerRow, ledger_path)]
    write_rows(LedgerRow, ledger_path, rows)
    write_rows(Reject, rejects_path, sorted([*scrubbed, *more], key=_reject_order))
    if talks:
        write_rows(Conversation, talks_path, left)
    stay = [image for image in images if image.image_id not in wanted.images]
    write_rows(Image, f"{layout.catalog}/{name}", stay)


def _moved(row: LedgerRow, count: int) -> LedgerRow:
    return replace(row, kept=row.kept - count, rejected=row.rejected + count)


def _reject(id_: str, unit: Unit, source: str, wanted: Wanted) -> Reject:
    reject = Reject(
        id=id_, step="ingest", unit=unit, rule="forgotten", message="", source=source, uri=""
    )
    return _unnamed(reject, wanted)


def _reject_order(row: Reject) -> tuple[str, ...]:
    return row.source, row.uri, row.unit, row.message, row.id


def scrub(reject: Reject, wanted: Wanted) -> Reject:
    """A reject that says nothing of what is forgotten, neither of its own nor of another's."""
    own = reject.id in wanted.images or reject.id in wanted.conversations
    if own or wanted.lay_at(reject.source, reject.uri):
        return _unnamed(reject, wanted)
    if reject.value in wanted.images or wanted.lay_at(reject.source, reject.value):
        reject = replace(reject, value="")
    if _speaks_of_it(reject.message, wanted):
        return replace(reject, message="it was left out for what was forgotten since")
    return reject


def _unnamed(reject: Reject, wanted: Wanted) -> Reject:
    """The row of something that is forgotten. Its id is another, so that it names nothing and is
    still one thing, in all tables."""
    return replace(
        reject,
        id=hash_of("forgotten", reject.source, reject.id)[:ID_DIGITS],
        value="",
        threshold="",
        message=FORGOTTEN,
        source="" if wanted.source == reject.source else reject.source,
        uri="",
    )


def _speaks_of_it(message: str, wanted: Wanted) -> bool:
    """Whether a reason names an image's id, or ends in "SOURCE: URI" of what is forgotten."""
    if any(word in wanted.images for word in re.findall(r"[0-9a-f]{32}", message)):
        return True
    names = {wanted.source} if wanted.source else {name for name, _ in wanted.places}
    return any(
        message[: colon.start()].endswith(name) and wanted.lay_at(name, message[colon.end() :])
        for colon in re.finditer(": ", message)
        for name in names
    )


def keep_rows(record: type[Row], path: str, to: str, keep: Callable[..., bool]) -> bool:
    """Write the rows of a table that `keep` says stay; False, with nothing written, when all do."""
    rows = list(read_rows(record, path))
    left = [row for row in rows if keep(row)]
    if len(left) == len(rows):
        return False
    write_rows(record, to, left)
    return True


def forget_in_table(path: str, to: str, table: str, wanted: Wanted) -> bool:
    """A table that assemble wrote; False, with nothing written, when it holds nothing of it."""
    ids = wanted.images
    if table == "duplicates":
        return keep_rows(Duplicate, path, to, lambda p: ids.isdisjoint((p.member, p.kept)))
    if table == "moved":
        return keep_rows(MovedLabels, path, to, lambda m: ids.isdisjoint((m.image_id, m.copy_id)))
    if table == "searched":
        return keep_rows(Searched, path, to, lambda row: row.image_id not in ids)
    if table == "suspects":
        return keep_rows(Suspect, path, to, lambda s: s.conversation_id not in wanted.conversations)
    if table == "personal":
        gone = ids | wanted.conversations
        return keep_rows(PersonalData, path, to, lambda row: row.id not in gone)
    if table == "rejects":
        rows = list(read_rows(Reject, path))
        scrubbed = [scrub(row, wanted) for row in rows]
        if scrubbed != rows:
            write_rows(Reject, to, scrubbed)
        return scrubbed != rows
    return False


def told(
    samples: Iterable[tuple[str, str, str, int]], wanted: Wanted
) -> tuple[list[LedgerRow], list[Reject]]:
    """The step "forget" of the ledger: samples that left, as (key, source, uri, questions)."""
    counts: Counter[str] = Counter()
    rejects = []
    for key, source, _, questions in samples:
        counts.update(samples=1, questions=questions)
        reject = Reject(
            id=key, step="forget", unit="samples", rule="forgotten", message=FORGOTTEN,
            source="" if wanted.source == source else source, uri="",
        )  # fmt: skip
        rejects.append(reject)
        rejects += [replace(reject, unit="questions")] * questions
    rows = [LedgerRow("forget", "all", unit, n, 0, n) for unit, n in sorted(counts.items())]  # type: ignore[arg-type]
    return rows, rejects


def _in_pack(image: Image, pack: str) -> bool:
    """Whether an image lies in a pack, also of a run that was copied to another folder."""
    return image.ref.path.endswith("/".join(["", *pack.rsplit("/", 2)[-2:]]))


def _blank_members(pack: str, images: list[Image]) -> None:
    """Fill images in a pack with zeros, and their names; the others stay where they are."""
    if not images:
        return
    data = bytearray(read_bytes(pack))
    for image in images:
        start, length = image.ref.offset, image.ref.length
        data[start - BLOCK : start] = member_header("forgotten", length)
        data[start : start + length] = bytes(length)
    write_bytes(pack, bytes(data))
