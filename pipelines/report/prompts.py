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
    """How evenly a task's phrasings are used: `top` is the share of the commonest. `bare`: samples
    that ask by a mark of the dialect alone (`<ocr>`), in no words."""

    task: str
    language: str
    phrasings: int
    used: int
    samples: int
    bare: int
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


_ASKS = {
    "prefer": ("prefer", "read", "ocr", "caption"),
    "chain": ("chain", "ground"),
    "ground_caption": ("caption",),
}
"""Tasks that ask in the words of others."""
_FIELD = re.compile(r"\{\w+(?::[^{}]*)?\}")
"""What a task fills in: a text, or the particle that fits one."""
_MARKS = re.compile(r"(?:<[^<>\s]+>\s*)*")
_MORE = r"(?:[ \n](?:.|\n)*)?"
"""What may follow a phrasing: how long the answer shall be, choices."""


@cache
def _patterns(task: str, language: str) -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    """For each phrasing what is nothing but it, and what begins with it."""
    found = []
    for name in _ASKS.get(task, (task,)):
        for kind, said in phrasings(name).items() if has_phrasings(name) else ():
            if kind.startswith("answer"):
                continue
            for text in said[language]:
                parts = _FIELD.split(text.replace("{{", "\0").replace("}}", "\1"))
                literal = [re.escape(part.replace("\0", "{").replace("\1", "}")) for part in parts]
                body = "(?:.*\n)*" + "(?:.|\n)*".join(literal)
                found.append((re.compile(body), re.compile(body + _MORE)))
    return found


def _phrasing_of(question: str, task: str, language: str) -> int:
    """The number of the phrasing that a question is; -1 where it is none."""
    patterns = _patterns(task, language)
    for exact in (True, False):
        for number, (alone, begun) in enumerate(patterns):
            if (alone if exact else begun).fullmatch(question):
                return number
    return -1


def prompt_use(questions: Iterator[tuple[str, str, str]]) -> list[PromptUse]:
    """How the phrasings of each task and language are used."""
    counts: dict[tuple[str, str], Counter[int]] = {}
    bare: Counter[tuple[str, str]] = Counter()
    for task, language, question in questions:
        side = "ko" if language == "ko" else "en"
        bare[task, side] += _MARKS.fullmatch(question) is not None
        counts.setdefault((task, side), Counter())[_phrasing_of(question, task, side)] += 1
    return [
        PromptUse(
            task,
            language,
            len(_patterns(task, language)),
            len([number for number in counter if number >= 0]),
            counter.total(),
            bare[task, language],
            round(max((n for k, n in counter.items() if k >= 0), default=0) / counter.total(), 3),
        )
        for (task, language), counter in sorted(counts.items())
    ]
