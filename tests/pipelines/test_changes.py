"""What changed in the sources shows in the next run, and what can't be used stops with a reason."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gyogwa.pipelines.cli import main
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.shards.reader import samples_in
from tests.conftest import Build

CURRICULUM = """
name: one
seed: 1
stages:
- {name: all, trains: [projector], share: 1, filters: {min_side: 200},
   tasks: {ocr: {weight: 1}, converse: {weight: 1}}, max_samples: 100}
"""


def image(path: Path, shade: int, side: int = 300) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = Image.new("L", (side, side), shade)
    pixels.putpixel((shade % side, 7), 0)
    pixels.save(path)


def labels(folder: Path, *rows: dict[str, Any]) -> None:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "metadata.jsonl").write_text(text, encoding="utf-8")


def word(name: str, text: str) -> dict[str, Any]:
    return {"file_name": name, "words": [{"text": text, "box": [10, 10, 90, 40]}]}


@pytest.fixture
def curriculum(tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "one.yaml"
    path.write_text(CURRICULUM)
    return "--curriculum", str(path)


def answers(output: Path, task: str) -> list[str]:
    found = []
    for path in sorted(output.rglob("*.tar")):
        if "packs" not in path.parts:
            with path.open("rb") as file:
                for sample in samples_in(file):
                    entry = sample.entry(str(path))
                    if entry.task == task:
                        found.append(entry.conversations[-1].content)
    return found


def test_corrected_labels_are_used(
    build: Build, tmp_path: Path, curriculum: tuple[str, ...]
) -> None:
    image(tmp_path / "in" / "a.png", 200)
    for text in ("wrong", "right"):
        labels(tmp_path / "in", word("a.png", text))
        build(tmp_path / "out", str(tmp_path / "in"), options=curriculum)
        (answer,) = answers(tmp_path / "out", "ocr")
        assert f"<char>{text}</char>" in answer


def test_the_same_image_and_caption_from_two_inputs(
    build: Build, tmp_path: Path, curriculum: tuple[str, ...]
) -> None:
    for name in ("x", "y"):
        image(tmp_path / name / "a.png", 200)
        labels(tmp_path / name, {"file_name": "a.png", "text": "A grey field"})
    output = build(
        tmp_path / "out",
        str(tmp_path / "x"),
        str(tmp_path / "y"),
        options=(*curriculum, "--licence", "x=CC0-1.0", "--licence", "y=CC-BY-4.0"),
    )
    assert answers(output, "converse") == ["A grey field"] * 2
    manifest = json.loads((output / "stages/1-all/manifest.json").read_text())
    assert {share["licence"] for share in manifest["sources"]} >= {"CC0-1.0", "CC-BY-4.0"}


def test_a_stage_filter_holds_for_conversations_too(
    build: Build, tmp_path: Path, curriculum: tuple[str, ...]
) -> None:
    image(tmp_path / "in" / "a.png", 200)
    image(tmp_path / "in" / "small.png", 100, side=150)
    labels(tmp_path / "in", word("a.png", "text"), {"file_name": "small.png", "text": "Too small"})
    output = build(tmp_path / "out", str(tmp_path / "in"), options=curriculum)
    assert answers(output, "converse") == []
    rules = {(r.step, r.rule) for r in read_folder(Reject, str(output / "rejects"))}
    assert ("conversations", "no_stage") in rules


def test_an_image_that_changed_after_ingest_stops_the_run(
    build: Build,
    tmp_path: Path,
    curriculum: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    image(tmp_path / "in" / "a.png", 200)
    labels(tmp_path / "in", word("a.png", "text"))
    output = build(tmp_path / "out", str(tmp_path / "in"), options=curriculum)
    image(tmp_path / "in" / "a.png", 90)
    assert main(["assemble", "--output", str(output), *curriculum]) == 1
    error = capsys.readouterr().err
    assert "a.png" in error
    assert "ingest again" in error
    assert "Traceback" not in error


def test_assemble_without_a_catalog_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assemble", "--output", str(tmp_path / "typo")]) == 1
    assert "no catalog" in capsys.readouterr().err
