"""Hugging Face datasets: `load_dataset("webdataset", streaming=True)` over the tars themselves.

It always parses the JSON, before anybody can say otherwise.
"""

from typing import Any

from datasets import Image, load_dataset
from torch.utils.data import DataLoader

from benchmarks.peers.serving import BATCH, as_it_is, decoded, task


def page(sample: dict[str, Any]) -> dict[str, Any]:
    """The image decoded; datasets reads the JSON itself."""
    return {
        "key": sample["__key__"],
        "image": decoded(sample["jpg"]["bytes"]),
        "json": sample["json"],
    }


def main() -> None:
    here = task()
    files = [str(path) for path in here.tars]
    stream = load_dataset("webdataset", data_files={"train": files}, split="train", streaming=True)
    # its own decoder is Pillow's
    stream = stream.cast_column("jpg", Image(decode=False)).shuffle(seed=1, buffer_size=200)
    columns = list(stream.features)
    pages = stream.map(page, remove_columns=columns)
    here.serve(
        lambda _: DataLoader(pages, batch_size=BATCH, num_workers=here.workers, collate_fn=as_it_is)
    )


if __name__ == "__main__":
    main()
