"""Killed at any step of putting a build in place: the run is the old one or the new one."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gyogwa.loader.curriculum import CurriculumLoader
from gyogwa.pipelines.cli import main
from gyogwa.pipelines.run_folder import trading
from gyogwa.pipelines.run_folder.aside import put_in_place, swap_of
from gyogwa.pipelines.run_folder.claim import settle
from gyogwa.pipelines.run_folder.exchange import exchange
from gyogwa.pipelines.run_folder.ownership import read_listed
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from tests.pipelines.program import environment
from tests.pipelines.run_folder import killed
from tests.pipelines.run_folder.checks import is_clean, opens, refused
from tests.pipelines.run_folder.killed import in_a_process, lay_aside
from tests.pipelines.run_folder.trees import Tree, add_foreign, foreign_in, published, tree_of

IDENTITY = "0123456789ab"


@pytest.fixture
def foreign(run: Path) -> Tree:
    """What others put into the run."""
    return add_foreign(run)


def kill_everywhere(
    run: Path, built: Path, folder: Path, *options: str, every: int = 1
) -> list[Path]:
    """The runs in which putting `built` in place was killed, at one step each."""
    folder.mkdir()
    where = [str(run), str(built), str(folder), str(every)]
    command = [sys.executable, "-P", killed.__file__, *where, *options]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [folder / number for number in done.stdout.split()]


def killed_before(run: Path, built: Path, call: str, target: Path, exchanges: bool = True) -> None:
    """Put `built` in place in `run`, killed before `os.CALL` gives the target its new content."""
    lay_aside(run, built)
    settings, done = read_listed(str(built)).published.settings, getattr(os, call)

    def dying(source: str | Path, place: str | Path, **options: Any) -> None:
        if str(place) == str(target):
            os.kill(os.getpid(), signal.SIGKILL)
        done(source, place, **options)

    def work() -> None:
        setattr(os, call, dying)
        if not exchanges:
            trading.exchange = lambda one, other: False  # type: ignore[attr-defined]
        put_in_place(swap_of(str(run), IDENTITY, "published.json"), settings)

    assert not in_a_process(work)


def state_of(run: Path) -> str:
    """How a loader finds the run: "opens", or the reason why not."""
    try:
        CurriculumLoader(run / "curriculum.json", batch_size=2, drop_last=False)
    except GyogwaError as error:
        return str(error)
    return "opens"


def test_a_kill_at_any_step_is_mended_by_the_next_command(
    run: Path,
    second: Path,
    foreign: Tree,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, new = published(run), published(second)
    runs = kill_everywhere(run, second, tmp_path / "killed", every=5)
    assert len(runs) > 20  # or too little was counted
    outcomes = []
    closed = []
    for number, here in enumerate(runs):
        decided = (here / ".building" / IDENTITY / "published.json").exists()
        assert foreign_in(here) == foreign  # at every instant
        if (state := state_of(here)) != "opens":
            closed.append(state)
        settle(RunLayout(str(here)))
        if number % 5 == 0:  # the others hold the same bytes
            assert is_clean(here, capsys)
            assert opens(here)
        found = published(here)
        assert found in (old, new)
        assert foreign_in(here) == foreign
        finished = found == new
        assert finished or not decided
        outcomes.append(finished)
    assert outcomes == sorted(outcomes)  # first the old, from some step on the new
    assert {False, True} == set(outcomes)
    assert len(closed) <= 1
    killed_before(run, second, "replace", run / "curriculum.json")
    closed.append(state_of(run))  # between the exchange of stages/ and this, and nowhere else
    assert all("the stage is of another run" in state for state in closed)
    assert foreign_in(run) == foreign
    assert is_clean(run, capsys)
    assert opens(run)
    assert published(run) == new
    assert foreign_in(run) == foreign


def test_so_it_is_where_folders_cannot_be_exchanged(
    run: Path,
    second: Path,
    foreign: Tree,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Between the two steps that take the place of the exchange, and at others."""
    old, new = published(run), published(second)
    for here in kill_everywhere(run, second, tmp_path / "killed", "--without_exchange", every=15):
        settle(RunLayout(str(here)))
        assert published(here) in (old, new)
        assert foreign_in(here) == foreign
    killed_before(run, second, "rename", run / "stages", exchanges=False)
    assert not (run / "stages").exists()
    assert is_clean(run, capsys)
    assert opens(run)
    assert published(run) == new
    assert foreign_in(run) == foreign


def test_mending_may_be_killed_too(run: Path, second: Path, foreign: Tree, tmp_path: Path) -> None:
    new = published(second)
    mended = kill_everywhere(run, second, tmp_path / "killed", "--mend", every=15)
    assert len(mended) > 3
    for here in mended:
        assert foreign_in(here) == foreign
        assert main(["lint", str(here)]) == 0
        assert published(here) == new
        assert not (here / ".building").exists()


