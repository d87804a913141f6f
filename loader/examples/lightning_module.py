"""PyTorch Lightning: a module that follows the curriculum, and the loader's state in checkpoints.

    data = CurriculumLoader("OUT", batch_size=256)
    trainer = Trainer(max_epochs=-1, max_steps=len(data), use_distributed_sampler=False)
    trainer.fit(CurriculumModule(data), ckpt_path=path)

Lightning may ask for a batch before it trains on the one before, and would then count one too many,
so the module keeps the state that came with each batch.
"""

from collections.abc import Iterator
from typing import Any

import torch
from lightning import LightningModule

from gyogwa.loader import Batch, CurriculumLoader, CurriculumStage
from gyogwa.loader.examples.tiny_loss import sft_loss
from gyogwa.loader.examples.tiny_model import TinyModel

Step = tuple[CurriculumStage, Batch, dict[str, Any]]


class WithState:
    """A curriculum's batches, each with the loader's state after it."""

    def __init__(self, loader: CurriculumLoader) -> None:
        self.loader = loader

    def __iter__(self) -> Iterator[Step]:
        for stage, batch in self.loader:
            yield stage, batch, self.loader.state_dict()


class CurriculumModule(LightningModule):
    """Trains what each stage trains; `keys` are those of all batches so far."""

    def __init__(self, loader: CurriculumLoader) -> None:
        super().__init__()
        self.model = TinyModel()
        self.loader = loader
        self.stage: CurriculumStage | None = None
        self.trained = loader.state_dict()
        self.keys: list[list[str]] = []

    def train_dataloader(self) -> WithState:
        """The rest of the curriculum."""
        return WithState(self.loader)

    def transfer_batch_to_device(
        self, batch: Step, device: torch.device, dataloader_idx: int
    ) -> Step:
        """Moves the batch and leaves the rest."""
        stage, samples, state = batch
        return stage, samples.to(device, non_blocking=True), state

    def on_train_batch_start(self, batch: Step, batch_idx: int) -> None:
        """Freezes, where a stage begins, what it doesn't train."""
        if batch[0] != self.stage:
            self.stage = batch[0]
            self.model.train_only(batch[0].trains)

    def training_step(self, batch: Step, batch_idx: int) -> torch.Tensor:
        """Mean cross-entropy in nats a byte."""
        _, samples, self.trained = batch
        self.keys.append(samples.keys)
        loss = sft_loss(self.model, samples)
        self.log("loss", loss, batch_size=len(samples))
        return loss

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """One optimiser for all stages; it passes over what has no gradient."""
        return torch.optim.AdamW(self.model.parameters(), lr=1e-3)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Adds the position after the last batch trained on."""
        checkpoint["curriculum"] = self.trained

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Goes on from there."""
        self.trained = checkpoint["curriculum"]
        self.loader.load_state_dict(self.trained)
