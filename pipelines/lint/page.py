"""A page as a sample's JSON has it, and how a dialect's items agree with it."""

from typing import NamedTuple

from gyogwa.schemas.sample_json import AnnotationEntry
from gyogwa.transforms.targets.dialect import Dialect, Item, Size
from gyogwa.transforms.tasks.occurrences import Placed, places_of

_ROUNDING = 1e-9


class Page(NamedTuple):
    """What stands on an image of this size, in a stage of this dialect."""

    dialect: Dialect
    size: Size
    annotation: AnnotationEntry

    def parse(self, text: str) -> list[Item]:
        """The items of a text, none without markup. Raises ValueError."""
        return self.dialect.parse(text, self.size)

    def items(self, granularity: str) -> list[Item]:
        """Words, lines or blocks with their boxes, in reading order."""
        words, lines, blocks = self.annotation.words, self.annotation.lines, self.annotation.blocks
        if granularity == "word":
            return [Item(word.text, [word.box]) for word in words]
        if granularity == "line":
            return [Item(self._text(line.first, line.last), [line.box]) for line in lines]
        runs = [(block, lines[block.first : block.last]) for block in blocks]
        return [
            Item(self._text(run[0].first, run[-1].last), [block.box]) for block, run in runs if run
        ]

    def kinds(self, kind: str) -> list[Item]:
        """The blocks of a kind, named by it."""
        blocks = self.annotation.blocks
        return [Item(kind, [block.box]) for block in blocks if block.kind == kind]

    def places(self, text: str) -> Item:
        """A phrase with the box of every place where it stands."""
        line_of = {
            word: number
            for number, line in enumerate(self.annotation.lines)
            for word in range(line.first, line.last)
        }
        words = [
            Placed(word.text, word.box, line_of.get(index, -1))
            for index, word in enumerate(self.annotation.words)
        ]
        return Item(text, places_of(text, words))

    def running_text(self) -> str:
        """The text in reading order, blocks parted by an empty line."""
        lines = [self._text(line.first, line.last) for line in self.annotation.lines]
        blocks = ("\n".join(lines[b.first : b.last]) for b in self.annotation.blocks)
        return self.dialect.escape("\n\n".join(blocks))

    def holds(self, text: str) -> bool:
        """Whether a text stands anywhere, whatever its case and spaces."""
        return squeezed(text) in squeezed("".join(word.text for word in self.annotation.words))

    def agree(self, found: list[Item], expected: list[Item]) -> bool:
        """Whether items read back are the expected ones, in order."""
        return len(found) == len(expected) and all(
            one.text == other.text and self.near(one, other)
            for one, other in zip(found, expected, strict=True)
        )

    def near(self, found: Item, expected: Item) -> bool:
        """Whether boxes read back are the expected ones, as near as the dialect writes them."""
        if not self.dialect.has_boxes:
            return True
        across, down = self.dialect.tolerance(self.size)
        limits = [limit + _ROUNDING for limit in (across, down, across, down)]
        return len(found.boxes) == len(expected.boxes) and all(
            abs(value - other) <= limit
            for box, own in zip(found.boxes, expected.boxes, strict=True)
            for value, other, limit in zip(box, own, limits, strict=True)
        )

    def _text(self, first: int, last: int) -> str:
        return " ".join(word.text for word in self.annotation.words[first:last])


def squeezed(text: str) -> str:
    """A text without spaces, in lower case."""
    return "".join(text.casefold().split())
