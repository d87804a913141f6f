"""A stage for training that is built on `webdataset` or on `datasets`.

The shards open in both as they are, but then a sample that counts three times is shown once, and
one that is replayed from an earlier stage not at all. These read by the manifest and its index, in
the order that `StageLoader` has for the same seed: repeats, replays and validation are honoured.

What they can't do that `StageLoader` can: go on exactly after a stop. A `webdataset` pipeline has
no state at all: it begins an epoch again. A `datasets.IterableDataset` has a state, of the same
number of workers and nodes only, and goes on by reading again what it skips. Neither keeps global
batches when ranks change, and a sample that can't be read ends them.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from torch.utils.data import IterableDataset, get_worker_info

from gyogwa.loader.ranks import settled_ranks
from gyogwa.loader.raw import RawSamples
from gyogwa.loader.settings import names, whole, yes_or_no
from gyogwa.loader.shards import Verify
from gyogwa.schemas.errors import GyogwaError


class MemberSource(IterableDataset[dict[str, Any]]):
    """Samples as `webdataset` has them: `__key__`, `__url__` and the bytes of each member by its
    suffix. Each iteration is the next epoch, from the one that `set_epoch` says."""

    def __init__(
        self, samples: RawSamples, ranks: tuple[int, int], seed: int, shuffle: bool, window: int
    ) -> None:
        self._samples, self._seed, self._shuffle, self._window = samples, seed, shuffle, window
        self._ranks = ranks
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """The epoch of the next iteration. A DataLoader's workers are copies: set it before they
        start, or they begin with the same epoch again."""
        self._epoch = whole("epoch", epoch, 0)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        order = self._samples.order(
            seed=self._seed, epoch=self._epoch, window=self._window, shuffle=self._shuffle
        )
        self._epoch += 1
        rank, world_size = self._ranks
        # In training every rank has as many, or one would wait for the others for ever.
        end = order.samples - order.samples % world_size if self._shuffle else order.samples
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        positions = range(rank, end, world_size)[worker::workers]
        for sample in self._samples.read(order, positions):
            files = (image.file for image in sample.entry.images)
            yield {
                "__key__": sample.key,
                "__url__": sample.shard,
                **dict(zip(files, sample.images, strict=True)),
                "json": sample.json,
            }


def webdataset_pipeline(
    manifest: str | Path,
    *,
    validation: bool = False,
    seed: int = 0,
    shuffle: bool | None = None,
    window: int = 8,
    rank: int | None = None,
    world_size: int | None = None,
    check_ranks: bool = True,
    verify: Verify = "sha256",
    storage_options: Mapping[str, Any] | None = None,
) -> Any:
    """A `webdataset` pipeline over a stage, to be gone on with `.decode("pil")`, `.to_tuple(…)`,
    `.map(…)`; it is split over ranks and workers already, and shuffled unless it is a validation.

    It can't be resumed: `pipeline.stage(0).set_epoch(n)` begins with an epoch. Samples of several
    shapes follow one another (`jpg`, or `0.jpg` and `1.jpg`, or none). Raises GyogwaError as
    `StageLoader` does, and where `webdataset` isn't installed.
    """
    try:
        from webdataset.compat import FluidWrapper
    except ModuleNotFoundError as error:
        raise _missing("webdataset", error) from error
    samples = RawSamples(
        manifest, validation=validation, verify=verify, storage_options=storage_options
    )
    _some(samples)
    shuffled = not validation if shuffle is None else shuffle
    ranks = settled_ranks(rank, world_size, check_ranks)
    return FluidWrapper(MemberSource(samples, ranks, **_order(seed, window, shuffled)))


def iterable_dataset(
    manifest: str | Path,
    *,
    validation: bool = False,
    seed: int = 0,
    epoch: int = 0,
    shuffle: bool | None = None,
    window: int = 8,
    parts: int = 64,
    verify: Verify = "sha256",
    storage_options: Mapping[str, Any] | None = None,
) -> Any:
    """A `datasets.IterableDataset` over an epoch of a stage, shuffled unless it is a validation.

    Columns: `key`, `task`, `images` (decoded by Pillow when asked for), `messages` (`role`,
    `content`, `<image>` where one stands), `chosen` and `rejected` (null but in preference data),
    and `json`, the whole KEY.json as text. It consists of `parts` shards in turn, which `datasets`
    deals to workers; it isn't split over ranks, which Trainer and Accelerate do themselves, and
    else `datasets.distributed.split_dataset_by_node` (parts should be a multiple of the ranks).

    Its `state_dict` goes on with the same number of workers and ranks only, and reads what it skips
    again; another epoch is another `epoch` here. Raises GyogwaError as `StageLoader` does, and
    where `datasets` isn't installed.
    """
    try:
        from datasets import Features, Image, IterableDataset, List, Value
    except ModuleNotFoundError as error:
        raise _missing("datasets", error) from error
    shuffled = not validation if shuffle is None else shuffle
    options = json.dumps(dict(names("storage_options", storage_options or {})), sort_keys=True)
    opened = _some(_opened(str(manifest), validation, verify, options))
    whole("parts", parts, 1)
    text = Value("string")
    features = Features(
        {
            "key": text,
            "task": text,
            "images": List(Image()),
            "messages": List({"role": text, "content": text}),
            "chosen": text,
            "rejected": text,
            "json": text,
        }
    )
    count = max(1, min(parts, len(opened)))
    stage = (str(manifest), validation, verify, options)
    settings = _order(seed, window, shuffled) | {"epoch": whole("epoch", epoch, 0)}
    return IterableDataset.from_generator(
        _examples,
        features=features,
        gen_kwargs={"part": list(range(count)), "parts": count, "stage": stage, "order": settings},
    )


def _some(samples: RawSamples) -> RawSamples:
    """The same. Raises GyogwaError for none, over which a training would only seem to go."""
    if not len(samples):
        raise GyogwaError(f"{samples.location}: no samples; take another stage, or build with more")
    return samples


def _order(seed: int, window: int, shuffle: bool) -> dict[str, Any]:
    """What orders an epoch. Raises GyogwaError for what doesn't."""
    return {
        "seed": whole("seed", seed),
        "window": whole("window", window, 1),
        "shuffle": yes_or_no("shuffle", shuffle),
    }


def _examples(
    part: list[int], parts: int, stage: tuple[Any, ...], order: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    samples = _opened(*stage)
    of_epoch = samples.order(**order)
    for number in part:
        ends = [of_epoch.samples * edge // parts for edge in (number, number + 1)]
        for sample in samples.read(of_epoch, range(*ends)):
            turns = sample.entry.conversations
            yield {
                "key": sample.key,
                "task": sample.entry.task,
                "images": [{"bytes": data, "path": None} for data in sample.images],
                "messages": [{"role": turn.role, "content": turn.content} for turn in turns],
                "chosen": sample.entry.chosen,
                "rejected": sample.entry.rejected,
                "json": sample.json.decode(),
            }


@lru_cache(maxsize=4)
def _opened(manifest: str, validation: bool, verify: Verify, options: str) -> RawSamples:
    """A stage that is open in this process, as each part asks for it."""
    return RawSamples(
        manifest, validation=validation, verify=verify, storage_options=json.loads(options)
    )


def _missing(package: str, error: ModuleNotFoundError) -> GyogwaError:
    if error.name != package:
        raise error
    return GyogwaError(f"this needs {package}, which isn't installed: pip install {package}")
