"""A corpus whose rows cross from one process to another, and runs of it.

It has labels, near duplicates, an evaluation set, images for OCR and one that is none, and OCR is
measured, so that rows of every type cross.
"""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gyogwa.pipelines.synthesize import synthesize
from tests.pipelines.test_annotate import write_page

UNLIKE = {"run.json"}  # times and process ids


def make_corpus(folder: Path) -> None:
    """Labelled pages with copies, two scans without labels, and an evaluation set."""
    synthesize(folder / "pages", count=14, seed=11, languages=["ko", "en"], copies=0.3)
    for name in ("alpha", "bravo"):
        write_page(folder / "scans" / f"{name}.png", name)
    (folder / "scans" / "no-image.png").write_bytes(b"not an image at all")
    shown = sorted((folder / "pages" / "images").iterdir())[3]
    row = {
        "index": 1,
        "question": "차트에서 가장 큰 값은 무엇인가?",
        **{f"choice_{letter}": text for letter, text in zip("abcd", "가나다라", strict=True)},
        "answer": "A",
        "image": {"bytes": shown.read_bytes(), "path": shown.name},
    }
    pq.write_table(pa.Table.from_pylist([row]), folder / "K-Test.parquet")


def build_by(corpus: Path, target: Path, build: Callable[[list[str]], None]) -> None:
    """Have the corpus built with these arguments, and the run moved to `target`. All are built in
    the same place, since catalogs hold paths, so one at a time."""
    output = corpus / "run"
    inputs = [f"--input={source}={corpus / source}" for source in ("pages", "scans")]
    options = ["--benchmarks", str(corpus / "K-Test.parquet"), "--measure_ocr", "2"]
    with (corpus / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        shutil.rmtree(output, ignore_errors=True)  # of one that failed
        build(["build", *inputs, *options, "--output", str(output)])
        output.rename(target)


def files_of(run: Path) -> dict[str, bytes]:
    """Every file of a run by its path, without those that differ from run to run."""
    files = [path for path in run.rglob("*") if path.is_file()]
    found = {str(path.relative_to(run)): path.read_bytes() for path in files}
    return {path: data for path, data in found.items() if path not in UNLIKE}
