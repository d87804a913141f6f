"""Exports hold every draw with its images and boxes, as the tools' own columns say.

They are opened by `datasets`, by which ms-swift, LLaMA-Factory and TRL read files too, and LLaVA's
JSON as LLaVA reads it, by `json`; by the tools themselves in `test_tools`.
"""

import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import datasets
import pytest
from PIL import Image

from gyogwa.loader.raw import RawSamples
from gyogwa.pipelines.cli import main
from gyogwa.pipelines.export.boxes import placed
from gyogwa.pipelines.export.chunks import columns_of
from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.varco import Varco
from tests.loader.conftest import Made, encoded, write_stage
from tests.loader.runs import write_run

ITEMS = [Item("백범로", [[0.1, 0.2, 0.3, 0.4]]), Item("a <bbox> b", [[0.5, 0.25, 0.75, 1.0]])]


def turns(*contents: str) -> dict[str, Any]:
    roles = ["user", "assistant"] * len(contents)
    return {
        "conversations": [
            {"role": role, "content": text} for role, text in zip(roles, contents, strict=False)
        ]
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose second stage has every shape, repeats and a shared image among them."""
    folder = write_run(tmp_path_factory.mktemp("run")).parent
    jpeg, png = encoded("JPEG", 24, 16), encoded("PNG", 10, 20)
    varco, size = Varco(), Size(24, 16)
    page = turns("<image>\n<ocr>", varco.serialise(ITEMS, size))
    both = turns("<image>\n<image>\n<ocr>", varco.serialise(ITEMS, size))
    two = Item("둘", [[0.1, 0.1, 0.2, 0.2], [0.3, 0.3, 0.4, 0.4]])
    asked = f"<image>\n{varco.region('this', [0.5, 0.5, 0.6, 0.6], size)}은?"
    refer = turns(asked, f"앞 {varco.ground(two, size)} 뒤")
    shards = [
        ("single-jpg", [Made("0-page", {"jpg": jpeg}, page, repeats=3)]),
        ("single-jpg", [Made("1-refer", {"jpg": jpeg}, refer), Made("2-plain", {"jpg": jpeg})]),
        ("text", [Made("3-text", {}, turns("안녕?", "네."))]),
        ("pair-jpg-png", [Made("4-pair", {"0.jpg": jpeg, "1.png": png}, both)]),
    ]
    own = folder / "stages" / "2-basic-sft"
    stage = write_stage(own, shards)
    entry = json.loads((folder / "curriculum.json").read_bytes())
    entry["stages"][1]["fingerprint"] = json.loads(stage.manifest.read_bytes())["fingerprint"]
    entry["stages"][1]["samples"] = 5
    (folder / "curriculum.json").write_text(json.dumps(entry))
    return folder


def exported(run: Path, to: str, folder: Path, *options: str) -> Path:
    assert main(["export", str(run), "--to", to, "--output", str(folder), *options]) == 0
    return folder


def rows_of(path: Path) -> list[dict[str, Any]]:
    found = datasets.load_dataset(
        "json", data_files=str(path), split="train", cache_dir=str(path.parent / "cache")
    )
    return list(found)


def pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


def stored(run: Path) -> dict[str, list[bytes]]:
    return {raw.key: raw.images for raw, _ in RawSamples(run / "stages" / "2-basic-sft").rows()}


def test_webp_is_an_image_for_mds_which_has_no_kind_for_it(tmp_path: Path) -> None:
    made = Made("0-page", {"webp": encoded("WEBP", 10, 20)}, turns("<image>\n?", "네."))
    stage = write_stage(tmp_path, [("single-webp", [made])])
    ((raw, _),) = RawSamples(stage.manifest).rows()
    (image,) = [column for column in columns_of(raw) if column.name == "image0"]
    assert (image.kind, image.data) == ("png", encoded("WEBP", 10, 20))


def test_ms_swift_gets_placeholders_and_objects(run: Path, tmp_path: Path) -> None:
    folder = exported(run, "ms-swift", tmp_path / "swift")
    boxes = rows_of(folder / "basic-sft-train-images-boxes.jsonl")
    assert len(boxes) == 3 + 1
    assert boxes[0]["messages"][1]["content"] == "<ref-object><bbox>\n<ref-object><bbox>"
    assert boxes[0]["objects"] == {
        "ref": [item.text for item in ITEMS],
        "bbox": [item.boxes[0] for item in ITEMS],
        "bbox_type": "norm1",
    }
    refer = boxes[3]
    assert [turn["content"] for turn in refer["messages"]] == [
        "<image>\n<ref-object><bbox>은?",
        "앞 <ref-object><bbox><bbox> 뒤",
    ]
    assert refer["objects"]["ref"] == ["this", "둘"]
    assert refer["objects"]["bbox"][1:] == [[0.1, 0.1, 0.2, 0.2], [0.3, 0.3, 0.4, 0.4]]
    plain = rows_of(folder / "basic-sft-train-images.jsonl")
    assert [len(row["images"]) for row in plain] == [1, 2]
    assert len(rows_of(folder / "basic-sft-train-text.jsonl")) == 1
    for row in [*boxes, *plain]:
        text = "".join(turn["content"] for turn in row["messages"])
        assert text.count("<image>") == len(row["images"])
        objects = row.get("objects") or {"ref": [], "bbox": []}
        if len(row["images"]) == 1:
            assert len(re.findall("<bbox>", text)) == len(objects["bbox"])
            assert text.count("<ref-object>") == len(objects["ref"])
        assert all((folder / image).is_file() for image in row["images"])
    pairs = rows_of(folder / "preference-train-images-pairs.jsonl")
    assert len(pairs) == 10
    assert pairs[3]["messages"][-1] == {"role": "assistant", "content": "예 3"}
    assert pairs[3]["rejected_response"] == "no 3"
    assert len(rows_of(folder / "basic-sft-validation-images.jsonl")) == 7


def test_images_are_the_bytes_of_the_shards_and_written_once(run: Path, tmp_path: Path) -> None:
    folder = exported(run, "llava", tmp_path / "llava", "--stage", "basic-sft")
    data = json.loads((folder / "basic-sft-train.json").read_bytes())
    assert Counter(row["id"] for row in data) == {
        "0-page": 3, "1-refer": 1, "2-plain": 1, "3-text": 1, "4-pair": 1,
    }  # fmt: skip
    for row in data:
        files = row.get("image", [])
        files = [files] if isinstance(files, str) else files
        assert [(folder / file).read_bytes() for file in files] == stored(run)[row["id"]]
        assert [turn["from"] for turn in row["conversations"]] == ["human", "gpt"]
    assert len(list((folder / "images").rglob("*.*"))) == 2
    once = exported(run, "llava", tmp_path / "once", "--stage", "basic-sft", "--once")
    assert len(json.loads((once / "basic-sft-train.json").read_bytes())) == 5
    held = json.loads((folder / "basic-sft-validation.json").read_bytes())
    assert len(held) == 7
    assert not list(folder.glob("preference*"))


def test_llama_factory_finds_its_columns(run: Path, tmp_path: Path) -> None:
    folder = exported(run, "llama-factory", tmp_path / "factory")
    info = json.loads((folder / "dataset_info.json").read_bytes())
    total = 0
    for name, about in info.items():
        rows = rows_of(folder / about["file_name"])
        total += len(rows) if "validation" not in name else 0
        for row in rows:
            assert set(row) == set(about["columns"].values())
            messages = row[about["columns"]["messages"]]
            roles = [turn[about["tags"]["role_tag"]] for turn in messages]
            assert roles == ["user", "assistant"][: 1 if about.get("ranking") else 2]
            text = "".join(turn[about["tags"]["content_tag"]] for turn in messages)
            assert text.count("<image>") == len(row.get("images") or [])
            if about.get("ranking"):
                assert row["chosen"]["role"] == row["rejected"]["role"] == "assistant"
    assert total == 13 + 7 + 10
    assert "preference-train-images-pairs" in info


def test_the_hub_gets_images_inside(run: Path, tmp_path: Path) -> None:
    folder = exported(run, "hub", tmp_path / "hub")
    found = datasets.load_dataset(str(folder), "basic-sft", cache_dir=str(tmp_path / "cache"))
    assert {split: len(rows) for split, rows in found.items()} == {"train": 7, "validation": 7}
    for row in found["train"]:
        images = [pixels(data) for data in stored(run)[row["key"]]]
        assert [image.convert("RGB").tobytes() for image in row["images"]] == images
        parts = [part for turn in row["messages"] for part in turn["content"]]
        assert [part["type"] for part in parts].count("image") == len(images)
    first = found["train"][0]["messages"]
    assert first[0]["content"][1] == {"type": "text", "text": "<ocr>"}
    assert Varco().parse(first[1]["content"][0]["text"], Size(24, 16)) == ITEMS
    pairs = datasets.load_dataset(str(folder), "preference", cache_dir=str(tmp_path / "cache"))
    row = pairs["train"][3]
    assert row["prompt"][0]["role"] == "user"
    assert row["chosen"][0]["content"] == [{"type": "text", "text": "예 3"}]
    assert row["rejected"][0]["content"] == [{"type": "text", "text": "no 3"}]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("to", ["ms-swift", "hub"])
def test_the_same_bytes_again_also_after_a_stop(run: Path, tmp_path: Path, to: str) -> None:
    first = contents(exported(run, to, tmp_path / "a"))
    marker = json.loads((tmp_path / "a" / "export.json").read_bytes())
    assert marker["state"] == "done"
    for name in list(first)[::2]:  # as if it had been stopped
        if name != "export.json":
            (tmp_path / "a" / name).unlink()
    assert contents(exported(run, to, tmp_path / "a")) == first
    assert contents(exported(run, to, tmp_path / "b")) == first


def test_folders_of_others_are_left_alone(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(folder: Path, *options: str) -> str:
        command = ["export", str(run), "--to", "llava", "--output", str(folder), *options]
        assert main(command) == 1
        return capsys.readouterr().err

    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "thesis.txt").write_text("x")
    assert "isn't empty, and no export of ours" in refused(tmp_path / "theirs")
    exported(run, "hub", tmp_path / "other")
    assert "an export of another run or with other settings" in refused(tmp_path / "other")
    assert "lie in each other" in refused(run / "export")
    assert "--stage none: " in refused(tmp_path / "new", "--stage", "none")
    assert not (tmp_path / "new").exists()
    assert main(["export", str(tmp_path), "--to", "llava", "--output", str(tmp_path / "x")]) == 1
    assert "neither curriculum.json nor manifest.json" in capsys.readouterr().err


def test_only_whole_items_become_placeholders() -> None:
    text = Varco().escape("a literal <bbox>, <char>") + " and <gro>"
    assert placed(text) == (text, [], [])
