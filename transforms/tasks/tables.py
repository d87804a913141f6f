"""Tasks about tables whose structure is known: as HTML, as OTSL, and questions about the cells."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from msgspec import structs

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.page import Cell, Table
from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.targets.neutral import Neutral
from gyogwa.transforms.tasks.page import Draft, Setting, ask
from gyogwa.transforms.tasks.questions_base import Question, chosen, draft_of
from gyogwa.transforms.tasks.questions_tables import table_questions
from gyogwa.transforms.tasks.structure.html import write_html
from gyogwa.transforms.tasks.structure.otsl import write_otsl
from gyogwa.transforms.tasks.structure.places import places_of
from gyogwa.transforms.tasks.table_facts import table_facts


def table_html(page: Page, setting: Setting) -> Iterator[Draft]:
    """A table as HTML, whose own escapes leave no markup of a dialect behind."""
    yield from _structure("table_html", page, setting, write_html)


def table_otsl(page: Page, setting: Setting) -> Iterator[Draft]:
    """A table in OTSL."""

    def write(cells: list[Cell]) -> str:
        escape = setting.dialect.escape
        text = write_otsl([structs.replace(cell, text=escape(cell.text)) for cell in cells])
        if isinstance(setting.dialect, Neutral):
            return setting.dialect.table(text)
        bare = setting.dialect.name == "paddleocr-vl"  # its tables have nothing around them
        return text.removeprefix("<otsl>").removesuffix("</otsl>") if bare else text

    yield from _structure("table_otsl", page, setting, write)


def table_qa(page: Page, setting: Setting) -> Iterator[Draft]:
    """Questions about cells, columns and rows, answered from the cells."""
    language, image_id = page.annotation.language, page.image.image_id
    questions = table_asked(page, setting)
    for question in chosen(questions, setting.spec.per_image, "table_qa", image_id):
        yield draft_of("table_qa", language, question, image_id)


def table_asked(page: Page, setting: Setting) -> list[Question]:
    """All that can be asked about the tables of a page, its texts escaped."""
    language, image_id = page.annotation.language, page.image.image_id
    escape = setting.dialect.escape
    around = _headings(page)
    questions = []
    for number, noun, table in _named(page, setting):
        cells = [structs.replace(cell, text=escape(cell.text)) for cell in table.cells]
        facts = table_facts(cells, around)
        if facts:
            for question in table_questions(facts, noun, language == "ko", f"{image_id}/{number}"):
                questions.append(replace(question, detail=number + question.detail))
    return questions


def _structure(
    task: str, page: Page, setting: Setting, write: Callable[[list[Cell]], str]
) -> Iterator[Draft]:
    image_id = page.image.image_id
    tables = sorted(_named(page, setting), key=lambda named: hash_of(task, image_id, named[0]))
    for number, noun, table in tables[: setting.spec.per_image]:
        prompt = prompt_for(task, page.annotation.language, f"{image_id}/{number}", table=noun)
        variant = "" if task == "table_html" else "placed" if number else "alone"
        if variant == "alone" and page.image.kind != "table":
            variant = "placed"
        detail = f"table{number}".rstrip("/")
        yield Draft(ask(prompt, write(table.cells)), detail=detail, variant=variant)


def _named(page: Page, setting: Setting) -> Iterator[tuple[str, str, Table]]:
    """Each table whose cells lie apart, with a prefix for details and what a question calls it.

    Of several tables each is named by its place; a dialect without places has no way to do so.
    """
    noun = "이 표" if page.annotation.language == "ko" else "this table"
    tables = page.annotation.known_tables
    if len(tables) > 1 and not setting.dialect.has_boxes:
        return
    for number, table in enumerate(tables):
        if not table.cells or not _sound(table):
            continue
        if len(tables) == 1:
            yield "", noun, table
        else:
            region = setting.dialect.region(noun, table.box, setting.size(page))
            yield f"{number}/", region, table


def _headings(page: Page) -> str:
    """Titles and captions, which say what the numbers are."""
    texts = page.line_texts()
    return "\n".join(
        "\n".join(texts[block.first : block.last])
        for block in page.annotation.blocks
        if block.kind in ("heading", "caption")
    )


def _sound(table: Table) -> bool:
    try:
        places_of(table.cells)
    except ValueError:
        return False
    return True
