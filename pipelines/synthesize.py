"""`gyogwa synthesize`: labelled documents, charts and tables, rendered from nothing but a seed.

Writes `OUT/images/000000.png|jpg` and so on, and `OUT/metadata.jsonl`: a row an image with its
words, lines, blocks, tables and charts, then rows about several images and rows of text alone.
All is drawn aside and put in place at the end: see `run_folder.rendered`.
The same settings and fonts give the same bytes, however many processes draw. About 0.15 seconds of
one core an image.
"""

import argparse
import json
import multiprocessing
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue
from rich.console import Console
from rich.progress import Progress

from gyogwa.pipelines.run_folder.rendered import replacing
from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.locations import is_url
from gyogwa.transforms.files.parent import die_with_parent
from gyogwa.transforms.files.paths import output_path
from gyogwa.transforms.files.writing import write_bytes

if TYPE_CHECKING:
    from gyogwa.transforms.synthesis.job import Job, Rendered

LANGUAGES = ("ko", "en")
_COPY_QUALITY = 60


def synthesize(
    output: Path,
    count: int,
    seed: int,
    languages: list[str],
    copies: float,
    progress: Callable[[int], None] | None = None,
    overwrite: bool = False,
    workers: int = 1,
) -> dict[str, int]:
    """Writes `count` images with their labels under `output`; returns the rows of each kind.

    `copies` is the share of images that repeat an earlier one, half of them byte for byte and half
    as a JPEG of lower quality. `progress` is told how many images are done. Raises GyogwaError for
    settings that make no sense, for a folder that holds something else, and without fonts.
    """
    _check(count, languages, copies)
    if find_spec("fontTools") is None:
        raise GyogwaError("rendering needs fontTools: pip install 'gyogwa[synthesize]'")
    from gyogwa.transforms.synthesis.fonts import families
    from gyogwa.transforms.synthesis.job import plan_jobs

    for language in languages:
        families(language)
    repeated = min(round(count * copies), count - 1)
    settings: dict[str, JsonValue] = {
        "count": count,
        "seed": seed,
        "languages": list(languages),
        "copies": copies,
    }
    images: list[Rendered] = []
    rows: list[dict[str, Any]] = []
    with replacing(output, settings, overwrite) as folder:
        for image in _rendered(plan_jobs(count - repeated, seed, languages), workers):
            write_bytes(f"{folder}/{image.row['file_name']}", image.data, "an image")
            images.append(image)
            rows.append(image.row)
            if progress:
                progress(len(rows))
        for row, data in _copies(images, repeated, seed):
            write_bytes(f"{folder}/{row['file_name']}", data, "an image")
            rows.append(row)
            if progress:
                progress(len(rows))
        several, text = _several(images, count, seed), _text(count, seed, languages)
        counts = Counter(str(row["kind"]) for row in rows)
        lines = [
            json.dumps(row, ensure_ascii=False, sort_keys=True) for row in [*rows, *several, *text]
        ]
        written = "\n".join(lines) + "\n"
        write_bytes(f"{folder}/metadata.jsonl", written.encode(), "the labels")
    return dict(sorted(counts.items())) | {
        "copies": repeated,
        "several images": len(several),
        "text only": len(text),
    }


def _check(count: int, languages: list[str], copies: float) -> None:
    if count < 1:
        raise GyogwaError(f"--count {count}: expected at least 1")
    unknown = [language for language in languages if language not in LANGUAGES]
    if unknown or not languages:
        raise GyogwaError(f"--languages {','.join(languages)}: expected some of ko, en")
    if not 0 <= copies <= 0.5:
        raise GyogwaError(f"--copies {copies}: expected a share from 0 to 0.5")


def _rendered(jobs: "list[Job]", workers: int) -> "Iterator[Rendered]":
    """Images in the order of their index."""
    from gyogwa.transforms.synthesis.job import render

    if workers < 2 or len(jobs) < 8:
        for job in jobs:
            yield from render(job)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, die_with_parent, (os.getpid(),)) as pool:
        try:
            for done in pool.map(render, jobs, chunksize=2):
                yield from done
        except BrokenProcessPool:
            raise GyogwaError(
                "a process that draws was ended from outside, as the system does when memory is "
                "short; run again with --overwrite"
            ) from None


