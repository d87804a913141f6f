"""The tools' own parsing code opens the exports. It runs where ms-swift and LLaMA-Factory are
installed, which isn't in this project's environment: they want packages that it doesn't."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

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
