"""TRL's DPOTrainer takes our pairs and goes on where its checkpoint stood."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from gyogwa.loader import StageLoader
from gyogwa.loader.hf import ModelInputs, PreferenceCollator
from gyogwa.loader.hf.callback import FILE, LoaderStateCallback
from tests.loader.conftest import Made, MadeStage, encoded, write_stage
from tests.loader.hf.conftest import turns
from tests.loader.hf.families import family


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> MadeStage:
    told = {"chosen": "맞다", "rejected": "아니다"}
    jpeg = encoded("JPEG", 40, 60)
    made = [Made(f"{n:02}-pair", {"jpg": jpeg}, turns("<image>\n<ocr>") | told) for n in range(12)]
    return write_stage(tmp_path_factory.mktemp("trl"), [("single-jpg-preference", made)])


def trainer(pairs: MadeStage, folder: Path, steps: int, seen: list[Any]) -> Any:
    trl = pytest.importorskip("trl", exc_type=ImportError)
    import datasets

    found = family("idefics3")
    collator = PreferenceCollator(found.processor, completion_mask=True)

    def collated(batch: Any) -> dict[str, torch.Tensor]:
        seen.append(batch.keys)
        return collator(batch)

    inputs = ModelInputs(StageLoader(pairs.manifest, batch_size=2), collated)
    said = [{"role": "assistant", "content": [{"type": "text", "text": "a"}]}]
    row = {"images": [], "prompt": said, "chosen": said, "rejected": said}  # the trainer looks
    made = trl.DPOTrainer(
        found.model,
        ref_model=copy.deepcopy(found.model),
        args=trl.DPOConfig(
            str(folder), max_steps=steps, save_steps=2, use_cpu=True, bf16=False, report_to=[],
            ignore_data_skip=True, remove_unused_columns=False, gradient_checkpointing=False,
            max_length=None,
        ),
        train_dataset=datasets.Dataset.from_list([row]),
        processing_class=found.processor,
        callbacks=[LoaderStateCallback(inputs)],
    )  # fmt: skip
    made.get_train_dataloader = lambda: inputs
    return made


@pytest.mark.filterwarnings("ignore")
def test_dpo_trains_on_pairs_and_resumes_exactly(pairs: MadeStage, tmp_path: Path) -> None:
    whole: list[Any] = []
    done = trainer(pairs, tmp_path / "whole", 6, whole).train()
    assert 0 < done.training_loss < 2
    begun: list[Any] = []
    trainer(pairs, tmp_path / "parts", 4, begun).train()
    state = json.loads((tmp_path / "parts" / "checkpoint-4" / FILE).read_text())
    assert state["consumed"] == 8
    rest: list[Any] = []
    trainer(pairs, tmp_path / "parts", 6, rest).train(resume_from_checkpoint=True)
    assert begun[:4] + rest[:2] == whole[:6]
