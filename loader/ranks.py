"""Which rank this process is, of how many: as given, or as the launcher says.

What the process group of `torch.distributed` says comes first, and before there is one the
variables RANK and WORLD_SIZE, which torchrun sets. Without either a process is alone.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from torch import distributed

from gyogwa.loader.settings import whole
from gyogwa.schemas.errors import GyogwaError


class Ranks(NamedTuple):
    """A rank, from 0, and the number of ranks; `source` says who said so."""

    rank: int
    world_size: int
    source: str


def found_ranks(environment: Mapping[str, str] | None = None) -> Ranks | None:
    """What the process group, or else the environment, says; None when neither does.

    Raises GyogwaError for an environment that says half of it, or no whole numbers.
    """
    if distributed.is_available() and distributed.is_initialized():
        return Ranks(
            distributed.get_rank(),
            distributed.get_world_size(),
            "torch.distributed's process group",
        )
    variables = os.environ if environment is None else environment
    said = {name: variables[name] for name in ("RANK", "WORLD_SIZE") if variables.get(name)}
    if not said:
        return None
    try:
        return Ranks(
            int(said["RANK"]), int(said["WORLD_SIZE"]), "the environment's RANK and WORLD_SIZE"
        )
    except (KeyError, ValueError) as error:
        text = ", ".join(f"{name}={value!r}" for name, value in said.items())
        raise GyogwaError(
            f"the environment says {text}; expected whole numbers in both RANK and WORLD_SIZE: "
            "start with torchrun, unset them, or give rank= and world_size="
        ) from error


def settled_ranks(rank: int | None, world_size: int | None, check: bool = True) -> tuple[int, int]:
    """(rank, world_size) as given, the missing ones as found, 0 of 1 where nothing is.

    With `check` raises GyogwaError where what is given isn't what is found, and for a world size
    without anything that says which rank of it this is.
    """
    rank = None if rank is None else whole("rank", rank, 0)
    world_size = None if world_size is None else whole("world_size", world_size, 1)
    both = rank is not None and world_size is not None
    found = None if both and not check else found_ranks()
    if found is None:
        if rank is None and world_size not in (None, 1):
            raise GyogwaError(
                f"world_size is {world_size}, and nothing says which rank this is: give rank= as "
                "well, or start with torchrun"
            )
        return rank or 0, 1 if world_size is None else world_size
    settled = (
        found.rank if rank is None else rank,
        found.world_size if world_size is None else world_size,
    )
    if check and settled != found[:2]:
        raise GyogwaError(
            f"given are rank {settled[0]} of {settled[1]}, but {found.source} says rank "
            f"{found.rank} of {found.world_size}: leave rank= and world_size= out, or, where "
            "several ranks are to load the same samples (tensor or pipeline parallelism, an "
            "evaluation on one rank), give both and check_ranks=False"
        )
    return settled
