"""Loader throughput beside other loaders, on the same samples with the same decoding.

    python -m benchmarks.loader_peers [--peers streaming,litdata] [--workers 0 1 2] [--rounds 3]
                                      [--quick] [--json FILE]

The samples are those of `benchmarks.loader`, in batches of 16. Every contender shuffles as its
users would, decodes JPEG at full size with simplejpeg, and nothing else. `limit` is one process
that walks the tars with tarfile and decodes. All run in turn within a round, one after the other,
each after an epoch to warm up; rates are samples a second after an epoch's first 16 batches.
Reported are medians of the rounds, and of the rounds' ratios.

The JSON of these samples lists all words of a page, so parsing it takes long, much of that in
Python's garbage collection. Peers hand on what json.loads makes of it; gyogwa parses what training
needs and leaves words and boxes until they are asked for. To tell that apart from the rest,
"NAME, JSON as bytes" leaves all of it as bytes (datasets can't), and "gyogwa, all JSON" calls
json.loads for every sample too, in the main process.

Each peer runs in a process and a virtual environment of its own (`benchmarks.peers`), made the
first time, which takes minutes and gigabytes: some of them need a PyTorch with CUDA. One that can't
be installed, or can't run with a number of workers, is named and left out.
"""

import argparse
import json
import math
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import torch

from benchmarks.contest import Rate, contest, medians, ratio
from benchmarks.debian_faq import CACHE
from benchmarks.loader import limit, stage, through_loader
from gyogwa.loader.batch import Batch
from gyogwa.schemas.manifest import StageManifest

FOLDER = CACHE / "peers"
TORCH = "torch==2.13.0"
PEERS = {
    "streaming": ["mosaicml-streaming==0.13.0"],
    "litdata": ["litdata==0.2.76"],
    "energon": ["megatron-energon==7.4.1"],
    "datasets": ["datasets==5.2.0", "pillow"],
}
PATIENCE = 300.0
"""Seconds that a peer may take for an epoch, the first with its conversion."""
ALWAYS_PARSING = {"datasets"}
ROOT = Path(__file__).parent.parent


class PeerError(Exception):
    """A peer that can't take part; says why."""


def environment(name: str) -> Path:
    """The Python of a peer's environment, which is made unless it is there. Raises PeerError."""
    folder = FOLDER / name
    python, log = folder / "bin" / "python", FOLDER / f"{name}.install.log"
    requirements = [*PEERS[name], "simplejpeg"]
    done = folder / f".{'-'.join(requirements)}"
    if done.exists():
        return python
    print(f"installing {requirements[0]} into {folder}", file=sys.stderr)
    FOLDER.mkdir(parents=True, exist_ok=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps = [
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [*pip, TORCH],  # first, so that a build of it at hand is taken where the peer allows it
        [*pip, *requirements],
    ]
    with log.open("w") as output:
        for step in steps:
            if subprocess.run(step, stdout=output, stderr=output).returncode:
                raise PeerError(f"can't be installed: {_last_line(log)} (see {log})")
    done.touch()
    return python


class Peer:
    """A peer's program with a number of workers, waiting to be told to run an epoch.

    Raises PeerError when it ends, takes longer than `PATIENCE`, or leaves samples out.
    """

    def __init__(self, name: str, workers: int, shards: Path, expected: int) -> None:
        python, work = environment(name), FOLDER / "data" / name / shards.parts[-3]
        work.mkdir(parents=True, exist_ok=True)
        self._name, self._log = name, FOLDER / f"{name}.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [str(python), "-m", f"benchmarks.peers.{name}",
                 str(shards), str(work), str(workers)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT,
            )  # fmt: skip
        answer = self._epoch("parsed")  # to warm up
        self.torch: str = answer["torch"]
        if answer["samples"] < expected:
            self.stop()
            raise PeerError(f"gives {answer['samples']} samples of {expected}")

    def rate(self, entry: str = "parsed") -> float:
        """Samples a second of one epoch, with the JSON "parsed" or as "bytes"; NaN, and a line that
        says why, when the peer fails."""
        try:
            return float(self._epoch(entry)["rate"])
        except PeerError as error:
            print(f"{self._name} {error}")
            return math.nan

    def stop(self) -> None:
        """End the program: its input ends, so that it can take its own workers along."""
        try:
            self._process.communicate(timeout=30)
        except (subprocess.TimeoutExpired, BrokenPipeError, ValueError):
            self._process.kill()
            self._process.wait()

    def _epoch(self, entry: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        watchdog = threading.Timer(PATIENCE, self._process.kill)
        watchdog.start()
        try:
            self._process.stdin.write(f"{entry}\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except (BrokenPipeError, ValueError):  # it has ended, now or in an earlier round
            line = ""
        finally:
            watchdog.cancel()
        if not line:
            self.stop()
            reason = _last_line(self._log)
            if self._process.returncode == -signal.SIGKILL:
                reason = f"killed, after {PATIENCE:.0f} s or for want of memory"
            raise PeerError(f"failed: {reason} (see {self._log})")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    errors = [line for line in lines if "Error" in line]
    return (errors or [line for line in lines if line] or ["no message"])[-1][:200]


def _parse(batch: Batch) -> list[Any]:
    # all at once, as Python's garbage collection takes longer the more there is
    return [json.loads(text) for text in batch.json]


def with_workers(
    workers: int, names: list[str], rounds: int, manifest: Path
) -> dict[str, list[float]]:
    """The rates of all that can run with that many workers."""
    shards = manifest.parent
    tars = sorted(shards.glob("*.tar"))
    draws = StageManifest.model_validate_json(manifest.read_bytes()).draws
    peers: dict[str, Peer] = {}
    for name in names:
        try:
            peers[name] = Peer(name, workers, shards, draws)
            print(f"{name} runs on torch {peers[name].torch}", file=sys.stderr)
        except PeerError as error:
            print(f"{name} with {workers} workers is left out: {error}")
    contenders: dict[str, Rate] = {
        "limit": lambda: limit(tars, workers),
        "gyogwa": lambda: through_loader(manifest, workers),
        "gyogwa, all JSON": lambda: through_loader(manifest, workers, each=_parse),
    }
    for name, peer in peers.items():
        contenders[name] = peer.rate
        if name not in ALWAYS_PARSING:
            contenders[f"{name}, JSON as bytes"] = partial(peer.rate, "bytes")
    try:
        contest(1, {"gyogwa": contenders["gyogwa"]})  # to warm up
        rates = contest(rounds, contenders)
        return {name: found for name, found in rates.items() if not any(map(math.isnan, found))}
    finally:
        for peer in peers.values():
            peer.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default=",".join(PEERS), help="which, with commas in between")
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one round, no workers")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    names = [name for name in arguments.peers.split(",") if name]
    if unknown := set(names) - set(PEERS):
        parser.error(f"no peer {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    torch.set_num_threads(1)
    manifest = stage()
    rounds = 1 if arguments.quick else arguments.rounds
    results: dict[str, Any] = {}
    for workers in [0] if arguments.quick else arguments.workers:
        rates = with_workers(workers, names, rounds, manifest)
        ratios = {
            name: round(ratio(rates["gyogwa"], found), 2)
            for name, found in rates.items()
            if name != "gyogwa"
        }
        results[f"{workers} workers"] = {
            "samples/s": medians(rates),
            "rounds": rates,
            "gyogwa / peer": ratios,
        }
        print(f"{workers} workers, samples/s: {medians(rates)}")
        print(f"{workers} workers, gyogwa / peer: {ratios}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
