"""Read shards back, sample by sample, with the offsets that the index should hold."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.sample_json import SampleEntry
from gyogwa.transforms.files.tar import BLOCK


@dataclass(frozen=True)
class StoredSample:
    """A sample as it lies in a tar: members by suffix, and the byte range they take."""

    key: str
    offset: int
    length: int
    members: dict[str, bytes]

    def entry(self, where: str) -> SampleEntry:
        """Its JSON. Raises GyogwaError naming `where`, and KeyError when it has none."""
        return parse_json(self.members["json"], f"{where}: {self.key}.json", SampleEntry)


def samples_in(file: IO[bytes]) -> Iterator[StoredSample]:
    """The samples of an open tar, in order. Raises tarfile.TarError where it breaks."""
    key, start, end = "", 0, 0
    members: dict[str, bytes] = {}
    with tarfile.open(fileobj=file, mode="r:") as tar:
        for member in tar:
            stem, _, suffix = member.name.partition(".")
            if stem != key and members:
                yield StoredSample(key, start, end - start, members)
                members = {}
            if not members:
                key, start = stem, member.offset
            content = tar.extractfile(member)
            members[suffix] = content.read() if content else b""
            end = member.offset_data + -(-member.size // BLOCK) * BLOCK
    if members:
        yield StoredSample(key, start, end - start, members)
