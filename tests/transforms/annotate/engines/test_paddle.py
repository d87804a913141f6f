"""PaddleOCR with real weights and no network: lines, words, boxes, fingerprints and refusals.

The weights at hand know no Hangul (see `paddle_weights`), so what Korean reads as isn't tested
here: that its lines are found is, and in `test_line.py` how words part.
"""

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rapidfuzz.distance import Levenshtein

from gyogwa.pipelines.cli import main
from gyogwa.schemas.boxes import Box
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import image_id_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.page import Word
from gyogwa.schemas.records import Annotation
from gyogwa.transforms.annotate.engines import paddle_models
from gyogwa.transforms.annotate.engines.paddle import (
    Paddle,
    corners_on_page,
    cut,
    hull_of,
    readings,
)
from gyogwa.transforms.annotate.engines.protocol import EngineSettings, make_engine
from gyogwa.transforms.annotate.reading_order import arrange
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.ingest.labels.truth import truth_of
from gyogwa.transforms.synthesis.canvas import Canvas, Face
from tests.sharing import Share
from tests.transforms.annotate.engines.paddle_weights import OPTIONS, RECOGNITION, write_models

ENGLISH = [
    "The quick brown fox jumps over the lazy dog,",
    "and 1,250 readers of page 37 saw it on 4 May 2024.",
    "Debian (GNU/Linux) is made by volunteers;",
    "nobody pays for it: see Chapter 9.2",
]
KOREAN = [
    "데비안은 자유 소프트웨어로 이루어진 운영체제입니다.",
    "교육 과정 2단계에서는 표와 그래프를 함께 읽습니다.",
    "서울특별시 마포구 백범로 23",
]
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
NANUM = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"
SIZE = (900, 480)


def page(lines: list[str], font: str, size: int = 26) -> tuple[Image.Image, list[Word], list[Box]]:
    """A picture, its words and the boxes of its lines."""
    canvas = Canvas(*SIZE, (250, 250, 245))
    boxes = [
        [side / SIZE[i % 2] for i, side in enumerate(canvas.line(line, 60, y, Face(font, size)))]
        for y, line in zip(range(90, 1000, 70), lines, strict=False)
    ]
    drawn = canvas.page()
    truth = truth_of(drawn.labels, *SIZE)
    assert truth is not None
    return drawn.image, truth.words, boxes


def iou(one: Box, two: Box) -> float:
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    both = max(width, 0) * max(height, 0)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two))
    return both / (areas - both)


def text_of(words: list[Word]) -> str:
    return " ".join(word.text for word in arrange(words, SIZE[1] / SIZE[0])[0])


@pytest.fixture(scope="session")
def models(share: Share) -> Path:
    return share("paddle", lambda made: write_models(made / "models")) / "models"


def settings(models: Path, **options: str) -> EngineSettings:
    return EngineSettings("paddle", {"model_dir": str(models), **OPTIONS, **options})


@pytest.fixture(scope="session")
def engine(models: Path) -> Paddle:
    made = make_engine(settings(models))
    assert isinstance(made, Paddle)
    return made


def test_english_is_read_word_for_word_where_it_stands(engine: Paddle) -> None:
    image, truth, _ = page(ENGLISH, DEJAVU)
    read = engine.read(image)
    expected = " ".join(ENGLISH)
    assert Levenshtein.distance(text_of(read), expected) <= 0.02 * len(expected)
    covered = [max(iou(word.box, other.box) for other in read) for word in truth]
    assert sum(value >= 0.5 for value in covered) >= 0.97 * len(truth)
    assert np.median(covered) > 0.8
    assert all(0.5 < word.confidence <= 1 for word in read)


def test_words_of_a_short_line_stand_where_they_should(engine: Paddle) -> None:
    image, truth, _ = page(["to be or"], DEJAVU)  # shorter than the recogniser's shortest picture
    read = engine.read(image)
    assert [word.text for word in read] == ["to", "be", "or"]
    for word, other in zip(read, truth, strict=True):
        assert iou(word.box, other.box) > 0.5


