"""Hugging Face Trainer: the curriculum as its data, with the loader's state in its checkpoints.

    trainer = CurriculumTrainer(data, model=TinyModel(), args=TrainingArguments(
        "checkpoints", max_steps=len(data), ignore_data_skip=True, remove_unused_columns=False))
    trainer.train(resume_from_checkpoint=True)

The loader cuts batches over ranks itself, so the Trainer must not prepare it again; and it seeks
where the Trainer would read and throw away, so `ignore_data_skip=True`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader, IterableDataset
from transformers import Trainer

from gyogwa.loader import Batch, CurriculumLoader, CurriculumStage
from gyogwa.loader.examples.tiny_loss import sft_loss

STATE = "curriculum.json"

Step = tuple[CurriculumStage, Batch, dict[str, Any]]


class WithState(IterableDataset[dict[str, Step]]):
    """A curriculum's batches, each with the loader's state after it, under one name."""

    def __init__(self, loader: CurriculumLoader) -> None:
        self.loader = loader

    def __iter__(self) -> Iterator[dict[str, Step]]:
        for stage, batch in self.loader:
            yield {"step": (stage, batch, self.loader.state_dict())}


class CurriculumTrainer(Trainer):
    """Trains what each stage trains; `keys` are those of all batches so far."""

    def __init__(self, loader: CurriculumLoader, **options: Any) -> None:
        super().__init__(train_dataset=WithState(loader), **options)
        self.loader = loader
        self.stage: CurriculumStage | None = None
        self.trained = loader.state_dict()
        self.keys: list[list[str]] = []

    def get_train_dataloader(self) -> DataLoader[Any]:
        """The curriculum's batches as they are."""
        return DataLoader(self.train_dataset, batch_size=None)

    def _prepare_inputs(self, inputs: dict[str, Step]) -> dict[str, Step]:
        return inputs

    def compute_loss(self, model: Any, inputs: dict[str, Step], *_: Any, **__: Any) -> torch.Tensor:
        """Mean cross-entropy in nats a byte."""
        stage, batch, self.trained = inputs["step"]
        if stage != self.stage:
            self.stage = stage
            model.train_only(stage.trains)
        self.keys.append(batch.keys)
        return sft_loss(model, batch.to(self.args.device, non_blocking=True))

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        super()._save_checkpoint(model, trial)
        folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
        (folder / STATE).write_text(json.dumps(self.trained))

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        super()._load_from_checkpoint(resume_from_checkpoint, model)
        self.trained = json.loads((Path(resume_from_checkpoint) / STATE).read_text())
        self.loader.load_state_dict(self.trained)
