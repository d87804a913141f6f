"""What would take too much memory is a reject with its reason, before it takes any."""

import gzip
import io
import tarfile
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image as Picture

from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest import limits, looking
from gyogwa.transforms.ingest.labels.believe import MOST_WORDS, Seen, believed
from gyogwa.transforms.ingest.raw import RawRow
from gyogwa.transforms.ingest.sources.pdf_render import MAX_SIDE, scale_for
from tests.transforms.ingest.test_sources import png, read

MEMORY = 100 << 20


def found(root: Path) -> tuple[list[RawRow], list[Reject]]:
    """What is read of an input, in little memory."""
    tracemalloc.start()
    try:
        items = list(read(root))
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    rows = [item for item in items if isinstance(item, RawRow)]
    return rows, [item for item in items if isinstance(item, Reject)]


def zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def test_a_gzipped_pdf_that_unpacks_to_too_much(tmp_path: Path) -> None:
    (tmp_path / "a.pdf.gz").write_bytes(zeros(200))
    _, (reject,) = found(tmp_path)
    assert (reject.rule, reject.unit) == ("too_large", "files")
    assert "200 times its size" in reject.message


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE])
def test_a_gzipped_tar_that_unpacks_to_too_much(tmp_path: Path, kind: bytes) -> None:
    data = gzip.compress(header("a.png", 2 << 30, kind) + bytes(20 << 20))
    (tmp_path / "a.tar.gz").write_bytes(data)
    _, (reject,) = found(tmp_path)
    assert (reject.uri, reject.rule, reject.unit) == ("a.tar.gz", "too_large", "files")


def test_a_member_that_is_too_large_costs_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gyogwa.transforms.ingest.sources.tars.MAX_BYTES", 50_000)
    members = {"a.png": bytes(60_000), "b.png": png(), "b.mp4": bytes(60_000), "c.png": png()}
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    rows, (reject,) = found(tmp_path)
    assert (reject.uri, reject.rule, reject.unit) == ("a.tar#a", "too_large", "rows")
    assert [row.uri for row in rows] == ["a.tar#b", "a.tar#c"]
    assert [len(row.images) for row in rows] == [1, 1]


def test_rows_and_columns_of_parquet_that_are_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_ANY", 1 << 20)
    monkeypatch.setattr("gyogwa.transforms.ingest.sources.tabular._MOST_TEXT", 10_000)
    cell = [{"bytes": png()}]
    pq.write_table(
        pa.table({"image": cell * 2, "text": ["x" * 20_000, "y"]}), tmp_path / "a.parquet"
    )
    zero = pa.table({"image": [{"bytes": bytes(9 << 20)}]})
    pq.write_table(zero, tmp_path / "b.parquet", compression="zstd")
    rows, rejects = found(tmp_path)
    assert [row.uri for row in rows] == ["a.parquet#row=1"]
    assert {(r.uri, r.rule, r.unit) for r in rejects} == {
        ("a.parquet#row=0", "too_large", "rows"),
        ("b.parquet", "too_large", "files"),
    }


def test_many_rows_that_share_one_large_value_are_read_one_by_one(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Picture.effect_noise((5000, 5000), 90).save(picture, "PNG", compress_level=0)
    table = pa.table({"image": [{"bytes": picture.getvalue()}] * 40})
    pq.write_table(table, tmp_path / "a.parquet", dictionary_pagesize_limit=1 << 30)
    before = pa.total_allocated_bytes()
    most = 0
    for _ in read(tmp_path):
        most = max(most, pa.total_allocated_bytes() - before)
    assert most < 4 * len(picture.getvalue())


def test_an_image_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MAX_BYTES", 10)
    (tmp_path / "a.png").write_bytes(png())
    _, (reject,) = found(tmp_path)
    assert (reject.rule, reject.unit) == ("too_large", "files")


@pytest.mark.parametrize("size", [(8500, 8500), (30, 20_000), (150_000, 1)])
def test_a_page_is_rendered_with_no_more_pixels_than_allowed(size: tuple[float, float]) -> None:
    scale = scale_for(size, 150 / 72, 1_000_000)
    width, height = (max(1.0, side * scale) for side in size)
    assert max(width, height) <= MAX_SIDE
    assert width * height <= 1_000_000
    assert scale_for((595, 842), 150 / 72, 120_000_000) == 150 / 72


@pytest.mark.parametrize("size", [(200_000, 200_000), (2_000_000, 2_000_000), (1e6, 1)])
def test_a_page_on_which_nothing_could_be_read_is_refused(size: tuple[float, float]) -> None:
    with pytest.raises(BadImage, match="nothing on it can be read") as refused:
        scale_for(size, 150 / 72, 120_000_000)
    assert refused.value.rule == "too_many_pixels"


def test_a_row_of_more_words_than_any_page_has_is_not_looked_at() -> None:
    word = {"text": "가", "box": [0, 0, 1, 1]}
    seen = Seen(10, 10, 1, np.zeros((10, 10), np.uint8))
    with pytest.raises(BadImage, match="60,000 words on one image, 30,000 are the most"):
        believed({"words": [word] * 60_000}, seen)
    assert MOST_WORDS == 30_000


def test_a_giant_page_of_a_pdf_is_reduced(tmp_path: Path) -> None:
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 14400 144000]>>endobj\n"
    (tmp_path / "a.pdf").write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n" + page + b"trailer<</Root 1 0 R>>\n"
        b"%%EOF"
    )
    (row,) = read(tmp_path)
    assert isinstance(row, RawRow)
    (image,) = row.images
    with Picture.open(io.BytesIO(image.data)) as picture:
        assert max(picture.size) <= MAX_SIDE
        assert abs(picture.height / picture.width - 10) < 0.01
    assert image.changes == "reduced"
