"""Megatron-Energon: a crude dataset over the tars, with its index beside them, shuffled."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from megatron.energon import (
    Cooker,
    Sample,
    TaskEncoder,
    WorkerConfig,
    basic_sample_keys,
    edataclass,
    get_savable_loader,
    get_train_dataset,
    stateless,
)

from benchmarks.peers.serving import BATCH, Entry, decoded, task


@edataclass
class Page(Sample):
    """A page's image and JSON: bytes, and later what is made of them."""

    image: Any
    json: Any


@stateless
def cook(sample: dict[str, Any]) -> Page:
    """A page still in bytes, as samples wait in the shuffle buffer after this."""
    return Page(**basic_sample_keys(sample), image=sample["jpg"], json=sample["json"])


class Pages(TaskEncoder):
    """Decodes pages, into batches that are lists of them."""

    decoder = None  # its own decoders are torchvision's and json's
    cookers = (Cooker(cook),)

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    @stateless
    def encode_sample(self, sample: Page) -> Page:
        return replace(sample, image=decoded(sample.image), json=self._entry(sample.json))

    def batch(self, samples: list[Page]) -> list[Page]:
        return samples


def main() -> None:
    here = task()

    def convert() -> None:
        for path in here.tars:
            os.symlink(path, here.work / path.name)
        subprocess.run(
            [Path(sys.executable).parent / "energon", "prepare", "--non-interactive",
             "--num-workers=1", "--split-ratio=1,0,0", "--sample-type=CrudeWebdataset", here.work],
            check=True,
        )  # fmt: skip

    here.once(convert)

    def epoch(entry: Entry) -> Any:
        workers = WorkerConfig(rank=0, world_size=1, num_workers=here.workers)
        pages = get_train_dataset(
            here.work,
            worker_config=workers,
            batch_size=BATCH,
            shuffle_buffer_size=200,
            max_samples_per_sequence=100,
            task_encoder=Pages(entry),
            repeat=False,
        )
        return get_savable_loader(pages)

    here.serve(epoch)


if __name__ == "__main__":
    main()
