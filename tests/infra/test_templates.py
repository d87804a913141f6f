"""Flex Templates: their files are what the command line takes, and the launcher gives it back."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gyogwa.pipelines.arguments import parser
from gyogwa.pipelines.flex.launch import arguments_of, main
from gyogwa.pipelines.flex.metadata import COMMANDS, text_of
from gyogwa.schemas.errors import GyogwaError

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "infra" / "dataflow" / "templates"
OF_THE_LAUNCHER = {"--help", "--log_format", "--metrics_file", "--progress_seconds"}
ASKED = {"min_review": "0.9", "input": "gs://b/in", "output": "gs://b/run"}


def parameters(command: str) -> dict[str, dict[str, object]]:
    found = json.loads((TEMPLATES / f"{command}.json").read_text())["parameters"]
    return {parameter["name"]: parameter for parameter in found}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_file_is_current(command: str) -> None:
    assert (TEMPLATES / f"{command}.json").read_text() == text_of(command), (
        "run python -m gyogwa.pipelines.flex.metadata infra/dataflow/templates"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_a_parameter_and_every_parameter_an_option(command: str) -> None:
    """By what `--help` says, which metadata doesn't read."""
    text = subprocess.run(
        [sys.executable, "-P", "-m", "gyogwa", command, "--help"],
        capture_output=True, text=True, check=True, env={"COLUMNS": "400", "PATH": ""},
    ).stdout  # fmt: skip
    options = set(re.findall(r"^  (?:-h, )?(--[a-z_]+)", text, re.MULTILINE))
    assert len(options) > 4
    of_template = {f"--{name}" for name in parameters(command)} - {"--command"}
    assert of_template == options - OF_THE_LAUNCHER


@pytest.mark.parametrize("command", COMMANDS)
def test_what_dataflow_checks_is_what_the_command_takes(command: str) -> None:
    for name, parameter in parameters(command).items():
        for pattern in parameter.get("regexes", []):  # type: ignore[attr-defined]
            assert re.fullmatch(pattern, str(parameter.get("defaultValue", ""))), name
        if "enumOptions" in parameter and "defaultValue" in parameter:
            values = [option["value"] for option in parameter["enumOptions"]]  # type: ignore[attr-defined]
            assert parameter["defaultValue"] in values
    given = {
        name: ASKED.get(name, parameter.get("defaultValue", "a"))
        for name, parameter in parameters(command).items()
    }
    flags = [f"--{name}={value}" for name, value in given.items()]
    arguments, beam = parser().parse_known_args(arguments_of(flags))
    assert arguments.command == command
    assert beam == ["--runner=DataflowRunner"]


def test_the_launcher_gives_the_command_line_that_is_meant() -> None:
    flags = [
        "--command=build", "--input=scans=gs://b/scans 'old=gs://b/of old'", "--strict=true",
        "--follow_links=false", "--output=gs://b/run", "--ocr_option=", "--region=asia-northeast3",
        "--project=p", "--benchmarks=gs://b/a.parquet gs://b/c.tsv",
    ]  # fmt: skip
    found = arguments_of(flags, image="r/i:1")
    arguments, beam = parser().parse_known_args(found)
    assert arguments.input == ["scans=gs://b/scans", "old=gs://b/of old"]
    assert (arguments.strict, arguments.follow_links) == (True, False)
    assert arguments.benchmarks == ["gs://b/a.parquet", "gs://b/c.tsv"]
    assert arguments.ocr_option == []
    assert beam == [
        "--region=asia-northeast3", "--project=p", "--runner=DataflowRunner",
        "--sdk_container_image=r/i:1",
    ]  # fmt: skip
    assert "--sdk_container_image=r/i:1" not in arguments_of(
        [*flags, "--sdk_container_image=other"], image="r/i:1"
    )


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--command=lint"], "expected one of ingest, annotate, assemble, build"),
        (["--output=gs://b/run"], "command ''"),
        (["--command=build", "--strict=perhaps"], "strict 'perhaps': expected true or false"),
        (["--command=build", "--input=a 'b"], "quote it as in a shell"),
    ],
)
def test_a_parameter_that_means_nothing_is_one_line(
    flags: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(GyogwaError, match=re.escape(said)):
        arguments_of(flags)
    assert main(flags) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
