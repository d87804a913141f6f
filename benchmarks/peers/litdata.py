"""litdata: the samples optimised into its chunks, shuffled."""

import json
from pathlib import Path
from typing import Any

import torch
from litdata import StreamingDataLoader, StreamingDataset, optimize

from benchmarks.peers.serving import BATCH, as_it_is, decoded, samples, serve, task


class Pages(StreamingDataset):
    """A page's image and JSON, both kept as bytes in the chunks."""

    def __getitem__(self, at: Any) -> tuple[str, torch.Tensor, Any]:
        sample = super().__getitem__(at)
        return sample["key"], decoded(sample["jpg"]), json.loads(sample["json"])


def main() -> None:
    here = task()

    def convert() -> None:
        optimize(
            fn=_samples,
            inputs=here.tars,
            output_dir=str(here.work / "chunks"),
            chunk_bytes="20MB",
            num_workers=1,
        )

    here.once(convert)
    pages = Pages(str(here.work / "chunks"), shuffle=True)
    serve(
        lambda: StreamingDataLoader(
            pages, batch_size=BATCH, num_workers=here.workers, collate_fn=as_it_is
        )
    )


def _samples(tar: Path) -> Any:
    return samples([tar])


if __name__ == "__main__":
    main()
