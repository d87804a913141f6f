"""A small good run that holds something of every kind, to make faults in."""

import io
import json
from base64 import b64encode
from pathlib import Path
from time import gmtime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image, ImageDraw, ImageFont

from gyogwa.pipelines.synthesize import synthesize
from tests.conftest import Build
from tests.pipelines.lint.forgery import Forgery
from tests.sharing import Share

CURRICULUM = """
name: small
seed: 3
validation_share: 0.3
stages:
- {name: align, trains: [projector], share: 1, resolution: {stored_max_side: 512},
   tasks: {caption: {weight: 1}, read: {weight: 1}, converse: {weight: 1}}}
- {name: sft, trains: [projector, language_model], share: 5, max_repeats: 2,
   resolution: {stored_max_side: 800}, tokens: {max_per_sample: 40000, budget: 400000},
   tasks: {ocr: {weight: 1}, read: {weight: 1}, ground: {weight: 1, per_image: 2},
     refer: {weight: 1}, layout: {weight: 1}, caption: {weight: 1}, table_html: {weight: 1},
     chart_table: {weight: 1}, which_page: {weight: 1}, converse: {weight: 1},
     text_only: {weight: 1}, prose: {weight: 1}}}
- {name: advanced, trains: [language_model], share: 3, replay: [{stage: sft, share: 0.3}],
   max_samples: 60, tasks: {ocr: {weight: 1, granularity: line}, refer: {weight: 1},
     what_changed: {weight: 1}, compare_charts: {weight: 1}}}
- {name: preference, objective: preference, trains: [language_model], share: 3,
   tasks: {prefer: {weight: 1, granularity: line, per_image: 2}}}
"""


def encoded(image: Image.Image, format_: str = "JPEG") -> bytes:
    """The image's bytes."""
    buffer = io.BytesIO()
    image.save(buffer, format_)
    return buffer.getvalue()


def noise(seed: int) -> Image.Image:
    """An image that looks like no other."""
    random = np.random.default_rng(seed)
    return Image.fromarray(random.integers(0, 255, (120, 160, 3), dtype=np.uint8))


def sheet(text: str) -> Image.Image:
    """A sheet with a line of text, for OCR."""
    image = Image.new("L", (900, 300), 255)
    font = ImageFont.truetype("DejaVuSans.ttf", 40)
    ImageDraw.Draw(image).text((40, 100), text, fill=0, font=font)
    return image


@pytest.fixture(scope="session")
def good(build: Build, share: Share) -> Path:
    """A finished run of four stages with validation, replays, pairs, PDF pages, talks, rejects of
    a filter and an evaluation set. It is read only: make faults in a `Forgery`."""
    return share("good", lambda root: make_good(build, root)) / "run"


def make_good(build: Build, root: Path) -> None:
    """Write the inputs of the good run, and the run."""
    synthesize(root / "pages", count=14, seed=8, languages=["ko", "en"], copies=0.1)
    noise(99).resize((20, 20)).save(root / "pages" / "tiny.png")
    rows = [
        {
            "images": [
                {"bytes": encoded(noise(80 + 2 * number + side)), "path": f"{number}-{side}.jpg"}
                for side in range(2)
            ],
            "conversations": [
                {"from": "human", "value": "<image><image>\n어느 것이 잡음입니까?"},
                {"from": "gpt", "value": f"{number}번 쌍은 둘 다 잡음입니다."},
            ],
        }
        for number in range(8)
    ]
    pq.write_table(pa.Table.from_pylist(rows), root / "pairs.parquet")
    (root / "scans").mkdir()
    for name in ("minutes", "agenda"):
        first, *rest = [sheet(f"The {name} of {day} evening") for day in ("Monday", "Friday")]
        path = root / "scans" / f"{name}.pdf"
        first.save(
            path, save_all=True, append_images=rest, resolution=150,
            creationDate=gmtime(0), modDate=gmtime(0),
        )  # fmt: skip
    (root / "talks").mkdir()
    talks = [{"question": f"{n} 더하기 {n}은?", "answer": f"{2 * n}입니다."} for n in range(2, 8)]
    lines = "\n".join(json.dumps(talk, ensure_ascii=False) for talk in talks)
    (root / "talks" / "sums.jsonl").write_text(lines, encoding="utf-8")
    asked = b64encode(encoded(noise(77))).decode()
    (root / "exam.tsv").write_text(f"index\tquestion\timage\n1\tWhat is this?\t{asked}\n")
    (root / "small.yaml").write_text(CURRICULUM)
    build(root / "run", *inputs_of(root), options=options_of(root))


def inputs_of(root: Path) -> list[str]:
    """What the good run was built from."""
    inputs = [f"{name}={root / name}" for name in ("pages", "scans", "talks")]
    return [*inputs, f"pairs={root}/pairs.parquet"]


def options_of(root: Path) -> tuple[str, ...]:
    """What else it was built with."""
    return (
        "--licence", "pairs=CC-BY-4.0", "--licence", "scans=KOGL-1",
        "--curriculum", str(root / "small.yaml"), "--benchmarks", str(root / "exam.tsv"),
    )  # fmt: skip


@pytest.fixture
def forgery(good: Path, tmp_path: Path) -> Forgery:
    """A copy of the good run to be forged."""
    return Forgery.of(good, tmp_path / "run")
