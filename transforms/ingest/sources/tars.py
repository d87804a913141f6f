"""WebDataset tars: members that share a key are one record (`sources.samples`).

Images of an uncompressed tar stay where they are, addressed by offset. `KEY.json` may hold what a
row of `metadata.jsonl` may, or a list of turns or of words; `KEY.txt` or `KEY.caption` is a
caption where the JSON has none, as img2dataset writes it. Other members are named as unread.
"""

import tarfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple, Self

from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.labels.believe import believed
from gyogwa.transforms.ingest.labels.mapping import renamed
from gyogwa.transforms.ingest.labels.published import unpacked
from gyogwa.transforms.ingest.labels.text import decoded
from gyogwa.transforms.ingest.labels.truth import has_labels
from gyogwa.transforms.ingest.labels.vocabulary import Mapped, mapped
from gyogwa.transforms.ingest.limits import MAX_BYTES, check_ratio
from gyogwa.transforms.ingest.listing import LISTED
from gyogwa.transforms.ingest.raw import RawImage, RawRow, SourceFile, SourcePart
from gyogwa.transforms.ingest.rows import attempt, described, licence_of, reject_of, row_of
from gyogwa.transforms.ingest.sources.folder import Talk, talk_in, transcription_in
from gyogwa.transforms.ingest.sources.formats import Format
from gyogwa.transforms.ingest.sources.members import format_of, pages_of
from gyogwa.transforms.ingest.sources.samples import Member, TarSample, samples, split_name

_CAPTIONS = ("txt", "caption", "cap", "text")
_SAYS = ("json", *_CAPTIONS)
_ARCHIVES = ("zip", "tar", "gz", "7z", "rar", "tgz")
_EXTENSIONS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
_MOST_EXTENSION = 1 << 20
_TOO_LARGE = -1
"""In place of a member's offset: of what is too large, alone or with what its key has before, no
bytes are read."""


def read_samples(part: SourcePart) -> Iterator[RawRow | Reject]:
    """One record a key; a reject for a key that can't be understood, or where the tar breaks."""
    for entry in part.entries:
        try:
            for sample in samples(_members(entry)):
                uri = f"{entry.uri}#{sample.key}"
                yield from _documents(sample, part, uri)
                if not sample.members:
                    continue
                yield attempt(partial(_record, sample, entry, uri, part.columns), uri, part.source)
        except BadImage as bad:
            yield reject_of(entry.uri, "files", bad, part.source)
        except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as error:
            message = f"the tar breaks off: {error}"
            yield reject_of(entry.uri, "files", BadImage("broken_tar", message), part.source)


FORMAT = Format("tar", (".tar", ".tar.gz", ".tgz"), read_samples, rendered=True, tabular=True)


def _documents(sample: TarSample, part: SourcePart, uri: str) -> Iterator[RawRow | Reject]:
    """The pages of a record's documents, which are taken out of it, and with them what else it
    holds if there is no image: nothing says of which page that speaks."""
    documents = [
        m for m in sample.members if m.offset != _TOO_LARGE and format_of(m.ending, m.data)
    ]
    if not documents:
        return
    for member in documents:
        name = f"{uri}.{sample.suffix(member)}"
        yield from pages_of(member.data, name, format_of(member.ending, member.data), part)
        sample.members.remove(member)
    if not any(member.is_image for member in sample.members):
        others = tuple(f".{sample.suffix(m)} beside a document" for m in sample.members)
        sample.members.clear()
        if others:
            yield RawRow(uri, unread=others)


class BoundedMember(tarfile.TarInfo):
    """A member whose name and attributes, which `tarfile` holds whole, are of a size that is no
    attack."""

    def _proc_member(self, tar: tarfile.TarFile) -> Self:
        if self.type in _EXTENSIONS and self.size > _MOST_EXTENSION:
            raise BadImage("too_large", "a member's name is too long", str(self.size))
        return super()._proc_member(tar)  # type: ignore[misc,no-any-return]


def _members(entry: SourceFile) -> Iterator[Member]:
    compressed = not entry.path.lower().endswith(".tar")
    packed, held, held_all = LISTED.size(entry.path), ("", 0), 0
    with (
        LISTED.open(entry.path) as file,
        tarfile.open(
            fileobj=file, mode="r|*" if compressed else "r:", tarinfo=BoundedMember
        ) as tar,
    ):
        for member in tar:
            tar.members = []  # type: ignore[attr-defined]  # of which it would keep millions
            held_all += member.size
            if compressed:
                check_ratio(held_all, packed)  # headers and padding are passed over, never held
            if not member.isfile() or member.name.rpartition("/")[2].startswith("."):
                continue
            base, ending = split_name(member.name)
            held = (base, member.size + (held[1] if base == held[0] else 0))
            if held[1] > MAX_BYTES:
                yield Member(base, ending, b"", _TOO_LARGE)
                continue
            content = tar.extractfile(member)
            data = content.read() if content else b""
            yield Member(base, ending, data, 0 if compressed else member.offset_data)


