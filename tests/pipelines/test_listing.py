"""What is done again when inputs change, and what isn't: nothing is read that is known."""

import io
import json
import os
import shutil
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image as Picture

from gyogwa.pipelines import ingest
from gyogwa.pipelines.cli import main
from gyogwa.pipelines.ledger import check_ledger
from gyogwa.pipelines.runner import beam_options
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.records import Conversation, Image
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.ingest.inputs import parse_inputs

TABLES = ("catalog", "records", "packs", "rejects", "ledger", "sources")
_opened: list[str] | None = None


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _opened is not None and isinstance(arguments[0], str):
        _opened.append(arguments[0])


sys.addaudithook(_on_event)


@contextmanager
def opened(below: Path) -> Iterator[set[str]]:
    """The names of the files in a folder that this process opens in the block, but for the marker
    that a run's folder would have."""
    global _opened
    names: set[str] = set()
    _opened = []
    try:
        yield names
    finally:
        inside = [Path(path) for path in _opened if path.startswith(f"{below}/")]
        names |= {str(path.relative_to(below)) for path in inside} - {"run.json"}
        _opened = None


def png(shade: int) -> bytes:
    buffer = io.BytesIO()
    picture = Picture.new("L", (60, 40), 255)
    picture.paste(shade, (10, 10, 30, 20))
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def fill(folder: Path) -> None:
    """One of everything: labels, captions, rows about several images, documents, packs, rejects."""
    folder.mkdir(parents=True)
    for shade, name in enumerate("abcd"):
        (folder / f"{name}.png").write_bytes(png(shade))
    pages = [Picture.open(io.BytesIO(png(shade))) for shade in (40, 50)]
    pages[0].save(folder / "book.pdf", save_all=True, append_images=pages[1:])
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (folder / "notes.xlsx").write_bytes(b"PK")
    talk = [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]
    table = [{"image": {"bytes": png(9), "path": "9"}, "conversations": talk, "licence": "MIT"}]
    pq.write_table(pa.Table.from_pylist(table), folder / "rows.parquet")
    for name, mode in (("plain.tar", "w"), ("packed.tgz", "w:gz")):
        with tarfile.open(folder / name, mode) as tar:  # type: ignore[call-overload]
            info = tarfile.TarInfo("x/1.png")
            info.size = len(png(len(name)))
            tar.addfile(info, io.BytesIO(png(len(name))))
    words = [{"text": "교과", "box": [10, 10, 30, 20]}]
    rows: list[dict[str, Any]] = [
        {"file_name": "a.png", "words": words, "licence": "CC0-1.0"},
        {"file_name": "b.png", "text": "A dark field", "document": "album"},
        {"file_names": ["a.png", "c.png"], "conversations": talk},
        {"file_name": "b.png", "conversations": talk},
        {"conversations": talk},
        {"file_name": "gone.png"},
    ]
    (folder / "metadata.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n{broken\n")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    fill(tmp_path / "in")
    return tmp_path / "in"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs ingest; gives how many parts were made, moved and kept, None when none was looked at."""

    def run(output: Path, *options: str) -> tuple[int, ...] | None:
        capsys.readouterr()
        assert main(["ingest", "--output", str(output), *options]) == 0
        check_ledger(RunLayout(str(output)))
        lines = [line.split() for line in capsys.readouterr().err.splitlines()]
        found = [line[1::2] for line in lines if line[:1] == ["parts"]]
        return tuple(map(int, found[0])) if found else None

    return run


def tables(output: Path, *but: str) -> dict[str, bytes]:
    """The files of the tables that ingest writes, packs included."""
    return {
        str(path.relative_to(output)): path.read_bytes()
        for folder in TABLES
        if folder not in but
        for path in sorted((output / folder).glob("*"))
    }


def afresh(said: Any, output: Path, *options: str) -> dict[str, bytes]:
    """The tables of a run from nothing in the same place, since tables hold paths."""
    output.rename(output.with_name("kept"))
    said(output, *options)
    made = tables(output)
    shutil.rmtree(output)
    output.with_name("kept").rename(output)
    return made


PARTS = 5  # images and rows, a document, Parquet, two tars


def test_only_what_is_not_as_it_was_is_read_again(source: Path, tmp_path: Path, said: Any) -> None:
    assert said(tmp_path / "out", f"--input={source}") == (PARTS, 0, 0)
    before = tables(tmp_path / "out")
    with opened(source) as names:  # nothing has changed: it is listed, and nothing in it opened
        assert said(tmp_path / "out", f"--input={source}") is None
    assert names == set()
    assert tables(tmp_path / "out") == before

    os.utime(source / "book.pdf", (1, 1))  # it is hashed and no part made
    with opened(source) as names:
        assert said(tmp_path / "out", f"--input={source}") == (0, 0, PARTS)
    assert names == {"book.pdf", "metadata.jsonl"}
    assert tables(tmp_path / "out") == before

    sorted((tmp_path / "out/catalog").iterdir())[0].unlink()  # it is made again
    assert said(tmp_path / "out", f"--input={source}") == (1, 0, PARTS - 1)
    assert tables(tmp_path / "out") == before


def test_a_moved_and_renamed_input_is_not_read_again(
    source: Path, tmp_path: Path, said: Any
) -> None:
    said(tmp_path / "out", f"--input={source}")
    there = tmp_path / "elsewhere" / "other"
    there.parent.mkdir()
    source.rename(there)
    with opened(there) as names:
        assert said(tmp_path / "out", f"--input={there}") == (0, PARTS, 0)
    assert names == {"metadata.jsonl"}
    assert tables(tmp_path / "out") == afresh(said, tmp_path / "out", f"--input={there}")


def test_a_licence_is_a_column(source: Path, tmp_path: Path, said: Any) -> None:
    said(tmp_path / "out", f"--input={source}")
    options = (f"--input={source}", "--licence=in=CC-BY-4.0")
    with opened(source) as names:
        assert said(tmp_path / "out", *options) == (0, PARTS, 0)
    assert names == {"metadata.jsonl"}
    licences = {row.uri: row.licence for row in read_folder(Image, str(tmp_path / "out/catalog"))}
    assert licences["a.png"] == "CC0-1.0"
    assert licences["book.pdf#page=1"] == "CC-BY-4.0"
    assert licences["rows.parquet#row=0"] == "MIT"
    assert tables(tmp_path / "out", "sources") == {
        path: data
        for path, data in afresh(said, tmp_path / "out", *options).items()
        if not path.startswith("sources/")
    }


def test_a_licence_that_rows_bring_too_is_told_by_reading_them(
    source: Path, tmp_path: Path, said: Any
) -> None:
    said(tmp_path / "out", f"--input={source}", "--licence=in=MIT")
    made, moved, kept = said(tmp_path / "out", f"--input={source}", "--licence=in=X")
    assert (made, moved, kept) == (1, PARTS - 1, 0)
    licences = {row.uri: row.licence for row in read_folder(Image, str(tmp_path / "out/catalog"))}
    assert licences["rows.parquet#row=0"] == "MIT"
    assert licences["book.pdf#page=1"] == "X"


def test_a_renamed_file_keeps_its_part_and_a_changed_or_new_one_makes_its_own_anew(
    source: Path, tmp_path: Path, said: Any
) -> None:
    said(tmp_path / "out", f"--input={source}")
    (source / "book.pdf").rename(source / "novel.pdf")
    (source / "d.png").rename(source / "0.png")
    with opened(source) as names:
        assert said(tmp_path / "out", f"--input={source}") == (0, 2, PARTS - 2)
    assert names == {"metadata.jsonl"}
    uris = {row.uri for row in read_folder(Image, str(tmp_path / "out/catalog"))}
    assert {"novel.pdf#page=2", "0.png"} <= uris
    (source / "0.png").write_bytes(png(99))
    assert said(tmp_path / "out", f"--input={source}") == (1, 0, PARTS - 1)
    shutil.copy(source / "plain.tar", source / "more.tar")
    assert said(tmp_path / "out", f"--input={source}") == (0, 1, PARTS - 1)
    assert tables(tmp_path / "out") == afresh(said, tmp_path / "out", f"--input={source}")


def test_the_same_contents_in_two_inputs_are_read_once(
    source: Path, tmp_path: Path, said: Any
) -> None:
    shutil.copytree(source, tmp_path / "twin")
    options = (f"--input={source}", f"--input={tmp_path / 'twin'}", "--licence=twin=X")
    assert said(tmp_path / "out", *options) == (PARTS, 0, 0)
    images = list(read_folder(Image, str(tmp_path / "out/catalog")))
    talks = list(read_folder(Conversation, str(tmp_path / "out/records")))
    for rows in (images, talks):
        held = [{row.uri for row in rows if row.source == name} for name in ("in", "twin")]
        assert held[0] == held[1] != set()
    assert {row.licence for row in images if row.source == "twin"} == {"X", "CC0-1.0", "MIT"}
    rejects = list(read_folder(Reject, str(tmp_path / "out/rejects")))
    assert len(rejects) == 2 * 4  # a document, a name, a file that isn't there, a broken line
    assert said(tmp_path / "out", f"--input={source}") == (0, PARTS, 0)
    assert tables(tmp_path / "out") == afresh(said, tmp_path / "out", f"--input={source}")


def test_the_graph_holds_nothing_of_the_input(tmp_path: Path) -> None:
    sizes = []
    folder = tmp_path / "in"
    folder.mkdir()
    for count in (10, 10_000):
        for number in range(count):
            (folder / f"{number}.png").touch()
        rows = [json.dumps({"file_name": f"{n}.png", "text": "A field"}) for n in range(count)]
        (folder / "metadata.jsonl").write_text("\n".join(rows))
        layout = RunLayout(str(tmp_path / "out"))
        inputs = parse_inputs([f"in={folder}"], [])
        listing, parts = (beam.Pipeline(options=beam_options([])) for _ in range(2))
        ingest.build_listing(listing, layout, inputs)
        ingest.build(parts, layout, ingest.IngestConfig(inputs, 100))
        sizes.append([drawn.to_runner_api().ByteSize() for drawn in (listing, parts)])
    few, many = sizes
    assert many == pytest.approx(few, abs=1000)  # names of nodes are numbered through a process
