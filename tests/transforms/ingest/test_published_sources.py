"""Parquet files and tars as people publish them: images in every form, labels, what isn't read."""

import base64
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.raw import RawRow
from tests.transforms.ingest.test_sources import png, read, records, turns_of

TURNS = [{"from": "human", "value": "<image>\nQ"}, {"from": "gpt", "value": "A"}]


def noise(value: int = 0) -> bytes:
    """An image whose base64 is long enough not to be taken for a word."""
    buffer = io.BytesIO()
    Image.effect_noise((40, 20), 50 + value).save(buffer, "PNG")
    return buffer.getvalue()


def in_tables(folder: Path, tables: dict[str, dict[str, Any]]) -> dict[str, list[RawRow | Reject]]:
    """What is read of each of several Parquet files, by its name."""
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    found = list(read(folder))
    return {name: [i for i in found if i.uri.startswith(f"{name}.parquet")] for name in tables}


def in_parquet(folder: Path, **columns: Any) -> list[RawRow | Reject]:
    return in_tables(folder, {"a": columns})["a"]


def in_tar_of(folder: Path, members: list[tuple[str, Any]]) -> list[RawRow | Reject]:
    with tarfile.open(folder / "a.tar", "w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            content = data.encode() if isinstance(data, str) else data
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return list(read(folder))


def shown(item: RawRow | Reject) -> list[bytes]:
    assert isinstance(item, RawRow), item
    return [image.data for image in item.images]


DATA = noise()
B64 = base64.b64encode(DATA).decode()


CELLS: list[tuple[str, Any]] = [
    ("image", pa.array([DATA])),
    ("image", pa.array([DATA], pa.large_binary())),
    ("image", [{"bytes": DATA, "path": "a.png"}]),
    ("image", [B64]),
    ("image", [base64.urlsafe_b64encode(DATA).decode().rstrip("=")]),
    ("image", ["data:image/png;base64," + B64]),
    ("image", pa.array([list(DATA)], pa.list_(pa.uint8()))),
    ("jpg", pa.array([DATA])),
    ("image_bytes", pa.array([DATA])),
    ("page_image", [{"bytes": DATA, "path": None}]),
    ("scan", [{"bytes": DATA, "path": None}]),
    ("content", pa.array([DATA])),
    ("images", [[DATA]]),
    ("images", [[{"bytes": DATA, "path": None}]]),
]


def test_an_image_in_a_cell(tmp_path: Path) -> None:
    tables = {f"{number} {name}": {name: cell} for number, (name, cell) in enumerate(CELLS)}
    for table, items in in_tables(tmp_path, tables).items():
        (found,) = items
        assert shown(found) == [DATA], table
        assert isinstance(found, RawRow)
        assert found.unread == (), table


def test_images_in_several_columns_and_none_in_some(tmp_path: Path) -> None:
    first, second = in_parquet(
        tmp_path,
        image_1=pa.array([png(1), png(3)]),
        image_2=pa.array([png(2), None]),
        mask=pa.array([png(9)] * 2),
        question=["<image 1> or <image 2>?", "<image 1>?"],
        answer=["A", "B"],
    )
    assert shown(first) == [png(1), png(2)]
    assert shown(second) == [png(3)]
    assert isinstance(first, RawRow)
    assert turns_of(first)[0].content == "<image> or <image>?"
    assert first.unread == ("mask",)


@pytest.mark.parametrize("cell", ["pages/1.png", {"bytes": None, "path": "pages\\1.png"}])
def test_a_file_beside_the_table(tmp_path: Path, cell: Any) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/1.png").write_bytes(png(7))
    (tmp_path / "data").mkdir()
    named = {"file_name": ["pages/1.png"], "text": ["x"]}
    tables = {"a": {"image": [cell]}, "data/b": {"image": [cell]}, "c": named}
    for (found,) in in_tables(tmp_path, tables).values():
        assert shown(found) == [png(7)]


def test_what_lies_elsewhere_is_told(tmp_path: Path) -> None:
    root = tmp_path / "in"
    root.mkdir()
    (tmp_path / "out.png").write_bytes(png())
    cells = ["../out.png", str(tmp_path / "out.png"), "https://example.org/a.jpg", "gone.png", "?"]
    linked = {"image_url": ["https://example.org/a.jpg"], "text": ["x"]}
    read_of = in_tables(root, {"a": {"image": cells, "text": ["x"] * len(cells)}, "b": linked})
    found = read_of["a"]
    assert {item.rule for item in found if isinstance(item, Reject)} == {"image_not_embedded"}
    assert len(found) == len(cells)
    (found_url,) = read_of["b"]
    assert isinstance(found_url, Reject)
    assert "not fetched" in found_url.message


def test_columns_that_nothing_reads_are_named_and_never_decoded(tmp_path: Path) -> None:
    vectors = pa.array([[0.5] * 1000], pa.list_(pa.float32()))
    (found,) = in_parquet(
        tmp_path, image=pa.array([png()]), vector=vectors, audio=pa.array([b"RIFF"]), id=["7"]
    )
    assert isinstance(found, RawRow)
    assert sorted(found.unread) == ["audio", "id", "vector"]


def test_names_and_ids_beside_the_images_of_a_row_are_named(tmp_path: Path) -> None:
    (found,) = in_parquet(
        tmp_path,
        image=pa.array([png()]),
        file_name=["elsewhere.png"],
        image_id=["7"],
        question=["Q"],
        answer=["A"],
    )
    assert shown(found) == [png()]
    assert isinstance(found, RawRow)
    assert turns_of(found)[1].content == "A"
    assert sorted(found.unread) == ["file_name", "image_id"]


def test_a_question_about_an_image_that_is_not_there_is_none_about_nothing(tmp_path: Path) -> None:
    pair = {"question": ["Q"], "answer": ["A"]}
    named = {"imgname": "gone.png", "image_id": "7", "figure": "7"}
    tables = {name: {name: [value], **pair} for name, value in named.items()}
    read_of = in_tables(tmp_path, tables | {"text": pair})
    (alone,) = read_of.pop("text")
    for (found,) in read_of.values():
        assert isinstance(found, Reject) or isinstance(found.conversation, BadImage)
    assert isinstance(alone, RawRow)
    assert len(turns_of(alone)) == 2


def test_labels_of_a_parquet_row(tmp_path: Path) -> None:
    (found,) = in_parquet(
        tmp_path,
        image=pa.array([png()]),
        tokens=[["가", "나"]],
        bboxes=[[[0, 0, 500, 500], [500, 500, 1000, 1000]]],
        ner_tags=[[0, 0]],
    )
    assert isinstance(found, RawRow)
    assert found.images[0].labelled
    assert found.unread == ("ner_tags",)


def test_texts_of_lines_are_no_captions(tmp_path: Path) -> None:
    strip = io.BytesIO()
    Image.new("L", (400, 40)).save(strip, "PNG")
    tables = {
        "pages": {"image": pa.array([png()]), "text": ["a caption"]},
        "strips": {"image": pa.array([strip.getvalue()]), "text": ["a line"]},
        "ko-trocr": {"image": pa.array([png()]), "text": ["a line"]},
    }
    (page,), (line,), (named,) = in_tables(tmp_path, tables).values()
    assert isinstance(page, RawRow)
    assert turns_of(page)[0].content == "a caption"
    for found in (line, named):
        assert isinstance(found, RawRow)
        assert found.conversation == []


def test_a_conversation_that_cannot_be_used_leaves_its_image(tmp_path: Path) -> None:
    bad = [*TURNS, *TURNS]
    table = pa.table({"image": pa.array([png()]), "conversations": [bad]})
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "f.png").write_bytes(png(2))
    row = json.dumps({"file_name": "f.png", "conversations": bad})
    (tmp_path / "metadata.jsonl").write_text(row)
    members: list[tuple[str, Any]] = [
        ("k.png", png(1)),
        ("k.json", json.dumps({"conversations": bad})),
    ]
    found = in_tar_of(tmp_path, members)
    assert sorted(shown(item) for item in found) == sorted([[png(0)], [png(1)], [png(2)]])
    for item in found:
        assert isinstance(item, RawRow)
        assert isinstance(item.conversation, BadImage)
        assert item.conversation.message == "<image> stands 2 times for 1 images"