def _copies(
    images: "list[Rendered]", repeated: int, seed: int
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Rows and bytes of the images that repeat an earlier one, by turns exact and re-encoded."""
    import io

    from PIL import Image

    from gyogwa.transforms.synthesis.noise import jpeg

    rng = random.Random(f"{seed}/copies")
    chosen = rng.sample(images, min(repeated, len(images)))
    for number, image in enumerate(chosen):
        data, suffix = image.data, image.row["file_name"].rsplit(".", 1)[1]
        if number % 2:
            data, suffix = jpeg(Image.open(io.BytesIO(data)), _COPY_QUALITY), "jpg"
        yield image.row | {"file_name": f"images/{len(images) + number:06d}.{suffix}"}, data


def _several(images: "list[Rendered]", count: int, seed: int) -> list[dict[str, Any]]:
    """About one row for twelve images: two charts or tables compared, or a document's pages."""
    from gyogwa.transforms.synthesis.together import compare, which_page

    rng = random.Random(f"{seed}/several")
    rows: list[dict[str, Any]] = []
    groups: dict[str, list[Rendered]] = {}
    for image in images:
        shape = f"{image.row['kind']} {image.row['language']}"
        groups.setdefault(image.row["document"] if image.facts is None else shape, []).append(image)
    for group in groups.values():
        if group[0].facts is None and len(group) > 1:
            headings = [_headings(image.row) for image in group]
            rows.append(_row(group, which_page(headings, group[0].row["language"], rng)))
        if group[0].facts is not None:
            for one, two in zip(group[::2], group[1::2], strict=False):
                if one.facts and two.facts:
                    rows.append(_row([one, two], compare(one.facts, two.facts, rng)))
    rows = [row for row in rows if row["conversations"]]
    kept = sorted(rng.sample(range(len(rows)), min(len(rows), -(-count // 12))))
    return [rows[i] for i in kept]


def _row(images: "list[Rendered]", turns: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "file_names": [image.row["file_name"] for image in images],
        "kind": images[0].row["kind"],
        "language": images[0].row["language"],
        "licence": images[0].row["licence"],
        "conversations": turns,
    }


def _headings(row: dict[str, Any]) -> list[str]:
    texts = []
    for block in row["blocks"]:
        if block["kind"] == "heading":
            lines = row["lines"][block["first"] : block["last"]]
            words = row["words"][lines[0][0] : lines[-1][1]]
            texts.append(" ".join(word["text"] for word in words))
    return texts


def _text(count: int, seed: int, languages: list[str]) -> list[dict[str, Any]]:
    """About one row for ten images that has no image at all, the languages by turns."""
    from gyogwa.transforms.synthesis.chat import chat
    from gyogwa.transforms.synthesis.job import LICENCE

    rows = []
    for number in range(max(len(languages), -(-count // 10))):
        language = languages[number % len(languages)]
        turns = chat(random.Random(f"{seed}/text/{number}"), language)
        rows.append({"conversations": turns, "language": language, "licence": LICENCE})
    return rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `gyogwa synthesize`."""
    parser.add_argument("--output", required=True, metavar="DIR")
    parser.add_argument("--count", type=int, default=60, help="images to render (default: 60)")
    parser.add_argument("--seed", type=int, default=7, help="another seed, other pictures")
    parser.add_argument("--languages", default="ko,en", help="some of ko,en (default: both)")
    parser.add_argument(
        "--copies", type=float, default=0.04, help="share of repeated images (default: 0.04)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace an earlier run's files")


def run(arguments: argparse.Namespace) -> int:
    """Renders with a progress bar and says what was written."""
    languages = [language for language in arguments.languages.split(",") if language]
    output = output_path("--output", arguments.output)
    if is_url(output):
        raise GyogwaError(f"--output {output}: rendered to a local folder only; copy it from there")
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Rendering", total=arguments.count)
        counts = synthesize(
            Path(output),
            arguments.count,
            arguments.seed,
            languages,
            arguments.copies,
            lambda done: bar.update(task, completed=done),
            arguments.overwrite,
            workers=min(8, os.cpu_count() or 1),
        )
    said = ", ".join(f"{number} {name}" for name, number in counts.items())
    console.print(f"{output}: {said}", highlight=False, soft_wrap=True)
    return 0
