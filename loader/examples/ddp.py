"""Data parallel training: torchrun --nproc_per_node 2 -m gyogwa.loader.examples.ddp OUT

Every rank opens the same run, and the loader takes its rank from the process group; their batches
together are the global batch, and each stage has as many steps on every rank. NCCL on GPUs, gloo on
CPUs.

A stage that freezes modules changes which gradients are exchanged, so the wrapper is made anew when
a stage begins. With FSDP (`fully_shard` of `torch.distributed.fsdp`) nothing about the loader
changes: freeze before sharding, and pass rank and world size of the data-parallel dimension and
check_ranks=False, so that ranks which share a sample by tensor or pipeline parallelism load the
same batches. The state
is the same on every rank: save it from one, restore it on all, also when there are more of them.
"""

import json
import os
import sys
from pathlib import Path

import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from gyogwa.loader import Batch, CurriculumLoader
from gyogwa.loader.examples.tiny_loss import sft_loss
from gyogwa.loader.examples.tiny_model import TinyModel


class Loss(torch.nn.Module):
    """The loss as a forward pass, because that is what the wrapper hooks into."""

    def __init__(self, model: TinyModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> torch.Tensor:
        """Mean cross-entropy in nats a byte."""
        return sft_loss(self.model, batch)


def main(run: Path) -> int:
    """Train on the stages of supervised fine-tuning; print each step's keys on this rank."""
    device = f"cuda:{os.environ['LOCAL_RANK']}" if torch.cuda.is_available() else "cpu"
    distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    rank, world_size = distributed.get_rank(), distributed.get_world_size()
    torch.manual_seed(0)
    model = TinyModel().to(device)
    loader = CurriculumLoader(run, batch_size=2 * world_size)
    current = None
    for stage, batch in loader:
        if stage.objective != "sft":
            break
        if stage != current:
            current = stage
            model.train_only(stage.trains)
            # Batches of text alone leave the vision encoder without gradients.
            parallel = DistributedDataParallel(Loss(model), find_unused_parameters=True)
            optimizer = torch.optim.AdamW(
                [parameter for parameter in model.parameters() if parameter.requires_grad], lr=1e-3
            )
        loss = parallel(batch.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        first = next(model.language_model.parameters()).sum().item()
        line = {"rank": rank, "stage": stage.name, "keys": batch.keys, "weights": first}
        # One write, so that the ranks' lines don't mix.
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    distributed.destroy_process_group()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
