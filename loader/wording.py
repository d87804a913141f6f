"""Samples said in another dialect than their stage was built in, as they are loaded.

A sample keeps its questions in no dialect beside the native one (`QuestionEntry.target`), and
`transforms.targets.saying` writes them, as it did in the build: so a run serves every family of
models that can be asked its questions. Qwen2.5-VL's boxes are pixels of the image that its
processor makes of the one that it gets, which `image_size` and `scale_long_side` change: they are
those of the image as it is loaded.

Cost: the annotation of a page is parsed where an answer holds all of its words, and the answer is
written: 2 to 4 ms for a page of 300 words.
"""

from dataclasses import dataclass
from functools import cache, partial

import msgspec

from gyogwa.loader.entry import Entry, TurnOf, without_annotation
from gyogwa.loader.geometry import Geometry
from gyogwa.loader.sample import BadMembers, LoadedSample
from gyogwa.schemas.curriculum import Pixels
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.records import IMAGE
from gyogwa.transforms.targets.dialect import Dialect, Item, Size
from gyogwa.transforms.targets.registry import DIALECTS, dialect_named
from gyogwa.transforms.targets.saying import Saying, items_on
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
    """Says samples in the dialect of this name."""

    name: str

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
        turns: list[TurnOf] = []
        chosen, rejected = entry.chosen, entry.rejected
        for question in told.questions:
            own = entry.conversations[len(turns) : len(turns) + question.turns]
            target = decoded(question.target, len(own))
            said = saying.question(target, question.task, [turn.content for turn in own])
            if said is None:
                raise ValueError(f"{self.name} can't be asked a question of {question.task}")
            first, *others = said.turns
            texts = [first.removeprefix(shown) if turns else first, *others]
            turns += [TurnOf(turn.role, text) for turn, text in zip(own, texts, strict=True)]
            if said.chosen is not None:
                chosen, rejected = said.chosen, said.rejected
        if len(turns) != len(entry.conversations):
            raise ValueError("the turns of the questions aren't those of the conversation")
        changes = {"conversations": turns, "chosen": chosen, "rejected": rejected}
        return msgspec.structs.replace(entry, **changes)


def wording_of(dialect: str | None) -> Wording | None:
    """How samples are said that are asked for in a dialect; None as they are written.

    Raises GyogwaError for a name that isn't one.
    """
    if dialect is None:
        return None
    if dialect not in DIALECTS:
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
