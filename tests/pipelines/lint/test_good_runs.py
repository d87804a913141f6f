"""Good runs of other kinds are clean too: every dialect, and images that had to be changed."""

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.synthesize import synthesize
from gyogwa.schemas.curriculum import DialectName
from gyogwa.transforms.shards.reader import samples_in
from gyogwa.transforms.targets.protocols import can_ask
from gyogwa.transforms.targets.registry import DIALECTS as REGISTRY
from tests.conftest import Build
from tests.pipelines.lint.conftest import noise, sheet
from tests.pipelines.lint.forgery import Forgery

DIALECTS = get_args(DialectName)
TASKS = (
    "ocr: {weight: 1, granularity: LEVEL}, read: {weight: 1}, ground: {weight: 1, per_image: 4}, "
    "refer: {weight: 1, per_image: 4}, layout: {weight: 1}, table_html: {weight: 1}, "
    "table_otsl: {weight: 1}, chart_table: {weight: 1}, converse: {weight: 1}"
)


def level_of(name: str) -> str:
    """What a dialect's OCR is asked for."""
    return next(iter(REGISTRY[name].ocr_prompts), "word")


def curriculum() -> str:
    """A stage for each dialect, images shrunk in every other one; by this seed each gets a page."""
    stages = [
        f"- {{name: {name.replace('.', '-')}, dialect: {name}, trains: [projector], share: 1, "
        f"may_be_empty: true, resolution: {{stored_max_side: {(150, 900)[place % 2]}}}, "
        f"tasks: {{{TASKS.replace('LEVEL', level_of(name))}}}}}"
        for place, name in enumerate(DIALECTS)
    ]
    return "\n".join(["name: dialects", "seed: 44", "stages:", *stages])


def odd_images(folder: Path) -> None:
    """Images that shards can't hold as they are, each with a conversation in decomposed Hangul."""
    folder.mkdir()
    sheet("Four colour separation").convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    grey = np.asarray(sheet("Sixteen bits deep")).astype(np.uint16) * 257
    Image.fromarray(grey).save(folder / "deep.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = sheet("The camera was upright").transpose(Image.Transpose.ROTATE_90)
    turned.save(folder / "turned.jpg", exif=exif, quality=95)
    clear = noise(1).convert("RGBA")
    clear.putalpha(128)
    clear.save(folder / "clear.png")
    for number in range(10, 80, 10):  # half of the dialects have no conversations
        more = [noise(number + 1)]
        noise(number).save(folder / f"moving-{number}.gif", save_all=True, append_images=more)
    noise(4).save(folder / "scan.tiff")
    noise(5).save(folder / "small.webp", lossless=True)
    Image.new("L", (400, 300), 250).save(folder / "blank.png")
    rows = [
        {
            "file_name": path.name,
            "conversations": [
                {"from": "human", "value": unicodedata.normalize("NFD", "무엇입니까?")},
                {"from": "gpt", "value": unicodedata.normalize("NFD", f"{path.stem} 그림입니다.")},
            ],
        }
        for path in sorted(folder.iterdir())
    ]
    for number, said in enumerate(("text", "transcription"), 20):  # a question is put before them
        noise(number).save(folder / f"{said}.png")
        rows.append({"file_name": f"{said}.png", said: "안내문이 붙은 벽"})
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "metadata.jsonl").write_text(text, encoding="utf-8")


def test_sources_that_went_on_since(
    good: Path, forgery: Forgery, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stages are compared with tables only where these are what the stages were made of."""
    pages = good.parent / "pages"
    assert main(["ingest", "--input", f"pages={pages}", "--output", str(forgery.run)]) == 0
    capsys.readouterr()
    code = main(["lint", str(forgery.run)])
    printed = capsys.readouterr()
    assert (code, printed.out) == (0, "clean\n")
    assert "ingest has begun since the stages were made" in " ".join(printed.err.split())


def test_every_dialect_and_every_change(
    build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    synthesize(tmp_path / "pages", count=14, seed=4, languages=["ko", "en"], copies=0.0)
    odd_images(tmp_path / "odd")
    (tmp_path / "dialects.yaml").write_text(curriculum())
    inputs = (f"pages={tmp_path}/pages", f"odd={tmp_path}/odd")
    run = build(tmp_path / "run", *inputs, options=("--curriculum", f"{tmp_path}/dialects.yaml"))
    capsys.readouterr()
    code = main(["lint", str(run)])
    assert (code, capsys.readouterr().out) == (0, "clean\n")
    tasks: dict[str, Counter[str]] = {name: Counter() for name in DIALECTS}
    changes: Counter[str] = Counter()
    for path in run.glob("stages/**/*.tar"):
        with path.open("rb") as file:
            for sample in samples_in(file):
                entry = sample.entry(str(path))
                tasks[entry.provenance.dialect][entry.task] += 1
                for image in entry.images:
                    changes.update(image.changes.split(","))
    asked = {name for name in DIALECTS if can_ask(REGISTRY[name], "ocr", level_of(name))}
    assert {name for name, counts in tasks.items() if counts["ocr"]} == asked
    assert set(DIALECTS) - asked == {"paligemma"}
    assert tasks["paligemma"]["read"]
    assert changes.keys() >= {
        "", "resized", "mode_cmyk", "16_bit", "exif_orientation", "alpha", "several_frames",
        "format_tiff",
    }  # fmt: skip
