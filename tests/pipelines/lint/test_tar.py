"""The strict reader of shards: as others read them, in the memory of one sample."""

import hashlib
import io
import tracemalloc
import zlib
from pathlib import Path

import pytest

from gyogwa.pipelines.lint.tar import BrokenTar, Tar
from gyogwa.transforms.files.tar import add_member, end_tar
from gyogwa.transforms.shards.reader import samples_in


def test_it_reads_what_tars_readers_read(good: Path) -> None:
    paths = list(good.glob("stages/**/*.tar"))
    assert paths
    for path in paths:
        data = path.read_bytes()
        tar = Tar(io.BytesIO(data))
        scanned = list(tar.samples())
        assert tar.sha256() == hashlib.sha256(data).hexdigest()
        assert [(s.key, s.offset, s.length, s.members) for s in scanned] == [
            (s.key, s.offset, s.length, s.members) for s in samples_in(io.BytesIO(data))
        ]
        for sample in scanned:
            assert sample.crc32 == zlib.crc32(data[sample.offset :][: sample.length])
            assert not sample.odd
            assert not sample.again


def test_memory_is_that_of_one_sample(tmp_path: Path) -> None:
    path, size, count = tmp_path / "large.tar", 1_000_000, 40
    with path.open("wb") as file:
        written = sum(
            add_member(file, f"{number:024x}.png", bytes(size)) for number in range(count)
        )
        end_tar(file, written)
    with path.open("rb") as file:
        tracemalloc.start()
        assert sum(len(sample.members["png"]) for sample in Tar(file).samples()) == size * count
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 4 * size


def test_a_tar_without_samples(tmp_path: Path) -> None:
    file = io.BytesIO()
    end_tar(file, 0)
    assert list(Tar(file).samples()) == []
    with pytest.raises(BrokenTar, match="512 more stand at 0"):
        list(Tar(io.BytesIO()).samples())
