"""The PyTorch loader of stage manifests.

    loader = StageLoader("OUT/stages/2-basic-sft/manifest.json", batch_size=256, num_workers=8)
    for batch in loader:
        ...

One idea a file, from disk to device: `index` (what a stage holds), `order` (in which order), `plan`
(which rank and worker takes what), `shards` (bytes, by `storage`, `ranges` and `cache` where they
are remote), `sample` (bytes to a sample), `bad_samples` (what stands in for one), `decode`
(pixels), `batch`, `worker`, `state` (where to go on), and `stage`, which puts them together.
"""

from loader.batch import Batch
from loader.curriculum import CurriculumLoader, CurriculumStage
from loader.stage import StageLoader
from loader.weights import Weights

__all__ = ["Batch", "CurriculumLoader", "CurriculumStage", "StageLoader", "Weights"]
