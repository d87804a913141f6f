"""The tools' own parsing code opens the exports: see `tools`, which says what is installed where.

pip install -e '.[loader,hub,synthesize]' pytest hypothesis   # beside the tool
pytest tests/pipelines/export/test_tools.py
"""

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from benchmarks.exports import measured, shown_by, table
from gyogwa.loader.raw import RawSamples
from gyogwa.pipelines.export import Target
from gyogwa.pipelines.export.forms import hub
from gyogwa.pipelines.export.sample import sample_of
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.varco import Varco
from tests.pipelines.export.rows import Row, boxes_in, digest, said
from tests.pipelines.export.test_export import exported, run
from tests.pipelines.export.tools import TOOLS, installed, megatron_bridge

__all__ = ["run"]
pytestmark = pytest.mark.filterwarnings("ignore:.*pin_memory:UserWarning")  # of Energon's loader

Shown = tuple[str, tuple[str, ...], str]
"""A sample's key, its images' hashes, and what is said, boxes and all."""

STAGES = {
    "feature-alignment-train": ("1-feature-alignment", False),
    "basic-sft-train": ("2-basic-sft", False),
    "basic-sft-validation": ("2-basic-sft", True),
    "preference-train": ("4-preference", False),
}


def opened(run: Path, target: Target, folder: Path, name: str) -> list[Row]:
    """The rows that the tool reads; skips where it isn't installed. One that is and doesn't import
    fails: an environment that is broken mustn't pass for one without the tool."""
    if not installed(target):
        pytest.skip(f"{TOOLS[target].package} {TOOLS[target].release} isn't installed")
    if not (folder / "export.json").is_file():
        exported(run, target, folder)
    return list(TOOLS[target].read(folder, name))


def draws(run: Path, name: str) -> Counter[Shown]:
    """What an epoch of a stage shows."""
    folder, validation = STAGES[name]
    found: Counter[Shown] = Counter()
    for raw, times in RawSamples(run / "stages" / folder, validation=validation).rows():
        told = hub(sample_of(raw))
        found[raw.key, tuple(map(digest, raw.images)), said(told)] += times
    return found


def decoded(run: Path, name: str) -> Counter[Shown]:
    """`draws`, images by their pixels, for a tool that opens them itself."""
    folder, validation = STAGES[name]
    pixels = {
        digest(data): digest(Image.open(io.BytesIO(data)))
        for raw, _ in RawSamples(run / "stages" / folder, validation=validation).rows()
        for data in raw.images
    }
    found: Counter[Shown] = Counter()
    for (key, images, text), times in draws(run, name).items():
        found[key, tuple(pixels[image] for image in images), text] += times
    return found


def without_text(shown: Counter[Shown], keys: bool = True) -> Counter[Any]:
    """What a tool that has messages of its own form gives too: keys, images and boxes."""
    found: Counter[Any] = Counter()
    for (key, images, text), times in shown.items():
        found[key if keys else "", images, tuple(boxes_in([text]))] += times
    return found


def texts(run: Path, name: str, written: Callable[[str], str] = str) -> Counter[tuple[str, ...]]:
    """What is said, turn by turn, as the shards have it or as `written` writes that."""
    folder, validation = STAGES[name]
    found: Counter[tuple[str, ...]] = Counter()
    for raw, times in RawSamples(run / "stages" / folder, validation=validation).rows():
        entry = json.loads(raw.json)
        turns = [turn["content"] for turn in entry["conversations"]]
        if entry["chosen"] is not None:
            turns = [*turns[:1], entry["chosen"], entry["rejected"]]
        found[tuple(map(written, turns))] += times
    return found


def with_placeholders(text: str) -> str:
    """Native text as ms-swift gets it, things filled in and `<bbox>` for each box."""

    def instead(item: re.Match[str]) -> str:
        (found,) = Varco().parse(item[0], Size(24, 16))
        return found.text + "<bbox>" * len(found.boxes)

    return re.sub(r"<(char|obj)>.*?</\1><bbox>.*?</bbox>", instead, text)


def boxed(rows: list[Row]) -> Counter[Any]:
    return Counter((row.key, tuple(map(digest, row.images)), tuple(row.boxes)) for row in rows)


