"""Files that move, disks that fail, processes that are killed: the run ends with a line that says
what to do, nothing is held against an image, and the next run does what this one couldn't."""

import tarfile
from pathlib import Path

import pytest

from gyogwa.pipelines.cli import main
from gyogwa.schemas.records import Annotation, Image
from gyogwa.transforms.files import retries
from gyogwa.transforms.files.tables import read_folder
from tests.pipelines.test_annotate import CURRICULUM, write_page
from tests.transforms.annotate.engines.hostile import WIDTH
from tests.transforms.files.disks import make_read_only, small_disk, unreadable

HOSTILE = "tests.transforms.annotate.engines.hostile"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "WAITS", (0.0, 0.0, 0.0))


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    for name in ("alpha", "bravo", "charlie"):
        write_page(tmp_path / "in" / f"{name}.png", name)
    return tmp_path / "in"


class Runs:
    """Commands on one output folder."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.output, self._capture = folder / "out", capture
        self._curriculum = folder / "one.yaml"
        self._curriculum.write_text(CURRICULUM)

    def do(self, command: str, *flags: str) -> None:
        assert main(self._arguments(command, *flags)) == 0

    def fail(self, command: str, *flags: str) -> str:
        """The one line that a failing command says."""
        self._capture.readouterr()
        assert main(self._arguments(command, *flags)) == 1
        lines = [x for x in self._capture.readouterr().err.splitlines() if " done in " not in x]
        assert len(lines) == 1, lines
        assert lines[0].startswith("gyogwa: ")
        return lines[0]

    def _arguments(self, command: str, *flags: str) -> list[str]:
        arguments = [command, "--output", str(self.output), *flags]
        if command in ("assemble", "build"):
            arguments += ["--curriculum", str(self._curriculum)]
        return arguments + (["--ocr_processes", "1"] if command != "ingest" else [])

    def texts(self) -> dict[str, str]:
        """What stands on each image, by its name."""
        names = {row.image_id: row.uri for row in read_folder(Image, f"{self.output}/catalog")}
        return {
            names[row.image_id]: " ".join(word.text for word in row.words)
            for row in read_folder(Annotation, f"{self.output}/annotations")
        }

    def settled(self) -> list[str]:
        """The files that say something about images that were read, or couldn't be."""
        found = sorted(self.output.rglob("*.parquet"))
        return [p.name for p in found if "annotat" in str(p) or "failed" in str(p)]


@pytest.fixture
def runs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Runs:
    return Runs(tmp_path, capfd)


ALL = {f"{name}.png": name for name in ("alpha", "bravo", "charlie")}


def test_files_moved_or_swapped_between_ingest_and_annotate_and_then_brought_back(
    pages: Path, runs: Runs
) -> None:
    runs.do("ingest", "--input", str(pages))
    (pages / "bravo.png").rename(pages.parent / "away")
    said = runs.fail("annotate")
    assert "bravo.png: no such file; it was there at ingest: bring it back, or run gyog" in said
    assert runs.settled() == []
    (pages.parent / "away").rename(pages / "bravo.png")
    alpha, bravo = (pages / "alpha.png").read_bytes(), (pages / "bravo.png").read_bytes()
    (pages / "alpha.png").write_bytes(bravo)
    said = runs.fail("annotate")
    assert "alpha.png: changed since ingest; run gyogwa ingest again" in said
    assert runs.settled() == []
    (pages / "alpha.png").write_bytes(alpha)
    runs.do("annotate")
    assert runs.texts() == ALL
    runs.do("assemble")
    assert main(["lint", str(runs.output)]) == 0


def test_what_the_system_does_to_an_engine_is_not_held_against_an_image(
    pages: Path, runs: Runs, tmp_path: Path
) -> None:
    write_page(pages / "delta.png", "delta", WIDTH)
    runs.do("ingest", "--input", str(pages))
    for engine, said in {"Killed": "killed by signal 9", "Cramped": "No space left"}.items():
        flags = ("--ocr_engine", f"{HOSTILE}:{engine}")
        line = runs.fail("annotate", *flags)
        assert "delta.png: the OCR " in line
        assert said in line
        assert runs.settled() == []
    runs.do("annotate", *flags, "--ocr_option", f"once={tmp_path}/mark")
    assert runs.texts() == ALL | {"delta.png": "delta"}


