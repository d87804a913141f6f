"""What tasks make of a page: its items by granularity, and drafts of conversations."""

from collections.abc import Iterator
from dataclasses import dataclass

from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import IMAGE, Image, Page, Turn
from gyogwa.transforms.targets.dialect import Dialect, Item, Size
from gyogwa.transforms.targets.saying import items_on
from gyogwa.transforms.targets.target import Target


def items_of(page: Page, granularity: str) -> list[Item]:
    """The page's words, lines, blocks or cells with their boxes, in reading order.

    Cells are those of tables whose structure is known, row by row; a line outside any table stands
    for itself.
    """
    if granularity == "cell":
        return _cells_and_lines(page)
    return items_on(page.annotation, granularity)


def _cells_and_lines(page: Page) -> list[Item]:
    items = []
    begun: set[int] = set()
    for line in page.annotation.lines:
        x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
        number = next(
            (
                number
                for number, table in enumerate(page.annotation.known_tables)
                if table.box[0] <= x <= table.box[2] and table.box[1] <= y <= table.box[3]
            ),
            None,
        )
        if number is None:
            items.append(Item(page.text(line.first, line.last), [line.box]))
        elif number not in begun:
            begun.add(number)
            cells = page.annotation.known_tables[number].cells
            ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
            items += [Item(cell.text, [cell.box]) for cell in ordered if cell.text]
    return items


@dataclass(frozen=True)
class Draft:
    """What a task makes of pages: a conversation, and for preferences the two answers.

    `detail` says what was chosen, and tells two samples of one task and page apart. `variant`,
    `subject` and `region` are for dialects that ask in fixed words (`targets.protocols`): what of
    the task is meant, and what fills the request. `instead`: what is asked where places are asked
    for in fixed words, which none are known for a text that isn't there.

    `target`: the same in no dialect, once `tasks.registry` has said the draft in one.
    """

    conversation: list[Turn]
    detail: str = ""
    chosen: str | None = None
    rejected: str | None = None
    variant: str = ""
    subject: str = ""
    region: str = ""
    instead: "Draft | None" = None
    target: Target | None = None


@dataclass(frozen=True)
class Setting:
    """How a stage wants a task: its settings, the dialect, the longest stored side in pixels."""

    spec: TaskSpec
    dialect: Dialect
    max_side: int | None = None

    def size(self, page: Page) -> Size:
        """The size in which the page's image is stored."""
        return stored_size(page.image, self.max_side)


def ask(prompt: str, answer: str, images: int = 1) -> list[Turn]:
    """One question about images and its answer."""
    return [Turn("user", f"{IMAGE}\n" * images + prompt), Turn("assistant", answer)]


def stored_size(image: Image | Size, max_side: int | None) -> Size:
    """The image's size, shrunk so that its longer side is at most `max_side` pixels."""
    longer = max(image.width, image.height)
    if max_side is None or longer <= max_side:
        return Size(image.width, image.height)
    scale = max_side / longer
    return Size(max(1, round(image.width * scale)), max(1, round(image.height * scale)))


def chosen_by_hash(
    items: list[Item], count: int, *key: object, others: bool = False
) -> Iterator[Item]:
    """At most `count` of the items, picked by the hash of key, text and boxes; `others`: those that
    are picked last otherwise, so that two tasks of a page ask about different places."""
    ranked = sorted(items, key=lambda item: hash_of(*key, item.text, item.boxes), reverse=others)
    yield from ranked[:count]
