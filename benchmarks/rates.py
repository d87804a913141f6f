"""The rates behind `gyogwa plan`'s estimate, measured on this machine.

    python -m benchmarks.rates FOLDER [--write] [--check]

Small corpora are built, command by command, each in a process of its own; what `run.json` says of
processor time and counts is fitted to what there was to do (least squares, no rate below zero):

- `few` (4 labelled pages of `gyogwa synthesize`): mostly start-up;
- `small` (96 images of 192 × 192 pixels with four words each): what an image costs by itself;
- `pages` (24 labelled pages) and `copies` (16, half of them again): pixels, samples and looks;
- `pdf` (6 pages of the Debian FAQ in English): rendering, and text layers;
- OCR is timed image by image in one process, over 8 drawn pages, charts and tables.

What is finished stays in FOLDER and isn't measured again. `--write` writes
`pipelines/estimate/rates.yaml`. `--check` builds two inputs that set no rate, drawn pages of
another seed without labels and later pages of the FAQ that OCR reads as if they were scans, and
compares their estimates with what they took.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import yaml
from PIL import Image as Picture
from scipy.optimize import nnls

from benchmarks import debian_faq, scale
from gyogwa.pipelines.estimate.estimate import phases_of
from gyogwa.pipelines.estimate.rates import RATES, Rates, measured_rates
from gyogwa.pipelines.estimate.work import Work, work_of_catalog
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.plan import Plan
from gyogwa.schemas.records import Image
from gyogwa.transforms.annotate.engines.protocol import EngineSettings, make_engine
from gyogwa.transforms.annotate.engines.upright import read_upright
from gyogwa.transforms.files.tables import list_parts, read_columns
from gyogwa.transforms.ingest.signals import signals_of

GROUPED = """
import sys
from apache_beam.runners.portability.fn_api_runner import execution
append, seen = execution.GroupingBuffer.append, [0]
def counted(self, data):
    seen[0] += len(data)
    append(self, data)
