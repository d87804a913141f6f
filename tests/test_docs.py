"""What the documentation names is there: files, Python names, commands with their options."""

import argparse
import ast
import importlib
import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gyogwa.pipelines.arguments import parser
from gyogwa.pipelines.commands.settings import PRESETS
from gyogwa.pipelines.runner import beam_options
from gyogwa.schemas.errors import GyogwaError

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG", "SECURITY")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
ROOMS = "schemas|transforms|pipelines|loader|stage_manifests|tests|benchmarks|docs|infra|src"
A_PATH = re.compile(rf"(?:{ROOMS}|\.ci|\.github)/[\w./-]*")
A_NAME = re.compile(rf"(?:gyogwa|benchmarks|(?:{ROOMS})(?=\.\w+\.))(?:\.\w+)+")
NO_NAME = {"gyogwa.schema"}  # a key of a table's metadata
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Page(NamedTuple):
    """A page's blocks of code as (language, code), and its code spans and links outside of them."""

    blocks: list[tuple[str, str]]
    spans: list[str]
    links: list[str]


@cache
def read(path: Path) -> Page:
    text = path.read_text(encoding="utf-8")
    rest = FENCE.sub("", text)
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", rest)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", rest)]
    return Page(FENCE.findall(text), spans, links)


def commands(page: Page) -> Iterator[list[str]]:
    """The command lines of a page, as words: lines of shell blocks, and code spans."""
    for language, code in page.blocks:
        if language == "sh":
            for line in code.replace("\\\n", " ").splitlines():
                if words := shlex.split(line, comments=True):
                    yield words
    for span in page.spans:
        if span.startswith(("gyogwa ", "make ", "python -m ", "pip install ")):
            yield shlex.split(span)


def options_in(source: Path) -> set[str]:
    """The options that a script defines."""
    return set(re.findall(r'"(--[\w-]+)"', source.read_text(encoding="utf-8")))


def unknown(words: list[str], options: set[str]) -> list[str]:
    """The options among `words` that are none of `options`."""
    return [w for w in words if w.startswith("--") and w.partition("=")[0] not in options]


@cache
def subcommands() -> dict[str, argparse.ArgumentParser]:
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("the command line has subcommands")


def resolves(name: str) -> bool:
    """Whether a dotted name is a module, or an attribute of one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def check_beam(words: list[str]) -> None:
    """Fail unless Beam knows the options; of one alone it may say that a value is missing."""
    try:
        beam_options(words)
    except GyogwaError as error:
        if len(words) > 1 or "expected one argument" not in str(error):
            pytest.fail(f"{shlex.join(words)}: {error}")


@pytest.fixture(params=PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def page(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_files_are_there(page: Path) -> None:
    linked = {link: (page.parent / link).exists() for link in read(page).links}
    named = {span: (ROOT / span).exists() for span in read(page).spans if A_PATH.fullmatch(span)}
    assert not [name for name, there in (linked | named).items() if not there]


def test_trees_of_folders_are_those_of_the_repository(page: Path) -> None:
    for _, code in read(page).blocks:
        if not code.startswith("schemas/"):
            continue
        above: list[str] = []
        for line in code.splitlines():
            depth = (len(line) - len(line.lstrip())) // 2
            above = [*above[:depth], line.split()[0]]
            assert ROOT.joinpath(*above).is_dir(), line
        rooms = {line.split()[0] for line in code.splitlines()}
        there = {f"{path.parent.name}/" for path in (ROOT / "transforms").glob("*/__init__.py")}
        assert there <= rooms


def test_python_names_are_there(page: Path) -> None:
    names = [span for span in read(page).spans if A_NAME.fullmatch(span)]
    names = [
        name if name.startswith(("gyogwa", "benchmarks")) else f"gyogwa.{name}" for name in names
    ]
    files = {span for span in read(page).spans if "/" in span or (ROOT / span).exists()}
    assert not [name for name in names if name not in files | NO_NAME and not resolves(name)]


def test_python_blocks_parse_and_import_what_is_there(page: Path) -> None:
    for language, code in read(page).blocks:
        if language != "python":
            continue
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom):
                assert node.module
                assert all(resolves(f"{node.module}.{alias.name}") for alias in node.names)


def test_commands_of_gyogwa_parse(page: Path) -> None:
    for words in commands(read(page)):
        if words[0] != "gyogwa" or words[1:] == ["--version"]:
            continue
        command = subcommands()[words[1]]
        known = {option for action in command._actions for option in action.option_strings}
        check_beam(unknown(words, known))
        if len(words) > 2:
            parser().parse_known_args(words[1:])
        if "--curriculum" in words:
            name = words[words.index("--curriculum") + 1]
            assert name.endswith(".yaml") or (PRESETS / f"{name}.yaml").exists()


def test_options_named_alone_are_known(page: Path) -> None:
    known = {
        option
        for command in subcommands().values()
        for action in command._actions
        for option in action.option_strings
    }
    for source in (ROOT / "benchmarks").glob("*.py"):
        known |= options_in(source)
    for span in read(page).spans:
        if span.startswith("--") and unknown(span.split(), known):
            check_beam(span.split())


def test_modules_that_are_run_are_there(page: Path) -> None:
    for words in commands(read(page)):
        if words[:2] == ["python", "-m"] and words[2] != "benchmarks.NAME":
            spec = importlib.util.find_spec(words[2])
            assert spec is not None, words
            assert spec.origin is not None
            if words[2].startswith("benchmarks"):
                assert not unknown(words, options_in(Path(spec.origin))), words


def test_targets_and_extras_are_there(page: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for words in commands(read(page)):
        if words[0] == "make":
            assert words[1] in targets
        if words[:2] == ["pip", "install"]:
            for extras in re.findall(r"gyogwa\[([\w,]+)\]", " ".join(words)):
                assert set(extras.split(",")) <= set(project["optional-dependencies"])
