"""Verdicts are on the images of the catalog, or there are none."""

import io
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from PIL import Image as Picture
from PIL import ImageDraw

from gyogwa.pipelines.runner import run_pipeline
from gyogwa.schemas.curriculum import Duplicates
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ledger import Duplicate
from gyogwa.schemas.records import BenchmarkRow, Image
from gyogwa.transforms.dedup.contamination.images import fingerprints_of
from gyogwa.transforms.dedup.fingerprint import Fingerprint
from gyogwa.transforms.dedup.judge import JudgePairs
from gyogwa.transforms.dedup.likeness import LATER
from gyogwa.transforms.dedup.verdict import look
from gyogwa.transforms.files import retries
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.flow.tables import Table, WriteTables
from gyogwa.transforms.ingest.catalog import Pack, catalogue
from gyogwa.transforms.ingest.hashes import Hashes
from gyogwa.transforms.ingest.raw import RawImage, SourcePart


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "WAITS", (0.0,))


def png(text: str) -> bytes:
    image = Picture.new("L", (300, 200), 255)
    ImageDraw.Draw(image).text((30, 80), text, 0, font_size=40)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def catalogued(path: Path) -> Image:
    raw = RawImage(path.read_bytes(), path.name, str(path))
    with Pack(f"{path}.tar") as pack:
        return catalogue(raw, SourcePart("", "files", "s", "unknown", [], 0), pack).image


def print_of(path: Path) -> Fingerprint:
    image = catalogued(path)
    hashes = Hashes(image.phash, image.boxed, image.centred)
    return Fingerprint(path.name, "", hashes, "", False, path.name, image.ref, image.sha256)


def test_no_verdict_on_a_pair_of_which_one_was_swapped(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_bytes(f"{tmp_path}/{name}.png", png("1,250"))
    one = print_of(tmp_path / "one.png")
    other = print_of(tmp_path / "other.png")
    assert look(one, other, 0, Duplicates()).verdict == "near"
    swapped = png("7,777")
    write_bytes(f"{tmp_path}/other.png", swapped)
    with pytest.raises(GyogwaError, match=r"other\.png: changed since ingest"):
        look(one, other, 0, Duplicates())
    with pytest.raises(GyogwaError, match=r"other\.png: changed since ingest"):
        look(other, one, 0, Duplicates())
    (tmp_path / "other.png").unlink()
    with pytest.raises(GyogwaError, match=r"other\.png: no such file"):
        look(one, other, 0, Duplicates())


def test_no_verdict_on_an_evaluation_image_that_was_swapped(tmp_path: Path) -> None:
    for name in ("page", "asked"):
        write_bytes(f"{tmp_path}/{name}.png", png("1,250"))
    page = print_of(tmp_path / "page.png")
    row = BenchmarkRow("set", "row=0", "", [], [catalogued(tmp_path / "asked.png")])
    (asked,) = fingerprints_of(row)
    assert look(asked, page, 0, Duplicates()).verdict == "near"
    write_bytes(f"{tmp_path}/asked.png", png("7,777"))
    with pytest.raises(GyogwaError, match=r"asked\.png: changed since ingest"):
        look(asked, page, 0, Duplicates())


def test_what_is_put_off_is_looked_at_where_both_have_a_copy(tmp_path: Path) -> None:
    drawn = {"a1": "1,250", "a2": "1,250", "a3": "1,250", "b1": "7,777", "c1": "9,024"}
    for name, text in drawn.items():
        write_bytes(f"{tmp_path}/{name}.png", png(text))
    prints = [print_of(tmp_path / f"{name}.png") for name in drawn]
    at_once = [("a1", "a2"), ("a2", "a3"), ("a3", "b1"), ("b1", "c1")]
    later = [("a1", "a3"), ("a1", "b1"), ("a2", "c1")]
    pairs = [
        ((f"{first}.png", f"{second}.png"), distance)
        for of, distance in ((at_once, 0), (later, LATER))
        for first, second in of
    ]
    out = f"{tmp_path}/duplicates"

    def graph(pipeline: beam.Pipeline) -> None:
        made = pipeline | "Prints" >> beam.Create(prints).with_output_types(Fingerprint)
        kind = tuple[tuple[str, str], int]
        proposed = pipeline | "Pairs" >> beam.Create(pairs).with_output_types(kind)
        looks = pipeline | "Looks" >> beam.Create([], reshuffle=False).with_output_types(Duplicate)
        judged = (made, proposed, looks) | JudgePairs(Duplicates())
        rows = judged | "Pair" >> beam.Map(lambda row: row.pair).with_output_types(Duplicate)
        table = Table(Duplicate, out, "duplicates", lambda d: (d.kept, d.member))
        _ = (rows,) | WriteTables(table)

    run_pipeline(graph, PipelineOptions(["--runner", "DirectRunner"]))
    found = {(row.kept[:2], row.member[:2]): row.verdict for row in read_folder(Duplicate, out)}
    assert {pair for pair, verdict in found.items() if verdict == "near"} == {
        ("a1", "a2"), ("a2", "a3"), ("a1", "a3"),
    }  # fmt: skip
    assert set(found) == {*at_once, ("a1", "a3")}
