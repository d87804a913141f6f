"""Sources: every form of input that is read, and what is said of one that can't be."""

import gzip
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pypdfium2 as pdfium
import pytest
from PIL import Image

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.page import Truth
from gyogwa.schemas.records import Turn
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.storage import read_exactly
from gyogwa.transforms.ingest.conversations import conversation_of
from gyogwa.transforms.ingest.inputs import parse_inputs
from gyogwa.transforms.ingest.labels.believe import Seen
from gyogwa.transforms.ingest.labels.truth import truth_of
from gyogwa.transforms.ingest.listing import find
from gyogwa.transforms.ingest.raw import RawRow
from gyogwa.transforms.ingest.sources.folder import conversation_from
from gyogwa.transforms.ingest.sources.registry import FORMATS
from tests.transforms.ingest.planning import planned

FAQ = Path("/usr/share/doc/debian/FAQ/debian-faq.en.pdf.gz")


def png(value: int = 0) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20), (value, value, value)).save(buffer, "PNG")
    return buffer.getvalue()


def read(path: Path) -> Iterator[RawRow | Reject]:
    made = planned(str(path))
    yield from made.rejects
    for part in made.parts:
        yield from FORMATS[part.kind].read(part)


def records(path: Path) -> list[RawRow]:
    found = list(read(path))
    assert all(isinstance(item, RawRow) for item in found), found
    return [item for item in found if isinstance(item, RawRow)]


def turns_of(row: RawRow) -> list[Turn]:
    """A row's conversation, which must be usable."""
    assert not isinstance(row.conversation, BadImage), row.conversation.message
    return row.conversation


def test_parquet_with_role_and_content_parts(tmp_path: Path) -> None:
    turns = [
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What is it?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "검은색입니다."}]},
    ]
    row = {"image": {"bytes": png(), "path": None}, "messages": json.loads(json.dumps(turns))}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    (record,) = records(tmp_path)
    assert [turn.content for turn in turns_of(record)] == [
        "<image>\nWhat is it?",
        "검은색입니다.",
    ]
    assert record.images[0].data == png()


def test_a_parquet_row_without_image_bytes_is_rejected_and_the_next_is_read(tmp_path: Path) -> None:
    rows = [{"image": {"bytes": None, "path": "x.png"}}, {"image": {"bytes": png(), "path": "y"}}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    first, second = read(tmp_path)
    assert isinstance(first, Reject)
    assert (first.rule, first.uri) == ("image_not_embedded", "a.parquet#row=0")
    assert isinstance(second, RawRow)


def test_a_broken_parquet_file_is_one_reject(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    (reject,) = read(tmp_path)
    assert isinstance(reject, Reject)
    assert reject.rule == "broken_parquet"


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
def test_webdataset_tar(tmp_path: Path, name: str) -> None:
    members = {"1.png": png(1), "1.txt": b"a black field", "2.png": png(2), "2.json": b"{}"}
    with tarfile.open(tmp_path / name, "w:gz" if name.endswith("gz") else "w") as tar:
        for member, data in members.items():
            info = tarfile.TarInfo(member)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    first, second = records(tmp_path)
    assert turns_of(first)[-1].content == "a black field"
    assert not second.conversation
    for record, data in ((first, png(1)), (second, png(2))):
        image = record.images[0]
        assert image.data == data
        assert bool(image.path) == (name == "a.tar")
        if image.path:
            assert read_exactly(image.path, image.offset, len(data)) == data


def test_a_tar_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for name in ("1.png", "2.png"):
            info = tarfile.TarInfo(name)
            info.size = len(png())
            tar.addfile(info, io.BytesIO(png()))
    data = (tmp_path / "a.tar").read_bytes()
    (tmp_path / "a.tar").write_bytes(data[: 512 * 3 + 40])
    kinds = [type(item) for item in read(tmp_path)]
    assert Reject in kinds


def test_metadata_rows_of_one_of_several_and_of_no_image(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(png(ord(name[0])))
    talk = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "안녕하세요"}]
    rows: list[dict[str, Any]] = [
        {"file_name": "a.png", "text": "회색", "licence": "CC0-1.0"},
        {"file_names": ["a.png", "b.png"], "conversations": talk},
        {"conversations": talk},
        {"file_name": "gone.png"},
    ]
    text = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "metadata.jsonl").write_text(text, encoding="utf-8")
    found = list(read(tmp_path))
    assert [item.rule for item in found if isinstance(item, Reject)] == ["missing_file"]
    by_images = {len(r.images): r for r in found if isinstance(r, RawRow) and r.conversation}
    assert by_images[1].images[0].licence == "CC0-1.0"
    assert turns_of(by_images[2])[0].content.count("<image>") == 2
    assert turns_of(by_images[0])[1].content == "안녕하세요"