def test_abandoned_builds_are_taken_away_and_nothing_else(
    run: Path, second: Path, foreign: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_aside(run, second)
    (run / ".building" / IDENTITY / "stages" / ".incomplete-abcd1234").write_text("half")
    (run / ".building" / IDENTITY / "stages" / "mine.txt").write_text("mine")
    before = published(run)
    assert is_clean(run, capsys)
    assert main(["annotate", "--output", str(run)]) == 0
    assert "mine.txt" in capsys.readouterr().err
    left = tree_of(run / ".building")
    assert [path for path, what in left.items() if what != "folder"] == [
        f"{IDENTITY}/stages/mine.txt"
    ]
    assert published(run) == before
    assert foreign_in(run) == foreign


def test_a_file_of_others_that_came_meanwhile_stops_the_swap(
    run: Path, second: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_aside(run, second)
    (run / "stages" / "2-less").mkdir()
    (run / "stages" / "2-less" / "manifest.json").write_text("mine")
    before = {path: what for path, what in tree_of(run).items() if ".building" not in path}
    with pytest.raises(GyogwaError, match=r"2-less/manifest\.json: not written by this run"):
        put_in_place(swap_of(str(run), IDENTITY, "published.json"), {})
    after = {path: what for path, what in tree_of(run).items() if ".building" not in path}
    assert after == before
    assert main(["lint", str(run)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"{run}/stages/2-less/manifest.json: no manifest lists it (unlisted_file)",
        "1 problem",
    ]


def test_an_edit_between_kill_and_mending_is_kept(
    run: Path, second: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = published(second)
    killed_before(run, second, "replace", run / "README.md")
    assert not (run / "stages" / "2-more").exists()
    assert [*run.glob(".building/*/README.md")]
    (run / "README.md").write_text("mine")
    assert main(["lint", str(run)]) == 1
    assert refused(capsys, "README.md", "move")
    assert (run / "README.md").read_text() == "mine"
    os.rename(run / "README.md", run / "mine.md")
    assert is_clean(run, capsys)
    assert published(run) == new


def test_files_are_carried_over_where_nothing_can_be_linked(
    run: Path, second: Path, foreign: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "no hard links here")

    lay_aside(run, second)
    inode = (run / "stages" / "1-all" / "mine.tar").stat().st_ino
    monkeypatch.setattr(os, "link", no_links)
    settings = json.loads((second / "published.json").read_text())["settings"]
    put_in_place(swap_of(str(run), IDENTITY, "published.json"), settings)
    assert published(run) == published(second)
    assert foreign_in(run) == foreign
    assert (run / "stages" / "1-all" / "mine.tar").stat().st_ino == inode  # the very file


def test_a_failure_before_the_exchange_leaves_the_old_run(
    run: Path,
    second: Path,
    foreign: Tree,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    lay_aside(run, second)
    before = published(run)
    monkeypatch.setattr(trading, "exchange", full)
    with pytest.raises(GyogwaError, match="the old ones are as they were"):
        put_in_place(swap_of(str(run), IDENTITY, "published.json"), {})
    assert is_clean(run, capsys)
    assert published(run) == before
    assert foreign_in(run) == foreign


def test_a_closed_folder_of_others_is_no_obstacle(run: Path, second: Path) -> None:
    (run / "stages" / "theirs").mkdir()
    (run / "stages" / "theirs" / "a.txt").write_text("mine")
    (run / "stages" / "theirs").chmod(0o555)
    lay_aside(run, second)
    put_in_place(swap_of(str(run), IDENTITY, "published.json"), {})
    assert (run / "stages" / "theirs" / "a.txt").read_text() == "mine"
    assert (run / "stages" / "theirs").stat().st_mode & 0o777 == 0o555
    assert not (run / ".building").exists()


def test_two_folders_trade_places(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text(name)
    traded = exchange(str(tmp_path / "one"), str(tmp_path / "other"))
    assert (tmp_path / ("other" if traded else "one") / "one").exists()
    with pytest.raises(FileNotFoundError):
        exchange(str(tmp_path / "one"), str(tmp_path / "none"))


def test_a_copy_of_a_half_swapped_run_mends_itself(
    run: Path, second: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = published(second)
    for here in kill_everywhere(run, second, tmp_path / "killed", every=30):
        copy = here.with_name(f"{here.name}-copy")
        decided = (here / ".building" / IDENTITY / "published.json").exists()
        shutil.copytree(here, copy, symlinks=True)
        assert is_clean(copy, capsys)
        assert published(copy) == new or not decided