@pytest.mark.parametrize("name", STAGES)
def test_ms_swift_preprocesses_every_draw(run: Path, tmp_path: Path, name: str) -> None:
    rows = opened(run, "ms-swift", tmp_path / "swift", name)
    assert boxed(rows) == without_text(decoded(run, name), keys=False)
    plain = Counter(tuple(row.texts) for row in rows if not row.objects)
    boxes = Counter(tuple(row.texts) for row in rows if row.objects)
    placed = texts(run, name, with_placeholders)
    assert boxes <= placed
    assert plain <= texts(run, name)
    assert boxes.total() + plain.total() == placed.total()
    assert boxes.total() == (4 if name == "basic-sft-train" else 0)


def test_ms_swift_puts_boxes_where_a_model_wants_them(run: Path, tmp_path: Path) -> None:
    rows = opened(run, "ms-swift", tmp_path / "swift", "basic-sft-train")
    from swift.template.base import Template

    row = next(row for row in rows if row.objects)
    for norm, sides in (("norm1000", (1000, 1000)), ("none", (24, 16))):
        objects: dict[str, Any] = {"bbox": [list(box) for box in row.objects], "bbox_type": "norm1"}
        inputs = SimpleNamespace(objects=objects | {"width": [24], "height": [16]})
        inputs.images = row.images
        Template.normalize_bbox(SimpleNamespace(norm_bbox=norm), inputs)
        expected = [
            [round(value * side) for value, side in zip(box, sides * 2, strict=True)]
            for box in row.objects
        ]
        assert inputs.objects["bbox"] == expected


@pytest.mark.parametrize("name", STAGES)
def test_llama_factory_aligns_every_draw(run: Path, tmp_path: Path, name: str) -> None:
    rows = opened(run, "llama-factory", tmp_path / "factory", name)
    assert boxed(rows) == without_text(draws(run, name), keys=False)
    assert Counter(tuple(row.texts) for row in rows) == texts(run, name)
    for row in rows:
        assert ("rejected" in row.told) == (name == "preference-train")


@pytest.mark.parametrize("name", STAGES)
def test_megatron_bridge_reads_what_llava_reads(run: Path, tmp_path: Path, name: str) -> None:
    rows = opened(run, "llava", tmp_path / "llava", name)
    if name == "preference-train":
        assert not rows  # it knows no pairs
        return
    assert boxed(rows) == without_text(draws(run, name))
    assert {turn["role"] for row in rows for turn in row.told["messages"]} == {"user", "assistant"}


def test_megatron_bridge_keeps_the_text(run: Path, tmp_path: Path) -> None:
    opened(run, "llava", tmp_path, "basic-sft-train")
    bridge = megatron_bridge()
    for row in bridge._load_preloaded_examples(str(tmp_path / "basic-sft-train.json")):
        turns = bridge._record_to_conversation(row, str(tmp_path))
        for turn, found in zip(row["conversations"], turns, strict=True):
            texts = [part["text"] for part in found["content"] if part["type"] == "text"]
            assert "".join(texts) == turn["value"].replace("<image>", "")


@pytest.mark.parametrize("name", STAGES)
@pytest.mark.parametrize("target", ["hub", "energon", "mds", "litdata"])
def test_every_draw_comes_whole(run: Path, tmp_path: Path, target: Target, name: str) -> None:
    own = name.replace("-train", "/train").replace("-validation", "/validation")
    rows = opened(run, target, tmp_path / target, own if target == "hub" else name)
    found = Counter((row.key, tuple(map(digest, row.images)), said(row.told)) for row in rows)
    assert found == (decoded if target in ("hub", "mds") else draws)(run, name)


def test_the_benchmark_tells_when_a_box_is_another(run: Path) -> None:
    if not installed("hub"):
        pytest.skip("trl isn't installed")
    there = shown_by(str(run))
    row = measured(str(run), "hub", there, None)
    assert row["equal"] is True
    assert row["read"] == row["written"] == {"samples": 37, "images": 37, "boxes": 11}
    moved = Counter(
        {
            shown._replace(boxes=tuple((0.9, *box[1:]) for box in shown.boxes)): times
            for shown, times in there.singles.items()
        }
    )
    row = measured(str(run), "hub", there._replace(singles=moved), None)
    assert row["read"] == row["written"]
    assert row["equal"] is False
    assert "**no**" in table([row])
