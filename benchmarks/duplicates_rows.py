"""A run's search for duplicates without pixels, end to end through Beam: rows to what is kept.

    python -m benchmarks.duplicates_rows [--rows 100000] [--words 0] [--json FILE]

Made-up images: hashes of three kinds spread evenly and a sketch each; a tenth are copies of others,
1 to 23 bits away, and one in a hundred shares one hash with its like. They go through the
pipeline's own steps, from proposing to settling, as in a run whose looks were made before: the
fingerprints and the verdicts are read from tables. `--words`: each has so many words of its own.
Seconds are of the processor, memory is the process's peak; the tables are written by another
process, before.
"""

import argparse
import base64
import json
import resource
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import apache_beam as beam
import numpy as np
from apache_beam.options.pipeline_options import PipelineOptions
from numpy.typing import NDArray

from benchmarks.duplicates_search import made_hashes, peak_memory
from gyogwa.pipelines.runner import run_pipeline
from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.ledger import Duplicate
from gyogwa.schemas.records import ImageRef
from gyogwa.transforms.dedup.fingerprint import Fingerprint, id_of
from gyogwa.transforms.dedup.judge import JudgePairs
from gyogwa.transforms.dedup.propose import ProposePairs
from gyogwa.transforms.dedup.settle import SettlePairs
from gyogwa.transforms.dedup.verdict import look_of
from gyogwa.transforms.files.tables import write_rows
from gyogwa.transforms.flow.tables import ReadSeveral
from gyogwa.transforms.ingest.hashes import Hashes
from gyogwa.transforms.ingest.sketch import SIDE, packed

_PARTS = 64
_COPIES = 10
_SYLLABLES = "가나다라마바사아자차카타파하고노도로모보소오조초코토포호"
_PAIRS: list[tuple[str, str]] = []


@cache
def _hashes(count: int) -> NDArray[np.uint8]:
    return made_hashes(count)


def prints_of(part: int, count: int, words: int) -> list[Fingerprint]:
    """One of `_PARTS` parts of the images."""
    rows = _hashes(count)
    return [_print(number, rows, words) for number in range(part, count, _PARTS)]


def _print(number: int, rows: NDArray[np.uint8], words: int) -> Fingerprint:
    bits = rows[number]
    name = f"{number:032d}"
    if not bits.any():
        return _made(name, Hashes(bits.tobytes().hex(), "", ""), "")
    own = _base(number, len(rows))
    rng = np.random.default_rng(own)
    cells = rng.integers(0, 256, (SIDE // 10, SIDE)).repeat(10, axis=0)
    sketch = base64.b64encode(packed(cells)).decode()
    kinds = (bits, bits[::-1], np.roll(bits, 7))
    whole, boxed, centred = (kind.tobytes().hex() for kind in kinds)
    hashes = Hashes(whole, boxed, centred, sketch)
    letters = rng.integers(0, len(_SYLLABLES), (words, 3)).tolist()
    text = " ".join("".join(_SYLLABLES[at] for at in word) for word in letters)
    return _made(name, hashes, text)


def _base(number: int, count: int) -> int:
    """The image that one is a copy of, or itself."""
    first = count - count // _COPIES
    return number - first if number >= first else number


def _made(name: str, hashes: Hashes, text: str) -> Fingerprint:
    rank = f"1-999-999-1-500-source-{name}"
    return Fingerprint(name, name, hashes, text, False, rank, ImageRef("", 0, 1), name)


def _keep(pair: tuple[tuple[str, str], int]) -> int:
    first, second = map(id_of, pair[0])
    _PAIRS.append((first, second))
    return 0


def write_tables(folder: str, count: int, words: int) -> None:
    """The images, and the looks at all pairs that are proposed of them."""
    for part in range(_PARTS):
        write_rows(Fingerprint, _prints(folder)[part], prints_of(part, count, words))
    _PAIRS.clear()

    def graph(pipeline: beam.Pipeline) -> None:
        tables = pipeline | ReadSeveral({"prints": (_prints(folder), Fingerprint)})
        proposed = tables["prints"] | ProposePairs(Duplicates().max_distance)
        _ = proposed | "Keep" >> beam.Map(_keep).with_output_types(int)

    run_pipeline(graph, _options())
    looks = [_looked(pair, count) for pair in sorted(_PAIRS)]
    write_rows(Duplicate, _looks(folder), looks)


def _prints(folder: str) -> list[str]:
    return [f"{folder}/prints-{part:02d}.parquet" for part in range(_PARTS)]


def _looks(folder: str) -> str:
    return f"{folder}/looks.parquet"


def _looked(pair: tuple[str, str], count: int) -> Duplicate:
    kept, member = sorted(pair)
    same = _base(int(kept), count) == _base(int(member), count)
    one, other = (_made(name, Hashes("", "", ""), "") for name in (kept, member))
    apart = 0.1 if same else 9.0
    return Duplicate("", member, kept, 0, 0.0, "near", apart, look=look_of(one, other))


def settle(folder: str) -> dict[str, Any]:
    """From images to verdicts, and what that costs."""

    def graph(pipeline: beam.Pipeline) -> None:
        rules = Duplicates()
        tables = pipeline | ReadSeveral(
            {"prints": (_prints(folder), Fingerprint), "looks": ([_looks(folder)], Duplicate)}
        )
        prints, looks = tables["prints"], tables["looks"]
        pairs = prints | "Propose" >> ProposePairs(rules.max_distance)
        judged = (prints, pairs, looks) | "Judge" >> JudgePairs(rules)
        settled = judged | "Settle" >> SettlePairs()
        _ = settled.pairs | "Count" >> beam.Map(_counted).with_output_types(int)
        _ = settled.roots | "Roots" >> beam.Map(lambda _: _add("roots")).with_output_types(int)

    before = resource.getrusage(resource.RUSAGE_SELF)
    counters = run_pipeline(graph, _options())
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "cpu_seconds": round(spent, 1),
        "peak_mb": peak_memory(),
        "counters": dict(sorted(counters.items())),
    }


def _counted(pair: Duplicate) -> int:
    return _add(pair.verdict)


def _add(name: str) -> int:
    beam.metrics.Metrics.counter("rows", name).inc()
    return 0


def _options() -> PipelineOptions:
    return PipelineOptions(["--runner", "DirectRunner"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--tables", default="", help="only write the tables into this folder")
    parser.add_argument("--settle", default="", help="only settle what is in this folder")
    arguments = parser.parse_args()
    if arguments.settle:
        print(json.dumps(settle(arguments.settle)))
        return
    if arguments.tables:
        write_tables(arguments.tables, arguments.rows, arguments.words)
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.duplicates_rows"]
        made = [f"--rows={arguments.rows}", f"--words={arguments.words}", f"--tables={folder}"]
        subprocess.run([*command, *made], check=True)
        settled = [*command, f"--settle={folder}"]
        done = subprocess.run(settled, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    result = {"rows": arguments.rows, "words": arguments.words, **found}
    print(json.dumps(result, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    # What stands in `__main__` reaches Beam's workers as a copy, and pairs would fill its list.
    from benchmarks import duplicates_rows

    duplicates_rows.main()
