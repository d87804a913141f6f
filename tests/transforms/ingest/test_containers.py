"""Data sets of `datasets`, tables as text with images in them, documents inside tars."""

import base64
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets
import pytest
from PIL import Image

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.ingest.contents import with_members
from gyogwa.transforms.ingest.hub import is_dataset
from gyogwa.transforms.ingest.inputs import parse_inputs
from gyogwa.transforms.ingest.listing import find
from gyogwa.transforms.ingest.looking import look, with_kind
from gyogwa.transforms.ingest.parts import parts_of_file
from gyogwa.transforms.ingest.raw import ListedFile, RawRow
from gyogwa.transforms.ingest.sources.registry import FORMATS


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of `datasets` of its own, and no network."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)


def png(shade: int, size: tuple[int, int] = (40, 30)) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", size, shade).save(buffer, "PNG")
    return buffer.getvalue()


def listed(given: str) -> dict[str, ListedFile]:
    (source,) = parse_inputs([given])
    found = find(source.path, pattern=source.pattern).files
    files = [item for item in with_members(found) if isinstance(item, ListedFile)]
    return {file.uri: look(with_kind(file)) for file in files if with_kind(file).kind != "ignored"}


def read(given: str) -> Iterator[RawRow | Reject]:
    """The rows of an input's files that are parts of their own."""
    for _, file in sorted(listed(given).items()):
        for _, part in parts_of_file(file, {"": "unknown"}, 50):
            yield from FORMATS[part.kind].read(part)


def rows(given: str) -> list[RawRow]:
    found = list(read(given))
    assert all(isinstance(row, RawRow) for row in found), found
    return [row for row in found if isinstance(row, RawRow)]


def dataset(count: int = 3) -> datasets.Dataset:
    held = {
        "image": [{"bytes": png(40 * n), "path": None} for n in range(count)],
        "question": [f"{n}번의 색은?" for n in range(count)],
        "answer": ["회색"] * count,
        "score": list(range(count)),
    }
    return datasets.Dataset.from_dict(held).cast_column("image", datasets.Image(decode=False))


def said(row: RawRow) -> list[str]:
    assert isinstance(row.conversation, list), row.conversation
    return [turn.content for turn in row.conversation]


def test_what_save_to_disk_writes_is_read(tmp_path: Path) -> None:
    datasets.DatasetDict({"train": dataset(3), "test": dataset(1)}).save_to_disk(tmp_path / "in")
    found = rows(f"s={tmp_path}/in")
    assert [len(row.images) for row in found] == [1, 1, 1, 1]
    assert found[0].uri == "test/data-00000-of-00001.arrow#row=0"
    assert said(found[3]) == ["<image>\n2번의 색은?", "회색"]
    assert found[3].images[0].data == png(80)
    assert set(found[0].unread) == {"score"}


@pytest.mark.parametrize("whole", [True, False])
def test_a_data_set_is_loaded_by_the_library(tmp_path: Path, whole: bool) -> None:
    datasets.DatasetDict({"train": dataset(3), "test": dataset(1)}).save_to_disk(tmp_path / "in")
    found = rows(f"s=hf://{tmp_path}/in{'' if whole else ':train'}")
    assert found[-1].uri == "train/00000.arrow#row=2"
    assert len(found) == (4 if whole else 3)


def test_classes_of_an_image_folder_are_kinds(tmp_path: Path) -> None:
    for number, name in enumerate(("invoice", "receipt")):
        (tmp_path / "in" / "train" / name).mkdir(parents=True)
        (tmp_path / "in" / "train" / name / "1.png").write_bytes(png(60 * number))
    found = rows(f"s=hf://{tmp_path}/in:train")
    assert [row.images[0].kind for row in found] == ["invoice", "receipt"]
    assert [row.images[0].data for row in found] == [png(0), png(60)]


def test_a_slice_of_a_split_is_that_slice(tmp_path: Path) -> None:
    dataset(4).to_parquet(tmp_path / "train.parquet")
    found = rows(f"s=hf://{tmp_path}:train[1:3]")
    assert [said(row)[0] for row in found] == ["<image>\n1번의 색은?", "<image>\n2번의 색은?"]


