"""What a machine says of the loader, in some three and a half minutes: for one with a GPU.

    python -m benchmarks.loader_machine [--workers 0 1 2 4 8 16] [--seconds 3] [--json FILE]

Pages of drawn words (827 x 1169, JPEG) are made on the spot; only the loader's own packages are
needed, and pytest for the last part.

- workers: samples a second, as a share of as many bare processes that read and decode, in turn.
- memory: shared memory and the proportional memory of all processes after each of three epochs of
  batches of 32 pages, beside the bound of both.
- leaving: seconds to leave a loop while workers are idle, busy, and stopped.
- waiting: what a loop with steps of 50 ms waits for batches of 32 pages: moved with `to`, and by
  `DevicePrefetcher`, with the page-locked memory then held. Without a GPU the thread that fills
  buffers runs with plain memory, which says what it keeps the loop waiting and holds, and nothing
  of page-locking or copies.
- reader: `train_reader` learns lines by heart, and goes on after a stop with the same losses, bit
  for bit, or which operation can't.
- tests: `pytest -m gpu`.
"""

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import random
import signal
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageDraw, ImageFont

from gyogwa.loader import Batch, DevicePrefetcher, StageLoader
from gyogwa.loader.bench import step_on, waiting
from gyogwa.loader.decode import decode_image
from gyogwa.loader.examples.train_reader import main as train_reader
from gyogwa.loader.pinning import Buffers, fed
from tests.loader.conftest import Made, write_stage

SIZE = WIDTH, HEIGHT = 827, 1169
BATCH = 32
STEP = 0.05


def page(number: int) -> Made:
    """A page of lines of drawn words, with the box of each."""
    chance = random.Random(number)
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(18)
    words: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for top in range(60, HEIGHT - 60, 28):
        at, first = 60.0, len(words)
        while at < WIDTH - 160:
            text = "".join(chance.choices("abcdefghiklmnoprstuvwy", k=chance.randint(2, 9)))
            box = draw.textbbox((at, top), text, font)
            draw.text((at, top), text, "black", font)
            words.append({"text": text, "box": _fractions(box), "confidence": 1.0})
            at = box[2] + 8
        boxes = [word["box"] for word in words[first:]]
        around = [min(b[0] for b in boxes), min(b[1] for b in boxes)]
        around += [max(b[2] for b in boxes), max(b[3] for b in boxes)]
        lines.append({"first": first, "last": len(words), "box": around, "language": "en"})
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    told = {"origin": "dataset", "language": "en", "words": words, "lines": lines, "blocks": []}
    return Made(f"{number:06}", {"jpg": buffer.getvalue()}, {"annotation": [told]}, repeats=16)


def _fractions(box: tuple[float, float, float, float]) -> list[float]:
    return [round(v / s, 5) for v, s in zip(box, SIZE * 2, strict=True)]


def loader(manifest: Path, workers: int, batch_size: int = 16, **options: Any) -> StageLoader:
    return StageLoader(
        manifest, batch_size=batch_size, num_workers=workers, verify="size", **options
    )


def rate(manifest: Path, workers: int, seconds: float) -> float:
    """Samples a second through the loader, once every worker has made its slabs."""
    batches = (batch for _ in range(1 << 30) for batch in loader(manifest, workers))
    for _ in islice(batches, 4 * max(1, workers)):
        pass
    started, count = time.perf_counter(), 0
    while time.perf_counter() < started + seconds:
        count += len(next(batches))
    return count / (time.perf_counter() - started)


def limit(tars: list[Path], workers: int, seconds: float) -> float:
    """Samples a second of as many processes that read and decode and do nothing else."""
    if not workers:
        return _bare(tars, seconds)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
        list(pool.map(abs, range(workers)))  # started
        return sum(pool.map(_bare, [tars] * workers, [seconds] * workers))


def _bare(tars: list[Path], seconds: float) -> float:
    torch.set_num_threads(1)
    started, count = time.perf_counter(), 0
    while time.perf_counter() < started + seconds:
        with tarfile.open(random.choice(tars)) as tar:
            for member in tar:
                content = tar.extractfile(member)
                assert content is not None
                data = content.read()
                if member.name.endswith(".jpg"):
                    decode_image(data)
                    count += 1
    return count / (time.perf_counter() - started)


def table(manifest: Path, counts: list[int], seconds: float) -> dict[str, dict[str, float]]:
    tars, found = sorted(manifest.parent.glob("*.tar")), {}
    for workers in counts:
        rounds = [
            (limit(tars, workers, seconds), rate(manifest, workers, seconds)) for _ in range(2)
        ]
        share = statistics.mean(ours / theirs for theirs, ours in rounds)
        ours = statistics.mean(ours for _, ours in rounds)
        found[str(workers)] = {"images/s": round(ours), "of bare": round(share, 3)}
        print(f"{workers} workers: {ours:,.0f} images/s, {share:.3f} of bare processes", flush=True)
    return found


