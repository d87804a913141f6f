"""Full-page layout: what kinds of things stand where, in reading order.

One item a block, its kind as the source calls it, and one a table, chart or picture, whose contents
have tasks of their own or none. Kinds are known or the task isn't made: where a single block
outside of figures was found from the boxes of words alone, it may be anything.
"""

from collections import defaultdict
from collections.abc import Iterator

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.page import Block
from gyogwa.schemas.records import Annotation, Page
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.targets.dialect import Item
from gyogwa.transforms.tasks.page import Draft, Setting, ask


def layout(page: Page, setting: Setting) -> Iterator[Draft]:
    """Every block of the page as its kind with its box; nothing in dialects without boxes."""
    dialect = setting.dialect
    things = layout_things(page)
    if not dialect.has_boxes or not things:
        return
    prompt = prompt_for("layout", page.annotation.language, page.image.image_id)
    if dialect.grounding_prompt:
        prompt = f"{dialect.grounding_prompt}\n{prompt}"
    kinds = " ; ".join(dict.fromkeys(thing.text for thing in things))
    answer = dialect.detect(things, setting.size(page))
    yield Draft(ask(prompt, answer), detail="blocks", subject=kinds)


def layout_things(page: Page) -> list[Item]:
    """Kinds with boxes, [] where any is a guess; all blocks inside a known table or chart are one
    thing, at the first of them."""
    annotation = page.annotation
    figures = _figures(annotation)
    things: list[Item] = []
    pictures = defaultdict(list)
    for picture in annotation.pictures:
        pictures[picture.before].append(picture)
    for number, block in enumerate([*annotation.blocks, None]):
        things += [Item("picture", [picture.box]) for picture in pictures.get(number, [])]
        if block is None or (block.kind == "picture" and number in pictures):
            continue
        figure = _figure_around(block, figures)
        if figure is None and not block.known:
            return []
        thing = figure or Item(block.kind, [block.box])
        if not figure or figure not in things:
            things.append(thing)
    return things


def _figures(annotation: Annotation) -> list[Item]:
    tables = [Item("table", [table.box]) for table in annotation.known_tables]
    return tables + [Item("chart", [chart.box]) for chart in annotation.charts]


def _figure_around(block: Block, figures: list[Item]) -> Item | None:
    x, y = (block.box[0] + block.box[2]) / 2, (block.box[1] + block.box[3]) / 2
    return next((figure for figure in figures if _holds(figure.boxes[0], x, y)), None)


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
