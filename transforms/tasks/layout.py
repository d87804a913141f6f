"""Full-page layout: what kinds of blocks stand where, in reading order.

One item a block: `heading: text`, `paragraph: text`, `list: text` or `caption: text`, and the bare
words `table` and `chart` for figures, whose contents have tasks of their own. Read back with the
dialect's `parse`, an item's text up to the first ": " is its kind. Where the blocks were found from
the boxes of words alone, a block that is no heading may be anything, and is called `text`.
"""

from collections.abc import Iterator

from schemas.page import Block, Box
from schemas.records import Annotation
from transforms.prompts import prompt_for
from transforms.targets.dialect import Item
from transforms.tasks.page import Draft, Page, Setting, ask, items_of


def layout(page: Page, setting: Setting) -> Iterator[Draft]:
    """Every block of the page with its kind and box; nothing in dialects without boxes."""
    dialect = setting.dialect
    items = layout_items(page)
    if not dialect.has_boxes or not items:
        return
    prompt = prompt_for("layout", page.annotation.language, page.image.image_id)
    yield Draft(ask(prompt, dialect.serialise(items, setting.size(page))), detail="blocks")


def layout_items(page: Page) -> list[Item]:
    """The blocks as items; all blocks inside a known table or chart are one item, at the first."""
    annotation = page.annotation
    figures = _figures(annotation)
    texts = items_of(page, "block")
    items: list[Item] = []
    for block, item in zip(annotation.blocks, texts, strict=True):
        figure = _figure_around(block, figures)
        if figure:
            if figure not in items:
                items.append(figure)
        elif block.kind in ("table", "chart"):
            items.append(Item(block.kind, [block.box]))
        else:
            kind = block.kind
            if kind == "paragraph" and annotation.origin != "dataset":
                kind = "text"
            items.append(Item(f"{kind}: {item.text}", item.boxes))
    return items


def _figures(annotation: Annotation) -> list[Item]:
    tables = [Item("table", [table.box]) for table in annotation.known_tables]
    return tables + [Item("chart", [chart.box]) for chart in annotation.charts]


def _figure_around(block: Block, figures: list[Item]) -> Item | None:
    x, y = (block.box[0] + block.box[2]) / 2, (block.box[1] + block.box[3]) / 2
    return next((figure for figure in figures if _holds(figure.boxes[0], x, y)), None)


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
