"""What evaluation sets show or ask leaves training, by name; a clean corpus loses nothing."""

import csv
import io
import json
from base64 import b64encode
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from benchmarks.embedded import shown, slide
from gyogwa.pipelines.cli import main
from gyogwa.schemas.ledger import Reject, Searched
from gyogwa.transforms.dedup import judge
from gyogwa.transforms.dedup.contamination import embedded
from gyogwa.transforms.files.tables import read_folder
from tests.conftest import Build

QUESTION = "다음 표에서 2023년 3분기의 매출액이 가장 높은 지역은 어디입니까?"
CURRICULUM = """
name: one
seed: 1
stages:
- {name: all, trains: [projector], share: 1, tasks: {read: {weight: 1}, text_only: {weight: 1}}}
"""


@pytest.fixture
def options(tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "one.yaml"
    path.write_text(CURRICULUM)
    return ("--curriculum", str(path))


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    """A folder with two conversations of text only; the first asks a benchmark's question."""
    rows = [
        {"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": "서울"}]}
        for text in (
            f"{QUESTION.replace(' ', '')} 보기: 서울, 부산, 대전",
            "이번 달에 가장 많이 팔린 상품과 그 이유를 한 문단으로 설명해 주세요.",
        )
    ]
    path = tmp_path / "talks"
    path.mkdir()
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (path / "metadata.jsonl").write_text(text, encoding="utf-8")
    return path


def unwanted(*_: object) -> None:
    raise AssertionError("pixels were looked at again")


def worn(path: Path) -> bytes:
    """An image as an evaluation set may hold it: smaller, and coded again."""
    with Image.open(path) as image:
        small = image.convert("RGB").resize((image.width * 3 // 4, image.height * 3 // 4))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def rejects(output: Path) -> dict[str, Reject]:
    found = read_folder(Reject, str(output / "rejects"))
    return {reject.uri: reject for reject in found if reject.rule == "contamination"}


def benchmarks_of(output: Path) -> object:
    manifest = json.loads((output / "stages/1-all/manifest.json").read_text())
    return manifest["benchmarks_checked"]


def test_images_and_questions_of_benchmarks_are_found_and_named(
    build: Build,
    few: Path,
    talks: Path,
    options: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planted = sorted((few / "images").glob("*"))[3]
    dtc = tmp_path / "K-DTCBench.parquet"
    row = {
        "index": "doc_7", "question": QUESTION, "choice_a": "서울", "choice_b": "부산",
        "choice_c": "대전", "choice_d": "광주", "answer": "A",
        "image": {"bytes": worn(planted), "path": None},
    }  # fmt: skip
    pq.write_table(pa.Table.from_pylist([row]), dtc)
    seed = tmp_path / "K-SEED.tsv"
    other = sorted((few / "images").glob("*"))[5]
    with seed.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t")
        out.writerow(["index", "question", "A", "B", "image"])
        out.writerow(["1", "무엇입니까?", "가", "나", b64encode(other.read_bytes()).decode()])
    chart = tmp_path / "chart.png"
    shown(0).save(chart)
    slides = tmp_path / "slides"
    slides.mkdir()
    slide(shown(0), 0).save(slides / "1.png")
    words = [{"text": "분기", "box": [60, 190, 300, 230]}]
    (slides / "metadata.jsonl").write_text(json.dumps({"file_name": "1.png", "words": words}))
    output = build(
        tmp_path / "out",
        f"pages={few}",
        f"talks={talks}",
        f"slides={slides}",
        options=(*options, "--benchmarks", str(dtc), str(seed), str(chart)),
    )
    found = rejects(output)
    assert "chart" in found.pop("1.png").message
    image = found.pop(f"images/{planted.name}")
    assert "K-DTCBench: row=0 index=doc_7" in image.message
    same = found.pop(f"images/{other.name}")
    assert "K-SEED: row=0 index=1" in same.message
    (question,) = [reject for reject in found.values() if reject.source == "talks"]
    about = [reject for reject in found.values() if reject.source == "pages"]
    assert all("speaks of what the evaluation set shows" in reject.message for reject in about)
    assert "K-DTCBench: row=0 index=doc_7" in question.message
    assert float(question.value) >= float(question.threshold)

    checked = benchmarks_of(output)
    assert isinstance(checked, list)
    assert [(c["name"], c["rows"], c["images"], c["questions"], c["short"]) for c in checked] == [
        ("K-DTCBench", 1, 1, 1, 0), ("K-SEED", 1, 1, 0, 1), ("chart", 1, 1, 0, 0),
    ]  # fmt: skip
    assert main(["lint", str(output)]) == 0
    assert "K-DTCBench, K-SEED, chart" in (output / "README.md").read_text()

    # What was looked at once is known: neither a plan nor another build looks again.
    rows = list(read_folder(Searched, str(output / "searched")))
    assert [row.held for row in rows if row.held] == ["benchmark:chart: chart"]
    assert len(rows) > 3
    for module, name in ((embedded, "held"), (judge, "pixels_of")):
        monkeypatch.setattr(module, name, unwanted)
    sets = ("--benchmarks", str(dtc), str(seed), str(chart))
    assert main(["plan", "--output", str(output), *options, *sets]) == 0


def test_a_clean_corpus_loses_nothing(
    build: Build,
    few: Path,
    talks: Path,
    options: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inputs = (f"pages={few}", f"talks={talks}")
    without = build(tmp_path / "out", *inputs, options=options)
    assert benchmarks_of(without) == "none"
    shards = {path.name: path.read_bytes() for path in without.rglob("*-all-*.tar")}
    path = tmp_path / "other.parquet"
    buffer = io.BytesIO()
    Image.effect_noise((400, 300), 60).save(buffer, "PNG")
    row = {
        "question": "이 사진에 보이는 동물의 이름과 사는 곳을 차례로 쓰세요.",
        "image": {"bytes": buffer.getvalue(), "path": None},
    }
    pq.write_table(pa.Table.from_pylist([row]), path)
    checked = build(tmp_path / "out", *inputs, options=(*options, "--benchmarks", str(path)))
    assert not rejects(checked)
    assert {path.name: path.read_bytes() for path in checked.rglob("*-all-*.tar")} == shards


def test_a_benchmark_that_cannot_be_read_stops_the_build(
    few: Path, options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(tmp_path / "out")
    arguments = ["--input", str(few), "--output", output, *options]
    assert main(["build", *arguments, "--benchmarks", str(tmp_path / "none.parquet")]) == 1
    assert "none.parquet: no such file" in capsys.readouterr().err
