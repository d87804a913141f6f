"""The distribution: what it holds, and that it works away from the checkout, beside modules of the
user's own that have the names of our folders."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.pipelines.test_annotate import write_page

ROOT = Path(__file__).parents[1]
FOLDERS = ("schemas", "transforms", "pipelines", "loader", "stage_manifests")
NOT_CODE = (".yaml", ".json", ".j2", ".html", ".typed")

TRAIN = """
import loader
import schemas
import transforms

import gyogwa
from gyogwa.loader import StageLoader

assert loader.MINE and schemas.MINE and transforms.MINE
stage = StageLoader("run/stages/1-ocr/manifest.json", batch_size=2, num_workers=1)
print(sum(len(batch) for batch in stage), gyogwa.__file__)
"""

BARE = """
import sys

sys.modules.update(dict.fromkeys(
    ["apache_beam", "fasttext", "jinja2", "rapidfuzz", "scipy", "tesserocr", "tokenizers", "torch"]
))
from gyogwa.pipelines.cli import main

sys.exit(main(["lint", "run"]) or main(["stats", "run"]))
"""

pytestmark = pytest.mark.slow


def backend(step: str, tree: Path, output: Path) -> Path:
    """Run a step of the build backend in `tree`, as pip and build do; the file that it made."""
    output.mkdir(parents=True, exist_ok=True)
    command = f"from setuptools import build_meta as b; print(b.{step}({str(output)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=tree, capture_output=True, text=True, check=True
    )
    return output / done.stdout.splitlines()[-1]


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is built from, so that no build leaves anything in the checkout."""
    copy = tmp_path_factory.mktemp("tree") / "gyogwa"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    left_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("src", *FOLDERS):
        shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=left_out)
    return copy


@pytest.fixture(scope="module")
def wheel(tree: Path) -> Path:
    return backend("build_wheel", tree, tree.parent / "dist")


def test_wheel_holds_one_package_with_all_its_files(wheel: Path) -> None:
    names = set(contents(wheel))
    (metadata,) = {name.split("/")[0] for name in names if ".dist-info/" in name}
    assert {name.split("/")[0] for name in names} == {"gyogwa", metadata}
    wanted = {"gyogwa/__init__.py", "gyogwa/py.typed", f"{metadata}/licenses/LICENSE"}
    for folder in FOLDERS:
        wanted |= {
            f"gyogwa/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.suffix in (".py", *NOT_CODE)
        }
    assert not wanted - names


def test_source_distribution_builds_the_same_wheel(tree: Path, wheel: Path, tmp_path: Path) -> None:
    packed = backend("build_sdist", tree, tmp_path)
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / packed.name.removesuffix(".tar.gz")
    assert contents(backend("build_wheel", unpacked, tmp_path)) == contents(wheel)


@pytest.fixture(scope="module")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin/ of a new environment with the wheel, and with what is installed here.

    Only `.pth` files of an environment's own folder are read, so the editable install of the
    checkout isn't seen through the link.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet",
         "--no-index", "--no-deps", str(wheel)],
        check=True,
    )  # fmt: skip
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", vars=paths))
    here = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (packages / "dependencies.pth").write_text("\n".join(here) + "\n")
    return folder / "bin"


def test_works_beside_the_users_own_modules(commands: Path, tmp_path: Path) -> None:
    for name in ("schemas.py", "loader.py", "transforms/__init__.py", "pipelines/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("MINE = True\n")
    (tmp_path / "train.py").write_text(TRAIN)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}

    def run(*command: str) -> str:
        done = subprocess.run(
            [str(commands / command[0]), *command[1:]],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("gyogwa", "synthesize", "--output", "labelled", "--count", "3", "--seed", "7")
    # so that an engine reads something too
    write_page(tmp_path / "unlabelled" / "page.png", "nobody's label")
    run(
        "gyogwa", "build", "--input", "labelled", "--input", "unlabelled", "--output", "run",
        "--curriculum", "ocr-only", "--ocr_processes", "1",
    )  # fmt: skip
    # the auditor's commands need no extra
    assert run("python", "-c", BARE).startswith("clean\n")
    samples, _, place = run("python", "train.py").strip().partition(" ")
    assert int(samples) >= 4
    assert Path(place).is_relative_to(commands.parent)
