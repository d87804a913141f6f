"""What exports are made from: a sample with its turns, its images' names and its answers."""

import hashlib
from dataclasses import dataclass

from gyogwa.loader.raw import RawSample
from gyogwa.schemas.sample_json import SampleEntry


@dataclass(frozen=True)
class Sample:
    """`images`: where each image's file lies in the export, by the hash of its bytes, so that those
    which several samples show are written once. `turns`: role and content, `<image>` where one
    stands; for a preference without the answer, which is `chosen` or `rejected`."""

    key: str
    task: str
    dialect: str
    images: tuple[str, ...]
    turns: tuple[tuple[str, str], ...]
    chosen: str | None
    rejected: str | None


def sample_of(raw: RawSample) -> Sample:
    """The sample of its bytes."""
    entry = SampleEntry.model_validate_json(raw.json)
    turns = [(turn.role, turn.content) for turn in entry.conversations]
    if entry.chosen is not None and turns[-1][0] == "assistant":
        turns.pop()
    names = (
        image_name(data, image.file) for image, data in zip(entry.images, raw.images, strict=True)
    )
    return Sample(
        key=raw.key,
        task=entry.task,
        dialect=entry.provenance.dialect,
        images=tuple(names),
        turns=tuple(turns),
        chosen=entry.chosen,
        rejected=entry.rejected,
    )


def image_name(data: bytes, member: str) -> str:
    """Where an image's file lies; `member` is its suffix in the shard, such as "0.jpg"."""
    digest = hashlib.sha256(data).hexdigest()[:32]
    return f"images/{digest[:2]}/{digest}.{member.rpartition('.')[2]}"
