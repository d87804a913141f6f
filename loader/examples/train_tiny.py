"""Train a tiny model through every stage of a run: python -m gyogwa.loader.examples.train_tiny OUT

A few minutes on a CPU, and on the GPU when there is one. Each stage freezes what it doesn't train;
the preference stage compares with a copy of the model as it was when the stage began. Stop it
whenever you like, with --stop_after or by killing it: the same command goes on from its last
checkpoint with the batches and losses that an undisturbed run has.

The checkpoint holds model, optimiser, step, the reference model and the loader's state, which is a
few integers; it is replaced in one rename, so that a kill in between leaves the one before.
"""

import argparse
import copy
import json
import os
from collections.abc import Sequence
from pathlib import Path

import torch

from gyogwa.loader import CurriculumLoader
from gyogwa.loader.examples.tiny_loss import dpo_loss, sft_loss
from gyogwa.loader.examples.tiny_model import TinyModel


def main(argv: Sequence[str] | None = None) -> int:
    """Train, and print a line of JSON a step: its number, stage, loss in nats and samples' keys."""
    options = _options().parse_args(argv)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(options.seed)
    model = TinyModel().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.learning_rate)
    loader = CurriculumLoader(
        options.run / "curriculum.json",
        batch_size=options.batch_size,
        epochs=options.epochs,
        max_batches=options.max_batches,
        seed=options.seed,
        num_workers=options.num_workers,
        image_size=256,
    )
    step, reference = 0, None
    if options.checkpoint.exists():
        saved = torch.load(options.checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        loader.load_state_dict(saved["loader"])
        step = saved["step"]
        if saved["reference"] is not None:
            reference = copy.deepcopy(model).requires_grad_(False)
            reference.load_state_dict(saved["reference"])

    def save() -> None:
        fresh = options.checkpoint.with_suffix(".new")
        states = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        kept = None if reference is None else reference.state_dict()
        torch.save(states | {"loader": loader.state_dict(), "step": step, "reference": kept}, fresh)
        os.replace(fresh, options.checkpoint)

    current = None
    for stage, batch in loader:
        if stage != current:
            current = stage
            model.train_only(stage.trains)
        batch = batch.to(device, non_blocking=True)
        if stage.objective == "preference":
            reference = reference or copy.deepcopy(model).requires_grad_(False)
            loss = dpo_loss(model, reference, batch)
        else:
            reference = None
            loss = sft_loss(model, batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        line = {"step": step, "stage": stage.name, "loss": round(loss.item(), 5)}
        print(json.dumps(line | {"keys": batch.keys}), flush=True)
        if step % options.save_every == 0:
            save()
        if step == options.stop_after:
            break
    save()
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Train a tiny model through all stages of a run.")
    parser.add_argument("run", type=Path, help="folder with curriculum.json")
    parser.add_argument("--checkpoint", type=Path, default=Path("train_tiny.pt"))
    parser.add_argument("--batch_size", type=int, default=4, help="samples a step")
    parser.add_argument("--epochs", type=int, default=1, help="of every stage")
    parser.add_argument("--max_batches", type=int, default=None, help="of every stage")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--num_workers", type=int, default=0)
    parser.add_argument("--learning_rate", type=float, default=1e-3)
    parser.add_argument("--save_every", type=int, default=20, help="steps")
    parser.add_argument("--stop_after", type=int, default=None, help="step to stop after")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
