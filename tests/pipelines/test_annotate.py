"""Annotate as a whole: hostile engines, nothing read twice, OCR held against the truth."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from gyogwa.pipelines.cli import main
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.quality import QualityReport
from gyogwa.schemas.records import Annotation, FailedReading, Image
from gyogwa.transforms.files.tables import read_folder
from tests.transforms.annotate.engines.hostile import WIDTH

HOSTILE = "tests.transforms.annotate.engines.hostile"
CURRICULUM = """
name: one
seed: 1
stages:
- {name: all, trains: [projector], share: 1, tasks: {read: {weight: 1}}}
"""


def write_page(path: Path, text: str, width: int = 400) -> None:
    image = Picture.new("L", (width, 120), 255)
    font = ImageFont.truetype("DejaVuSans.ttf", 40)
    ImageDraw.Draw(image).text((20, 30), text, 0, font)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def write_pages(folder: Path) -> Path:
    """Six pages, two of which set a hostile engine off."""
    for number, text in enumerate(["alpha", "bravo", "sets", "delta", "off", "golf"]):
        width = WIDTH if text in ("sets", "off") else 400
        write_page(folder / f"{number}.png", text, width)
    return folder


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Pages that a test may add to."""
    return write_pages(tmp_path / "in")


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in which nobody has read the pages yet."""
    folder = tmp_path_factory.mktemp("ingested")
    pages = write_pages(folder / "in")
    assert main(["ingest", "--input", str(pages), "--output", str(folder / "out")]) == 0
    return folder / "out"


def texts(output: Path) -> list[str]:
    return sorted(
        " ".join(word.text for word in row.words)
        for row in read_folder(Annotation, str(output / "annotations"))
    )


@pytest.mark.parametrize(
    ("engine", "options", "rule"),
    [
        ("Segfault", (), "ocr_crash"),
        ("Sleeper", ("--ocr_seconds", "3"), "ocr_timeout"),
        ("Swelling", ("--ocr_memory_mb", "500"), "ocr_memory"),
        ("Raising", (), "ocr_error"),
    ],
)
def test_a_hostile_engine_costs_only_the_image_that_set_it_off(
    ingested: Path, tmp_path: Path, engine: str, options: tuple[str, ...], rule: str
) -> None:
    output = tmp_path / "out"
    shutil.copytree(ingested, output)
    chosen = ["--output", str(output), "--ocr_engine", f"{HOSTILE}:{engine}"]
    assert main(["annotate", *chosen, "--ocr_processes", "2", *options]) == 0
    assert texts(output) == ["alpha", "bravo", "delta", "golf"]
    failures = list(read_folder(FailedReading, RunLayout(str(output)).failures))
    uris = {image.image_id: image.uri for image in read_folder(Image, str(output / "catalog"))}
    assert sorted(uris[failure.image_id] for failure in failures) == ["2.png", "4.png"]
    assert {failure.rule for failure in failures} == {rule}
    if engine == "Raising":  # what comes after knows no engine
        curriculum = tmp_path / "one.yaml"
        curriculum.write_text(CURRICULUM)
        # a run ends well only when the ledgers of all steps balance
        assert main(["assemble", "--curriculum", str(curriculum), *chosen]) == 0
        rejects = [r for r in read_folder(Reject, str(output / "rejects")) if r.step == "annotate"]
        assert sorted(r.uri for r in rejects) == ["2.png", "4.png"]
        assert {r.rule for r in rejects} == {rule}
        assert main(["lint", str(output)]) == 0


def annotate(output: Path, *flags: str) -> int:
    return main(["annotate", "--output", str(output), "--ocr_processes", "1", *flags])


def reads(capsys: pytest.CaptureFixture[str]) -> int:
    """How many images the last annotate did."""
    line = next(x for x in capsys.readouterr().err.splitlines() if x.startswith("annotate"))
    return int(line.split()[1])


def test_nothing_is_read_twice(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    for number in range(2):  # exact duplicates are read once
        (pages / f"copy{number}.png").write_bytes((pages / "0.png").read_bytes())

    def ingest() -> None:
        assert main(["ingest", "--input", str(pages), "--output", str(output)]) == 0
        capsys.readouterr()

    ingest()
    assert annotate(output) == 0
    assert reads(capsys) == 6
    assert annotate(output) == 0
    assert reads(capsys) == 0
    write_page(pages / "more.png", "hotel")
    write_page(pages / "most.png", "india")
    ingest()
    assert annotate(output) == 0
    assert reads(capsys) == 2
    assert annotate(output, "--ocr_option", "mode=plain") == 0  # other settings, another cache
    assert reads(capsys) == 8
    assert annotate(output) == 0
    assert reads(capsys) == 0


def test_finished_parts_outlive_a_killed_run(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    assert main(["ingest", "--input", str(pages), "--output", str(output)]) == 0
    assert annotate(output) == 0
    (part,) = (output / "annotations").glob("*.parquet")
    (part.parent / ".incomplete-abc").write_bytes(part.read_bytes()[:100])  # half a part
    capsys.readouterr()
    assert annotate(output) == 0
    assert reads(capsys) == 0


def test_ocr_is_measured_against_known_text(
    few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    assert main(["ingest", "--input", str(few), "--output", str(output)]) == 0
    assert annotate(output, "--measure_ocr", "4") == 0
    text = (output / "annotations" / "quality.json").read_text()
    report = QualityReport.model_validate_json(text)
    everything, *groups = report.groups
    assert everything.images == sum(group.images for group in groups) == 4
    assert everything.words > 40
    assert 0 < everything.word_recall <= everything.word_box_recall <= 1
    assert 0 <= everything.cer < 1
    assert sum(b.words for b in everything.calibration) > 40
    assert {group.kind for group in groups} <= {"document", "table", "chart"}
    assert "OCR against the truth" in capsys.readouterr().err

    # the truth stays what the stages are made of, and a second time nothing is read
    assert annotate(output, "--measure_ocr", "4") == 0
    assert reads(capsys) == 0
    assert json.loads(text) == json.loads((output / "annotations" / "quality.json").read_text())
    assert main(["assemble", "--output", str(output)]) == 0
    assert "OCR against the truth" in (output / "report.html").read_text()