class Labels(NamedTuple):
    """What the members of a record say of its images, or why that can't be read; the names of
    members that were read for it."""

    row: Mapped
    read: set[str]
    bad: BadImage | None = None


def _record(sample: TarSample, entry: SourceFile, uri: str, columns: str) -> RawRow:
    for member in sample.members:
        if member.offset == _TOO_LARGE and (member.is_image or member.ending in _SAYS):
            message = f"{sample.suffix(member)}: too large to be read, or all of one key are"
            raise BadImage("too_large", message, "", str(MAX_BYTES))
    found = [member for member in sample.members if member.is_image]
    others = {sample.suffix(m): m.data for m in sample.members if not m.is_image}
    if sample.apart:
        return _apart(sample, entry, uri, found, others)
    labels = _labels(others, bool(found), columns)
    row, unread = labels.row
    images = [described(raw, row) for raw in _images(sample, entry, uri, found, row)]
    talk = Talk(labels.bad) if labels.bad else talk_in(row, len(images))
    if not images and not (talk.conversation and labels.bad is None):
        raise labels.bad or _nothing(others)
    names = (*unread, *(f".{suffix}" for suffix in others if suffix not in labels.read))
    return RawRow(
        uri,
        images,
        talk.conversation,
        licence_of(row),
        tuple(row),
        names,
        talk.places,
        transcription_in(row),
    )


def _images(
    sample: TarSample, entry: SourceFile, uri: str, found: list[Member], row: dict[str, Any]
) -> Iterator[RawImage]:
    for member in found:
        yield RawImage(
            data=member.data,
            uri=f"{uri}.{sample.suffix(member)}",
            path=entry.path if member.offset else "",
            offset=member.offset,
            labelled=has_labels(row) and len(found) == 1,
            truth=partial(believed, row) if len(found) == 1 else None,
        )


def _apart(
    sample: TarSample, entry: SourceFile, uri: str, found: list[Member], others: dict[str, bytes]
) -> RawRow:
    """Images whose key stood in the tar before, without what is said of them."""
    if not found:
        apart = ", ".join(f".{suffix}" for suffix in others)
        message = f"{apart} stand apart from other members of this key; sort the tar by name"
        raise BadImage("duplicate_row", message)
    names = [f".{suffix}" for suffix in others] or [f".{sample.suffix(m)}" for m in found]
    unread = tuple(f"{name} apart from its key" for name in names)
    return RawRow(uri, list(_images(sample, entry, uri, found, {})), unread=unread)


def _nothing(others: dict[str, bytes]) -> BadImage:
    names = ", ".join(f".{suffix}" for suffix in others)
    if any(suffix.lower().endswith(_ARCHIVES) for suffix in others):
        message = f"{names}: archives within a tar are not read, unpack it and name the folder"
        return BadImage("unsupported_row", message)
    message = f"no image and no conversation among {names}: labels go with an image of their key"
    return BadImage("empty_row", message)


def _labels(others: dict[str, bytes], shown: bool, columns: str) -> Labels:
    try:
        said = renamed(_json(others["json"]), columns) if "json" in others else {}
        row = mapped(said, shown=shown)
        read = {"json"} & others.keys()
        name = next((name for name in _CAPTIONS if name in others), "")
        if name:
            text = decoded(others[name]).text.strip()
            if "conversations" not in row.row and "text" not in row.row:
                row.row["text"] = text
                read.add(name)
            elif row.row.get("text") == text:
                read.add(name)
    except ValueError as error:
        member = ", ".join(f".{name}" for name in ("json", *_CAPTIONS) if name in others)
        return Labels(Mapped({}, ()), set(), BadImage("bad_labels", f"member {member}: {error}"))
    return Labels(row, read)


def _json(data: bytes) -> dict[str, Any]:
    text = decoded(data).text
    value = unpacked(text)
    if not isinstance(value, list):
        return row_of(text)
    if value and all(isinstance(item, dict) for item in value):
        spoken = any(key in value[0] for key in ("from", "role", "user", "human"))
        return {"conversations" if spoken else "words": value}
    raise ValueError("expected an object, or a list of turns or words")
