"""How evenly the phrasings of each task are used.

Counted on at most `SAMPLES` samples a stage, chosen by hash, since only the shards hold questions:
a question is matched against the phrasings of its task.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from heapq import nsmallest

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
        rows = (
            row
            for row in read_rows(IndexRow, f"{folder}/index.parquet")
            if not row.shard.startswith("../") and row.task not in ("converse", "text_only")
        )
        ranked = nsmallest(SAMPLES, rows, key=lambda row: hash_of("report", row.key))
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


@dataclass(frozen=True)
class _Phrasing:
    """What a phrasing says around its fields. There are thousands and few are asked, so patterns
    are made only for those whose words are all there."""

    literals: tuple[str, ...]

    def is_in(self, question: str, alone: bool) -> bool:
        """Whether the question is the phrasing: nothing but it, or it with something behind."""
        if not all(literal in question for literal in self.literals):
            return False
        return (self._alone if alone else self._begun).fullmatch(question) is not None

    @cached_property
    def _alone(self) -> re.Pattern[str]:
        return re.compile(self._body)

    @cached_property
    def _begun(self) -> re.Pattern[str]:
        return re.compile(self._body + _MORE)

    @property
    def _body(self) -> str:
        return "(?:.*\n)*" + "(?:.|\n)*".join(map(re.escape, self.literals))


@cache
def _phrasings(task: str, language: str) -> list[_Phrasing]:
    found = []
    for name in _ASKS.get(task, (task,)):
        for kind, said in phrasings(name).items() if has_phrasings(name) else ():
            if kind.startswith("answer"):
                continue
            for text in said[language]:
                parts = _FIELD.split(text.replace("{{", "\0").replace("}}", "\1"))
                literals = [part.replace("\0", "{").replace("\1", "}") for part in parts]
                found.append(_Phrasing(tuple(literals)))
    return found


def _phrasing_of(question: str, task: str, language: str) -> int:
    """The number of the phrasing that a question is; -1 where it is none."""
    said = _phrasings(task, language)
    for alone in (True, False):
        for number, phrasing in enumerate(said):
            if phrasing.is_in(question, alone):
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
            len(_phrasings(task, language)),
            len([number for number in counter if number >= 0]),
            counter.total(),
            bare[task, language],
            round(max((n for k, n in counter.items() if k >= 0), default=0) / counter.total(), 3),
        )
        for (task, language), counter in sorted(counts.items())
    ]
