"""The rates behind `gyogwa plan`'s estimate, measured on this machine.

    python -m benchmarks.rates FOLDER [--write [bytes]] [--check]

Small corpora are built (see `benchmarks.rated_corpora`); the processor time and counts of their
commands are fitted to what there was to do (least squares, no rate below zero):

- `few` (4 labelled pages of `gyogwa synthesize`): mostly start-up;
- `small` (96 images of 192 × 192 pixels with four words each): what an image costs by itself;
- `pages` and `many` (24 and 72 labelled pages), `copies` (16, half of them again): pixels, samples
  and looks;
- `pdf` (6 pages of the Debian FAQ in English): rendering, text layers, and what many words weigh;
- OCR is timed image by image in one process, over 8 drawn pages, charts and tables; reading masked
  regions again, over six pages with 5, 10 and 20 words taken as masked.

What is finished stays in FOLDER and isn't measured again. `--write` writes
`pipelines/estimate/rates.yaml`, `--write bytes` all but times, for a busy machine. `--check` builds
three inputs that set no rate, drawn pages of other seeds, without labels and with them, and later
pages of the FAQ that OCR reads as if they were scans, and compares what the plan said before each
command with what that took.
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from PIL import Image as Picture
from scipy.optimize import nnls

from benchmarks import scale
from benchmarks.rated_corpora import PHASES, Built, build, faq, synthesized
from gyogwa.pipelines.annotate import AnnotateConfig, reading_of
from gyogwa.pipelines.estimate.estimate import Phase, estimate
from gyogwa.pipelines.estimate.pace import at_this_pace, pace
from gyogwa.pipelines.estimate.rates import RATES, SECONDS, Rates, measured_rates
from gyogwa.pipelines.estimate.trying import rates_of_some, some_of_catalog
from gyogwa.pipelines.estimate.work import work_of_catalog, work_of_listing
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Annotation, Image
from gyogwa.transforms.annotate.engines.protocol import EngineSettings, make_engine
from gyogwa.transforms.annotate.engines.upright import read_upright
from gyogwa.transforms.annotate.read_again import regions_of
from gyogwa.transforms.files.decode import decode
from gyogwa.transforms.files.identity import read_verified
from gyogwa.transforms.files.masks import filled
from gyogwa.transforms.files.tables import list_parts, read_rows
from gyogwa.transforms.flow.tables import tables_in
from gyogwa.transforms.ingest.contents import FILES
from gyogwa.transforms.ingest.raw import ListedFile
from gyogwa.transforms.ingest.signals import signals_of

TIMES = ("how", "pace", *SECONDS)
"""What `--write bytes` leaves as it is: the others are alike on any machine."""
SCALE = {"ingest": 0.0061, "annotate": 0.00063, "assemble": 0.0017}
"""Seconds an image from 1,000 to 8,000 small images (docs/benchmarks.md, Scale): the corpora here
are too small to tell them from the start."""


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


def mask_times(run: RunLayout) -> list[tuple[int, float]]:
    """(regions, processor seconds) of reading again what stands around 5, 10 and 20 words of a
    page, as if they had been masked, in this process."""
    engine, found = make_engine(EngineSettings("tesseract")), []
    words = {
        annotation.image_id: [word.box for word in annotation.words]
        for path in list_parts(run.annotations)
        for annotation in read_rows(Annotation, path)
    }
    images = (image for path in list_parts(run.catalog) for image in read_rows(Image, path))
    some = [image for image in images if len(words.get(image.image_id, [])) >= 20][:6]
    for image in some:
        for count in (5, 10, 20):
            boxes = words[image.image_id][:: len(words[image.image_id]) // count][:count]
            began = time.process_time()
            pixels = decode(read_verified(image.ref, image.sha256)).pixels
            read_upright(engine, regions_of(filled(pixels, boxes), boxes))
            found.append((count, time.process_time() - began))
    return found


def fitted(columns: Sequence[Sequence[float]], found: Sequence[float]) -> list[float]:
    """Rates, none below zero, whose relative errors are least."""
    weights = 1 / np.maximum(np.array(found), 0.05)
    matrix = np.array(columns, dtype=float).T * weights[:, None]
    return [float(rate) for rate in nnls(matrix, np.array(found) * weights)[0]]


def measure(folder: Path) -> Rates:
    few = build(folder, "few", synthesized(4, 5, 0))
    small = build(folder, "small", lambda source: scale.draw(source, 96))
    pages = build(folder, "pages", synthesized(24, 21, 0.1))
    copies = build(folder, "copies", synthesized(16, 22, 0.5))
    pdf = build(folder, "pdf", faq(0, 6))
    many = build(folder, "many", synthesized(72, 23, 0.15))
    runs = [few, small, pages, copies, many]
    all_runs = [*runs, pdf]
    one = [1.0] * len(runs)
    ingest = fitted(
        [one, [r.images for r in runs], [r.megapixels for r in runs]],
        [r.seconds["ingest"] for r in runs],
    )
    annotate = fitted([one, [r.images for r in runs]], [r.seconds["annotate"] for r in runs])
    each = [1.0] * len(all_runs)
    shown = [float(r.weight("words")) for r in all_runs]
    sizes = [float(r.weight("image_bytes")) for r in all_runs]
    assemble = fitted(
        [each, shown, sizes, [r.looks() for r in all_runs]],
        [r.seconds["assemble"] for r in all_runs],
    )
    rendered = (
        pdf.seconds["ingest"] - ingest[0] - pdf.images * ingest[1] - pdf.megapixels * ingest[2]
    )
    drawn = sorted((folder / "pages" / "in" / "images").iterdir())[::3][:8]
    times = read_times(folder, drawn)
    pixels, inks, seconds = (list(column) for column in zip(*times, strict=True))
    ocr = fitted([[1.0] * len(times), pixels, inks], seconds)
    again = mask_times(RunLayout(str(folder / "pages" / "run")))
    regions, masking = (list(column) for column in zip(*again, strict=True))
    masks = fitted([[1.0] * len(again), regions], masking)
    # of bytes: what an image, a word and a sample make up, over corpora of few words and of many
    images = [float(r.images) for r in all_runs]
    words = [float(r.words) for r in all_runs]
    samples = [float(r.samples) for r in all_runs]
    grouped = {phase: [r.grouped[phase] for r in all_runs] for phase in PHASES}
    an_image: dict[str, float] = {}
    a_word: dict[str, float] = {}
    for phase in ("ingest", "annotate"):
        an_image[phase], a_word[phase] = fitted([images, words], grouped[phase])
    an_image["assemble"], a_word["assemble"], a_sample, a_shown_word = fitted(
        [images, words, samples, shown], grouped["assemble"]
    )
    tables = fitted([each, images, words], [r.table_bytes for r in all_runs])
    stored = fitted([sizes, samples, shown], [r.shard_bytes for r in all_runs])
    return Rates(
        how=f"benchmarks/rates.py, {time.strftime('%Y-%m-%d')}, {_processor()}, Python "
        f"{platform.python_version()}, processor seconds of one Beam worker and one OCR process",
        pace=pace(),
        start=dict(zip(PHASES, (ingest[0], annotate[0], assemble[0]), strict=True)),
        ingest_image=max(ingest[1], SCALE["ingest"]), ingest_megapixel=ingest[2],
        render_page=max(rendered, 0) / pdf.images,
        known_image=max(annotate[1], SCALE["annotate"]),
        read_image=ocr[0], read_megapixel=ocr[1], read_ink=ocr[2],
        assemble_page=SCALE["assemble"], look=assemble[3],
        shown_word=assemble[1], shown_byte=assemble[2],
        mask_page=masks[0], mask=masks[1],
        looks_an_image=(many.looks() + copies.looks()) / (many.images + copies.images),
        samples_an_image=many.samples / many.images,
        megapixels=many.megapixels / many.images, ink=many.ink / many.megapixels,
        image_bytes=pdf.image_bytes / pdf.images,
        words=many.words / many.megapixels,
        table_bytes=tables[0], table_bytes_an_image=tables[1], table_bytes_a_word=tables[2],
        sample_images=stored[0], sample_bytes=stored[1], sample_bytes_a_word=stored[2],
        shuffle_an_image=an_image, shuffle_a_word=a_word,
        shuffle_a_sample=a_sample, shuffle_a_shown_word=a_shown_word,
        worker_memory=1.5e9,
    )  # fmt: skip


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def check(folder: Path, rates: Rates) -> None:
    """What `gyogwa plan` says before each command, of inputs that set no rate, against what that
    took."""
    rates = at_this_pace(rates)
    for name, draw, options in (
        ("unread", synthesized(6, 77, 0.1, labels=False), []),
        ("scanned", faq(30, 32), ["--pdf_text=never"]),
        ("labelled", synthesized(18, 78, 0.2), []),
    ):
        built = build(folder, name, draw, *options)
        found = _planned(RunLayout(str(folder / name / "run")), built, rates)
        for phase in PHASES:
            _show(name, f"{phase}, s", found[phase].seconds, built.seconds[phase])
            _show(name, f"{phase}, MB grouped", found[phase].shuffle / 1e6,
                  built.grouped[phase] / 1e6)  # fmt: skip
        _show(name, "s", sum(p.seconds for p in found.values()), sum(built.seconds.values()))
        _show(name, "MB grouped", sum(p.shuffle for p in found.values()) / 1e6,
              sum(built.grouped.values()) / 1e6)  # fmt: skip
        tables, shards = built.table_bytes + built.packs, built.shard_bytes
        guess = found["ingest"].storage + found["annotate"].storage
        _show(name, "MB of tables and pages", guess / 1e6, tables / 1e6)
        _show(name, "MB of shards", found["assemble"].storage / 1e6, shards / 1e6)
        guess += found["assemble"].storage
        _show(name, "MB stored", guess / 1e6, (tables + shards) / 1e6)


def _show(name: str, what: str, guess: float, took: float) -> None:
    print(f"{name:8} {what:24} {guess:7.1f} of {took:7.1f}: {guess / took:.2f}", flush=True)


def _planned(run: RunLayout, built: Built, rates: Rates) -> dict[str, Phase]:
    """Each phase as planned when those before it were done."""
    listed = [
        row for path in tables_in(run.listing, f"{FILES}-") for row in read_rows(ListedFile, path)
    ]
    aside = RunLayout(f"{run.root}-not-annotated")
    os.makedirs(aside.root, exist_ok=True)
    if not os.path.exists(aside.catalog):
        os.symlink(run.catalog, aside.catalog)
    reading = reading_of(AnnotateConfig(EngineSettings("tesseract"), 1))
    tried = rates_of_some(rates, some_of_catalog(aside, reading.engine, 8), reading)
    works = {
        "ingest": (work_of_listing(listed, 150, rates), rates),
        "annotate": (work_of_catalog(aside, reading.engine, tried), tried),
        "assemble": (
            replace(
                work_of_catalog(run, reading.engine, rates), samples=built.weight("samples"),
                shown=built.weight("image_bytes"), shown_words=built.weight("words"),
                looks=built.looks(),
            ),
            rates,
        ),
    }  # fmt: skip
    found = {}
    for phase, (work, rated) in works.items():
        phases = {each.name: each for each in estimate(work, rated, 1, None).phases}
        found[phase] = phases[phase]
    return found


def _rounded(value: Any) -> Any:
    """Numbers to four digits, also within."""
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


def with_times_of(rates: Rates, before: dict[str, Any]) -> Rates:
    """The rates with the times, and how they were measured, of the file as it was."""
    return rates.model_copy(update={name: before[name] for name in TIMES})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", nargs="?", const="all", choices=["all", "bytes"])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    rates = measure(options.folder) if options.write or not RATES.exists() else measured_rates()
    if options.write == "bytes":
        rates = with_times_of(rates, yaml.safe_load(RATES.read_text("utf-8")))
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