execution.GroupingBuffer.append = counted
from gyogwa.pipelines.cli import main
code = main(sys.argv[2:])
open(sys.argv[1], "w").write(str(seen[0]))
sys.exit(code)
"""
PHASES = ("ingest", "annotate", "assemble")
SCALE = {"ingest": 0.0061, "annotate": 0.00063, "assemble": 0.0017}
"""Seconds an image from 1,000 to 8,000 small images (docs/benchmarks.md, Scale): the corpora here
are too small to tell them from the start."""


@dataclass
class Built:
    """A corpus that was built: processor seconds, counters and grouped bytes of each phase; its
    images, their megapixels and bytes; bytes of its tables and of its shards; its samples."""

    seconds: dict[str, float]
    counters: dict[str, dict[str, int]]
    grouped: dict[str, int]
    images: int
    megapixels: float
    ink: float
    image_bytes: int
    table_bytes: int
    shard_bytes: int
    samples: int

    def looks(self) -> int:
        return self.counters["assemble"].get("duplicates/looked", 0)

    def unique(self) -> int:
        return self.counters["assemble"]["exact_duplicates/images_kept"]


def build(folder: Path, name: str, draw: Callable[[Path], None], *options: str) -> Built:
    """Build a corpus, or read what an earlier call found."""
    found, run = folder / f"{name}.json", folder / name / "run"
    if not found.exists():
        shutil.rmtree(folder / name, ignore_errors=True)
        source = folder / name / "in"
        draw(source)
        grouped = {}
        for phase in PHASES:
            of_phase = {
                "ingest": ["--input", f"a={source}", *options],
                "annotate": ["--ocr_processes=1"],
                "assemble": ["--allow_empty"],
            }[phase]
            count = folder / name / f"{phase}.txt"
            command = [sys.executable, "-P", "-c", GROUPED, str(count), phase]
            arguments = ["--output", str(run), *of_phase]
            subprocess.run([*command, *arguments], check=True, stdout=subprocess.DEVNULL)
            grouped[phase] = int(count.read_text())
        found.write_text(json.dumps(_figures(run) | {"grouped": grouped}, indent=1))
    return Built(**json.loads(found.read_text()))


def _figures(run: Path) -> dict[str, object]:
    layout = RunLayout(str(run))
    phases = json.loads(Path(layout.marker).read_text())["phases"]
    pixels, ink, size, images = 0.0, 0.0, 0, 0
    for path in list_parts(layout.catalog):
        columns = read_columns(Image, path, ["width", "height", "signals", "ref"])
        for width, height, signals, ref in zip(*columns.values(), strict=True):
            pixels += width * height / 1e6
            ink += width * height / 1e6 * signals["ink"]
            size, images = size + ref["length"], images + 1
    tables = [layout.catalog, layout.annotations, layout.records, layout.duplicates]
    stages = list(Path(layout.stages).rglob("*.tar"))
    return {
        "seconds": {name: phase["cpu_seconds"] for name, phase in phases.items()},
        "counters": {name: phase["counters"] for name, phase in phases.items()},
        "images": images, "megapixels": pixels, "ink": ink, "image_bytes": size,
        "table_bytes": sum(os.path.getsize(p) for folder in tables for p in list_parts(folder)),
        "shard_bytes": sum(path.stat().st_size for path in stages),
        "samples": phases["assemble"]["counters"].get("shards/samples_kept", 0),
    }  # fmt: skip


def synthesized(
    count: int, seed: int, copies: float, labels: bool = True
) -> Callable[[Path], None]:
    def draw(folder: Path) -> None:
        command = [sys.executable, "-P", "-m", "gyogwa", "synthesize", "--output", str(folder)]
        options = ["--count", str(count), "--seed", str(seed), "--copies", str(copies)]
        subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
        if not labels:
            (folder / "metadata.jsonl").unlink()

    return draw


def faq(first: int, last: int) -> Callable[[Path], None]:
    """Some pages of the Debian FAQ in English."""

    def draw(folder: Path) -> None:
        folder.mkdir(parents=True)
        (path,) = debian_faq.write_pdfs(debian_faq.CACHE)["en"].iterdir()
        some = pdfium.PdfDocument.new()
        some.import_pages(pdfium.PdfDocument(path), list(range(first, last)))
        some.save(folder / path.name)

    return draw


def read_times(folder: Path, pictures: list[Path]) -> list[tuple[float, float, float]]:
    """(megapixels, megapixels of ink, processor seconds) of each picture that OCR reads."""
    found = folder / "ocr.json"
    if not found.exists():
        engine, rows = make_engine(EngineSettings("tesseract")), []
        for path in pictures:
            pixels = Picture.open(path).convert("RGB")
            ink = signals_of(pixels).ink
            began = time.process_time()
            read_upright(engine, pixels)
            size = pixels.width * pixels.height / 1e6
            rows.append((size, size * ink, time.process_time() - began))
        found.write_text(json.dumps(rows))
    return [(row[0], row[1], row[2]) for row in json.loads(found.read_text())]


def fitted(columns: list[list[float]], seconds: list[float]) -> list[float]:
    """Rates, none below zero, whose relative errors are least."""
    weights = 1 / np.maximum(np.array(seconds), 0.05)
    matrix = np.array(columns, dtype=float).T * weights[:, None]
    return [float(rate) for rate in nnls(matrix, np.array(seconds) * weights)[0]]


def measure(folder: Path) -> Rates:
    few = build(folder, "few", synthesized(4, 5, 0))
    small = build(folder, "small", lambda source: scale.draw(source, 96))
    pages = build(folder, "pages", synthesized(24, 21, 0.1))
    copies = build(folder, "copies", synthesized(16, 22, 0.5))
    pdf = build(folder, "pdf", faq(0, 6))
    runs = [few, small, pages, copies]
    one = [1.0] * len(runs)
    ingest = fitted(
        [one, [r.images for r in runs], [r.megapixels for r in runs]],
        [r.seconds["ingest"] for r in runs],
    )
    annotate = fitted([one, [r.images for r in runs]], [r.seconds["annotate"] for r in runs])
    assemble = fitted(
        [one, [r.unique() for r in runs], [r.samples for r in runs], [r.looks() for r in runs]],
        [r.seconds["assemble"] for r in runs],
    )  # fmt: skip
    rendered = (
        pdf.seconds["ingest"] - ingest[0] - pdf.images * ingest[1] - pdf.megapixels * ingest[2]
    )
    drawn = sorted((folder / "pages" / "in" / "images").iterdir())[::3][:8]
    times = read_times(folder, drawn)
    sizes, inks, seconds = (list(column) for column in zip(*times, strict=True))
    ocr = fitted([[1.0] * len(times), sizes, inks], seconds)
    shuffled = {phase: pages.grouped[phase] / pages.images for phase in PHASES}
    # of assemble's bytes, what a page and a sample make up, from two corpora of unlike shares
    by_page, by_sample = fitted(
        [[r.images for r in (small, pages)], [r.samples for r in (small, pages)]],
        [r.grouped["assemble"] for r in (small, pages)],
    )
    two = (small, pages)
    shown, text = fitted(
        [[r.samples * r.image_bytes / r.images for r in two], [r.samples for r in two]],
        [r.shard_bytes for r in two],
    )
    return Rates(
        how=f"benchmarks/rates.py, {time.strftime('%Y-%m-%d')}, {_processor()}, Python "
        f"{platform.python_version()}, processor seconds of one Beam worker and one OCR process",
        start=dict(zip(PHASES, (ingest[0], annotate[0], assemble[0]), strict=True)),
        ingest_image=max(ingest[1], SCALE["ingest"]), ingest_megapixel=ingest[2],
        render_page=max(rendered, 0) / pdf.images,
        known_image=max(annotate[1], SCALE["annotate"]),
        read_image=ocr[0], read_megapixel=ocr[1], read_ink=ocr[2],
        assemble_page=max(assemble[1], SCALE["assemble"]), sample=assemble[2], look=assemble[3],
        looks_an_image=pages.looks() / pages.images,
        samples_an_image=pages.samples / pages.images,
        megapixels=pages.megapixels / pages.images, ink=pages.ink / pages.megapixels,
        image_bytes=pdf.image_bytes / pdf.images,
        table_bytes_an_image=pages.table_bytes / pages.images,
        sample_bytes=text,
        sample_images=shown,
        shuffle_an_image={**shuffled, "assemble": by_page},
        shuffle_a_sample=by_sample,
        worker_memory=1.5e9,
    )  # fmt: skip


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def check(folder: Path, rates: Rates) -> None:
    """Estimates of inputs that set no rate, against what they took."""
    for name, draw, options in (
        ("unread", synthesized(6, 77, 0.1, labels=False), []),
        ("scanned", faq(30, 32), ["--pdf_text=never"]),
    ):
        built = build(folder, name, draw, *options)
        run = RunLayout(str(folder / name / "run"))
        work = _undone(run, built, rates, name == "scanned")
        found = {phase.name: phase for phase in phases_of(work, rates)}
        stored, grouped = found["assemble"].storage, sum(p.shuffle for p in found.values())
        seconds = {phase: found[phase].seconds + rates.start[phase] for phase in PHASES}
        for what, unit, guess, took in (
            *((phase, "s", seconds[phase], built.seconds[phase]) for phase in PHASES),
            ("all", "s", sum(seconds.values()), sum(built.seconds.values())),
            ("stored", "MB", stored / 1e6, built.shard_bytes / 1e6),
            ("grouped", "MB", grouped / 1e6, sum(built.grouped.values()) / 1e6),
        ):
            print(f"{name:8} {what:9} {guess:7.1f} {unit:2} of {took:7.1f}: {guess / took:.2f}")


def _undone(run: RunLayout, built: Built, rates: Rates, rendered: bool) -> Work:
    """The work of a finished run as it was before, with the plan that was then to be had."""
    plan = Plan.model_validate_json(Path(run.plan).read_bytes())
    aside = RunLayout(f"{run.root}/no-annotations-yet")
    os.makedirs(aside.root, exist_ok=True)
    if not os.path.exists(aside.catalog):
        os.symlink(run.catalog, aside.catalog)
    return replace(
        work_of_catalog(aside, "", rates),
        samples=sum(stage.samples + stage.validation for stage in plan.stages),
        ingest=built.images,
        megapixels=built.megapixels,
        rendered=built.images if rendered else 0,
    )


def _rounded(value: Any) -> Any:
    """Numbers to four digits, also within."""
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    rates = measure(options.folder) if options.write or not RATES.exists() else measured_rates()
    print(yaml.safe_dump(rates.model_dump(), sort_keys=False))
    if options.write:
        RATES.write_text(
            yaml.safe_dump(_rounded(rates.model_dump()), sort_keys=False, allow_unicode=True),
            "utf-8",
        )
    if options.check:
        check(options.folder, rates)


if __name__ == "__main__":
    main()
