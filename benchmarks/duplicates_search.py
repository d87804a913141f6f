"""Search and clustering among hashes alone: time, memory and growth, beside `imagededup`.

Hashes are random, one in ten of them a copy of another with 1 to 23 bits turned, and one in a
hundred the same hash, as blank pages have. Each size is measured five times, each in a process of
its own, one core; the figures are medians, and the growth exponent is that of the medians of the
processor's time at the last two sizes, `spread` what single runs would have made of it.
`imagededup` gets the first 64 bits of the same hashes, the most its search takes, and radius 10;
its BK-tree and its Cython brute force are timed on a sample of the queries and that time
(of the processor, as ours) scaled up.
It is installed in its own environment under the benchmarks' cache.
"""

import itertools
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gyogwa.transforms.dedup.hash_index import as_words, pairs_within
from gyogwa.transforms.dedup.settle import kept_instead

RADIUS = 31
_COPIES, _BLANK = 10, 100
_ROUNDS = 5
_THEIRS = """
import json, random, sys, time
import numpy as np
from imagededup.handlers.search.bktree import BKTree
from imagededup.handlers.search.brute_force_cython import BruteForceCython
rows = np.load(sys.argv[1])[:, :8]
hashes = {str(i): bytes(row).hex() for i, row in enumerate(rows)}
apart = lambda a, b: (int(a, 16) ^ int(b, 16)).bit_count()
queries = random.Random(0).sample(sorted(hashes), min(len(hashes), int(sys.argv[2])))
found = {}
for searcher in (BruteForceCython, BKTree):
    begun = time.process_time()
    try:
        index = searcher(hashes, apart)
    except RecursionError:  # the BK-tree hangs equal hashes below one another
        found[searcher.__name__] = "RecursionError"
        continue
    built = time.process_time() - begun
    begun = time.process_time()
    for query in queries:
        index.search(query=hashes[query], tol=10)
    each = (time.process_time() - begun) / len(queries)
    found[searcher.__name__] = built + each * len(hashes)
print(json.dumps(found))
"""