@pytest.mark.parametrize(
    ("rows", "images", "rule"),
    [
        ("no list", 1, "bad_conversation"),
        ([{"from": "robot", "value": "x"}], 1, "bad_conversation"),
        ([{"role": "user", "content": "x"}], 0, "bad_conversation"),
        ([{"user": "<image><image>", "assistant": "x"}], 1, "image_placeholders"),
    ],
)
def test_conversations_that_cannot_be_used(rows: Any, images: int, rule: str) -> None:
    with pytest.raises(BadImage) as caught:
        conversation_of(rows, images)
    assert caught.value.rule == rule


def test_the_cauldron_and_llava_forms() -> None:
    cauldron = conversation_of([{"user": "Q", "assistant": "A"}], 1)
    llava = conversation_of(
        [{"from": "human", "value": "<image>\nQ"}, {"from": "gpt", "value": "A"}], 1
    )
    assert cauldron == llava


def test_labels_outside_the_image_are_refused() -> None:
    with pytest.raises(BadImage, match="1 of 1 boxes lie outside 100 x 50"):
        truth_of({"words": [{"text": "a", "box": [10, 10, 200, 20]}]}, 100, 50)


def test_two_inputs_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("x/pages", "y/pages"):
        (tmp_path / folder).mkdir(parents=True)
    with pytest.raises(GyogwaError, match="two inputs are called 'pages'"):
        parse_inputs([str(tmp_path / "x/pages"), str(tmp_path / "y/pages")], [])


def test_only_exact_names_are_ignored(tmp_path: Path) -> None:
    for name in (
        "README.md",
        "LICENSE",
        "Thumbs.db",
        ".hidden",
        "license_scans.xlsx",
        "readme.md.bak",
    ):
        (tmp_path / name).write_bytes(b"x")
    found = [item for item in read(tmp_path) if isinstance(item, Reject)]
    assert {item.uri for item in found} == {"license_scans.xlsx", "readme.md.bak"}
    assert {item.rule for item in found} == {"unsupported_file"}


def test_a_folder_to_skip_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run/1.png").write_bytes(png())
    (tmp_path / "link").symlink_to(tmp_path / "run")
    (tmp_path / "run2.png").write_bytes(png())
    files, problems, _ = find(str(tmp_path), skip=str(tmp_path / "run"))
    assert [file.uri for file in files] == ["run2.png"]
    assert not problems


def test_a_caption_may_not_hold_a_placeholder() -> None:
    with pytest.raises(BadImage) as caught:
        conversation_from({"text": "see <image>"}, 1)
    assert caught.value.rule == "image_placeholders"


@pytest.mark.skipif(not FAQ.exists(), reason="needs Debian's package debian-faq")
def test_boxes_of_a_real_text_layer_lie_on_ink(tmp_path: Path) -> None:
    # the page alone, as it stands in the file
    with pdfium.PdfDocument(gzip.decompress(FAQ.read_bytes())) as whole:
        alone = pdfium.PdfDocument.new()
        alone.import_pages(whole, [20])
        alone.save(data := io.BytesIO())
    (tmp_path / "page.pdf.gz").write_bytes(gzip.compress(data.getvalue()))
    (page,) = records(tmp_path)
    image = Image.open(io.BytesIO(page.images[0].data)).convert("L")
    pixels = np.asarray(image)
    read_truth = page.images[0].truth
    assert read_truth is not None
    truth = read_truth(Seen(*image.size, 1, pixels)).truth
    assert isinstance(truth, Truth)
    texts = [word.text for word in truth.words]
    assert texts[:4] == ["Chapter", "4", "Compatibility", "issues"]
    covered = np.zeros(pixels.shape, bool)
    for word in truth.words:
        x0, y0, x1, y1 = (
            round(value * side) for value, side in zip(word.box, image.size * 2, strict=True)
        )
        assert (pixels[y0 : y1 + 1, x0 : x1 + 1] < 128).any(), word
        covered[y0 - 1 : y1 + 2, x0 - 1 : x1 + 2] = True
    ink = pixels < 128
    assert (ink & covered).sum() / ink.sum() > 0.97