@pytest.mark.parametrize(
    ("given", "told"),
    [("hf://", "expected hf://NAME"), ("hf://gyogwa/no-such-data-set", "no-such-data-set")],
)
def test_what_cannot_be_loaded_is_said_in_a_line(given: str, told: str) -> None:
    with pytest.raises(GyogwaError) as raised:
        rows(f"s={given}")
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_addresses_of_files_are_no_data_sets() -> None:
    assert is_dataset("hf://NCSOFT/K-DTCBench:test")
    assert not is_dataset("hf://datasets/NCSOFT/K-DTCBench/data/test.parquet")
    (source,) = parse_inputs(["hf://NCSOFT/K-DTCBench:test"])
    assert (source.name, source.path) == ("K-DTCBench", "hf://NCSOFT/K-DTCBench:test")


def bench(number: int) -> dict[str, Any]:
    picture = base64.b64encode(png(number, (300, 200))).decode()
    choices = {"A": "증가", "B": "감소", "C": "유지", "D": "알 수 없음"}
    return {"index": number, "image": picture, "question": "추세는?", **choices, "answer": "B"}


@pytest.mark.parametrize("name", ["bench.tsv", "bench.csv", "bench.jsonl"])
def test_tables_as_text_hold_images(tmp_path: Path, name: str) -> None:
    items = [bench(7), bench(9)]
    if name.endswith("jsonl"):
        lines = [json.dumps(item, ensure_ascii=False) for item in items]
    else:
        mark = "\t" if name.endswith("tsv") else ","
        lines = [mark.join(map(str, row)) for row in (items[0], *(i.values() for i in items))]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_text("\n".join(lines))
    assert listed(f"s={tmp_path}/in")[name].kind == "text_table"
    found = rows(f"s={tmp_path}/in")
    assert [row.images[0].data for row in found] == [png(7, (300, 200)), png(9, (300, 200))]
    question, answer = said(found[1])
    assert question.endswith("추세는?\nA. 증가\nB. 감소\nC. 유지\nD. 알 수 없음")
    assert answer == "B. 감소"
    assert found[0].unread == ("index",)


def test_one_bad_row_of_a_text_table_costs_itself(tmp_path: Path) -> None:
    item = bench(7)
    short = {**item, "image": "12"}
    values = [item, short, {**item, "more": "x"}, item]
    lines = ["\t".join(map(str, row)) for row in (item, *(v.values() for v in values))]
    (tmp_path / "bench.tsv").write_text("\n".join(lines))
    found = list(read(f"s={tmp_path}"))
    assert [isinstance(row, RawRow) for row in found] == [True, False, False, True]


def test_documents_inside_tars_are_read_page_by_page(tmp_path: Path) -> None:
    pdf, scan = io.BytesIO(), io.BytesIO()
    for file, form in ((pdf, "PDF"), (scan, "TIFF")):
        pages = [Image.new("L", (100, 140), shade) for shade in (200, 100)]
        pages[0].save(file, form, save_all=True, append_images=pages[1:])
    talk = b'{"text": "a caption"}'
    members = [
        ("a.pdf", pdf.getvalue()),
        ("a.json", talk),
        ("b.png", png(9)),
        ("b.json", talk),
        ("c.tif", scan.getvalue()),
        ("d.pdf", b"%PDF-1.7 and no more"),
    ]
    for name, mode in (("x.tar", "w"), ("y.tar.gz", "w:gz")):
        (tmp_path / name).mkdir()
        with tarfile.open(tmp_path / name / name, mode) as tar:  # type: ignore[call-overload]
            for member, data in members:
                info = tarfile.TarInfo(member)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        found = list(read(f"s={tmp_path}/{name}"))
        uris = [row.images[0].uri for row in found if isinstance(row, RawRow) and row.images]
        of = f"{name}#"
        assert uris == [
            *(f"{of}a.pdf#page=1", f"{of}a.pdf#page=2", f"{of}b.png"),
            *(f"{of}c.tif#page=1", f"{of}c.tif#page=2"),
        ]
        (reject,) = (row for row in found if isinstance(row, Reject))
        assert (reject.uri, reject.rule) == (f"{of}d.pdf", "broken_pdf")
        unread = [name for row in found if isinstance(row, RawRow) for name in row.unread]
        assert unread == [".json beside a document"]
    (tmp_path / "a.pdf").write_bytes(pdf.getvalue())
    alone = [row.images[0].image_id for row in rows(f"s={tmp_path}/a.pdf")]
    inside = [row.images[0].image_id for row in found if isinstance(row, RawRow) and row.images]
    assert alone == inside[:2]
