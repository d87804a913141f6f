"""How evenly the phrasings of each task are used.

Counted on at most `SAMPLES` samples a stage, chosen by hash, since only the shards hold questions:
a question is matched against the phrasings of its task.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.storage import read_exactly
from gyogwa.transforms.files.tables import read_rows
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


def questions_of(layout: RunLayout, run: CurriculumManifest) -> Iterator[tuple[str, str, str]]:
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
