"""The tools' own parsing code opens the exports. It runs where they are installed, which isn't in
this project's environment: they want packages that it doesn't.

ms-swift 4.6, LLaMA-Factory 0.9.5, Megatron-Bridge 0.3.1, Megatron-Energon 7.4.1,
mosaicml-streaming 0.13.0 and litdata 0.2.76.
"""

import hashlib
import importlib.util
import io
import json
import os
import sys
from collections import Counter
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from gyogwa.loader.raw import RawSamples
from gyogwa.pipelines.export.forms import hub
from gyogwa.pipelines.export.sample import sample_of
from tests.pipelines.export.test_export import exported, rows_of, run

__all__ = ["run"]


def test_ms_swift_preprocesses_every_row(run: Path, tmp_path: Path) -> None:
    core = pytest.importorskip("swift.dataset.preprocessor.core", exc_type=ImportError)
    import datasets

    folder = exported(run, "ms-swift", tmp_path / "swift")
    seen: dict[str, Any] = {}
    for path in sorted(folder.glob("*.jsonl")):
        cache = str(tmp_path / "cache")
        rows = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=cache)
        found = core.AutoPreprocessor()(rows, load_from_cache_file=False, strict=True)
        assert len(found) == len(rows)
        seen[path.name] = found[0]
    boxes = seen["basic-sft-train-images-boxes.jsonl"]["objects"]
    expected = [[0.1, 0.2, 0.3, 0.4], [0.5, 0.25, 0.75, 1.0]]
    assert boxes["bbox"] == [pytest.approx(box) for box in expected]
    assert seen["preference-train-images-pairs.jsonl"]["rejected_response"] == "no 0"


def test_llama_factory_converts_every_row(run: Path, tmp_path: Path) -> None:
    parser = pytest.importorskip("llamafactory.data.parser", exc_type=ImportError)
    from llamafactory.data.converter import SharegptDatasetConverter

    folder = exported(run, "llama-factory", tmp_path / "factory")
    info = json.loads((folder / "dataset_info.json").read_bytes())
    settings = SimpleNamespace(media_dir=str(folder))
    for attributes in parser.get_dataset_list(list(info), str(folder)):
        for row in rows_of(folder / attributes.dataset_name):
            found = SharegptDatasetConverter(attributes, settings)(row)
            assert found["_prompt"]
            assert len(found["_response"]) == (2 if attributes.ranking else 1)
            images = found["_images"] or []
            assert all(os.path.isfile(image) for image in images)
            text = "".join(turn["content"] for turn in found["_prompt"])
            assert text.count("<image>") == len(images)