def test_keys_with_dots(tmp_path: Path) -> None:
    members: list[tuple[str, Any]] = []
    for n, key in enumerate(("2024.05.13_a", "2024.05.20_b", "v.1.2/p.1", "v.1.2/p.2")):
        members += [(f"{key}.png", png(n)), (f"{key}.json", json.dumps({"caption": key}))]
    found = in_tar_of(tmp_path, members)
    assert [shown(item) for item in found] == [[png(n)] for n in range(4)]
    said = [turns_of(item)[0].content for item in found if isinstance(item, RawRow)]
    assert said == ["2024.05.13_a", "2024.05.20_b", "v.1.2/p.1", "v.1.2/p.2"]
    assert [item.uri for item in found] == [f"a.tar#{key}" for key in said]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_numbered_images_of_one_key(tmp_path: Path, order: tuple[int, ...]) -> None:
    talk = {"conversations": [{"user": "<image><image>Q", "assistant": "A"}]}
    members: list[tuple[str, Any]] = [
        ("k.0.png", png(0)),
        ("k.1.png", png(1)),
        ("k.json", json.dumps(talk)),
    ]
    (found,) = in_tar_of(tmp_path, [members[n] for n in order])
    assert shown(found) == [png(0), png(1)]
    assert isinstance(found, RawRow)
    assert [image.uri for image in found.images] == ["a.tar#k.0.png", "a.tar#k.1.png"]
    assert turns_of(found)[1].content == "A"


