"""Images of one shard that are stored otherwise than they came, each decoded and encoded once.

Encoding is the writer's main cost, and several samples show one image, far apart in the order of
their keys. What will be shown again waits in a file without a name, in the folder for temporary
files, which grows to the bytes of those images in the shard.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from types import TracebackType
from typing import IO, NamedTuple

from gyogwa.schemas.samples import Sample, SampleImage
from gyogwa.transforms.files.decode import stored_bytes
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.flow.measures import count


class _Stored(NamedTuple):
    """What tells an image as it is stored."""

    image_id: str
    suffix: str
    changes: str
    width: int
    height: int
    masks: tuple[tuple[float, ...], ...]


def _stored(image: SampleImage) -> _Stored:
    suffix = image.file.rpartition(".")[2]
    masks = tuple(tuple(box) for box in image.masks)
    return _Stored(image.image_id, suffix, image.changes, image.width, image.height, masks)


class ChangedImages:
    """The changed images of some samples; a context, which frees what it holds."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._left = Counter(
            _stored(image) for sample in samples for image in sample.images if image.changes
        )
        self._places: dict[_Stored, tuple[int, int]] = {}
        self._file: IO[bytes] | None = None
        self._open = ExitStack()

    def __enter__(self) -> "ChangedImages":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def read(self, image: SampleImage) -> bytes:
        """The image as it is stored; once for each sample that shows it."""
        stored = _stored(image)
        self._left[stored] -= 1
        if stored in self._places:
            return self._again(*self._places[stored])
        boxes = [list(box) for box in stored.masks]
        size = (image.width, image.height)
        data = read_verified(image.ref, image.sha256)
        data = stored_bytes(data, stored.suffix, image.changes, size, boxes)
        count("shards", "images_encoded")
        if self._left[stored]:
            self._places[stored] = self._keep(data)
        return data

    def _keep(self, data: bytes) -> tuple[int, int]:
        if self._file is None:
            file = tempfile.TemporaryFile(prefix="gyogwa-")  # noqa: SIM115
            self._file = self._open.enter_context(file)
        start = self._file.seek(0, 2)
        self._file.write(data)
        return start, len(data)

    def _again(self, start: int, length: int) -> bytes:
        assert self._file is not None
        self._file.seek(start)
        return self._file.read(length)
