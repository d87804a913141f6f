"""Exports of a run, opened by the code of the tools that they are for.

    python -m benchmarks.exports RUN [--json FILE] [--draw FOLDER]

Exports the run to every target and, where a target's tool is installed, reads it back by that. A
row says how many samples, images and boxes an epoch of all stages and validations has, and how many
the tool gave; equal is that every sample came as often as it was to, with the same images, byte for
byte (pixel for pixel where the tool decodes), and the same boxes in the same order. Boxes are those
of native markup: a run in another dialect has its boxes in the text, which isn't compared here but
in `tests/pipelines/export/test_tools.py`.

The tools contradict one another, so run it once in an environment of each, with this package and
what its loader needs beside the tool; `--json FILE` keeps the rows of the environments before, and
the table that is printed has them all. `--draw` saves two images of each target with its boxes on
them, both as the tool gave them.

The environments, on a machine without a GPU: megatron-energon 7.4.1 with megatron-bridge 0.3.1
(`--no-deps`, and transformers); litdata 0.2.76; mosaicml-streaming 0.13.0 (huggingface-hub < 1);
llamafactory 0.9.5; ms-swift 4.6.0; this project's own for TRL. The third and fourth import
torchvision and torchaudio, whose wheels on PyPI want a PyTorch with CUDA.
"""

import argparse
import io
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageDraw

from gyogwa.loader.opening import curriculum_location, read_curriculum
from gyogwa.loader.raw import RawSample, RawSamples
from gyogwa.pipelines.export import TARGETS, Target
from gyogwa.pipelines.export.run import ExportConfig, export
from gyogwa.transforms.files.locations import beside
from gyogwa.transforms.files.storage import Storage
from tests.pipelines.export.rows import Box, Row, boxes_in, digest
from tests.pipelines.export.tools import TOOLS, installed

COUNTED = ("samples", "images", "boxes")
DRAWN = 2
MOST_BOXES = 60
"""On an image that is drawn: more can't be told apart."""


class Shown(NamedTuple):
    """A sample as an epoch shows it: hashes of its images, and its boxes."""

    images: tuple[str, ...]
    boxes: tuple[Box, ...]


class Run(NamedTuple):
    """How often each is shown; `pixels` leads from the hash of an image's pixels to its own."""

    singles: Counter[Shown]
    pairs: Counter[Shown]
    pixels: dict[str, str]


def shown_by(run: str) -> Run:
    """What the stages and validations of a run hold, by its shards alone."""
    found = Run(Counter(), Counter(), {})
    for raw, times in samples_of(run):
        entry = json.loads(raw.json)
        texts = [turn["content"] for turn in entry["conversations"]]
        pair = entry["chosen"] is not None
        if pair:
            if entry["conversations"][-1]["role"] == "assistant":
                texts.pop()
            texts += [entry["chosen"], entry["rejected"]]
        images = tuple(map(digest, raw.images))
        for hashed, data in zip(images, raw.images, strict=True):
            if hashed not in found.pixels.values():
                found.pixels[digest(Image.open(io.BytesIO(data)))] = hashed
        (found.pairs if pair else found.singles)[Shown(images, tuple(boxes_in(texts)))] += times
    return found


def samples_of(run: str) -> Iterator[tuple[RawSample, int]]:
    location = curriculum_location(run, Storage())
    for entry in read_curriculum(location, Storage()).stages:
        for manifest in (entry.manifest, entry.validation):
            if manifest:
                yield from RawSamples(beside(location, manifest)).rows()


def counted(shown: Counter[Shown]) -> dict[str, int]:
    images = sum(len(each.images) * times for each, times in shown.items())
    boxes = sum(len(each.boxes) * times for each, times in shown.items())
    return dict(zip(COUNTED, (shown.total(), images, boxes), strict=True))


