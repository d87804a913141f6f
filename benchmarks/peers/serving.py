"""What the peers' programs share: arguments, decoding, timing and the answers.

Imports nothing of the project that a peer's environment lacks.
"""

import json
import os
import sys
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeVar

import simplejpeg
import torch

from benchmarks.contest import rate

BATCH = 16
T = TypeVar("T")
Entry = Callable[[bytes], Any]
"""What a contender makes of a sample's JSON."""
ENTRIES: dict[str, Entry] = {"parsed": json.loads, "bytes": bytes}


@dataclass(frozen=True)
class Task:
    """`shards`: folder of the tars. `work`: folder for the peer's own format. `answers`: where the
    program that asked reads; nothing else may be written there."""

    shards: Path
    work: Path
    workers: int
    answers: TextIO

    @property
    def tars(self) -> list[Path]:
        """The tars in order."""
        return sorted(self.shards.glob("*.tar"))

    def once(self, convert: Callable[[], None]) -> None:
        """Fill `work`, unless an earlier run did."""
        done = self.work / ".done"
        if not done.exists():
            convert()
            done.touch()

    def serve(self, epoch: Callable[[Entry], Iterable[Sized]]) -> None:
        """For each line read, one of `ENTRIES`, iterate over the batches of a new `epoch` and
        answer with {"rate": as `benchmarks.contest.rate` says, "samples": of the whole epoch,
        "torch": version}."""
        for line in sys.stdin:
            sizes: list[int] = []

            def counted(entry: Entry, sizes: list[int]) -> Iterator[int]:
                for batch in epoch(entry):
                    sizes.append(len(batch))
                    yield len(batch)

            found = rate(counted(ENTRIES[line.strip()], sizes))
            answer = {"rate": found, "samples": sum(sizes), "torch": torch.__version__}
            print(json.dumps(answer), file=self.answers, flush=True)


def task() -> Task:
    """The program's arguments; torch is told to use one thread, as everywhere in this contest."""
    torch.set_num_threads(1)
    shards, work, workers = sys.argv[1:4]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a peer prints isn't an answer
    return Task(Path(shards), Path(work), int(workers), answers)


def samples(tars: list[Path]) -> Iterator[dict[str, Any]]:
    """`key`, and the members' bytes by suffix, of each sample."""
    sample: dict[str, Any] = {}
    for path in tars:
        with tarfile.open(path) as tar:
            for member in tar:
                key, _, suffix = member.name.partition(".")
                content = tar.extractfile(member)
                assert content is not None
                if sample and sample["key"] != key:
                    yield sample
                    sample = {}
                sample |= {"key": key, suffix: content.read()}
    if sample:
        yield sample


def decoded(data: bytes) -> torch.Tensor:
    """JPEG to RGB at its full size: a tensor, which workers hand over without copying it."""
    return torch.from_numpy(simplejpeg.decode_jpeg(data, "RGB"))


def as_it_is(batch: list[T]) -> list[T]:
    """Collates a batch into a list, as pages of several sizes aren't stacked."""
    return batch
