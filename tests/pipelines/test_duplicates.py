"""Copies in a run: the same ones whatever the order of work, within sources and across them."""

import io
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from apache_beam import Pipeline
from apache_beam.options.pipeline_options import PipelineOptions
from PIL import Image, ImageDraw, ImageFont

from gyogwa.pipelines import assemble
from gyogwa.pipelines.assemble_graph import AssembleConfig
from gyogwa.pipelines.runner import beam_options, run_pipeline
from gyogwa.pipelines.summary import read_run
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate, Reject
from gyogwa.schemas.records import Image as CatalogImage
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.tables import read_folder, read_rows
from tests.conftest import Build
from tests.sharing import Share

CURRICULUM = """
name: one
seed: 1
validation_share: 0.5
stages:
- {name: all, trains: [projector], share: 1, tasks: {ocr: {weight: 1}}, max_samples: 100}
"""


def page(seed: int) -> Image.Image:
    rng = random.Random(seed)
    image = Image.new("RGB", (420, 560), "white")
    font = ImageFont.load_default(16)
    for row in range(16):
        text = " ".join("".join(rng.choices("abcdefghilmnoprstu", k=5)) for _ in range(6))
        ImageDraw.Draw(image).text((30, 30 + row * 30), text, font=font, fill=(20, 20, 20))
    return image


def coded(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def write(folder: Path, images: dict[str, tuple[Image.Image, int, str]], backwards: bool) -> Path:
    """Files of (pixels, quality, the word said to stand on it)."""
    folder.mkdir()
    rows = []
    for name, (image, quality, text) in images.items():
        (folder / name).write_bytes(coded(image, quality))
        words = [{"text": text, "box": [30, 30, 390, 520]}]
        rows.append(json.dumps({"file_name": name, "words": words}))
    (folder / "metadata.jsonl").write_text("\n".join(rows[::-1] if backwards else rows))
    return folder


def versions() -> dict[str, tuple[Image.Image, int, str]]:
    """Versions of pages, each a document of its own and none dropped: one digit tells them."""
    images = {}
    for seed in range(20, 25):
        for digit in range(3):
            image = page(seed)
            drawn = ImageDraw.Draw(image)
            drawn.text((300, 520), f"{digit}", font=ImageFont.load_default(24), fill=0)
            images[f"{seed}-{digit}.jpg"] = (image, 90, f"one long text about page {digit}")
    return images


def corpus(folder: Path, backwards: bool = False) -> list[Path]:
    """Two sources: pages with copies in their own source and in the other, blank pages, and
    versions of pages."""
    folder.mkdir()
    blank = Image.new("RGB", (420, 560), "white")
    one = {f"{n}.jpg": (page(n), 90, f"page {n}") for n in range(6)}
    one |= {f"{n}-copy.jpg": (page(n), 50, f"page {n}") for n in range(2)}
    two = {f"{n}.jpg": (page(n), 40, f"page {n}") for n in range(1, 4)}
    two |= {f"{n}.jpg": (page(n), 90, f"page {n}") for n in (10, 11)}
    two |= {f"blank-{n}.jpg": (blank.crop((0, 0, 420, 540 + n)), 90, "") for n in range(20)}
    two |= versions()
    return [
        write(folder / "one", one, backwards),
        write(folder / "two", two, backwards),
    ]


@pytest.fixture(scope="session")
def at_once(build: Build, share: Share) -> Path:
    """A build of both sources that nobody disturbs."""

    def make(folder: Path) -> None:
        (folder / "one.yaml").write_text(CURRICULUM)
        sources = [str(path) for path in corpus(folder / "in")]
        build(folder / "run", *sources, options=("--curriculum", str(folder / "one.yaml")))

    return share("duplicates", make) / "run"


@pytest.fixture
def options(at_once: Path) -> tuple[str, ...]:
    return "--curriculum", str(at_once.with_name("one.yaml"))


@pytest.fixture
def sources(at_once: Path) -> list[str]:
    return [str(at_once.with_name("in") / name) for name in ("one", "two")]


def pairs(run: Path) -> list[Duplicate]:
    found = read_folder(Duplicate, str(run / "duplicates"))
    return sorted(found, key=lambda d: (d.kept, d.member))


def shards(run: Path) -> dict[str, bytes]:
    paths = sorted((run / "stages").rglob("*.tar"))
    return {str(path.relative_to(run)): path.read_bytes() for path in paths}


def test_the_same_copies_for_another_order_workers_and_repeated_bundles(
    build: Build, tmp_path: Path, at_once: Path, options: tuple[str, ...]
) -> None:
    verdicts = [(d.verdict, d.scope) for d in pairs(at_once)]
    assert verdicts.count(("near", "across")) == 3
    assert ("near", "within") in verdicts
    rejects = read_folder(Reject, str(at_once / "rejects"))
    assert sum("blank" in r.uri for r in rejects if r.rule == "max_blank_share") == 19

    turned = [str(path) for path in reversed(corpus(tmp_path / "again", backwards=True))]
    flags = {
        "threads": ("--direct_num_workers", "3", "--direct_running_mode", "multi_threading"),
        "repeated": ("--direct_runner_bundle_repeat", "2"),
    }
    for name, more in flags.items():
        run = build(tmp_path / name, *turned, options=(*options, *more))
        assert pairs(run) == pairs(at_once)
        assert shards(run) == shards(at_once)


def test_pages_alike_stand_on_one_side_of_the_split(at_once: Path) -> None:
    catalog = read_folder(CatalogImage, str(at_once / "catalog"))
    uris = {image.image_id: image.uri for image in catalog if image.source == "two"}
    told = {identity for identity, uri in uris.items() if uri in versions()}
    assert len(told) == 15
    alike = [d for d in pairs(at_once) if {d.kept, d.member} & told]
    assert {d.verdict for d in alike} == {"different"}
    assert {d.kept for d in alike} | {d.member for d in alike} == told
    sides: dict[str, set[str]] = {}
    for path in (at_once / "stages").rglob("index.parquet"):
        for row in read_rows(IndexRow, str(path)):
            sides.setdefault(row.document, set()).add(path.parent.name)
    assert all(len(names) == 1 for names in sides.values())
    assert {name for names in sides.values() for name in names} == {"1-all", "validation"}


def test_what_was_looked_at_is_not_looked_at_again_and_a_later_source_is(
    build: Build,
    tmp_path: Path,
    at_once: Path,
    sources: list[str],
    options: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    counted: list[dict[str, int]] = []

    def watched(
        graph: Callable[[Pipeline], None], flags: PipelineOptions, **settings: int
    ) -> dict[str, int]:
        counted.append(run_pipeline(graph, flags, **settings))
        return counted[-1]

    monkeypatch.setattr("gyogwa.pipelines.assemble.run_pipeline", watched)
    run = build(tmp_path / "run", sources[0], options=options)
    assert {d.scope for d in pairs(run)} == {"within"}
    layout = RunLayout(str(run))
    written = read_run(layout)
    assemble.plan(layout, AssembleConfig(written.curriculum, written.engine), beam_options([]))
    capfd.readouterr()
    build(run, *sources, options=options)
    assert "1 made, 0 moved, 1 kept" in capfd.readouterr().err
    first, planned, added = (
        (counts.get("duplicates/looked", 0), counts.get("duplicates/known", 0))
        for counts in counted
    )
    assert first[0] > 0 == first[1]
    assert planned == first[::-1]
    assert added[0] > 0
    assert added[1] == first[0]
    assert pairs(run) == pairs(at_once)
    assert shards(run) == shards(at_once)
