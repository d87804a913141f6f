"""Material that several tests share: a small synthetic corpus and a run built from it."""

import gc
import io
import json
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, settings
from PIL import Image

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.commands.settings import PRESETS
from gyogwa.pipelines.synthesize import synthesize
from tests.sharing import Share, keep_below, share_below
from tests.surroundings import settle

# A slow machine is no failure, and two runs of the same code try the same examples: what fails can
# be run again. `--hypothesis-profile=search` looks for new ones.
_ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
settings.register_profile("steady", _ANY_MACHINE, derandomize=True, max_examples=50)
settings.register_profile("search", _ANY_MACHINE, max_examples=1000)
settings.load_profile("steady")

settle()
if find_spec("apache_beam"):  # a trainer's environment has none
    from gyogwa.pipelines.running.states import remember_states

    remember_states()


class Failures:
    """Tells of each failure at once: a session that is cut off has no summary."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            why = crash.message if crash else str(report.longrepr)
            self._terminal.ensure_newline()
            self._terminal.write_line(f"FAILED at {report.when} {report.nodeid}: {why}"[:500])


@pytest.hookimpl(trylast=True)  # when there is a terminal
def pytest_configure(config: pytest.Config) -> None:
    if terminal := config.pluginmanager.get_plugin("terminalreporter"):
        config.pluginmanager.register(Failures(terminal))
    keep_below(config._tmp_path_factory)  # type: ignore[attr-defined]


def pytest_collection_finish() -> None:
    """What was imported stays: the collector needn't look through it again and again, which is a
    tenth of what a small run in this process costs."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def share(tmp_path_factory: pytest.TempPathFactory) -> Share:
    """Makes material once for all workers: see `sharing`."""
    return share_below(tmp_path_factory)


@pytest.fixture(scope="session")
def corpus(share: Share) -> Path:
    """Images with metadata.jsonl, single, multi-image and text-only rows among them."""

    def make(folder: Path) -> None:
        synthesize(folder / "synthetic", count=36, seed=11, languages=["ko", "en"], copies=0.08)

    return share("corpus", make) / "synthetic"


@pytest.fixture(scope="session")
def parquet(share: Share) -> Path:
    """A Hugging Face Parquet file: two images a row, JPEG and PNG, and a LLaVA conversation."""
    return share("parquet", write_pairs) / "pairs.parquet"


def write_pairs(folder: Path) -> None:
    """See `parquet`."""
    random = np.random.default_rng(5)
    rows = []
    for number in range(4):
        cells = []
        for suffix in ("JPEG", "PNG"):
            noise = random.integers(0, 255, (120, 160, 3), dtype=np.uint8)
            buffer = io.BytesIO()
            Image.fromarray(noise).save(buffer, suffix)
            cells.append({"bytes": buffer.getvalue(), "path": f"{number}.{suffix.lower()}"})
        talk = [
            {"from": "human", "value": "<image><image>\nWhich one is noise?"},
            {"from": "gpt", "value": f"Both are, in pair {number}."},
        ]
        rows.append({"images": cells, "conversations": talk})
    pq.write_table(pa.Table.from_pylist(rows), folder / "pairs.parquet")


Build = Callable[..., Path]


@pytest.fixture(scope="session")
def build() -> Build:
    """Run `gyogwa build` with inputs and options; gives the output folder."""

    def run(output: Path, *inputs: str, options: tuple[str, ...] = ()) -> Path:
        flags = [flag for value in inputs for flag in ("--input", value)]
        code = main(["build", *flags, "--output", str(output), *options])
        assert code == 0
        return output

    return run


@pytest.fixture(scope="session")
def curriculum(share: Share) -> Path:
    """The small preset for a small corpus: a fifth of the documents held out, as a twentieth of few
    may be none, and samples of at most two questions, drawn again, so that there are batches."""
    text = (PRESETS / "varco2-1.7b.yaml").read_text(encoding="utf-8")
    text = text.replace("validation_share: 0.05", "validation_share: 0.2")
    text = re.sub(r"turns: {most: \d+", "turns: {most: 2", text)
    text = text.replace("max_repeats: 1 ", "max_repeats: 3 ")
    folder = share("curriculum", lambda made: (made / "test.yaml").write_text(text, "utf-8"))
    return folder / "test.yaml"


@pytest.fixture(scope="session")
def built(build: Build, corpus: Path, parquet: Path, curriculum: Path, share: Share) -> Path:
    """A finished run over the corpus and the Parquet file."""
    inputs = (f"synthetic={corpus}", f"pairs={parquet}")
    options = ("--licence", "pairs=CC-BY-4.0", "--curriculum", str(curriculum))
    return share("built", lambda made: build(made / "run", *inputs, options=options)) / "run"


def manifest_of(folder: Path) -> dict[str, object]:
    """A stage's manifest as plain JSON."""
    loaded: dict[str, object] = json.loads((folder / "manifest.json").read_text())
    return loaded
