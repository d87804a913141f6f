"""A small finished run, made without OCR, and its inputs."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.run_folder import host
from gyogwa.transforms.files import retries
from tests.conftest import Build
from tests.sharing import Share

CURRICULUM = """
name: one
seed: 1
stages:
- {name: all, trains: [projector], share: 1, filters: {min_side: 200},
   tasks: {ocr: {weight: 1}}, max_samples: 3}
- {name: more, trains: [projector], share: 1, filters: {min_side: 200},
   tasks: {read: {weight: 1}}, max_samples: 3, replay: [{stage: all, share: 0.3}]}
"""
OTHER = """
name: other
seed: 2
stages:
- {name: all, trains: [projector], share: 1, filters: {min_side: 200},
   tasks: {read: {weight: 1}}, max_samples: 3}
- {name: less, trains: [projector], share: 1, filters: {min_side: 200},
   tasks: {ocr: {weight: 1}}, max_samples: 3}
"""


def images(folder: Path, *numbers: int) -> Path:
    """Images that differ, with their words in a metadata.jsonl."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in numbers:
        pixels = Image.new("L", (300, 300), 60 + 10 * number)
        pixels.putpixel((number, 7), 0)
        pixels.save(folder / f"{number}.png")
        word = {"text": f"word{number}", "box": [10, 10, 90, 40]}
        rows.append(json.dumps({"file_name": f"{number}.png", "words": [word]}))
    (folder / "metadata.jsonl").write_text("\n".join(rows))
    return folder


@pytest.fixture(scope="session")
def curricula(share: Share) -> dict[str, str]:
    """Paths of two curricula, by name."""

    def make(folder: Path) -> None:
        for name, text in (("one", CURRICULUM), ("other", OTHER)):
            (folder / f"{name}.yaml").write_text(text)

    return {name: str(share("curricula", make) / f"{name}.yaml") for name in ("one", "other")}


@pytest.fixture(scope="session")
def labelled(share: Share) -> Path:
    """A folder of eight labelled images."""
    return share("labelled", lambda folder: images(folder / "in", *range(8))) / "in"


@pytest.fixture(scope="session")
def ingested(labelled: Path, share: Share) -> Path:
    """A run that has a catalog and nothing else; tests take copies of it."""

    def make(folder: Path) -> None:
        arguments = ["--input", str(labelled), "--output", str(folder / "run")]
        assert main(["ingest", *arguments]) == 0

    return share("ingested", make) / "run"


@pytest.fixture(scope="session")
def first(build: Build, labelled: Path, curricula: dict[str, str], share: Share) -> Path:
    """A finished run; tests take copies of it."""
    options = ("--curriculum", curricula["one"])
    return share("first", lambda made: build(made / "run", str(labelled), options=options)) / "run"


@pytest.fixture(scope="session")
def second(first: Path, curricula: dict[str, str], share: Share) -> Path:
    """The same run after it was assembled by the other curriculum."""

    def make(folder: Path) -> None:
        run = shutil.copytree(first, folder / "run")
        assert main(["assemble", "--output", str(run), "--curriculum", curricula["other"]]) == 0

    return share("second", make) / "run"


@pytest.fixture
def run(first: Path, tmp_path: Path) -> Path:
    """A copy of the finished run."""
    shutil.copytree(first, tmp_path / "run")
    return tmp_path / "run"


Assemble = Callable[..., int]


@pytest.fixture
def assemble(curricula: dict[str, str]) -> Assemble:
    """Assemble a run by a curriculum; gives the exit code."""

    def call(run: Path, curriculum: str = "one", *options: str) -> int:
        chosen = ["--curriculum", curricula[curriculum]]
        return main(["assemble", "--output", str(run), *chosen, *options])

    return call


@pytest.fixture
def shared(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What stands for /tmp among the processes of this host that lock objects."""
    folder = tmp_path_factory.mktemp("shared")
    monkeypatch.setattr(host, "_FOLDER", str(folder))
    monkeypatch.setattr(retries, "WAITS", (0.0, 0.0, 0.0))
    return folder
