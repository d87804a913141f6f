"""What runs in one process runs in many: the same bytes from workers of their own."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from gyogwa.schemas.ledger import Duplicate
from gyogwa.transforms.files.tables import read_folder
from tests.pipelines.cluster import cluster
from tests.pipelines.crossing import build_by, files_of


def test_the_corpus_has_what_crosses(crossing: Path) -> None:
    pairs = list(read_folder(Duplicate, str(crossing / "one" / "duplicates")))
    assert {"near", "exact"} <= {pair.verdict for pair in pairs}
    assert any(pair.kept.startswith("benchmark:") for pair in pairs)
    assert (crossing / "one" / "annotations" / "quality.json").exists()


def differing(run: Path, other: Path) -> list[str]:
    """The files that aren't the same in both."""
    found, expected = files_of(run), files_of(other)
    return [path for path in sorted(found | expected) if found.get(path) != expected.get(path)]


def test_workers_of_beam_in_processes_of_their_own_write_the_same_bytes(
    crossing: Path, crossed: Path
) -> None:
    assert differing(crossed / "two", crossing / "one") == []


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
        pytest.param(cluster, id="job service"),
        pytest.param(endpoint, id="endpoint", marks=needs_endpoint),
    ],
)
def test_workers_of_a_job_service_do_too(
    crossing: Path, tmp_path: Path, workers: Callable[[Path], AbstractContextManager[list[str]]]
) -> None:
    def build(arguments: list[str]) -> None:
        with workers(tmp_path) as flags:
            assert main([*arguments, *flags]) == 0

    build_by(crossing, tmp_path / "run", build)
    assert differing(tmp_path / "run", crossing / "one") == []
