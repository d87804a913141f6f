"""The loader's state in the checkpoints of Hugging Face's Trainer, and of TRL's.

    inputs = ModelInputs(loader, PreferenceCollator(processor, completion_mask=True), num_workers=8)
    trainer = DPOTrainer(model, args=DPOConfig(..., ignore_data_skip=True), ...,
                         callbacks=[LoaderStateCallback(inputs)])
    trainer.get_train_dataloader = lambda: inputs
    trainer.train(resume_from_checkpoint=True)

`ignore_data_skip=True`: the loader seeks, where the trainer would read and throw away.
"""

import json
from pathlib import Path
from typing import Any, Protocol

from transformers import TrainerCallback

from gyogwa.schemas.errors import GyogwaError

FILE = "loader.json"
"""In each checkpoint's folder."""


class HasState(Protocol):
    """A loader, or `ModelInputs` over one."""

    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state: dict[str, Any]) -> None: ...


class LoaderStateCallback(TrainerCallback):  # type: ignore[misc]
    """Saves where `loader` stands beside each checkpoint, and goes on from there on resuming.

    Raises GyogwaError for a checkpoint without it.
    """

    def __init__(self, loader: HasState) -> None:
        self.loader = loader

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Every rank has the same state, so one writes it."""
        if state.is_world_process_zero:
            path = _folder(args, state) / FILE
            path.write_text(json.dumps(self.loader.state_dict()))

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """A trainer that resumes has steps behind it already."""
        if not state.global_step:
            return
        path = _folder(args, state) / FILE
        if not path.is_file():
            raise GyogwaError(
                f"{path}: missing; the checkpoint was written without LoaderStateCallback"
            )
        self.loader.load_state_dict(json.loads(path.read_text()))


def _folder(args: Any, state: Any) -> Path:
    return Path(args.output_dir) / f"checkpoint-{state.global_step}"