def measured(run: str, target: Target, there: Run, draw: Path | None) -> dict[str, Any]:
    """A row of the table."""
    expected = there.singles if target == "llava" else there.singles + there.pairs
    row: dict[str, Any] = {"target": target, "tool": TOOLS[target].package, "version": ""}
    row |= {"written": counted(expected), "read": None, "equal": None, "note": ""}
    if target == "llava" and there.pairs:
        row["note"] = f"its {there.pairs.total()} pairs aren't known to the tool"
    with tempfile.TemporaryDirectory(prefix="gyogwa-exports-") as made:
        folder = Path(made) / target
        rows = export(run, ExportConfig(target, str(folder)))
        if not (version := installed(target)):
            missing = f"{row['tool']} {TOOLS[target].release}"
            return row | {"note": f"not opened: {missing} isn't installed"}
        found: Counter[Shown] = Counter()
        drawn = Drawn(target, draw)
        for name in rows:
            for given in TOOLS[target].read(folder, name):
                shown = Shown(hashes(given, there.pixels), tuple(given.boxes))
                found[shown] += 1
                drawn.see(given, shown)
    return row | {"version": version, "read": counted(found), "equal": found == expected}


def hashes(row: Row, pixels: dict[str, str]) -> tuple[str, ...]:
    """Of the images' bytes, also where a tool gave pixels; "" for pixels that no image has."""
    return tuple(
        digest(image) if isinstance(image, bytes) else pixels.get(digest(image), "")
        for image in row.images
    )


class Drawn:
    """Saves images of a target with their boxes, both as the tool gave them; each target's own, so
    that many kinds of samples are looked at."""

    def __init__(self, target: Target, folder: Path | None) -> None:
        self._target, self._folder = target, folder
        self._first = DRAWN * TARGETS.index(target)
        self._seen: set[tuple[str, ...]] = set()

    def see(self, row: Row, shown: Shown) -> None:
        """Draw the row, if its turn has come."""
        if not self._folder or len(shown.images) != 1 or shown.images in self._seen:
            return
        if not 0 < len(shown.boxes) <= MOST_BOXES:
            return
        self._seen.add(shown.images)
        number = len(self._seen) - self._first
        if 1 <= number <= DRAWN:
            drawing(row).save(self._folder / f"{self._target}-{number}.png")


def drawing(row: Row) -> Image.Image:
    """An image with its boxes."""
    (given,) = row.images
    image = Image.open(io.BytesIO(given)) if isinstance(given, bytes) else given
    image = image.convert("RGB")
    pen = ImageDraw.Draw(image)
    for box in row.boxes:
        corners = [value * side for value, side in zip(box, image.size * 2, strict=True)]
        pen.rectangle(corners, outline=(230, 0, 60), width=2)
    return image


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown: what was written and what was read, with a stroke in between."""
    told = " | ".join(f"{name}, written / read" for name in COUNTED)
    lines = [f"| target | opened by | {told} | equal |", "|---" * 6 + "|"]
    for row in rows:
        read = row["read"] or dict.fromkeys(COUNTED, "–")
        cells = " | ".join(f"{row['written'][name]} / {read[name]}" for name in COUNTED)
        equal = {None: "–", True: "yes", False: "**no**"}[row["equal"]]
        tool = f"{row['tool']} {row['version']}" if row["version"] else ""
        tool += f" ({row['note']})" if tool and row["note"] else row["note"]
        lines.append(f"| `{row['target']}` | {tool} | {cells} | {equal} |")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Print the table; returns 1 if a tool read anything else than was written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--json", type=Path, help="rows so far, to which these are added")
    parser.add_argument("--draw", type=Path, metavar="FOLDER")
    arguments = parser.parse_args(argv)
    before: dict[str, dict[str, Any]] = {}
    if arguments.json and arguments.json.is_file():
        before = {row["target"]: row for row in json.loads(arguments.json.read_bytes())}
    if arguments.draw:
        arguments.draw.mkdir(parents=True, exist_ok=True)
    there = shown_by(arguments.run)
    rows = []
    for target in TARGETS:
        row = measured(arguments.run, target, there, arguments.draw)
        kept = before.get(target)
        known = kept and kept["equal"] is not None and kept["written"] == row["written"]
        rows.append(kept if kept and known and row["equal"] is None else row)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(table(rows))
    return int(any(row["equal"] is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
