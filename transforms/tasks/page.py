"""An image that has passed all filters, with what stands on it: the material of every task."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.curriculum import Stage, TaskSpec
from schemas.ids import hash_of
from schemas.page import Box
from schemas.records import Annotation, Image, Sample, SampleImage, Turn
from transforms.decode import stored_suffix
from transforms.length import length_of
from transforms.sources.conversations import IMAGE
from transforms.targets.dialect import Dialect, Item, Size


@dataclass(frozen=True)
class Page:
    """An image (its truth left out, as the annotation holds it) and its annotation."""

    image: Image
    annotation: Annotation

    def text(self, first: int, last: int) -> str:
        """Words `first` to `last - 1`, joined by one space."""
        return " ".join(word.text for word in self.annotation.words[first:last])

    def line_texts(self) -> list[str]:
        """The text of every line, in reading order."""
        return [self.text(line.first, line.last) for line in self.annotation.lines]


def items_of(page: Page, granularity: str) -> list[Item]:
    """The page's words, lines, blocks or cells with their boxes, in reading order.

    Cells are those of tables whose structure is known, row by row; a line outside any table stands
    for itself.
    """
    lines = page.annotation.lines
    if granularity == "word":
        return [Item(word.text, [word.box]) for word in page.annotation.words]
    if granularity == "line":
        return [Item(page.text(line.first, line.last), [line.box]) for line in lines]
    if granularity == "cell":
        return _cells_and_lines(page)
    return [
        Item(page.text(lines[block.first].first, lines[block.last - 1].last), [block.box])
        for block in page.annotation.blocks
    ]


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

    `detail` says what was chosen, and tells two samples of one task and page apart.
    """

    conversation: list[Turn]
    detail: str = ""
    chosen: str | None = None
    rejected: str | None = None


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


def sample_of(pages: list[Page], draft: Draft, stage: Stage, split: str, task: str) -> Sample:
    """The sample that a task's draft on some pages becomes in a stage, a hash of them as key."""
    ids = [page.image.image_id for page in pages]
    texts = [turn.content for turn in draft.conversation]
    texts += [draft.chosen or "", draft.rejected or ""]
    languages = {page.annotation.language for page in pages}
    first = pages[0].image
    return Sample(
        key=hash_of(stage.name, task, draft.detail, *ids)[:24],
        stage=stage.name,
        split=split,
        task=task,
        language=pages[0].annotation.language if len(languages) == 1 else "mixed",
        source=first.source,
        uri=first.uri,
        licence=first.licence,
        document=first.document,
        tokens=sum(length_of(text, stage.tokens) for text in texts),
        images=[
            sample_image(page.image, _member(index, len(pages)), stage.resolution.stored_max_side)
            for index, page in enumerate(pages)
        ],
        conversation=draft.conversation,
        annotations=[page.annotation for page in pages],
        chosen=draft.chosen,
        rejected=draft.rejected,
        detail=draft.detail,
    )


def _member(index: int, images: int) -> str:
    return f"{index}." if images > 1 else ""


def sample_image(image: Image, prefix: str, max_side: int | None) -> SampleImage:
    """How an image stands in a sample, shrunk to `max_side` pixels if it is larger."""
    width, height = stored_size(image, max_side)
    changes = image.changes
    if width < image.width or height < image.height:
        changes = ",".join(filter(None, [changes, "resized"]))
    return SampleImage(
        image_id=image.image_id,
        file=prefix + stored_suffix(image.format, changes),
        ref=image.ref,
        sha256=image.sha256,
        width=width,
        height=height,
        changes=changes,
        source=image.source,
        uri=image.uri,
        licence=image.licence,
    )


def stored_size(image: Image, max_side: int | None) -> Size:
    """The image's size, shrunk so that its longer side is at most `max_side` pixels."""
    longer = max(image.width, image.height)
    if max_side is None or longer <= max_side:
        return Size(image.width, image.height)
    scale = max_side / longer
    return Size(max(1, round(image.width * scale)), max(1, round(image.height * scale)))


def chosen_by_hash(items: list[Item], count: int, *key: object) -> Iterator[Item]:
    """At most `count` of the items, picked by the hash of key and text."""
    ranked = sorted(items, key=lambda item: hash_of(*key, item.text, item.boxes))
    yield from ranked[:count]


def inside(box: Box) -> bool:
    """Whether a box has an area and lies in the image."""
    return 0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1
