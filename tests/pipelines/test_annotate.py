"""Annotate as a whole: hostile engines, nothing read twice, OCR held against the truth."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.ledger import ledger_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Reject
from gyogwa.schemas.quality import QualityReport
from gyogwa.schemas.records import Annotation, FailedReading, Image
from gyogwa.transforms.files.tables import read_folder
from tests.pipelines.engines import RULES, WAYS

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


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Pages that a test may add to."""
    for number, text in enumerate(["alpha", "bravo", "delta", "golf"]):
        write_page(tmp_path / "in" / f"{number}.png", text)
    return tmp_path / "in"


def texts(output: Path) -> list[str]:
    return sorted(
        " ".join(word.text for word in row.words)
        for row in read_folder(Annotation, str(output / "annotations"))
    )


def test_a_hostile_engine_costs_only_the_images_that_set_it_off(
    pages: Path, tmp_path: Path
) -> None:
    """Whatever it does; and copies of one of them are rejects too."""
    for width in WAYS:
        write_page(pages / f"{width}.png", "off", width)
    for copy in ("x", "y"):
        shutil.copy(pages / "334.png", pages / f"{copy}.png")
    rules = {f"{width}.png": rule for width, rule in RULES.items()}
    output = tmp_path / "out"
    assert main(["ingest", "--input", str(pages), "--output", str(output)]) == 0
    chosen = ["--output", str(output), "--ocr_engine", "tests.pipelines.engines:Every"]
    limits = ("--ocr_processes", "2", "--ocr_seconds", "8", "--ocr_memory_mb", "500")
    assert main(["annotate", *chosen, *limits]) == 0
    assert texts(output) == ["alpha", "bravo", "delta", "golf"]
    failures = list(read_folder(FailedReading, RunLayout(str(output)).failures))
    catalog = list(read_folder(Image, str(output / "catalog")))
    uris = {image.image_id: image.uri for image in catalog if image.uri[0] not in "xy"}
    assert {uris[failure.image_id]: failure.rule for failure in failures} == rules
    assert len(failures) == len(rules)

    curriculum = tmp_path / "one.yaml"
    curriculum.write_text(CURRICULUM)
    # a run ends well only when the ledgers of all steps balance
    assert main(["assemble", "--curriculum", str(curriculum), *chosen]) == 0
    rejects = [r for r in read_folder(Reject, str(output / "rejects")) if r.step == "annotate"]
    told = {"x.png": "ocr_error", "y.png": "ocr_error", **rules}
    assert sorted((r.uri, r.rule) for r in rejects) == sorted(told.items())
    counts = {
        row.step: (row.incoming, row.kept, row.rejected)
        for row in ledger_of(RunLayout(str(output)))
        if row.unit == "images"
    }
    assert (counts["ingest"], counts["annotate"]) == ((10, 10, 0), (10, 4, 6))
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
    assert reads(capsys) == 4
    (part,) = (output / "annotations").glob("*.parquet")
    (part.parent / ".incomplete-abc").write_bytes(part.read_bytes()[:100])  # of a killed run
    assert annotate(output) == 0
    assert reads(capsys) == 0
    write_page(pages / "more.png", "hotel")
    write_page(pages / "most.png", "india")
    ingest()
    assert annotate(output) == 0
    assert reads(capsys) == 2
    assert annotate(output, "--ocr_option", "mode=plain") == 0  # other settings, another cache
    assert reads(capsys) == 6
    assert annotate(output) == 0
    assert reads(capsys) == 0


def test_ocr_is_measured_against_known_text(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = shutil.copytree(finished, tmp_path / "out")
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
    curriculum = tmp_path / "one.yaml"
    curriculum.write_text(CURRICULUM)
    assert main(["assemble", "--output", str(output), "--curriculum", str(curriculum)]) == 0
    assert "OCR against the truth" in (output / "report.html").read_text()
