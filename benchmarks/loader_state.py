"""What the loader's state costs: its size, taking it after every batch, and going on from it.

    python -m benchmarks.loader_state [--workers 0 2] [--rounds 7] [--quick] [--json FILE]

On the pages of `benchmarks.loader`, batches of 16:

- restore: seconds from making the loader to its first batch, from a state at 90 % of the epoch and
  from one at its beginning, in turn. Restoring is a seek, so they should be the same.
- size: bytes of the state as JSON, along the epoch.
- taking it: seconds of one state_dict() call as a share of a batch's time; and, in turn, an epoch
  with a call after every batch against one without. The second is there for what the first can't
  see; it can't tell less than the machine's noise, which is reported beside it.
"""

import argparse
import json
import statistics
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks.contest import contest
from benchmarks.loader import BATCH, stage
from gyogwa.loader import StageLoader

CALLS = 10_000


def make(manifest: Path, workers: int) -> StageLoader:
    """The loader that all of this is about."""
    return StageLoader(
        manifest, batch_size=BATCH, num_workers=workers, drop_last=False, verify="size"
    )


def states(manifest: Path) -> list[dict[str, Any]]:
    """The states of an epoch: before its first batch and after each."""
    loader = make(manifest, 0)
    return [loader.state_dict(), *(loader.state_dict() for _ in loader)]


def first_batch(manifest: Path, workers: int, state: dict[str, Any]) -> float:
    """Seconds from making a loader to the first batch after `state`."""
    started = time.perf_counter()
    loader = make(manifest, workers)
    loader.load_state_dict(state)
    batches = iter(loader)
    batch = next(batches)
    seconds = time.perf_counter() - started
    assert len(batch) == BATCH  # a smaller one would be there sooner
    return seconds


def epoch(manifest: Path, workers: int, after: Callable[[StageLoader], Any]) -> float:
    """Seconds a batch of an epoch, after its first batch, with a call of `after` for each."""
    loader = make(manifest, workers)
    batches = iter(loader)
    next(batches)
    started = time.perf_counter()
    for _ in batches:
        after(loader)
    return (time.perf_counter() - started) / (len(loader) - 1)


def spread(values: list[float], digits: int = 4) -> dict[str, float]:
    """Median, and the least and the largest."""
    named = {"median": statistics.median(values), "least": min(values), "largest": max(values)}
    return {name: round(value, digits) for name, value in named.items()}


def measure(
    manifest: Path, workers: int, rounds: int, known: list[dict[str, Any]]
) -> dict[str, Any]:
    """All that depends on the number of workers."""
    late = known[round(0.9 * (len(known) - 1))]
    first_batch(manifest, workers, known[0])  # files into the system's cache
    firsts = contest(
        rounds,
        {
            "at 0 %": lambda: first_batch(manifest, workers, known[0]),
            "at 90 %": lambda: first_batch(manifest, workers, late),
        },
    )
    epochs = contest(
        rounds,
        {
            "without": lambda: epoch(manifest, workers, lambda _: None),
            "with state_dict": lambda: epoch(manifest, workers, StageLoader.state_dict),
        },
    )
    loader = make(manifest, workers)
    loader.load_state_dict(late)
    call = min(timeit.repeat(loader.state_dict, number=CALLS, repeat=5)) / CALLS
    more = [a / b - 1 for a, b in zip(epochs["with state_dict"], epochs["without"], strict=True)]
    return {
        "seconds to the first batch": {name: spread(found) for name, found in firsts.items()},
        "90 % less 0 %, seconds": spread(
            [a - b for a, b in zip(firsts["at 90 %"], firsts["at 0 %"], strict=True)]
        ),
        "seconds a batch": {name: spread(found, 5) for name, found in epochs.items()},
        "more with state_dict, share of the time": spread(more),
        "microseconds a call": round(call * 1e6, 2),
        "a call, share of a batch's time": call / statistics.median(epochs["without"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 2])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="two rounds")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    manifest = stage()
    known = states(manifest)
    sizes = [len(json.dumps(state)) for state in known]
    results: dict[str, Any] = {"bytes of the state": {"least": min(sizes), "largest": max(sizes)}}
    print(f"the state takes {min(sizes)} to {max(sizes)} bytes as JSON")
    for workers in arguments.workers:
        found = measure(manifest, workers, 2 if arguments.quick else arguments.rounds, known)
        results[f"{workers} workers"] = found
        print(f"{workers} workers:")
        for name, value in found.items():
            print(f"  {name}: {value if isinstance(value, dict) else f'{value:.3g}'}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
