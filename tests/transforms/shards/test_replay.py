"""Rows of an earlier stage's index that a later one shows again."""

import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from gyogwa.schemas.arrow import table_of
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.tables import read_rows, read_whole
from gyogwa.transforms.shards.finishing import index_bytes, index_file
from gyogwa.transforms.shards.replay import own_rows, replayed_rows


def rows(count: int) -> list[IndexRow]:
    """A fifth of them replayed themselves, each with up to three questions."""
    draw = random.Random(5)
    return [
        IndexRow(
            key=hash_of("key", number),
            shard=f"{'../0-before/' if number % 5 == 0 else ''}s-{number % 7:05d}.tar",
            offset=512 * draw.randrange(1000), length=512, crc32=number, task="ocr",
            source=f"source {number % 3}", licence="CC0", language="ko", images=1, width=10,
            height=10, text_length=3, tokens=5, document="", questions=["ocr"] * draw.randrange(4),
            repeats=draw.randrange(1, 4), dialects=["native"],
        )
        for number in range(count)
    ]  # fmt: skip


def replayed_one_by_one(found: list[IndexRow], count: int) -> list[IndexRow]:
    shown, asked = [], 0
    own = [row for row in found if not row.shard.startswith("../")]
    for row in sorted(own, key=lambda row: hash_of(3, "replay", "later", row.key)):
        if asked >= count:
            break
        asked += len(row.questions)
        shown.append(replace(row, shard=f"../1-first/{row.shard}", repeats=1))
    return sorted(shown, key=lambda row: (row.shard, row.offset))


@pytest.mark.parametrize("count", [0, 1, 7, 100, 10_000])
@pytest.mark.parametrize("size", [0, 1, 200])
def test_the_first_by_hash_until_they_ask_enough(size: int, count: int) -> None:
    index = table_of(IndexRow, rows(size))
    found = replayed_rows(index, "../1-first", count, "later", 3)
    assert found.equals(table_of(IndexRow, replayed_one_by_one(rows(size), count)))


def test_own_rows_are_those_of_own_shards() -> None:
    own = own_rows(table_of(IndexRow, rows(50)))
    assert len(own) == 40
    assert not any(shard.as_py().startswith("../") for shard in own["shard"])


def test_an_index_that_was_read_is_written_as_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "index.parquet"
    path.write_bytes(index_bytes(rows(30)))
    assert index_file(read_whole(IndexRow, str(path))) == path.read_bytes()
    assert list(read_rows(IndexRow, str(path))) == rows(30)
