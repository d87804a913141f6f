"""Write `report.html`: books, rejects, mixtures asked and got, shortages, and prompts.

Prompts are counted on at most `SAMPLES` samples a stage, chosen by hash, since only the shards hold
them: a question is matched against the phrasings of its task.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import fsspec
from jinja2 import Environment, FileSystemLoader, select_autoescape

from pipelines.books import check_books
from pipelines.summary import reject_counts, stage_manifests
from schemas.ids import hash_of
from schemas.layout import RunLayout
from schemas.loading import parse_json
from schemas.manifest import CurriculumManifest
from schemas.plan import Plan
from schemas.quality import OcrQuality, QualityReport
from schemas.records import IndexRow
from transforms.prompts import has_phrasings, phrasings
from transforms.shard_reader import samples_in
from transforms.storage import read_bytes, write_bytes
from transforms.tables import read_rows

SAMPLES = 2000


@dataclass(frozen=True)
class PromptUse:
    """How evenly a task's phrasings are used: `top` is the share of the commonest."""

    task: str
    language: str
    phrasings: int
    used: int
    samples: int
    top: float


def write_report(layout: RunLayout, run: CurriculumManifest) -> str:
    """Write the page; returns its path."""
    manifests = stage_manifests(layout, run)
    plan = parse_json(read_bytes(layout.plan), layout.plan, Plan)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html.j2").render(
        run=run,
        manifests=manifests,
        plan=plan,
        books=check_books(layout, run.engine),
        rejects=sorted(reject_counts(layout).items()),
        prompts=prompt_use(_questions(layout, run)),
        quality=_quality(layout, run),
    )
    write_bytes(layout.report, page.encode())
    return layout.report


def _quality(layout: RunLayout, run: CurriculumManifest) -> list[OcrQuality]:
    """What `--measure_ocr` found of this engine; [] when it was not measured."""
    try:
        text = read_bytes(layout.ocr_quality)
    except FileNotFoundError:
        return []
    report = parse_json(text, layout.ocr_quality, QualityReport)
    return report.groups if report.engine == run.engine else []


def _questions(layout: RunLayout, run: CurriculumManifest) -> Iterator[tuple[str, str, str]]:
    """(task, language, question) of some samples of each stage."""
    for number, stage in enumerate(run.curriculum.stages, 1):
        folder = layout.stage(number, stage.name)
        rows = [
            row
            for row in read_rows(IndexRow, f"{folder}/index.parquet")
            if not row.shard.startswith("../") and row.task not in ("converse", "text_only")
        ]
        ranked = sorted(rows, key=lambda row: hash_of("report", row.key))[:SAMPLES]
        for row in sorted(ranked, key=lambda row: (row.shard, row.offset)):
            with fsspec.open(f"{folder}/{row.shard}", "rb") as file:
                file.seek(row.offset)
                (sample,) = samples_in(io.BytesIO(file.read(row.length)))
            yield row.task, row.language, sample.entry(row.shard).conversations[0].content


@cache
def _patterns(task: str, language: str) -> list[re.Pattern[str]]:
    if not has_phrasings(task):
        return []
    found = []
    for kind in phrasings(task).values():
        for text in kind["ko" if language == "ko" else "en"]:
            parts = re.split(r"\{\w+\}", text.replace("{{", "\0").replace("}}", "\1"))
            literal = [re.escape(part.replace("\0", "{").replace("\1", "}")) for part in parts]
            found.append(re.compile("(?:.*\n)*" + "(?:.|\n)*".join(literal)))
    return found


def prompt_use(questions: Iterator[tuple[str, str, str]]) -> list[PromptUse]:
    """How the phrasings of each task and language are used."""
    counts: dict[tuple[str, str], Counter[int]] = {}
    for task, language, question in questions:
        side = "ko" if language == "ko" else "en"
        patterns = _patterns(task, side)
        match = next((n for n, p in enumerate(patterns) if p.fullmatch(question)), -1)
        counts.setdefault((task, side), Counter())[match] += 1
    return [
        PromptUse(
            task,
            language,
            len(_patterns(task, language)),
            len([number for number in counter if number >= 0]),
            counter.total(),
            round(max((n for k, n in counter.items() if k >= 0), default=0) / counter.total(), 3),
        )
        for (task, language), counter in sorted(counts.items())
    ]
