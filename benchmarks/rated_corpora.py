"""Small corpora, each built command by command, and what that took and wrote.

Every command is a process of its own; what `run.json` says of its processor time and counts is read
with the sizes of what it wrote. A corpus that was built stays in its folder and isn't built again.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from benchmarks import debian_faq
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.records import Annotation, Image
from gyogwa.transforms.files.tables import list_parts, read_columns, read_lengths

PHASES = ("ingest", "annotate", "assemble")
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


@dataclass
class Built:
    """A corpus that was built: processor seconds, counters and grouped bytes of each phase; its
    images, their megapixels, words and bytes; bytes of its tables and of its shards; its samples.
    """

    seconds: dict[str, float]
    counters: dict[str, dict[str, int]]
    grouped: dict[str, int]
    images: int
    megapixels: float
    ink: float
    words: int
    image_bytes: int
    table_bytes: int
    packs: int
    shard_bytes: int
    samples: int

    def looks(self) -> int:
        return self.counters["assemble"].get("duplicates/looked", 0)

    def weight(self, what: str) -> int:
        """What all samples come to: `pipelines.weight.Weight`."""
        return self.counters["assemble"][f"plan/{what}"]

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
        "words": sum(
            words or 0
            for path in list_parts(layout.annotations)
            for words in read_lengths(Annotation, path, "words")
        ),
        "table_bytes": sum(os.path.getsize(p) for folder in tables for p in list_parts(folder)),
        "packs": sum(path.stat().st_size for path in Path(layout.packs).rglob("*.tar")),
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
