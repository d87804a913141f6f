"""A training sample before it is written, and where it lies afterwards."""

from typing import Literal

from msgspec import field

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import ImageRef, Turn
from gyogwa.schemas.row import Row

Split = Literal["train", "validation"]


class SampleImage(Row, frozen=True):
    """One image of a sample; `file` is its member suffix in the tar, such as "jpg" or "0.png".
    `masks`: regions that are filled when it is written, fractions."""

    image_id: str
    file: str
    ref: ImageRef
    sha256: str
    width: int
    height: int
    changes: str
    source: str
    uri: str
    licence: str
    masks: list[Box] = field(default_factory=list)


class Question(Row, frozen=True):
    """A question of a sample: the task that made it, the task's choice, and how many turns of the
    conversation are its own, answers included. `target`: the same in no dialect, as it is stored
    (`schemas.sample_json.QuestionEntry`)."""

    task: str
    detail: str
    turns: int
    target: str = ""


class Sample(Row, frozen=True):
    """One training sample before it is written. `chosen` and `rejected` only for preferences.

    `questions` stand in the order of the conversation, `task` names their tasks, joined by "+".

    `stage` is the stage's name, `split` train or validation; `key` is unique in a run and has no
    dot. `tokens` counts the text by the curriculum's counting rule. Annotations of its images stay
    where they are until it is written, and then stand beside them if it is `annotated`, as it is
    when all of its images show `words`: their number. An epoch shows the sample `repeats` times.
    """

    key: str
    stage: str
    split: Split
    task: str
    language: str
    source: str
    uri: str
    licence: str
    document: str
    tokens: int
    images: list[SampleImage]
    conversation: list[Turn]
    annotated: bool
    words: int
    questions: list[Question]
    chosen: str | None = None
    rejected: str | None = None
    detail: str = ""
    repeats: int = 1


def task_of(questions: list[Question]) -> str:
    """The name of what some questions make up: their tasks, each once, joined by "+".

    >>> task_of([Question("ocr", "word", 2), Question("ground", "요금", 2), Question("ocr", "", 2)])
    'ground+ocr'
    """
    return "+".join(sorted({question.task for question in questions}))


def key_of(stage: str, questions: list[Question], image_ids: list[str]) -> str:
    """The key of a sample: a hash of what it asks about which images."""
    asked = [text for question in questions for text in (question.task, question.detail)]
    return hash_of(stage, *asked, *image_ids)[:24]


class IndexRow(Row, frozen=True):
    """Where a sample lies: tar members from `offset`, `length` bytes, headers and padding included.

    `crc32` is of those bytes. `shard` is relative to the index; a replayed sample's lies in another
    stage's folder. An epoch shows the sample `repeats` times. `questions`: the task of each.
    `dialects`: those in which a loader can write it,
    or some of its questions.
    """

    key: str
    shard: str
    offset: int
    length: int
    crc32: int
    task: str
    source: str
    licence: str
    language: str
    images: int
    width: int
    height: int
    text_length: int
    tokens: int
    document: str
    questions: list[str]
    repeats: int
    dialects: list[str] = field(default_factory=list)
