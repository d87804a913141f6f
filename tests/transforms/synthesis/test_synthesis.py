"""What `gyogwa synthesize` promises: repeatable bytes, true boxes, answers that follow."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gyogwa.pipelines.synthesize import synthesize
from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.ingest.conversations import conversation_of
from gyogwa.transforms.ingest.labels.truth import truth_of
from gyogwa.transforms.prompts.particles import with_particle
from gyogwa.transforms.synthesis.job import Job, plan_jobs, render
from tests.sharing import Share

Row = dict[str, Any]


def _rows(folder: Path) -> list[Row]:
    text = (folder / "metadata.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


@pytest.fixture(scope="session")
def made(share: Share) -> Path:
    folder = share("synthesis", lambda made: synthesize(made / "24", 24, 5, ["ko", "en"], 0.1))
    return folder / "24"


def test_same_settings_give_the_same_bytes(tmp_path: Path) -> None:
    contents = []
    for name, workers in (("one", 1), ("two", 2)):
        synthesize(tmp_path / name, 9, 3, ["ko", "en"], 0.2, workers=workers)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        contents.append({str(p.relative_to(tmp_path / name)): p.read_bytes() for p in files})
    assert contents[0] == contents[1]
    assert len(contents[0]) == 11


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    long, short = plan_jobs(50, 1, ["ko"]), plan_jobs(20, 1, ["ko"])
    assert long[: len(short) - 1] == short[:-1]
    assert sum(job.pages for job in short) == 20


def _box(word: Row) -> tuple[int, int, int, int]:
    """The whole pixels around a word; after a capture it has four corners."""
    corners = np.array(word["box"], float).reshape(-1, 2)
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    return math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1)


def test_every_box_is_inside_and_holds_ink(made: Path) -> None:
    for row in _rows(made):
        if "words" not in row:
            continue
        with Image.open(made / row["file_name"]) as image:
            grey = np.asarray(image.convert("L"), np.int16)
        height, width = grey.shape
        for word in row["words"]:
            x0, y0, x1, y1 = _box(word)
            assert 0 <= x0 < x1 <= width, (row["file_name"], word)
            assert 0 <= y0 < y1 <= height, (row["file_name"], word)
            inside = grey[y0:y1, x0:x1]
            assert inside.max() - inside.min() > 20, (row["file_name"], word)


@pytest.mark.parametrize("kind", ["document", "chart", "table"])
def test_words_lie_apart(made: Path, kind: str) -> None:
    for row in _rows(made):
        if row.get("kind") != kind or "words" not in row:
            continue
        boxes = np.array([word["box"] for word in row["words"]])
        if boxes.ndim > 2:
            continue  # set askew by the capture, where boxes around words touch
        for i, (x0, y0, x1, y1) in enumerate(boxes):
            rest = boxes[i + 1 :]
            # Ascenders may reach a pixel or two into the line above.
            touching = (
                (rest[:, 0] < x1 - 1)
                & (rest[:, 2] > x0 + 1)
                & (rest[:, 1] < y1 - 3)
                & (rest[:, 3] > y0 + 3)
            )
            assert not touching.any(), (row["file_name"], row["words"][i])


def test_labels_are_accepted_and_nest(made: Path) -> None:
    for row in _rows(made):
        if "words" not in row:
            continue
        with Image.open(made / row["file_name"]) as image:
            truth = truth_of(row, *image.size)
        assert truth is not None
        ends = [0, *(line.last for line in truth.lines)]
        assert [line.first for line in truth.lines] == ends[:-1]
        assert ends[-1] == len(truth.words)
        ends = [0, *(block.last for block in truth.blocks)]
        assert [block.first for block in truth.blocks] == ends[:-1]
        assert ends[-1] == len(truth.lines)
        assert [word.text for word in truth.words] == [word["text"] for word in row["words"]]


def test_placeholders_match_the_images(made: Path) -> None:
    shapes = set()
    for row in _rows(made):
        names = row.get("file_names") or ([row["file_name"]] if "file_name" in row else [])
        assert all((made / name).is_file() for name in names)
        if "conversations" in row:
            turns = conversation_of(row["conversations"], len(names))
            assert sum(turn.content.count("<image>") for turn in turns) == len(names)
            shapes.add(min(len(names), 2))
    assert shapes == {0, 1, 2}


def test_copies_repeat_earlier_images(made: Path) -> None:
    rows = [row for row in _rows(made) if "words" in row]
    exact, again = rows[-2:]
    originals = {json.dumps(row["words"]): row for row in rows[:-2]}
    first = originals[json.dumps(exact["words"])]
    assert (made / exact["file_name"]).read_bytes() == (made / first["file_name"]).read_bytes()
    second = originals[json.dumps(again["words"])]
    assert (made / again["file_name"]).read_bytes() != (made / second["file_name"]).read_bytes()
    with (
        Image.open(made / again["file_name"]) as one,
        Image.open(made / second["file_name"]) as two,
    ):
        assert one.size == two.size


def test_text_flows_over_the_pages_of_a_document() -> None:
    pages = render(Job(2, 0, "document", "ko", 3))
    assert [image.row["page"] for image in pages] == [1, 2, 3]
    assert len({image.row["document"] for image in pages}) == 1
    assert all(len(image.row["words"]) > 20 for image in pages)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": 0}, "--count"),
        ({"languages": ["fr"]}, "--languages"),
        ({"languages": []}, "--languages"),
        ({"copies": 0.9}, "--copies"),
    ],
)
def test_odd_settings_are_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    settings: dict[str, Any] = {"count": 1, "seed": 1, "languages": ["ko"], "copies": 0.0}
    with pytest.raises(GyogwaError, match=message):
        synthesize(tmp_path, **(settings | change))


def test_foreign_and_finished_folders_are_left_alone(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    (foreign / "images").mkdir(parents=True)
    (foreign / "images" / "000000.png").write_bytes(b"mine")
    (foreign / "metadata.jsonl").write_text("{}")
    with pytest.raises(GyogwaError, match="something else"):
        synthesize(foreign, 1, 1, ["en"], 0.0, overwrite=True)
    assert (foreign / "images" / "000000.png").read_bytes() == b"mine"
    out = tmp_path / "out"
    synthesize(out, 2, 1, ["en"], 0.0)
    synthesize(out, 2, 1, ["en"], 0.0)
    with pytest.raises(GyogwaError, match="--overwrite"):
        synthesize(out, 1, 1, ["en"], 0.0)
    synthesize(out, 1, 1, ["en"], 0.0, overwrite=True)
    assert len(list((out / "images").iterdir())) == 1


@pytest.mark.parametrize(
    ("word", "particle", "expected"),
    [
        ("물", "로", "물로"),
        ("책", "는", "책은"),
        ("7", "으로", "7로"),
        ("34%", "을", "34%를"),
        ("(원)", "를", "(원)을"),
    ],
)
def test_particles(word: str, particle: str, expected: str) -> None:
    assert with_particle(word, particle) == expected
