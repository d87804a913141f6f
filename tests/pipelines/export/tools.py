"""The tools' own parsing code: from an export to the rows that a tool trains on.

Each reader imports its tool when it begins, and runs where that is installed. Of all these only TRL
is in this project's environment: the others want packages that it doesn't, and some contradict one
another.
`TOOLS` says which package, and its release, reads which target.
"""

import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch

from gyogwa.pipelines.export import Target
from tests.pipelines.export.rows import NAMES, Picture, Row


def installed(target: Target) -> str:
    """The release of the tool that reads it; "" where that isn't installed, or with another first
    number: LLaMA-Factory wants a TRL of before 1, which is another tool."""
    try:
        found = version(TOOLS[target].package)
    except PackageNotFoundError:
        return ""
    return found if found.split(".")[0] == TOOLS[target].release.split(".")[0] else ""


def read_ms_swift(folder: Path, name: str) -> Iterator[Row]:
    """As its preprocessor gives rows to a template, and as that opens images."""
    import datasets
    from swift.dataset.preprocessor.core import AutoPreprocessor
    from swift.template.base import Template

    with TemporaryDirectory() as cache, patch.dict(os.environ, ROOT_IMAGE_DIR=str(folder)):
        for path in sorted(folder.glob(f"{name}-*.jsonl")):
            rows = datasets.load_dataset(
                "json", data_files=str(path), split="train", cache_dir=cache
            )
            for row in AutoPreprocessor()(rows, load_from_cache_file=False, strict=True):
                images = [Template._load_image(image, True) for image in row.get("images") or []]
                objects = row.get("objects") or {"ref": [], "bbox": []}
                refs = iter(objects["ref"])  # `Template.replace_ref` writes them as they are
                told = {"messages": [_referred(turn, refs) for turn in row["messages"]]}
                if "rejected_response" in row:
                    told["rejected"] = [{"role": "assistant", "content": row["rejected_response"]}]
                yield Row("", images, told, objects["bbox"])


def _referred(turn: dict[str, str], refs: Iterator[str]) -> dict[str, str]:
    first, *others = turn["content"].split("<ref-object>")
    return turn | {"content": first + "".join(f"{next(refs)}{text}" for text in others)}


def read_llama_factory(folder: Path, name: str) -> Iterator[Row]:
    """As its loader aligns rows, by `dataset_info.json`."""
    from llamafactory.data.loader import _load_single_dataset
    from llamafactory.data.parser import get_dataset_list

    told = json.loads((folder / "dataset_info.json").read_bytes())
    names = [each for each in told if each.startswith(f"{name}-")]
    with TemporaryDirectory() as cache:
        model = SimpleNamespace(cache_dir=cache, hf_hub_token=None)
        data = SimpleNamespace(
            dataset_dir=str(folder), media_dir=str(folder), preprocessing_num_workers=None,
            streaming=False, overwrite_cache=True, max_samples=None,
        )  # fmt: skip
        training = SimpleNamespace(local_process_index=0)
        for attributes in get_dataset_list(names, str(folder)):
            for row in _load_single_dataset(attributes, model, data, training):
                images: list[Picture] = [Path(path).read_bytes() for path in row["_images"] or []]
                turns, answers = row["_prompt"], row["_response"]
                if row["_system"]:
                    turns = [{"role": "system", "content": row["_system"]}, *turns]
                if attributes.ranking:
                    chosen, rejected = answers
                    yield Row(
                        "", images, {"prompt": turns, "chosen": [chosen], "rejected": [rejected]}
                    )
                else:
                    (answer,) = answers
                    yield Row("", images, {"messages": [*turns, answer]})


def megatron_bridge() -> ModuleType:
    """Megatron-Bridge's reader of LLaVA's JSON, installed with `--no-deps`: its package imports at
    once what wants a GPU, and what reads needs none of that."""
    where = "megatron.bridge.data.vlm_datasets"
    found = distribution("megatron-bridge")
    file = found.locate_file(f"{where.replace('.', '/')}/preloaded_provider.py")
    absent = {}
    for name, classes in {
        f"{where}.conversation_dataset": ["VLMConversationDataset"],
        "megatron.bridge.models.hf_pretrained.utils": ["is_safe_repo"],
        "megatron.bridge.training.config": ["DatasetBuildContext", "DatasetProvider"],
    }.items():
        absent[name] = ModuleType(name)
        for each in classes:
            setattr(absent[name], each, type(each, (), {}))
    spec = importlib.util.spec_from_file_location("preloaded_provider", str(file))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    absent["preloaded_provider"] = module  # where its dataclasses look for their own names
    sys.modules.update(absent)
    try:
        spec.loader.exec_module(module)
    finally:
        for name in absent:
            del sys.modules[name]
    return module


