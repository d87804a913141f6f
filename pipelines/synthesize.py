"""`gyogwa synthesize`: labelled documents, charts and tables, rendered from nothing but a seed.

Writes `OUT/images/000000.png|jpg` and so on, and `OUT/metadata.jsonl`: a row an image with its
words, lines, blocks, tables and charts, then rows about several images and rows of text alone.
`OUT/.synthesis.json` keeps the settings, so that no foreign folder is ever overwritten.
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
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from schemas.errors import GyogwaError

if TYPE_CHECKING:
    from transforms.synthesis.job import Job, Rendered

LANGUAGES = ("ko", "en")
_COPY_QUALITY = 60
_MARK = ".synthesis.json"  # hidden, so that no source takes it for data


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
    from transforms.synthesis.fonts import families
    from transforms.synthesis.job import plan_jobs

    for language in languages:
        families(language)
    repeated = min(round(count * copies), count - 1)
    settings = {"count": count, "seed": seed, "languages": languages, "copies": copies}
    _claim(output, settings, overwrite)
    images: list[Rendered] = []
    rows: list[dict[str, Any]] = []
    for image in _rendered(plan_jobs(count - repeated, seed, languages), workers):
        (output / image.row["file_name"]).write_bytes(image.data)
        images.append(image)
        rows.append(image.row)
        if progress:
            progress(len(rows))
    for row, data in _copies(images, repeated, seed):
        (output / row["file_name"]).write_bytes(data)
        rows.append(row)
        if progress:
            progress(len(rows))
    several, text = _several(images, count, seed), _text(count, seed, languages)
    counts = Counter(str(row["kind"]) for row in rows)
    lines = [
        json.dumps(row, ensure_ascii=False, sort_keys=True) for row in [*rows, *several, *text]
    ]
    partial = output / "metadata.jsonl.partial"
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.rename(output / "metadata.jsonl")
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


def _claim(output: Path, settings: dict[str, Any], overwrite: bool) -> None:
    """Makes the folder ready: empty, or an earlier run's with the same settings or `overwrite`."""
    mark = output / _MARK
    said = json.dumps(settings, sort_keys=True)
    if output.exists() and not (output.is_dir() and (mark.is_file() or not any(output.iterdir()))):
        raise GyogwaError(f"{output} holds something else; choose an empty folder with --output")
    if mark.is_file():
        if not overwrite and mark.read_text(encoding="utf-8") != said:
            raise GyogwaError(
                f"{output} was rendered with other settings; --overwrite replaces it, "
                "or choose another folder with --output"
            )
        (output / "metadata.jsonl").unlink(missing_ok=True)
        for path in sorted((output / "images").glob("[0-9]*.*")):
            path.unlink()
    (output / "images").mkdir(parents=True, exist_ok=True)
    mark.write_text(said, encoding="utf-8")


def _rendered(jobs: "list[Job]", workers: int) -> "Iterator[Rendered]":
    """Images in the order of their index."""
    from transforms.synthesis.job import render

    if workers < 2 or len(jobs) < 8:
        for job in jobs:
            yield from render(job)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context) as pool:
        for done in pool.map(render, jobs, chunksize=2):
            yield from done


def _copies(
    images: "list[Rendered]", repeated: int, seed: int
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Rows and bytes of the images that repeat an earlier one, by turns exact and re-encoded."""
    import io

    from PIL import Image

    from transforms.synthesis.noise import jpeg

    rng = random.Random(f"{seed}/copies")
    chosen = rng.sample(images, min(repeated, len(images)))
    for number, image in enumerate(chosen):
        data, suffix = image.data, image.row["file_name"].rsplit(".", 1)[1]
        if number % 2:
            data, suffix = jpeg(Image.open(io.BytesIO(data)), _COPY_QUALITY), "jpg"
        yield image.row | {"file_name": f"images/{len(images) + number:06d}.{suffix}"}, data


def _several(images: "list[Rendered]", count: int, seed: int) -> list[dict[str, Any]]:
    """About one row for twelve images: two charts or tables compared, or a document's pages."""
    from transforms.synthesis.together import compare, which_page

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
    from transforms.synthesis.chat import chat
    from transforms.synthesis.job import LICENCE

    rows = []
    for number in range(max(len(languages), -(-count // 10))):
        language = languages[number % len(languages)]
        turns = chat(random.Random(f"{seed}/text/{number}"), language)
        rows.append({"conversations": turns, "language": language, "licence": LICENCE})
    return rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `gyogwa synthesize`."""
    parser.add_argument("--output", required=True, type=Path, metavar="DIR")
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
    console = Console(stderr=True)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Rendering", total=arguments.count)
        counts = synthesize(
            arguments.output,
            arguments.count,
            arguments.seed,
            languages,
            arguments.copies,
            lambda done: bar.update(task, completed=done),
            arguments.overwrite,
            workers=min(8, os.cpu_count() or 1),
        )
    said = ", ".join(f"{number} {name}" for name, number in counts.items())
    console.print(f"{arguments.output}: {said}", highlight=False, soft_wrap=True)
    return 0
