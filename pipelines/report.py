"""Write `report.html`: ledger, rejects, mixtures asked and got, shortages, and prompts.

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

from jinja2 import Environment, FileSystemLoader, select_autoescape

from gyogwa.pipelines.ledger import check_ledger
from gyogwa.pipelines.summary import reject_counts, stage_manifests
from gyogwa.pipelines.unread import unread_in
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Suspect
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.schemas.plan import Plan
from gyogwa.schemas.quality import OcrQuality, QualityReport
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.storage import read_bytes, read_exactly
from gyogwa.transforms.files.tables import read_folder, read_rows
from gyogwa.transforms.files.writing import write_bytes
from gyogwa.transforms.prompts import has_phrasings, phrasings
from gyogwa.transforms.shards.reader import samples_in

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


def write_report(layout: RunLayout, built: RunLayout, run: CurriculumManifest) -> str:
    """Write the page beside the stages, in `built`; what ingest and annotate told is in `layout`.
    Returns the page's path."""
    manifests = stage_manifests(built, run)
    plan = parse_json(read_bytes(built.plan), built.plan, Plan)
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
        ledger=check_ledger(layout, built),
        rejects=sorted(reject_counts(layout, built).items()),
        unread=unread_in(layout),
        suspects=_suspects(built),
        prompts=prompt_use(_questions(built, run)),
        quality=_quality(layout, run),
    )
    write_bytes(built.report, page.encode())
    return built.report


def _suspects(built: RunLayout) -> list[Suspect]:
    """Conversations that may ask what an evaluation set asks, the likeliest first."""
    found = read_folder(Suspect, built.suspects)
    return sorted(found, key=lambda s: (-s.choices - s.share, s.source, s.uri))


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
            data = read_exactly(f"{folder}/{row.shard}", row.offset, row.length)
            (sample,) = samples_in(io.BytesIO(data))
            for question in sample.entry(row.shard).apart():
                yield question.task, row.language, question.conversations[0].content


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
