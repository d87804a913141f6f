"""The PyTorch loader of stage manifests.

    loader = StageLoader("OUT/stages/2-basic-sft/manifest.json", batch_size=256, num_workers=8)
    for batch in loader:
        ...

One idea a file, from disk to device: `index` (what a stage holds), `order` (in which order), `plan`
(which rank and worker takes what), `shards` (bytes), `sample` (bytes to a sample), `decode`
(pixels), `batch`, `state` (where to go on), and `stage`, which puts them together.
"""

from loader.batch import Batch
from loader.stage import StageLoader

__all__ = ["Batch", "StageLoader"]
