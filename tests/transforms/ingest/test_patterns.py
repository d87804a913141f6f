"""Patterns of inputs: what they take, which folders they lead into, and what they can't mean."""

import glob
import os
import unicodedata
from pathlib import Path

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.ingest import listing
from gyogwa.transforms.ingest.inputs import parse_inputs
from gyogwa.transforms.ingest.listing import find
from gyogwa.transforms.ingest.patterns import Pattern, expanded

FILES = (
    *("2021/a.pdf", "2021/b.tif", "2022/a.pdf", "2022/deep/c.pdf", "2023/a.pdf", "top.pdf"),
    *("2022/.hidden.pdf", "x-08.tar", "x-09.tar", "x-10.tar", "x-11.tar", "한글/표.pdf"),
)


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "scans"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    return root


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("s=scans/{2021,2022}/*.pdf", ["2021/a.pdf", "2022/a.pdf"]),
        ("s=scans/**/*.pdf", [f for f in FILES if f.endswith(".pdf") and "/." not in f]),
        ("s=scans/202[12]", [f for f in FILES if f[:4] in ("2021", "2022")]),
        ("s=scans/202[!12]/?.pdf", ["2023/a.pdf"]),
        ("s=scans/x-{08..10}.tar", ["x-08.tar", "x-09.tar", "x-10.tar"]),
        ("s=scans/{top.pdf,2022/{deep,none}/*}", ["2022/deep/c.pdf", "top.pdf"]),
        (f"s=scans/{unicodedata.normalize('NFD', '한')}*/*", ["한글/표.pdf"]),
    ],
)  # fmt: skip
def test_a_pattern_takes(scans: Path, given: str, found: list[str]) -> None:
    (source,) = parse_inputs([given])
    assert source.path == str(scans)
    listed = find(source.path, pattern=source.pattern).files
    assert [file.uri for file in listed] == sorted(found)


def test_the_same_in_a_store(scans: Path) -> None:
    store = fsspec.filesystem("memory")
    for name in FILES:
        store.pipe_file(f"/patterns/{name}", b"x")
    (source,) = parse_inputs(["s=memory://patterns/{2021,2022}/*.pdf"])
    assert (source.path, source.pattern) == ("memory://patterns", "{2021,2022}/*.pdf")
    listed = find(source.path, pattern=source.pattern).files
    assert [file.uri for file in listed] == ["2021/a.pdf", "2022/a.pdf"]


def test_only_folders_that_lead_somewhere_are_entered(
    scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = []

    def inside(folder: str) -> list[os.DirEntry[str]]:
        entered.append(Path(folder).name)
        return list(os.scandir(folder))

    monkeypatch.setattr(listing, "_inside", inside)
    find(str(scans), pattern="{2021,2022}/*.pdf")
    assert sorted(entered) == ["2021", "2022", "scans"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("s=scans/{a,b", "a brace isn't closed"),
        ("s=scans/a}*", "a brace is closed that isn't open"),
        ("s=scans/{0..99999}/*", "more than 20,000 patterns"),
        ("s=scans/*/../x", "it leads upwards"),
        ("s=memory://b*/x", "bucket or host can't be a pattern"),
        ("s=nowhere/*.png", "no such file or folder"),
    ],
)
def test_patterns_that_mean_nothing(scans: Path, given: str, said: str) -> None:
    with pytest.raises(GyogwaError, match=said):
        parse_inputs([given])


def test_a_file_of_that_very_name_is_no_pattern(scans: Path) -> None:
    (scans / "[1].pdf").write_bytes(b"x")
    (source,) = parse_inputs(["s=scans/[1].pdf"])
    assert (source.path, source.pattern) == (f"{scans}/[1].pdf", "")


NAMES = st.sampled_from(["a", "ab", "b", "1.x", "2.x"])
PARTS = st.sampled_from(["*", "?", "a", "[ab]", "*.x", "**", "{a,b}", "?.{x,y}"])


@given(
    st.lists(st.lists(NAMES, min_size=1, max_size=3).map("/".join), max_size=8),
    st.lists(PARTS, min_size=1, max_size=3).map("/".join),
)
def test_files_are_taken_as_a_shell_takes_them(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], pattern: str
) -> None:
    root = tmp_path_factory.mktemp("shell")
    for name in names:
        path = root / name
        if not any(p.is_file() for p in path.parents) and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
    there = [str(p.relative_to(root)) for p in sorted(root.rglob("*")) if p.is_file()]
    matched = {
        m.rstrip("/")
        for p in expanded(pattern)
        for m in glob.glob(p, root_dir=root, recursive=True)
    }
    expected = [f for f in there if any(f == m or f.startswith(f"{m}/") for m in matched if m)]
    if pattern.endswith("**"):
        expected = [f for f in there if Pattern(pattern).takes(f)]
    assert [f for f in there if Pattern(pattern).takes(f)] == expected
    for file in expected:
        for folder in Path(file).parents[:-1]:
            assert Pattern(pattern).leads(str(folder))