def read_llava(folder: Path, name: str) -> Iterator[Row]:
    """As Megatron-Bridge makes conversations of it. Pairs it doesn't know: they are left out."""
    bridge = megatron_bridge()
    for path in sorted([*folder.glob(f"{name}.json"), *folder.glob(f"{name}-*.json")]):
        for row in bridge._load_preloaded_examples(str(path)):
            turns = bridge._record_to_conversation(row, str(folder))
            if turns is None:
                continue
            parts = [part for turn in turns for part in turn["content"]]
            images: list[Picture] = [
                Path(part["image"]).read_bytes() for part in parts if part["type"] == "image"
            ]
            yield Row(row["id"], images, {"messages": turns})


def read_hub(folder: Path, name: str) -> Iterator[Row]:
    """As TRL puts images, which `datasets` opened, where the messages show one."""
    import datasets
    from trl.data_utils import is_conversational, prepare_multimodal_messages

    stage, _, split = name.rpartition("/")
    with TemporaryDirectory() as cache:
        for row in datasets.load_dataset(str(folder), stage, split=split, cache_dir=cache):
            told = {part: row[part] for part in NAMES if part in row}
            if not is_conversational(told):
                raise ValueError(f"{row['key']}: not a conversation to TRL")
            images: list[Picture] = []
            for number, messages in enumerate(told.values()):
                turns = prepare_multimodal_messages(messages, [] if number else row["images"])
                parts = [part for turn in turns for part in turn["content"]]
                images += [part["image"] for part in parts if part["type"] == "image"]
            yield Row(row["key"], images, told)


def read_energon(folder: Path, name: str) -> Iterator[Row]:
    """By its loader, with a cooker as the guide has it."""
    from megatron import energon

    class Encoder(energon.TaskEncoder):  # type: ignore[misc]
        decoder = None
        cookers = (energon.Cooker(energon.stateless(_cooked)),)

        @energon.stateless  # type: ignore[untyped-decorator]
        def batch(self, samples: list[Any]) -> list[Any]:
            return samples

    data = energon.get_val_dataset(
        folder / name,
        split_part="val" if name.endswith("validation") else "train",
        worker_config=energon.WorkerConfig(rank=0, world_size=1, num_workers=0),
        batch_size=2,
        task_encoder=Encoder(),
    )
    for batch in energon.get_loader(data):
        for sample in batch:
            yield Row(sample["key"], sample["images"], sample["told"])


def _cooked(sample: dict[str, Any]) -> dict[str, Any]:
    """A sample's parts, as `json` names them."""
    told = json.loads(sample["json"])
    images = [sample[part] for part in told["images"]]
    return {"__key__": sample["__key__"], "key": told["key"], "images": images, "told": told}


def read_mds(folder: Path, name: str) -> Iterator[Row]:
    """By MosaicML Streaming, which opens JPEG and PNG itself."""
    import streaming

    for shape in sorted((folder / name).iterdir()):
        for row in streaming.LocalDataset(str(shape)):
            yield Row(row["key"], _pictures(row), row)


def read_litdata(folder: Path, name: str) -> Iterator[Row]:
    """By litdata: lists of messages are JSON text there."""
    import litdata

    for shape in sorted((folder / name).iterdir()):
        for row in litdata.StreamingDataset(str(shape)):
            told = {part: json.loads(row[part]) for part in NAMES if part in row}
            yield Row(row["key"], list(map(bytes, _pictures(row))), told)


def _pictures(row: dict[str, Any]) -> list[Any]:
    return [row[f"image{number}"] for number in range(len(row)) if f"image{number}" in row]


class Tool(NamedTuple):
    """`read`: from an export's folder and one of the names that `export.json` lists to its rows."""

    package: str
    release: str
    read: Callable[[Path, str], Iterator[Row]]


TOOLS: dict[Target, Tool] = {
    "ms-swift": Tool("ms-swift", "4.6.0", read_ms_swift),
    "llama-factory": Tool("llamafactory", "0.9.5", read_llama_factory),
    "llava": Tool("megatron-bridge", "0.3.1", read_llava),
    "hub": Tool("trl", "1.16.0", read_hub),
    "energon": Tool("megatron-energon", "7.4.1", read_energon),
    "mds": Tool("mosaicml-streaming", "0.13.0", read_mds),
    "litdata": Tool("litdata", "0.2.76", read_litdata),
}
"""What the exports were last opened with."""