def made_hashes(count: int) -> NDArray[np.uint8]:
    """Rows of 32 bytes."""
    rng = np.random.default_rng(count)
    rows = rng.integers(0, 256, (count, 32), np.uint8)
    copies = count // _COPIES
    turned = np.zeros((copies, 256), np.uint8)
    for row, bits in enumerate(rng.integers(1, 24, copies)):
        turned[row, rng.choice(256, bits, replace=False)] = 1
    rows[-copies:] = rows[:copies] ^ np.packbits(turned, axis=1)
    rows[copies : copies + count // _BLANK] = 0
    return rows


def peak_memory() -> int:
    """MB; `ru_maxrss` would begin with what the parent process held."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def measure_ours(count: int) -> dict[str, Any]:
    """Seconds from hashes to clusters and the peak memory of this process in MB."""
    rows = made_hashes(count)
    begun, busy = time.perf_counter(), time.process_time()
    distinct, group = np.unique(rows.view("V32").ravel(), return_inverse=True)
    found = pairs_within(as_words(distinct.view(np.uint8)), RADIUS)
    first = np.unique(group, return_index=True)[1]
    rows = np.sort(np.stack([first[found.first], first[found.second]], axis=1)).tolist()
    pairs = [(f"{low:09d}", f"{high:09d}") for low, high in rows]
    kept = kept_instead(pairs)
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    copies = count // _COPIES
    near = {(low, high) for low, high in rows}
    missed = sum((i, count - copies + i) not in near for i in range(copies))
    return {
        "hashes": count,
        "distinct": len(distinct),
        "seconds": round(seconds, 3),
        "cpu_seconds": round(busy, 3),
        "peak_mb": peak_memory(),
        "pairs": len(pairs),
        "dropped": len(kept) + count - len(distinct),
        "copies_missed": missed,
        "skipped": found.skipped,
    }


def measure_search(sizes: list[int], cache: Path) -> dict[str, Any]:
    """Medians by size; the growth exponent of the last step; `imagededup` beside."""
    runs: dict[int, list[dict[str, Any]]] = {size: [] for size in sizes}
    for _, size in itertools.product(range(_ROUNDS), sizes):
        command = [sys.executable, "-m", "benchmarks.duplicates_search", str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        runs[size].append(json.loads(done.stdout))
    result: dict[str, Any] = {"gyogwa": [_median(runs[size]) for size in sizes]}
    if len(sizes) > 1:
        small, large = runs[sizes[-2]], runs[sizes[-1]]
        singly = [_exponent(a, b) for a, b in zip(small, large, strict=True)]
        result["exponent"] = _exponent(_median(small), _median(large))
        result["spread"] = [min(singly), max(singly)]
    python = imagededup_python(cache)
    if python is None:
        result["imagededup"] = "skipped: it could not be installed"
        return result
    theirs = []
    for size in [size for size in sizes if size <= 100_000]:
        path = cache / f"hashes-{size}.npy"
        np.save(path, made_hashes(size))
        command = [str(python), "-c", _LIGHT + _THEIRS, str(path), "200"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        theirs.append({"hashes": size} | json.loads(done.stdout))
    result["imagededup"] = theirs
    return result


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def _exponent(small: dict[str, Any], large: dict[str, Any]) -> float:
    grown = large["cpu_seconds"] / small["cpu_seconds"]
    return round(math.log(grown) / math.log(large["hashes"] / small["hashes"]), 3)


# Its hashes need none of the heavy packages that its networks and plots import.
_LIGHT = """
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from unittest.mock import MagicMock
class Stub(MetaPathFinder, Loader):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in ("torch", "torchvision", "matplotlib", "sklearn"):
            return ModuleSpec(name, self, is_package=True)
    def create_module(self, spec):
        return MagicMock(__spec__=spec, __path__=[], __name__=spec.name)
    def exec_module(self, module):
        pass
sys.meta_path.insert(0, Stub())
"""
_PAIRS = """
import json
from imagededup.methods import PHash
hasher = PHash(verbose=False)
hashes = hasher.encode_images(image_dir=sys.argv[1], num_enc_workers=0)
found = hasher.find_duplicates(encoding_map=hashes, max_distance_threshold=10, num_dist_workers=0)
print(json.dumps([[a, b] for a, others in found.items() for b in others]))
"""


def imagededup_pairs(data: dict[str, bytes], cache: Path) -> list[tuple[str, str]] | None:
    """The pairs that its PHash finds among these images at its own threshold; None without it."""
    python = imagededup_python(cache)
    if python is None:
        return None
    names = sorted(data)
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(names):
            suffix = "png" if data[name].startswith(b"\x89PNG") else "jpg"
            Path(folder, f"{number}.{suffix}").write_bytes(data[name])
        command = [str(python), "-c", _LIGHT + _PAIRS, folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    pairs = json.loads(done.stdout.splitlines()[-1])
    return [tuple(names[int(Path(file).stem)] for file in pair) for pair in pairs]  # type: ignore[misc]


def imagededup_python(cache: Path) -> Path | None:
    """The interpreter of an environment with `imagededup`'s hashes and search; None if none can be
    had."""
    home = cache / "imagededup"
    python = home / "bin" / "python"
    works = _LIGHT + "import imagededup.handlers.search.bktree, imagededup.methods"
    probe = [str(python), "-c", works]
    if python.exists() and subprocess.run(probe, capture_output=True).returncode == 0:
        return python
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet"]
    subprocess.run([*install, "--no-deps", "imagededup==0.3.3.post2"], capture_output=True)
    needed = ["numpy", "pillow", "scipy", "tqdm", "PyWavelets"]
    subprocess.run([*install, *needed], capture_output=True)
    return python if subprocess.run(probe, capture_output=True).returncode == 0 else None


if __name__ == "__main__":
    print(json.dumps(measure_ours(int(sys.argv[1]))))
