"""Samples said in another dialect than their stage was built in, as they are loaded.

A sample keeps its questions in no dialect beside the native one (`QuestionEntry.target`), and
`transforms.targets.saying` writes them, as it did in the build: so a run serves every family of
models that can be asked its questions. Qwen2.5-VL's boxes are pixels of the image that its
processor makes of the one that it gets, which `image_size` and `scale_long_side` change: they are
those of the image as it is loaded.

Of a sample of several questions those that the family can't be asked are left out. Where its models
take one question, a sample shows one an epoch, all of them in turn.

Cost: the annotation of a page is parsed where an answer holds all of its words, and the answer is
written.
"""

from dataclasses import dataclass
from functools import cache, partial

import msgspec

from gyogwa.loader.entry import Entry, TurnOf, without_annotation
from gyogwa.loader.geometry import Geometry
from gyogwa.loader.sample import BadMembers, LoadedSample
from gyogwa.schemas.curriculum import Pixels
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import IMAGE
from gyogwa.transforms.targets.dialect import Dialect, Item, Size
from gyogwa.transforms.targets.registry import DIALECTS, dialect_named
from gyogwa.transforms.targets.saying import Said, Saying, items_on
from gyogwa.transforms.targets.target import decoded

_IN_PIXELS = "qwen2.5-vl"


class _Question(msgspec.Struct):
    task: str
    turns: int
    target: str = ""


class _Origin(msgspec.Struct):
    language: str
    dialect: str
    pixels: tuple[int, int]


class _Told(msgspec.Struct):
    questions: list[_Question]
    provenance: _Origin


class _Word(msgspec.Struct):
    text: str
    box: list[float]


class _Run(msgspec.Struct):
    first: int
    last: int
    box: list[float]


class _Page(msgspec.Struct):
    words: list[_Word]
    lines: list[_Run]
    blocks: list[_Run]


class _Annotated(msgspec.Struct):
    annotation: list[_Page]


_told = msgspec.json.Decoder(_Told)
_annotated = msgspec.json.Decoder(_Annotated)


@dataclass(frozen=True)
class Wording:
    """Says samples in the dialect of this name, in epoch number `epoch`."""

    name: str
    epoch: int = 0

    def check_tiles(self, tiles: str) -> None:
        """Raises GyogwaError where boxes are pixels of an image that tiles have none of."""
        if self.name == _IN_PIXELS:
            raise GyogwaError(
                f"boxes of {self.name} are pixels of the whole image, and tiles={tiles!r} gives "
                "its models none: leave tiles out"
            )

    def said(self, sample: LoadedSample) -> LoadedSample:
        """The sample with its conversation, and the answers of a preference, in this dialect.

        Raises BadMembers for one that holds no such text.
        """
        try:
            told = _told.decode(without_annotation(sample.json) or sample.json)
            sizes = [Size(*view.geometry.size) for view in sample.images]
            if told.provenance.dialect == self.name and (
                self.name != _IN_PIXELS or all(_as_stored(view.geometry) for view in sample.images)
            ):
                return sample
            return sample._replace(entry=self._entry(sample, told, sizes))
        except (ValueError, GyogwaError) as error:
            raise BadMembers(f"{sample.key}.json: {error}") from error

    def _entry(self, sample: LoadedSample, told: _Told, sizes: list[Size]) -> Entry:
        dialect = _dialect(self.name, *told.provenance.pixels)
        saying = Saying(dialect, sizes, partial(_items, sample.json), told.provenance.language)
        entry, shown = sample.entry, f"{IMAGE}\n" * len(sizes)
        asked: list[tuple[list[TurnOf], Said]] = []
        start = 0
        for question in told.questions:
            own = entry.conversations[start : start + question.turns]
            start += question.turns
            target = decoded(question.target, len(own))
            said = saying.question(target, question.task, [turn.content for turn in own])
            if said is not None:
                asked.append((own, said))
        if start != len(entry.conversations):
            raise ValueError("the turns of the questions aren't those of the conversation")
        if not asked:
            raise ValueError(f"{self.name} can't be asked {entry.task}")
        if not dialect.several_turns:
            turn = int(hash_of("question", sample.key)[:8], 16) + self.epoch
            asked = [asked[turn % len(asked)]]
        turns: list[TurnOf] = []
        for number, (own, said) in enumerate(asked):
            first, *others = said.turns
            if len(told.questions) > 1:  # one alone has its images where its source put them
                first = first.removeprefix(shown) if number else shown + first.removeprefix(shown)
            texts = [first, *others]
            turns += [TurnOf(turn.role, text) for turn, text in zip(own, texts, strict=True)]
        chosen, rejected = entry.chosen, entry.rejected
        if asked[0][1].chosen is not None:
            chosen, rejected = asked[0][1].chosen, asked[0][1].rejected
        changes = {"conversations": turns, "chosen": chosen, "rejected": rejected}
        return msgspec.structs.replace(entry, **changes)


def wording_of(dialect: str | None) -> Wording | None:
    """How samples are said that are asked for in a dialect; None as they are written.

    Raises GyogwaError for a name that isn't one.
    """
    if dialect is None:
        return None
    if not isinstance(dialect, str) or dialect not in DIALECTS:
        raise GyogwaError(f"no dialect {dialect!r}; there are {', '.join(DIALECTS)}")
    return Wording(dialect)


def wording_of_resized(native: str) -> Wording | None:
    """How those of a stage in the dialect `native` are said on images of other sizes than the
    build's; None as they are written."""
    return Wording(native) if native == _IN_PIXELS else None


def resizes(image_size: int | None, scale_long_side: int | None, tiles: str | None) -> bool:
    """Whether these settings of a loader change the size of images."""
    return image_size is not None or scale_long_side is not None or tiles is not None


@cache
def _dialect(name: str, least: int, most: int) -> Dialect:
    return dialect_named(name, Pixels(least=least, most=most))


def _items(json: bytes, level: str) -> list[Item]:
    """The words, lines or blocks of the first image."""
    return items_on(_annotated.decode(json).annotation[0], level)


def _as_stored(geometry: Geometry) -> bool:
    return geometry == Geometry.of(geometry.x.source, geometry.y.source)
