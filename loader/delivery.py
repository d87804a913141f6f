"""Who makes a stage's batches: this process, another loader's worker, or workers of its own."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from torch.utils.data import get_worker_info

from gyogwa.loader.epochs import Left
from gyogwa.loader.memory import OwnSlabs
from gyogwa.loader.pool import Pool, WorkerDied
from gyogwa.loader.state import LoaderState
from gyogwa.loader.worker import Delivered, Stage
from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.locations import redacted


class Delivery:
    """The batches of a stage, made by at most `workers` processes, which stay for the next epoch
    where they are `persistent`. See `StageLoader` for the settings."""

    def __init__(
        self, stage: Stage, workers: int, ahead: int, start_method: str | None, persistent: bool
    ) -> None:
        self.stage, self._workers, self._ahead = stage, workers, ahead
        self._start_method, self._persistent = start_method, persistent
        self._pool: Pool | None = None

    def items(self, left: Left, place: LoaderState) -> Iterator[Delivered | GyogwaError]:
        """Batches in order, or the error that one of them met: those that are `left` at `place`.

        Raises GyogwaError where a worker died.
        """
        outer = get_worker_info()
        workers = 0 if outer else len(list(islice(left.batches.dealt(0, 1), self._workers)))
        if not workers:
            share = (outer.id, outer.num_workers) if outer else (0, 1)
            yield from self.stage.rest(place).made(*share, OwnSlabs())
            return
        # An iteration has them for itself, in case there is another.
        pool, self._pool = self._pool, None
        try:
            if pool is None or not pool.serves(workers):
                if pool is not None:
                    pool.close()
                pool = Pool(self.stage, workers, self._ahead, self._start_method)
            yield from pool.delivered(place)
        except WorkerDied as error:
            raise GyogwaError(
                f"{redacted(self.stage.epochs.index.location)}: a loader worker died ({error}); "
                "most often memory ran out: lower num_workers or prefetch_factor, or go on from "
                "the last state"
            ) from error
        if self._persistent:
            self._pool = pool
        else:
            pool.close()

    def close(self) -> None:
        """End the workers that wait for a next epoch."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def __getstate__(self) -> dict[str, Any]:
        """For copies, which have no workers."""
        return self.__dict__ | {"_pool": None}
