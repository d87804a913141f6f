"""Paths as users give them: made absolute, taken by their very name, or refused in one line."""

import os
from pathlib import Path

import pytest

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.paths import input_path, output_path
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.ingest.inputs import parse_inputs
from tests.transforms.files.buckets import Bucket

ODD = ["a::b", "[a]", "{a,b}", "what?", "a*b", "~x", "a b", "가"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def refused(call: object, given: str) -> str:
    assert callable(call)
    with pytest.raises(GyogwaError) as caught:
        call("--option", given)
    said = str(caught.value)
    assert said.startswith("--option")
    assert "\n" not in said
    return said


def test_home_is_expanded(home: Path) -> None:
    (home / "in").mkdir()
    assert input_path("--input", "~/in") == str(home / "in")
    assert output_path("--output", "~/runs/1") == str(home / "runs/1")
    assert output_path("--output", "~") == str(home)
    assert parse_inputs(["docs=~/in"], [])[0].path == str(home / "in")
    assert "home" in refused(input_path, "~nobody-of-this-name/in")
    assert "home" in refused(output_path, "~nobody-of-this-name/in")


@pytest.mark.parametrize("name", ODD)
def test_what_really_has_an_odd_name_is_taken(home: Path, name: str) -> None:
    os.mkdir(name)
    write_bytes(f"{name}/{name}.png", b"x")
    place = Path.cwd()
    given = f"./{name}"  # as a shell's completion gives ~x
    assert input_path("--input", given) == f"{place}/{name}"
    assert input_path("--input", f"{given}/{name}.png") == f"{place}/{name}/{name}.png"
    assert output_path("--output", given) == f"{place}/{name}"
    assert output_path("--output", f"{given}/run") == f"{place}/{name}/run"
    assert parse_inputs([f"docs={given}"], [])[0].path == f"{place}/{name}"


@pytest.mark.parametrize("given", ["*.png", "in/[ab]", "in{1,2}", "file://in/*"])
def test_patterns_are_refused(home: Path, given: str) -> None:
    assert "patterns and braces aren't expanded; give the folder" in refused(input_path, given)
    assert "choose a name without them" in refused(output_path, given)


def test_patterns_in_stores(bucket: type[Bucket]) -> None:
    write_bytes("bucket://b/in[1]/a.png", b"x")
    assert input_path("--input", "bucket://b/in[1]/") == "bucket://b/in[1]"
    assert output_path("--output", "bucket://b/in[1]") == "bucket://b/in[1]"
    assert "aren't expanded" in refused(input_path, "bucket://b/in*")
    assert "choose a name" in refused(output_path, "bucket://b/run{1}")
    assert output_path("--output", "bucket://b/run/") == "bucket://b/run"


@pytest.mark.parametrize(
    "given", ["zip://*::a.zip", "simplecache::gs://b/in", "a.png::in.zip", "tar://x::s3://b/in.tar"]
)
def test_chained_addresses_are_refused(home: Path, given: str) -> None:
    for call in (input_path, output_path):
        assert "chained addresses (::) aren't read" in refused(call, given)


def test_other_refusals(home: Path) -> None:
    Path("file").write_bytes(b"x")
    Path("loop").symlink_to("loop")
    assert "empty" in refused(input_path, "")
    assert "empty" in refused(output_path, "")
    assert "no such file or folder" in refused(input_path, "none")
    assert "is a file; give a folder" in refused(output_path, "file")
    assert f"{Path.cwd()}/file is a file; give a folder" in refused(output_path, "file/run")
    assert "web server can't be written to" in refused(output_path, "https://me:pw@h/run?key=x")
    assert "pw" not in refused(output_path, "https://me:pw@h/run?key=x")
    for call in (input_path, output_path):
        assert "can't be used: Protocol not known: nix" in refused(call, "nix://b/in")
        assert "not UTF-8" in refused(call, "caf\udce9")
        assert "links that lead to one another" in refused(call, "loop")
        assert "can't be used: File name too long" in refused(call, "x" * 300)


def test_a_web_address_may_hold_a_query() -> None:
    assert input_path("--input", "https://h/a.tar?key={x}*") == "https://h/a.tar?key={x}*"


def test_links_are_resolved(home: Path) -> None:
    Path("real").mkdir()
    Path("link").symlink_to("real")
    assert input_path("--input", "link") == output_path("--output", "link") == f"{Path.cwd()}/real"
    assert output_path("--output", "link/new/..") == f"{Path.cwd()}/real"
    assert output_path("--output", "file:///") == "/"
