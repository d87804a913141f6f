"""MosaicML Streaming: the samples as MDS shards, shuffled."""

from typing import Any

import torch
from streaming import MDSWriter, StreamingDataLoader, StreamingDataset
from streaming.base.util import clean_stale_shared_memory

from benchmarks.peers.serving import BATCH, Entry, as_it_is, decoded, samples, task


class Pages(StreamingDataset):
    """A page's image decoded, and its JSON, kept as bytes in the shards."""

    entry: Entry

    def __getitem__(self, at: Any) -> tuple[str, torch.Tensor, Any]:
        sample = super().__getitem__(at)
        return sample["key"], decoded(sample["jpg"]), self.entry(sample["json"])


def main() -> None:
    here = task()

    def convert() -> None:
        columns = {"key": "str", "jpg": "bytes", "json": "bytes"}
        with MDSWriter(out=str(here.work), columns=columns, size_limit=20_000_000) as writer:
            for sample in samples(here.tars):
                writer.write(sample)

    here.once(convert)
    clean_stale_shared_memory()
    pages = Pages(local=str(here.work), shuffle=True, batch_size=BATCH, num_canonical_nodes=1)

    def epoch(entry: Entry) -> Any:
        pages.entry = entry
        return StreamingDataLoader(
            pages, batch_size=BATCH, num_workers=here.workers, collate_fn=as_it_is
        )

    here.serve(epoch)


if __name__ == "__main__":
    main()