def proportional(process: int) -> int:
    """Bytes of a process, what it shares divided among those that share it."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    return 1024 * next(int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:")


def memory(manifest: Path, workers: int) -> dict[str, Any]:
    def shared() -> int:
        text = Path("/proc/meminfo").read_text()
        return 1024 * next(
            int(line.split()[1]) for line in text.splitlines() if line[:6] == "Shmem:"
        )

    before, largest, found = shared(), 0, []
    batches = loader(manifest, workers, BATCH)
    for _ in range(3):
        for batch in batches:
            largest = max(largest, len(batch.pixels) + len(batch.texts))
            del batch
        everyone = [os.getpid(), *(child.pid or 0 for child in multiprocessing.active_children())]
        megabytes = sum(map(proportional, everyone)) // 1_000_000
        found.append({"shm MB": (shared() - before) // 1_000_000, "all MB": megabytes})
    bound = workers * 4 * 1.25 * largest
    batches.close()
    return {
        "epochs": found,
        "bound MB": round(bound / 1e6),
        "left MB": (shared() - before) // 10**6,
    }


def leaving(manifest: Path, workers: int) -> dict[str, float]:
    """Seconds to leave a loop: workers that wait for it, that work, and that are stopped."""
    found = {}
    for state in ("idle", "busy", "blocked"):
        batches = iter(loader(manifest, workers, BATCH))
        next(batches)
        time.sleep(0.0 if state == "busy" else 2.0)
        if state == "blocked":
            for child in multiprocessing.active_children():
                os.kill(child.pid or 0, signal.SIGSTOP)
        started = time.perf_counter()
        del batches
        found[state] = round(time.perf_counter() - started, 3)
    return found


def waits(manifest: Path, workers: int, seconds: float) -> dict[str, Any]:
    cuda = torch.cuda.is_available()
    device = torch.device("cuda" if cuda else "cpu")
    step = step_on(device, STEP)
    batches = loader(manifest, workers, BATCH)

    def moved() -> Iterator[Batch]:
        for batch in batches:
            yield batch.to(device)

    if cuda:
        contenders: dict[str, Callable[[], Iterator[Batch]]] = {
            "to": moved,
            "DevicePrefetcher": lambda: iter(DevicePrefetcher(batches, device)),
        }
    else:
        buffers = Buffers(new=partial(torch.empty, dtype=torch.uint8))

        def filled() -> Iterator[Batch]:
            for item in fed(batches, buffers):
                yield item.batch
                buffers.give(item.slot or 0)

        contenders = {"the loader alone": moved, "a thread that fills buffers": filled}
    found: dict[str, Any] = {}
    for name, given in contenders.items():
        found[name] = round(waiting(given(), step, seconds), 4)
    if cuda and hasattr(torch.cuda, "host_memory_stats"):
        stats = torch.cuda.host_memory_stats()
        found["page-locked MB"] = stats.get("allocated_bytes.peak", 0) // 1_000_000
    if not cuda:
        found["buffers MB"] = buffers.bytes // 1_000_000
    return found


def reader(stage: Path, folder: Path) -> dict[str, Any]:
    """Losses of three steps, and of one and two more after a stop; and lines learnt by heart."""

    def told(name: str, *options: str) -> list[dict[str, Any]]:
        said = io.StringIO()
        arguments = [str(stage), "--small", "--checkpoint", str(folder / name), *options]
        with contextlib.redirect_stdout(said):
            train_reader(arguments)
        return [json.loads(line) for line in said.getvalue().splitlines()]

    few = ("--overfit", "8", "--read_every", "1")
    found: dict[str, Any] = {}
    torch.use_deterministic_algorithms(True)
    try:
        whole = told("whole", *few, "--steps", "3")
        parts = told("parts", *few, "--steps", "1") + told("parts", *few, "--steps", "3")
        found["resumed bit for bit"] = parts == whole
    except RuntimeError as error:
        found["resumed bit for bit"] = str(error).splitlines()[0]
    torch.use_deterministic_algorithms(False)
    if torch.cuda.is_available():
        said = told("heart", "--overfit", "50", "--read_every", "50", "--steps", "1500")
        found["50 lines by heart"] = {name: said[-1][name] for name in ("step", "cer")}
    return found


def tests() -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "tests/loader"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return run.stdout.strip().splitlines()[-1] if run.stdout.strip() else run.stderr[-300:]


def main() -> None:
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # before the first product
    parser = argparse.ArgumentParser(description=__doc__)
    cores = len(os.sched_getaffinity(0))
    usual = [count for count in (0, 1, 2, 4, 8, 16) if count <= max(4, cores)]
    parser.add_argument("--workers", type=int, nargs="+", default=usual)
    parser.add_argument("--pages", type=int, default=192)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    most, began = max(options.workers), time.perf_counter()
    found: dict[str, Any] = {"cores": cores, "gpu": torch.cuda.is_available()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with ProcessPoolExecutor(cores, multiprocessing.get_context("fork")) as pool:
            made = list(pool.map(page, range(options.pages), chunksize=8))
        shards = [("single-jpg", made[start : start + 16]) for start in range(0, len(made), 16)]
        manifest = write_stage(folder / "stage", shards).manifest
        parts: dict[str, Callable[[], Any]] = {
            "workers": lambda: table(manifest, options.workers, options.seconds),
            "memory": lambda: memory(manifest, most),
            "leaving": lambda: leaving(manifest, min(8, most)),
            "waiting": lambda: waits(manifest, min(12, most), 2 * options.seconds),
            "reader": lambda: reader(manifest.parent, folder),
            "tests": tests,
        }
        for part, run in parts.items():
            found[part] = run()
            print(f"{part}: {found[part]}  ({time.perf_counter() - began:.0f} s)", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
