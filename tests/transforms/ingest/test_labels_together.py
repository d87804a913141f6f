"""Labels of one image in several files, each with its own way to give boxes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gyogwa.schemas.records import Image as Row
from gyogwa.schemas.records import ImageRef, Signals
from gyogwa.transforms.annotate.annotation import annotate_truth
from gyogwa.transforms.ingest.labels.truth import read_labels
from gyogwa.transforms.ingest.sources.folder import labels_in
from tests.transforms.ingest.labels import page
from tests.transforms.ingest.labels.examples import coco, funsd
from tests.transforms.ingest.labels.page import HEIGHT, LINES, WIDTH, WORDS
from tests.transforms.ingest.planning import planned


def said_of(folder: Path, **files: Any) -> tuple[dict[str, Any], list[str]]:
    """What files of labels say of one image together, and the reasons of those that don't."""
    run = folder / "run"
    folder = folder / "in"
    folder.mkdir()
    Image.fromarray(np.where(page.drawn().ink, 0, 255).astype(np.uint8)).save(folder / "page.jpg")
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False))
    found = planned(str(folder), run=run)
    (entry,) = (e for part in found.parts for e in part.entries if e.uri == "page.jpg")
    return labels_in(entry.rows).row, [reject.message for reject in found.rejects]


@pytest.mark.parametrize("layout", ["a", "z"])
def test_words_of_one_file_stand_in_the_regions_of_another(tmp_path: Path, layout: str) -> None:
    """Corners here, sizes there, whichever file comes first."""
    parts = coco()
    parts["categories"][0]["name"] = "Title"
    row, refused = said_of(tmp_path, **{layout: parts, "page": funsd()})
    assert not refused
    labels = read_labels(row, WIDTH, HEIGHT)
    assert labels.truth is not None
    assert {word.text for word in labels.truth.words} == set(WORDS)
    ref, signals = ImageRef("", 0, 0), Signals(1.0, 1.0, 0.1)
    image = Row(
        *("0" * 32, ref, "", "", "", "document", "", 1, WIDTH, HEIGHT, "PNG", "", "", ""),
        signals=signals,
        truth=labels.truth,
        regions=list(labels.regions),
    )
    blocks = annotate_truth(image, labels.truth).blocks
    assert [(block.kind, block.known) for block in blocks] == [("heading", True)] * len(LINES)
    for block, (x0, y0, x1, y1) in zip(blocks, LINES, strict=True):
        meant = [x0 / WIDTH, y0 / HEIGHT, x1 / WIDTH, y1 / HEIGHT]
        assert block.box == pytest.approx(meant, abs=1e-4)


def test_the_same_texts_again_as_lines_contradict_the_words(tmp_path: Path) -> None:
    texts = {
        "file_name": "page.jpg",
        "lines_of_text": [{"text": "주민 설명회", "box": LINES[0]}],
    }
    row, refused = said_of(tmp_path, page=funsd(), other=[texts])
    assert ("words" in row) != ("lines_of_text" in row)
    assert [message for message in refused if "other words" in message]