def test_reading_again_gives_the_same(engine: Paddle) -> None:
    image, _, _ = page(ENGLISH[:2], DEJAVU)
    assert engine.read(image) == engine.read(image)


@pytest.mark.parametrize(("lines", "font"), [(ENGLISH, DEJAVU), (KOREAN, NANUM)])
def test_every_line_is_found_and_nothing_else(engine: Paddle, lines: list[str], font: str) -> None:
    image, _, truth = page(lines, font)
    found = []
    for quad in engine.find(image):
        (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
        found.append([x0 / SIZE[0], y0 / SIZE[1], x1 / SIZE[0], y1 / SIZE[1]])
    assert len(found) == len(truth)
    for line in truth:
        assert max(iou(line, box) for box in found) > 0.5


def test_grey_turned_and_empty_pages(engine: Paddle) -> None:
    image, truth, _ = page(ENGLISH[:2], DEJAVU)
    assert text_of(engine.read(image.convert("L"))) == text_of(engine.read(image))
    x0, y0, x1, y1 = truth[1].box  # quick
    for degrees, box in ((90, [y0, 1 - x1, y1, 1 - x0]), (270, [1 - y1, x0, 1 - y0, x1])):
        words = {word.text: word.box for word in engine.read(image.rotate(degrees, expand=True))}
        assert iou(words["quick"], box) > 0.5
    assert engine.read(Image.new("RGB", (600, 800), "white")) == []
    assert engine.read(Image.new("L", (1, 1))) == []


def test_a_slanted_quad_is_cut_and_found_again() -> None:
    quad = np.array([[10.0, 20.0], [110.0, 30.0], [108.0, 50.0], [8.0, 40.0]])
    (only,) = readings(quad)
    assert (only == quad).all()
    assert cut(Image.new("RGB", (200, 100)), quad).size == (100, 20)
    assert hull_of(corners_on_page([0, 0, 100, 20], (100, 20), quad)) == [8.0, 20.0, 110.0, 50.0]
    np.testing.assert_allclose(
        hull_of(corners_on_page([0, 0, 50, 0], (100, 20), quad)), [10, 20, 60, 25]
    )


def test_the_fingerprint_follows_weights_and_settings(
    engine: Paddle, models: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(models, moved, symlinks=True)
    assert make_engine(settings(moved)).fingerprint == engine.fingerprint
    assert make_engine(settings(moved, side="960")).fingerprint != engine.fingerprint
    with (moved / RECOGNITION / "inference.yml").open("a") as file:
        file.write("# another version\n")
    assert make_engine(settings(moved)).fingerprint != engine.fingerprint


def refusal(made: EngineSettings) -> str:
    with pytest.raises(GyogwaError) as caught:
        make_engine(made)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_folder_without_the_model_is_refused_with_what_is_expected(
    models: Path, tmp_path: Path
) -> None:
    said = refusal(EngineSettings("paddle", {"model_dir": str(models)}))
    assert "no complete model PP-OCRv5_mobile_det" in said
    assert "PP-OCRv6_small_det, PP-OCRv6_small_rec" in said
    assert "inference.onnx" in said
    assert "no such folder" in refusal(settings(tmp_path / "nowhere"))
    broken = tmp_path / "broken"
    shutil.copytree(models, broken, symlinks=True)
    network = broken / RECOGNITION / "inference.onnx"
    network.unlink()
    assert f"no complete model {RECOGNITION}" in refusal(settings(broken))
    network.write_bytes(b"no network")
    assert f"not a usable model {RECOGNITION} for onnxruntime" in refusal(settings(broken))


def test_a_model_under_another_name_is_refused(models: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "models"
    shutil.copytree(models, renamed, symlinks=True)
    (renamed / RECOGNITION).rename(renamed / "korean_PP-OCRv5_mobile_rec")
    said = refusal(settings(renamed, recognition="korean_PP-OCRv5_mobile_rec"))
    assert "not a usable model korean_PP-OCRv5_mobile_rec" in said
    assert RECOGNITION in said


def test_the_backend_follows_the_files(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "M"
    folder.mkdir()
    for name in ("inference.yml", "inference.json", "inference.pdiparams"):
        (folder / name).touch()
    monkeypatch.setattr(paddle_models, "has_software", lambda backend: backend == "paddle")
    assert paddle_models.local_model(tmp_path, "M", "").backend == "paddle"
    with pytest.raises(GyogwaError, match="no complete model M for onnxruntime"):
        paddle_models.local_model(tmp_path, "M", "onnxruntime")
    monkeypatch.setattr(paddle_models, "has_software", lambda backend: backend == "onnxruntime")
    with pytest.raises(GyogwaError, match="pip install paddlepaddle"):
        paddle_models.local_model(tmp_path, "M", "")
    (tmp_path / "M_onnx").mkdir()
    for name in ("inference.yml", "inference.onnx"):
        (tmp_path / "M_onnx" / name).touch()
    assert paddle_models.local_model(tmp_path, "M", "").folder == tmp_path / "M_onnx"


def test_missing_weights_without_a_network_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from paddlex.inference.utils.official_models import official_models

    monkeypatch.setattr(type(official_models), "_get_hosters", lambda self: [])
    monkeypatch.setattr(official_models, "_save_dir", Path("/nonexistent"))
    said = refusal(EngineSettings("paddle"))
    assert "the model PP-OCRv5_mobile_det isn't on this machine and can't be fetched" in said
    assert "--ocr_model_dir DIR" in said


def test_without_the_software_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "paddleocr", None)
    assert "pip install 'gyogwa[paddle]'" in refusal(EngineSettings("paddle"))


@pytest.mark.parametrize(
    ("options", "said"),
    [({"lang": "korean"}, "has only"), ({"backend": "x"}, "onnxruntime"), ({"side": "9"}, "320")],
)
def test_wrong_options_are_refused(options: dict[str, str], said: str) -> None:
    assert said in refusal(EngineSettings("paddle", options))


def write_scans(folder: Path) -> None:
    for number in range(2):
        image, _, _ = page(ENGLISH[number:], DEJAVU)
        image.save(folder / f"{number}.png")


@pytest.fixture(scope="session")
def scans(share: Share) -> Path:
    return share("paddle-scans", write_scans)


@pytest.fixture
def run(share: Share, scans: Path, tmp_path: Path) -> Path:
    """A run of its own, as far as ingest."""

    def ingest(folder: Path) -> None:
        assert main(["ingest", "--input", f"scans={scans}", "--output", str(folder / "run")]) == 0

    made = share("paddle-ingested", ingest)
    shutil.copytree(made / "run", tmp_path / "run")
    return tmp_path / "run"


def test_annotate_reads_with_it(models: Path, engine: Paddle, scans: Path, run: Path) -> None:
    options = [f"--ocr_option={name}={value}" for name, value in OPTIONS.items()]
    annotate = ["annotate", "--output", str(run), "--ocr_engine", "paddle", *options]
    assert main([*annotate, "--ocr_model_dir", str(models), "--ocr_processes", "1"]) == 0
    rows = list(read_folder(Annotation, RunLayout(str(run)).annotations))
    read = {row.image_id: sorted((word.text, word.box) for word in row.words) for row in rows}
    for path in scans.iterdir():  # the same in a process of the pool as in this one
        here = engine.read(Image.open(path))
        there = read.pop(image_id_of(path.read_bytes()))
        assert there == sorted((word.text, word.box) for word in here)
    assert not read
    assert [row.engine.startswith(engine.fingerprint) for row in rows] == [True, True]
    assert sorted(len(row.lines) for row in rows) == [3, 4]
    assert {row.language for row in rows} == {"en"}
    assert any("Chapter 9.2" in " ".join(word.text for word in row.words) for row in rows)


def test_a_wrong_model_dir_stops_annotate_before_any_page(
    run: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    flags = ["--output", str(run), "--ocr_engine", "paddle", "--ocr_processes", "1"]
    assert main(["annotate", *flags, "--ocr_model_dir", str(tmp_path / "no")]) == 1
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("gyogwa: --ocr_model_dir")
    assert not os.path.exists(RunLayout(str(run)).annotations)
