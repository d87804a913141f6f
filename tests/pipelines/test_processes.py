"""What runs in one process runs in many: the same bytes from workers of their own.

The corpus has labels, near duplicates, an evaluation set and images for OCR, and OCR is measured,
so that rows of every type cross from one process to another.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.synthesize import synthesize
from gyogwa.schemas.ledger import Duplicate
from gyogwa.transforms.files.tables import read_folder
from tests.pipelines.cluster import cluster
from tests.pipelines.test_annotate import write_page

UNLIKE = {"run.json"}  # times and process ids


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labelled pages with copies, two scans without labels, and an evaluation set."""
    folder = tmp_path_factory.mktemp("processes")
    synthesize(folder / "pages", count=14, seed=11, languages=["ko", "en"], copies=0.3)
    for name in ("alpha", "bravo"):
        write_page(folder / "scans" / f"{name}.png", name)
    shown = sorted((folder / "pages" / "images").iterdir())[3]
    row = {
        "index": 1,
        "question": "차트에서 가장 큰 값은 무엇인가?",
        **{f"choice_{letter}": text for letter, text in zip("abcd", "가나다라", strict=True)},
        "answer": "A",
        "image": {"bytes": shown.read_bytes(), "path": shown.name},
    }
    pq.write_table(pa.Table.from_pylist([row]), folder / "K-Test.parquet")
    return folder


def built_by(folder: Path, name: str, *flags: str) -> dict[str, bytes]:
    """Every file of a run, which always lies in the same place, as catalogs hold paths."""
    output = folder / "run"
    inputs = [f"--input={source}={folder / source}" for source in ("pages", "scans")]
    options = ["--benchmarks", str(folder / "K-Test.parquet"), "--measure_ocr", "2"]
    assert main(["build", *inputs, *options, "--output", str(output), *flags]) == 0
    output.rename(folder / name)
    files = [path for path in (folder / name).rglob("*") if path.is_file()]
    found = {str(path.relative_to(folder / name)): path.read_bytes() for path in files}
    return {path: data for path, data in found.items() if path not in UNLIKE}


@pytest.fixture(scope="module")
def in_one_process(folder: Path) -> dict[str, bytes]:
    return built_by(folder, "one")


def test_the_corpus_has_what_crosses(folder: Path, in_one_process: dict[str, bytes]) -> None:
    pairs = list(read_folder(Duplicate, str(folder / "one" / "duplicates")))
    assert {"near", "exact"} <= {pair.verdict for pair in pairs}
    assert any(pair.kept.startswith("benchmark:") for pair in pairs)
    assert "annotations/quality.json" in in_one_process


@contextmanager
def workers_of_beam(_: Path) -> Iterator[list[str]]:
    yield ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]


@contextmanager
def endpoint(_: Path) -> Iterator[list[str]]:
    """A job service that somebody started, with workers that see the disk of this machine."""
    yield [
        "--runner=PortableRunner",
        f"--job_endpoint={os.environ['BEAM_JOB_ENDPOINT']}",
        "--environment_type=EXTERNAL",
        f"--environment_config={os.environ['BEAM_WORKER_POOL']}",
    ]


needs_endpoint = pytest.mark.skipif(
    not {"BEAM_JOB_ENDPOINT", "BEAM_WORKER_POOL"} <= os.environ.keys(),
    reason="needs a cluster: BEAM_JOB_ENDPOINT=HOST:8099 BEAM_WORKER_POOL=HOST:50000 "
    "python -m pytest tests/pipelines/test_processes.py -k endpoint",
)


@pytest.mark.parametrize(
    "workers",
    [
        pytest.param(workers_of_beam, id="processes"),
        pytest.param(cluster, id="job service"),
        pytest.param(endpoint, id="endpoint", marks=needs_endpoint),
    ],
)
def test_workers_in_processes_of_their_own_write_the_same_bytes(
    folder: Path,
    in_one_process: dict[str, bytes],
    tmp_path: Path,
    workers: Callable[[Path], AbstractContextManager[list[str]]],
) -> None:
    with workers(tmp_path) as flags:
        found = built_by(folder, tmp_path.name, *flags)
    assert found.keys() == in_one_process.keys()
    assert [path for path in found if found[path] != in_one_process[path]] == []
