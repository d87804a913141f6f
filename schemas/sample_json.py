"""`KEY.json`: what stands beside the images of a sample in a shard.

Every field is always there and keeps its type through a shard, because `datasets` fixes the columns
and their types on a shard's first samples. So text is "" and never null, lists that may be empty in
one sample and filled in another don't exist, and samples that differ in shape (how many images, of
what format, with or without words, with or without a preference) lie in different series.
"""

from typing import Literal

from pydantic import Field

from gyogwa.schemas.manifest import Written
from gyogwa.schemas.records import IMAGE


class ImageEntry(Written):
    """An image of the sample. `file` is the member's suffix; `changes` what differs from the
    source's bytes, comma-separated ("" when they are the source's own)."""

    id: str
    file: str
    width: int
    height: int
    source: str
    uri: str
    licence: str
    changes: str


class TurnEntry(Written):
    role: Literal["system", "user", "assistant"]
    content: str


class WordEntry(Written):
    """`box`: [x0, y0, x1, y1], fractions of the displayed width and height, origin top left."""

    text: str
    box: list[float] = Field(min_length=4, max_length=4)
    confidence: float


class LineEntry(Written):
    """A run of words, `first` to `last - 1`."""

    first: int
    last: int
    box: list[float] = Field(min_length=4, max_length=4)
    language: str


class BlockEntry(Written):
    """A run of lines, `first` to `last - 1`."""

    kind: str
    first: int
    last: int
    box: list[float] = Field(min_length=4, max_length=4)


class AnnotationEntry(Written):
    """What stands on one image. `origin`: text_layer, dataset or ocr. `coverage`: the share of the
    image's strokes in the boxes of words; `covered`: how many words of a PDF's text layer stand
    under a bar or a picture, and so aren't here."""

    origin: str
    language: str
    words: list[WordEntry]
    lines: list[LineEntry]
    blocks: list[BlockEntry]
    coverage: float = 1.0
    covered: int = 0


class Provenance(Written):
    """How the sample came to be. `uri` and `licence` are of its first image, or of the conversation
    where there is none; `pixels`: between how many the
    model's processor resizes an image, which counts where `dialect` writes boxes in such pixels;
    `engine` names what read the images, `detail` the task's choice
    (of several questions each has its own, and this is "")."""

    stage: str
    split: str
    source: str
    uri: str
    licence: str
    document: str
    language: str
    engine: str
    dialect: str
    pixels: list[int] = Field(min_length=2, max_length=2)
    detail: str


class QuestionEntry(Written):
    """A question: the task that made it, the task's choice, and how many of the conversation's
    turns are its own.

    `target` says it in no dialect, for a loader that writes it in another (JSON text, see
    `transforms.targets.target`): "" where its turns are the same in all of them. Runs of a release
    before this field have "" throughout, and no column `dialects` in their index.
    """

    task: str
    detail: str
    turns: int = Field(ge=1)
    target: str = ""


class SampleEntry(Written):
    """The whole of `KEY.json`; `annotation` is parallel to `images`, or null without any words.

    `task` names the tasks of the `questions`, each once, joined by "+".
    """

    schema_version: Literal[1] = Field(default=1, alias="schema")
    task: str
    images: list[ImageEntry]
    conversations: list[TurnEntry] = Field(min_length=1)
    questions: list[QuestionEntry] = Field(min_length=1)
    annotation: list[AnnotationEntry] | None
    chosen: str | None
    rejected: str | None
    provenance: Provenance

    def apart(self) -> "list[SampleEntry]":
        """The sample as one of each question, as if that had been asked alone.

        Raises ValueError when the turns of the questions aren't those of the conversation.
        """
        if sum(question.turns for question in self.questions) != len(self.conversations):
            raise ValueError("the turns of the questions aren't those of the conversation")
        if len(self.questions) == 1:
            return [self]
        found, start = [], 0
        shown = f"{IMAGE}\n" * len(self.images)
        for question in self.questions:
            first, *others = self.conversations[start : start + question.turns]
            text = shown + first.content.removeprefix(shown)
            turns = [first.model_copy(update={"content": text}), *others]
            origin = self.provenance.model_copy(update={"detail": question.detail})
            update = {"task": question.task, "conversations": turns, "questions": [question]}
            found.append(self.model_copy(update=update | {"provenance": origin}))
            start += question.turns
        return found