def test_a_pack_that_was_altered_says_how_to_have_it_made_anew(runs: Runs, tmp_path: Path) -> None:
    write_page(tmp_path / "a.png", "alpha")
    with tarfile.open(tmp_path / "in.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "a.png", "a.png")
    runs.do("ingest", "--input", str(tmp_path / "in.tar.gz"))
    (pack,) = (runs.output / "packs").iterdir()
    data = pack.read_bytes()
    pack.write_bytes(data[:700] + b"#" + data[701:])
    said = runs.fail("annotate")
    assert "changed since ingest; delete " in said
    Path(said.split("; delete ")[1].split(" and run")[0]).unlink()
    runs.do("ingest", "--input", str(tmp_path / "in.tar.gz"))
    runs.do("annotate")
    assert list(runs.texts().values()) == ["alpha"]


@pytest.mark.parametrize("name", ["a.png", "a.pdf", "metadata.jsonl"])
def test_a_disk_that_cannot_be_read_ends_ingest(pages: Path, runs: Runs, name: str) -> None:
    unreadable(pages / name)
    said = runs.fail("ingest", "--input", str(pages), "--follow_links")
    assert f"{name}: can't be read after 4 attempts (Input/output error)" in said
    # that a file was listed is a fact, what can't be read of it isn't
    written = {p.relative_to(runs.output) for p in runs.output.rglob("*.parquet")}
    assert not [p for p in written if p.parts[0] != "listing" and "ingest-listing" not in p.name]


def test_a_full_disk_and_a_read_only_one(pages: Path, tmp_path: Path, runs: Runs) -> None:
    with small_disk(tmp_path / "disk", 1024) as disk:
        runs.output = disk / "out"
        (disk / "filler").write_bytes(b"x" * 1_040_000)
        said = runs.fail("ingest", "--input", str(pages))
        assert f"{disk}/out/" in said
        assert ": can't write a " in said
        assert "the disk is full; free some space, then run again" in said
        assert not list(disk.rglob(".incomplete-*"))
        (disk / "filler").unlink()
        runs.do("ingest", "--input", str(pages))
        make_read_only(disk)
        said = runs.fail("annotate")
        assert "the file system is read-only; give another folder, then run again" in said


def test_a_full_disk_ends_synthesis(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with small_disk(tmp_path / "disk", 64) as disk:
        assert main(["synthesize", "--output", f"{disk}/in", "--count", "6"]) == 1
        said = capfd.readouterr().err.strip().splitlines()[-1]
        assert said.startswith(f"gyogwa: {disk}/in/")
        assert "can't write an image: the disk is full; free some space, then run again" in said


@pytest.mark.parametrize(
    ("option", "given", "said"),
    [
        ("--input", "in{1,2", "a brace isn't closed"),
        ("--input", "zip://*::in.zip", "chained addresses (::) aren't read"),
        ("--output", "run*", "choose a name without them"),
        ("--output", "https://h/run", "a web server can't be written to"),
        ("--benchmarks", "sets/*.tsv", "patterns and braces aren't expanded"),
    ],
)
def test_paths_that_cannot_be_used(
    pages: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    option: str,
    given: str,
    said: str,
) -> None:
    flags = {"--input": str(pages), "--output": f"{tmp_path}/out", option: given}
    command = "build" if option == "--benchmarks" else "ingest"
    assert main([command, *(word for pair in flags.items() for word in pair)]) == 1
    last = capfd.readouterr().err.strip().splitlines()[-1]
    assert last.startswith(f"gyogwa: {option} {given}: ")
    assert said in last


def test_home_is_expanded(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: Runs
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["ingest", "--input=~/in", "--output=~/out"]) == 0
    assert len(list(read_folder(Image, f"{tmp_path}/out/catalog"))) == 3
