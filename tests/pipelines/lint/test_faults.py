"""Every kind of problem: a fault made in a good run, and lint names it there and nothing else.

So a check that is switched off fails the test of its kind: nobody else names its faults.
"""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from gyogwa.pipelines import lint
from gyogwa.pipelines.cli import main
from gyogwa.pipelines.lint import looks
from gyogwa.pipelines.lint.problems import Rule
from tests.pipelines.lint.faults import FAULTS, Fault, batches
from tests.pipelines.lint.forgery import Forgery


def linted(run: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """What `gyogwa lint` prints, as (where and what, rule); [] when it is clean."""
    capsys.readouterr()
    code = main(["lint", str(run)])
    *lines, last = capsys.readouterr().out.splitlines()
    assert (code, last) == ((1, _counted(len(lines))) if lines else (0, "clean"))
    found = [re.fullmatch(r"(.*) \((\w+)\)", line) for line in lines]
    assert all(found), lines
    return [(match[1], match[2]) for match in found if match]


def _counted(problems: int) -> str:
    return "1 problem" if problems == 1 else f"{problems} problems"


def test_a_good_run_is_clean(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert linted(good, capsys) == []


def test_few_images_are_remembered(
    good: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(looks, "_REMEMBERED", 2)
    monkeypatch.setattr(looks, "_looks", {})
    assert linted(good, capsys) == []
    assert len(looks._looks) == 2


@pytest.mark.parametrize("some", batches(), ids=lambda some: "+".join(f.name for f in some))
def test_faults_are_named(
    some: list[Fault], good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Several of different kinds in one run. Where they hide each other or can't be made together,
    half of them at a time, down to each by itself."""
    waiting = [some]
    while waiting:
        faults = waiting.pop()
        run = tmp_path / faults[0].name / str(len(faults))
        run.parent.mkdir(exist_ok=True)
        try:
            named(faults, Forgery.of(good, run), capsys)
        except Exception:
            if len(faults) == 1:
                raise
            half = len(faults) // 2
            waiting += [faults[half:], faults[:half]]


def named(faults: list[Fault], forgery: Forgery, capsys: pytest.CaptureFixture[str]) -> None:
    """Make the faults; lint names each at its place, and nothing of another kind."""
    places = {fault.rule: fault.make(forgery) for fault in faults}
    found = linted(forgery.run, capsys)
    assert {rule for _, rule in found} == places.keys(), found
    for rule, place in places.items():
        assert any(place in what for what, named in found if named == rule), (place, found)


def test_every_kind_of_problem_has_a_fault() -> None:
    assert {fault.rule for fault in FAULTS} == set(get_args(Rule))


def test_every_kind_of_problem_is_found_in_one_place() -> None:
    """Else one of two checks could be switched off, and the other would name its fault."""
    found: Counter[str] = Counter()
    for path in Path(str(lint.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem":
                found[ast.literal_eval(node.args[0])] += 1
    assert found == Counter(get_args(Rule))


def test_a_stage_that_may_be_empty(forgery: Forgery, capsys: pytest.CaptureFixture[str]) -> None:
    (empty,) = (fault for fault in FAULTS if fault.rule == "empty_stage")
    empty.make(forgery)
    forgery.edit_stage(4, may_be_empty=True)
    assert linted(forgery.run, capsys) == []


def test_a_folder_that_is_no_run_is_one_line(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "curriculum.json").write_bytes(b"\xff{")
    folder = tmp_path / "folder"
    (folder / "curriculum.json").mkdir(parents=True)
    for path in (tmp_path, tmp_path / "nowhere", good / "plan.json", broken, folder):
        assert main(["lint", str(path)]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("gyogwa: ")
        assert str(path) in printed.err
        assert len(printed.err.splitlines()) == 1
