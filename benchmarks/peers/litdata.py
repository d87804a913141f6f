"""litdata: the samples optimised into its chunks, shuffled."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from litdata import StreamingDataLoader, StreamingDataset, optimize

from benchmarks.peers.serving import BATCH, Entry, as_it_is, decoded, samples, task


class Pages(StreamingDataset):
    """A page's image decoded, and its JSON, kept as bytes in the chunks."""

    entry: Entry

    def __getitem__(self, at: Any) -> tuple[str, torch.Tensor, Any]:
        sample = super().__getitem__(at)
        # litdata gives views of the chunk
        return sample["key"], decoded(sample["jpg"]), self.entry(bytes(sample["json"]))


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

    def epoch(entry: Entry) -> Any:
        pages.entry = entry
        return StreamingDataLoader(
            pages, batch_size=BATCH, num_workers=here.workers, collate_fn=as_it_is
        )

    here.serve(epoch)


def _samples(tar: Path) -> Iterator[dict[str, Any]]:
    yield from samples([tar])  # litdata wants a generator function


if __name__ == "__main__":
    main()
