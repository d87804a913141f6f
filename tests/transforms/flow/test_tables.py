"""Tables hold the same bytes in whatever order a runner brings their rows."""

from itertools import permutations
from pathlib import Path

from gyogwa.schemas.ledger import Duplicate
from gyogwa.transforms.flow.tables import Table

PAIR = Duplicate("c", "member", "kept", 18, 0.0, "near", 0.05, "across")
ROWS = [PAIR, Duplicate("c", "member", "kept", 0, 1.0, "alike", 0.1), PAIR]


def test_rows_of_one_key_stand_by_what_they_hold(tmp_path: Path) -> None:
    table = Table(
        Duplicate, str(tmp_path), "pairs", lambda row: (row.cluster, row.member, row.kept)
    )
    written = set()
    for rows in permutations(ROWS):
        assert table.write(0, rows) == len(ROWS)
        written.add((tmp_path / "pairs-00.parquet").read_bytes())
    assert len(written) == 1


def test_a_table_that_grows_has_parts_by_the_images() -> None:
    table = Table(Duplicate, "out", "pairs", lambda row: (row.member,), grows=True)
    rows = [Duplicate("c", f"{n}", "kept", 0, 1.0, "alike", 0.1) for n in range(400)]
    for images, parts in ((0, 16), (160_000, 16), (200_001, 21)):
        assert {table.keyed(row, images)[0][1] for row in rows} == set(range(parts))
