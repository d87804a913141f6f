"""Checks of what was held out, and a model's answers run through them."""

import json
from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from tests.sharing import Share


@pytest.fixture(scope="session")
def checks(built: Path, share: Share) -> Path:
    def make(folder: Path) -> None:
        assert main(["tests", str(built), "--output", str(folder / "checks")]) == 0

    return share("checks", make) / "checks"


def rows_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def answer(path: Path, said: dict[str, str]) -> str:
    rows = [{"request": request, "answer": text} for request, text in said.items()]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return str(path)


def test_the_lines_of_a_page_pass_and_one_wrong_line_is_named(
    checks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requests, found = rows_of(checks / "requests.jsonl"), rows_of(checks / "checks.jsonl")
    assert all((checks / str(request["image"])).is_file() for request in requests)
    read = next(request for request in requests if request["kind"] == "read")
    lines = {  # in order, as the checks say; a line that stands there twice is given twice
        str(check["text"]): int(str(check.get("times", 1)))
        for check in found
        if check["request"] == read["id"] and check["kind"] == "present"
    }
    true = "\n".join(line for line, times in lines.items() for _ in range(times))
    results = tmp_path / "results.jsonl"
    answers = answer(tmp_path / "answers.jsonl", {str(read["id"]): true})
    capsys.readouterr()
    assert main(["judge", str(checks), answers, "--results", str(results)]) == 0
    said = capsys.readouterr().out
    assert f"{len(requests) - 1} requests have no answer" in said
    passed = {row["check"] for row in rows_of(results) if row["passed"]}
    present = {
        check["id"]
        for check in found
        if check["request"] == read["id"] and check["kind"] == "present"
    }
    assert present <= passed
    assert {row["check"] for row in rows_of(results)} == {check["id"] for check in found}

    first = max(lines, key=len)  # not part of another line
    answer(tmp_path / "answers.jsonl", {str(read["id"]): true.replace(first, "")})
    assert main(["judge", str(checks), answers, "--results", str(results)]) == 0
    passed = {row["check"] for row in rows_of(results) if row["passed"]}
    (missing,) = (check["id"] for check in found if check["id"] in present - passed)
    assert next(check["text"] for check in found if check["id"] == missing) == first


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"request": "nobody", "answer": ""}', "'nobody' is no request"),
        ('{"request": "ID", "answer": ""}\n{"request": "ID", "answer": ""}', "two answers to ID"),
        ('{"request": "ID"}', "line 1: "),
        ("hello", "line 1: "),
    ],
)
def test_answers_that_are_none_are_told_in_a_line(
    text: str, says: str, checks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = str(rows_of(checks / "requests.jsonl")[0]["id"])
    path = tmp_path / "answers.jsonl"
    path.write_text(text.replace("ID", request))
    assert main(["judge", str(checks), str(path)]) == 1
    assert says.replace("ID", request) in capsys.readouterr().err


def test_a_folder_that_holds_something_is_left_as_it_is(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["tests", str(built), "--output", str(tmp_path)]) == 1
    assert "isn't empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_missing_file_is_told_in_a_line(
    checks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["judge", str(checks), str(tmp_path / "none.jsonl")]) == 1
    assert main(["judge", str(tmp_path), str(tmp_path / "none.jsonl")]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert all("none.jsonl" in line or "requests.jsonl" in line for line in told)
