"""What changed in the sources shows in the next run, and what can't be used stops with a reason."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gyogwa.pipelines.cli import main
from gyogwa.schemas.ledger import Reject
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.shards.reader import samples_in
from tests.conftest import Build
from tests.sharing import Share

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
    for at in range(0, side, 30):  # else it is blank
        pixels.paste(255, (at, at, at + 20, shade % side))
    pixels.save(path)


def labels(folder: Path, *rows: dict[str, Any]) -> None:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "metadata.jsonl").write_text(text, encoding="utf-8")


def word(name: str, text: str) -> dict[str, Any]:
    return {"file_name": name, "words": [{"text": text, "box": [10, 10, 90, 40]}]}


@pytest.fixture(scope="session")
def first(build: Build, share: Share) -> Path:
    """A run of three inputs, and they beside it: a page with a label and a small image, and the
    same image with the same caption in two inputs."""

    def make(folder: Path) -> None:
        (folder / "one.yaml").write_text(CURRICULUM)
        image(folder / "in" / "a.png", 200)
        image(folder / "in" / "small.png", 100, side=150)
        small = {"file_name": "small.png", "text": "Too small"}
        labels(folder / "in", word("a.png", "wrong"), small)
        for name in ("x", "y"):
            image(folder / name / "a.png", 90)
            labels(folder / name, {"file_name": "a.png", "text": "A grey field"})
        licences = ("--licence", "x=CC0-1.0", "--licence", "y=CC-BY-4.0")
        inputs = [str(folder / name) for name in ("in", "x", "y")]
        build(folder / "out", *inputs, options=(*curriculum(folder), *licences))

    return share("changes", make) / "out"


def curriculum(folder: Path) -> tuple[str, ...]:
    return "--curriculum", str(folder / "one.yaml")


def answers(output: Path, task: str, *sources: str) -> list[str]:
    """What samples about these sources answer."""
    found = []
    for path in sorted(output.rglob("*.tar")):
        if "packs" not in path.parts:
            with path.open("rb") as file:
                for sample in samples_in(file):
                    entry = sample.entry(str(path))
                    if entry.task == task and entry.provenance.source in sources:
                        found.append(entry.conversations[-1].content)
    return found


def test_the_same_image_and_caption_from_two_inputs(first: Path) -> None:
    assert answers(first, "converse", "x", "y") == ["A grey field"] * 2
    manifest = json.loads((first / "stages/1-all/manifest.json").read_text())
    assert {share["licence"] for share in manifest["sources"]} >= {"CC0-1.0", "CC-BY-4.0"}


def test_a_stage_filter_holds_for_conversations_too(first: Path) -> None:
    assert answers(first, "converse", "in") == []
    rejects = read_folder(Reject, str(first / "rejects"))
    told = {(r.step, r.rule) for r in rejects if r.uri.startswith("small.png")}
    assert ("conversations", "no_stage") in told


def test_corrected_labels_are_used_and_an_image_that_changed_after_ingest_stops_the_run(
    first: Path, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = shutil.copytree(first.parent, tmp_path / "changes")
    (answer,) = answers(place / "out", "ocr", "in")
    assert "<char>wrong</char>" in answer
    labels(place / "in", word("a.png", "right"))
    output = build(place / "out", str(place / "in"), options=curriculum(place))
    (answer,) = answers(output, "ocr", "in")
    assert "<char>right</char>" in answer

    image(place / "in" / "a.png", 90)
    assert main(["assemble", "--output", str(output), *curriculum(place)]) == 1
    error = capsys.readouterr().err
    assert "a.png" in error
    assert "ingest again" in error
    assert "Traceback" not in error


def test_assemble_without_a_catalog_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assemble", "--output", str(tmp_path / "typo")]) == 1
    assert "no catalog" in capsys.readouterr().err
