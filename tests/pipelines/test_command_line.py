"""The command line around the commands: versions, pipes, what isn't installed, and bugs."""

import os
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

from gyogwa.pipelines.running.extras import EXTRAS, missing_extra
from tests.pipelines.program import Program

ROOT = Path(__file__).parents[2]
WITHOUT = """
import sys
from importlib.machinery import PathFinder

class Without:
    @staticmethod
    def find_spec(name, path=None, target=None):
        hidden = name.split(".")[0] in {hidden}
        return None if hidden else PathFinder.find_spec(name, path, target)

sys.meta_path[:] = [Without if finder is PathFinder else finder for finder in sys.meta_path]
from gyogwa.pipelines.cli import main
"""
"""The command line where some packages aren't installed."""


def test_version(tmp_path: Path) -> None:
    with Program(tmp_path, "--version") as program:
        assert program.end() == (0, [f"gyogwa {version('gyogwa')}"])


NEEDED = {
    "build --input in --output out": "pipeline",
    "ingest --input in --output out": "pipeline",
    "annotate --output out": "pipeline",
    "assemble --output out": "pipeline",
    "plan --output out": "pipeline",
    "preview manifest.json": "loader",
    "bench-loader manifest.json": "loader",
    "synthesize --output out": "synthesize",
}


def test_a_missing_extra_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    script = WITHOUT.format(hidden=sorted(EXTRAS)) + "for line in sys.argv[1:]:\n"
    script += "    print(main(line.split()), flush=True)"
    with Program(tmp_path, *NEEDED, python=("-P", "-c", script)) as program:
        code, said = program.end()
    assert code == 0
    lines, codes = said[::2], said[1::2]
    assert codes == ["1"] * len(NEEDED)
    assert all(line.startswith("gyogwa: ") for line in lines)
    needed = [f"pip install 'gyogwa[{extra}]'" for extra in NEEDED.values()]
    assert [line[line.rindex("pip install") :] for line in lines] == needed


def test_every_extra_has_its_packages_in_the_table() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    modules: dict[str, list[str]] = {}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            modules.setdefault(distribution.lower().replace("_", "-"), []).append(module)
    for extra, requirements in declared["optional-dependencies"].items():
        if extra in ("dev", "audit", "docs", "browser"):
            continue
        for requirement in requirements:
            name = requirement.split(">=")[0].split("[")[0].lower()
            named = {EXTRAS[module] for module in modules.get(name, []) if module in EXTRAS}
            assert named or name not in modules, f"{name} of [{extra}]"
    base = " ".join(declared["dependencies"])
    assert not [module for module in EXTRAS if f"{module}>" in base]


def test_a_bug_in_an_import_is_no_missing_extra() -> None:
    for broken in (
        "import gyogwa.no_such_room",
        "from gyogwa.schemas import no_such_thing",
        "import apache_beam.no_such_module",
        "from apache_beam import no_such_name",
        "import no_such_package",
    ):
        with pytest.raises(ImportError) as caught:
            exec(broken)
        assert missing_extra(caught.value) is None


def test_a_bug_is_one_line_and_a_file(tmp_path: Path) -> None:
    script = (
        "import sys, gyogwa.pipelines.summary as summary, gyogwa.pipelines.cli as cli;"
        "summary.print_summary = lambda *_: {}['x']; sys.exit(cli.main())"
    )
    with Program(tmp_path, "stats", "out", python=("-P", "-c", script)) as program:
        code, (line,) = program.end()
    assert code == 1
    (log,) = program.temporary.iterdir()
    assert line.startswith("gyogwa: a bug of ours in pipelines/commands/looking.py:")
    assert line.endswith(f": KeyError: 'x'; please report it with {log}")
    assert "Traceback" in log.read_text()


def test_a_reader_that_has_gone_is_no_error(finished: Path) -> None:
    """As with `| head`."""
    reading, writing = os.pipe()
    os.close(reading)
    arguments = [sys.executable, "-P", "-m", "gyogwa.pipelines.cli", "stats", str(finished)]
    piped = subprocess.run(arguments, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (piped.returncode, piped.stderr) == (1, "")


@pytest.mark.parametrize(("folder", "code"), [("finished", 0), ("nothing", 1)])
def test_closed_streams_lead_nowhere(
    folder: str, code: int, finished: Path, tmp_path: Path
) -> None:
    """As from a script that closes them: no file is opened in their place and written over."""
    run = finished if folder == "finished" else tmp_path / folder
    program = f"{sys.executable} -P -m gyogwa.pipelines.cli stats {run} <&- >&-"
    closed = subprocess.run(["bash", "-c", program], stderr=subprocess.PIPE, text=True, check=False)
    assert closed.returncode == code
    assert closed.stderr == (
        "" if not code else f"gyogwa: {run}: no finished run (curriculum.json is missing)\n"
    )


def test_modules_of_the_working_directory_win_nowhere(few: Path, tmp_path: Path) -> None:
    names = ("schemas", "transforms", "loader", "json", "numpy", "apache_beam", "gyogwa", "PIL")
    for name in names:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')")
    for arguments in (  # each starts processes of its kind
        ("synthesize", "--count", "12", "--output", "in"),
        ("ingest", "--input", str(few), "--output", "out"),
        ("annotate", "--output", "out", "--direct_running_mode=multi_processing"),
    ):
        with Program(tmp_path, *arguments) as program:
            code, said = program.end()
            assert code == 0, said


def test_help_needs_nothing_but_the_base(tmp_path: Path) -> None:
    script = WITHOUT.format(hidden=sorted(EXTRAS)) + "sys.exit(main())"
    with Program(tmp_path, "build", "--help", python=("-P", "-c", script)) as program:
        code, said = program.end()
    assert code == 0
    assert said[0].startswith("usage: gyogwa build")
