"""A page as a document: its blocks in reading order by kind, with the structure of its tables."""

from gyogwa.schemas.page import Block
from gyogwa.schemas.records import Page
from gyogwa.transforms.targets.doctags import Part
from gyogwa.transforms.tasks.layout import layout_things
from gyogwa.transforms.tasks.sentences import title_of
from gyogwa.transforms.tasks.structure.otsl import write_otsl


def page_parts(page: Page) -> list[Part]:
    """The parts of a page, [] where the kind of any is a guess or a table can't be written."""
    things = layout_things(page)
    if not things:
        return []
    title = title_of(page)
    tables = {tuple(table.box): table for table in page.annotation.known_tables}
    blocks = {tuple(block.box): block for block in page.annotation.blocks}
    parts = []
    for thing in things:
        box = thing.boxes[0]
        if thing.text == "table" and tuple(box) in tables:
            try:
                cells = write_otsl(tables[tuple(box)].cells)
            except ValueError:
                return []
            parts.append(Part("table", box, otsl=cells.removeprefix("<otsl>")))
        elif thing.text in ("chart", "picture") and tuple(box) not in blocks:
            parts.append(Part(thing.text, box))
        else:
            lines = _lines(page, blocks[tuple(box)])
            kind = "title" if " ".join(lines) == title else thing.text
            parts.append(Part(kind, box, lines))
    return parts


def _lines(page: Page, block: Block) -> list[str]:
    return page.line_texts()[block.first : block.last]