def test_captions_beside_json_and_other_members(tmp_path: Path) -> None:
    facts = json.dumps({"url": "u", "caption": None})
    members: list[tuple[str, Any]] = [
        *[("a.png", png(0)), ("a.txt", "글".encode("cp949")), ("a.json", facts)],
        *[("b.png", png(1)), ("b.cls", "3"), ("b.CAPTION", "b"), ("b.txt", "")],
        *[("C.PNG", png(2)), ("C.TXT", "c")],
        *[("d.png", png(3)), ("d.json", json.dumps({"caption": "d"})), ("d.txt", "other")],
        *[("e.png", png(4)), ("e.json", json.dumps(TURNS)), ("e.ocr.json", "{}")],
        *[("f.png", png(5)), ("f.json", "{broken")],
    ]
    found = [item for item in in_tar_of(tmp_path, members) if isinstance(item, RawRow)]
    assert len(found) == 6
    assert [turns_of(item)[-1].content for item in found[:1]] == ["글"]
    assert turns_of(found[2])[0].content == "c"
    assert turns_of(found[3])[0].content == "d"
    assert turns_of(found[4])[1].content == "A"
    assert [item.unread for item in found] == [
        ("url",),
        (".cls", ".caption"),
        (),
        (".txt",),
        (".ocr.json",),
        (".json",),
    ]
    assert isinstance(found[5].conversation, BadImage)
    assert shown(found[5]) == [png(5)]


def test_members_far_apart_are_told(tmp_path: Path) -> None:
    members: list[tuple[str, Any]] = [
        *[("a.png", png(0)), ("b.png", png(1)), ("c.json", '{"caption": "c"}')],
        *[("a.json", '{"caption": "a"}'), ("c.png", png(2))],
    ]
    first, second, third, fourth, fifth = in_tar_of(tmp_path, members)
    assert [shown(item) for item in (first, second, fifth)] == [[png(0)], [png(1)], [png(2)]]
    assert isinstance(third, Reject)
    assert isinstance(fourth, Reject)
    assert (third.rule, fourth.rule) == ("empty_row", "duplicate_row")
    assert "stand apart" in fourth.message
    assert isinstance(fifth, RawRow)
    assert fifth.unread == (".png apart from its key",)


def test_broken_documents_in_tars_cost_themselves(tmp_path: Path) -> None:
    found = in_tar_of(tmp_path, [("a.pdf", b"%PDF"), ("b.png", png()), ("b.pdf", b"%PDF")])
    first, second, third = found
    assert isinstance(first, Reject)
    assert isinstance(second, Reject)
    assert first.rule == second.rule == "broken_pdf"
    assert shown(third) == [png()]


def test_names_in_metadata_may_stand_under_usual_keys(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/1.png").write_bytes(png())
    row = {"messages": [{"role": "user", "content": "<image>Q"}], "images": ["images/1.png"]}
    row["messages"] += [{"role": "assistant", "content": "A"}]  # type: ignore[operator]
    (tmp_path / "metadata.jsonl").write_text(json.dumps(row | {"id": 7}))
    (found,) = records(tmp_path)
    assert found.uri == "images/1.png"
    assert turns_of(found)[1].content == "A"
    assert found.unread == ("id",)
