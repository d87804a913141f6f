"""The PyTorch loader of stage manifests.

    loader = StageLoader("OUT/stages/2-basic-sft/manifest.json", batch_size=256, num_workers=8)
    for batch in DevicePrefetcher(loader, "cuda"):
        ...

One idea a file, from disk to device: `opening` (which manifest is meant), `index` (what a stage
holds), `order` (in which order), `ranks`, `batching` and `budget` (which rank and worker takes
what), `shards` (bytes, by `ranges` and `cache` where they are remote, through `transforms.files`),
`sample` (bytes to a sample), `bad_samples` (what stands in for one), `decode` (pixels), `batch`,
`worker`, `pool`, `state` (where to go on), and `stage`, which puts them together. `hf` makes
batches inputs of Hugging Face models, `foreign` gives a stage to `webdataset` and `datasets`.

Names are imported when they are first used, so that importing this costs nothing.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gyogwa.loader.batch import Batch as Batch
    from gyogwa.loader.budget import Budget as Budget
    from gyogwa.loader.curriculum import CurriculumLoader as CurriculumLoader
    from gyogwa.loader.curriculum import CurriculumStage as CurriculumStage
    from gyogwa.loader.device import DevicePrefetcher as DevicePrefetcher
    from gyogwa.loader.foreign import iterable_dataset as iterable_dataset
    from gyogwa.loader.foreign import webdataset_pipeline as webdataset_pipeline
    from gyogwa.loader.hf import ChatCollator as ChatCollator
    from gyogwa.loader.hf import ModelInputs as ModelInputs
    from gyogwa.loader.hf import PreferenceCollator as PreferenceCollator
    from gyogwa.loader.hf import PrefixCollator as PrefixCollator
    from gyogwa.loader.hf import Seq2SeqCollator as Seq2SeqCollator
    from gyogwa.loader.stage import StageLoader as StageLoader
    from gyogwa.loader.weights import Weights as Weights

_HOMES = {
    "Batch": "batch",
    "Budget": "budget",
    "ChatCollator": "hf",
    "CurriculumLoader": "curriculum",
    "CurriculumStage": "curriculum",
    "DevicePrefetcher": "device",
    "ModelInputs": "hf",
    "PreferenceCollator": "hf",
    "PrefixCollator": "hf",
    "Seq2SeqCollator": "hf",
    "StageLoader": "stage",
    "Weights": "weights",
    "iterable_dataset": "foreign",
    "webdataset_pipeline": "foreign",
}
_EXTRAS = {"torch": "loader", "simplejpeg": "loader", "zlib_ng": "loader"}

__all__ = [
    "Batch",
    "Budget",
    "ChatCollator",
    "CurriculumLoader",
    "CurriculumStage",
    "DevicePrefetcher",
    "ModelInputs",
    "PreferenceCollator",
    "PrefixCollator",
    "Seq2SeqCollator",
    "StageLoader",
    "Weights",
    "iterable_dataset",
    "webdataset_pipeline",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(error.name or "")
        if extra is None or find_spec(error.name or "") is not None:
            raise
        raise ModuleNotFoundError(
            f"gyogwa.loader.{name} needs {error.name}, which isn't installed: "
            f"pip install 'gyogwa[{extra}]'",
            name=error.name,
        ) from error
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