@pytest.fixture
def bridge(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Megatron-Bridge's reader of JSON, installed with `--no-deps`: it imports at once what wants
    a GPU, and what reads needs none of that."""
    where = "megatron.bridge.data.vlm_datasets"
    try:
        file = distribution("megatron-bridge").locate_file(
            f"{where.replace('.', '/')}/preloaded_provider.py"
        )
    except PackageNotFoundError:
        pytest.skip("megatron-bridge isn't installed")
    for name, classes in {
        f"{where}.conversation_dataset": ["VLMConversationDataset"],
        "megatron.bridge.models.hf_pretrained.utils": ["is_safe_repo"],
        "megatron.bridge.training.config": ["DatasetBuildContext", "DatasetProvider"],
    }.items():
        stub = ModuleType(name)
        for each in classes:
            setattr(stub, each, type(each, (), {}))
        monkeypatch.setitem(sys.modules, name, stub)
    spec = importlib.util.spec_from_file_location("preloaded_provider", str(file))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "preloaded_provider", module)
    spec.loader.exec_module(module)
    return module


def test_megatron_bridge_reads_what_llava_reads(run: Path, tmp_path: Path, bridge: Any) -> None:
    folder = exported(run, "llava", tmp_path / "llava")
    for path in sorted(folder.glob("*-*.json")):
        rows = bridge._load_preloaded_examples(str(path))
        if "pairs" in path.name:
            assert bridge._record_to_conversation(rows[0], str(folder)) is None  # it knows none
            continue
        for row in rows:
            found = bridge._record_to_conversation(row, str(folder))
            assert len(found) == len(row["conversations"])
            parts = [part for turn in found for part in turn["content"]]
            images = [part["image"] for part in parts if part["type"] == "image"]
            told = row.get("image", [])
            told = [told] if isinstance(told, str) else told
            assert images == [str(folder / image) for image in told]
            for turn, one in zip(row["conversations"], found, strict=True):
                texts = [part["text"] for part in one["content"] if part["type"] == "text"]
                assert "".join(texts) == turn["value"].replace("<image>", "")


Shown = tuple[str, tuple[str, ...], str]
"""A sample's key, its images' hashes, and what is said, boxes and all."""

STAGES = {
    "feature-alignment-train": ("1-feature-alignment", False),
    "basic-sft-train": ("2-basic-sft", False),
    "basic-sft-validation": ("2-basic-sft", True),
    "preference-train": ("4-preference", False),
}


def draws(run: Path, name: str) -> Counter[Shown]:
    """What an epoch of a stage shows."""
    folder, validation = STAGES[name]
    found: Counter[Shown] = Counter()
    for raw, times in RawSamples(run / "stages" / folder, validation=validation).rows():
        told = {k: v for k, v in hub(sample_of(raw)).items() if k not in ("key", "task")}
        found[raw.key, tuple(map(digest, raw.images)), said(told)] += times
    return found


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def said(told: dict[str, Any]) -> str:
    names = ("messages", "prompt", "chosen", "rejected")
    return json.dumps({name: told[name] for name in names if name in told}, sort_keys=True)


@pytest.mark.filterwarnings("ignore:.*pin_memory:UserWarning")
@pytest.mark.parametrize("name", STAGES)
def test_energon_gives_every_draw(run: Path, tmp_path: Path, name: str) -> None:
    energon = pytest.importorskip("megatron.energon", exc_type=ImportError)

    class Encoder(energon.TaskEncoder):  # type: ignore[misc, name-defined]
        decoder = None
        cookers = (energon.Cooker(energon.stateless(cooked)),)

        @energon.stateless  # type: ignore[untyped-decorator]
        def batch(self, samples: list[Any]) -> list[Any]:
            return samples

    folder = exported(run, "energon", tmp_path / "energon") / name
    part = "val" if name.endswith("validation") else "train"
    data = energon.get_val_dataset(
        folder,
        split_part=part,
        worker_config=energon.WorkerConfig(rank=0, world_size=1, num_workers=0),
        batch_size=2,
        task_encoder=Encoder(),
    )
    found: Counter[Shown] = Counter()
    for batch in energon.get_loader(data):
        for sample in batch:
            found[sample["key"], tuple(sample["images"]), sample["said"]] += 1
    assert found == draws(run, name)


def cooked(sample: dict[str, Any]) -> dict[str, Any]:
    """A sample's parts, as `json` names them."""
    told = json.loads(sample["json"])
    images = tuple(digest(sample[part]) for part in told["images"])
    return {
        "__key__": sample["__key__"],
        "key": told["key"],
        "images": images,
        "said": said(told),
    }


@pytest.mark.parametrize("name", STAGES)
def test_mosaicml_streams_every_draw(run: Path, tmp_path: Path, name: str) -> None:
    streaming = pytest.importorskip("streaming", exc_type=ImportError)
    folder = exported(run, "mds", tmp_path / "mds") / name
    found: Counter[Shown] = Counter()
    for shape in folder.iterdir():
        for row in streaming.LocalDataset(str(shape)):
            pictures = [row[f"image{n}"] for n in range(len(row)) if f"image{n}" in row]
            images = tuple(digest(again(picture)) for picture in pictures)
            found[row["key"], images, said(row)] += 1
    assert found == decoded(run, name)


def decoded(run: Path, name: str) -> Counter[Shown]:
    """`draws`, images by their pixels: MosaicML opens JPEG and PNG itself."""
    from PIL import Image

    folder, validation = STAGES[name]
    pixels = {
        digest(data): digest(again(Image.open(io.BytesIO(data))))
        for raw, _ in RawSamples(run / "stages" / folder, validation=validation).rows()
        for data in raw.images
    }
    found: Counter[Shown] = Counter()
    for (key, images, text), times in draws(run, name).items():
        found[key, tuple(pixels[image] for image in images), text] += times
    return found


def again(picture: Any) -> bytes:
    return bytes(picture.convert("RGB").tobytes())


@pytest.mark.parametrize("name", STAGES)
def test_litdata_streams_every_draw(run: Path, tmp_path: Path, name: str) -> None:
    litdata = pytest.importorskip("litdata", exc_type=ImportError)
    folder = exported(run, "litdata", tmp_path / "litdata") / name
    found: Counter[Shown] = Counter()
    for shape in folder.iterdir():
        for row in litdata.StreamingDataset(str(shape)):
            told = {k: json.loads(v) for k, v in row.items() if isinstance(v, str) and v[0] == "["}
            images = [row[f"image{n}"] for n in range(len(row)) if f"image{n}" in row]
            found[row["key"], tuple(map(digest, map(bytes, images))), said(told)] += 1
    assert found == draws(run, name)
