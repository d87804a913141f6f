"""Files that are listed and then can't be read end the run; only what they hold is rejected."""

import gzip
import io
import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image as Picture

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Image
from gyogwa.transforms.files import retries
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.ingest.outcomes import ingest_part
from tests.transforms.files.disks import closed_folder
from tests.transforms.ingest.planning import planned
from tests.transforms.ingest.test_sources import png


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "WAITS", (0.0, 0.0, 0.0))


def pdf() -> bytes:
    buffer = io.BytesIO()
    Picture.open(io.BytesIO(png())).save(buffer, "PDF")
    return buffer.getvalue()


def parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"image": [{"bytes": png()}]}), buffer)
    return buffer.getvalue()


def tar(mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as file:  # type: ignore[call-overload]
        info = tarfile.TarInfo("1.png")
        info.size = len(png())
        file.addfile(info, io.BytesIO(png()))
    return buffer.getvalue()


SOURCES = {
    "a.png": png(),
    "a.pdf": pdf(),
    "a.pdf.gz": gzip.compress(pdf()),
    "a.parquet": parquet(),
    "a.tar": tar(),
    "a.tgz": tar("w:gz"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_that_goes_between_listing_and_reading(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / name
    path.write_bytes(SOURCES[name])
    made = planned(str(tmp_path / "in"))
    assert made.rejects == []
    (part,) = made.parts
    path.rename(tmp_path / "away")
    layout = RunLayout(str(tmp_path / "out"))
    with pytest.raises(GyogwaError, match=f"{name}: no such file; it was there when the input"):
        ingest_part([part], layout)
    assert not list((tmp_path / "out").rglob("*"))
    (tmp_path / "away").rename(path)
    ingest_part([part], layout)
    assert len(list(read_folder(Image, layout.catalog))) == 1


def test_a_file_that_a_row_names_and_that_goes(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    names = ["a.png", "b.png"]
    for number, name in enumerate(names):
        (tmp_path / "in" / name).write_bytes(png(number))
    talk = '[{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]'
    row = f'{{"file_names": ["a.png", "b.png"], "conversations": {talk}}}'
    (tmp_path / "in" / "metadata.jsonl").write_text(row)
    made = planned(str(tmp_path / "in"))
    (tmp_path / "in" / "b.png").unlink()
    (part,) = made.parts
    with pytest.raises(GyogwaError, match=r"b\.png: no such file"):
        ingest_part([part], RunLayout(str(tmp_path / "out")))


def test_a_folder_that_cannot_be_entered_is_not_left_out() -> None:
    with closed_folder() as folder, pytest.raises(GyogwaError, match="closed: access is refused"):
        planned(str(folder.parent))
