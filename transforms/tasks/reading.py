"""Tasks that ask for all the text: OCR with boxes, and plain reading."""

from collections.abc import Iterator

from transforms.prompts import prompt_for
from transforms.tasks.page import Draft, Page, Setting, ask, items_of


def ocr(page: Page, setting: Setting) -> Iterator[Draft]:
    """Every word (line, block) with its box, asked for as the dialect wants it."""
    items = items_of(page, setting.spec.granularity)
    if not items:
        return
    dialect = setting.dialect
    natural = "ocr" if dialect.has_boxes else "read"
    language = page.annotation.language
    prompt = dialect.ocr_prompt or prompt_for(natural, language, page.image.image_id)
    answer = dialect.serialise(items, setting.size(page))
    yield Draft(ask(prompt, answer), detail=setting.spec.granularity)


def read(page: Page, setting: Setting) -> Iterator[Draft]:
    """The text in reading order, blocks parted by an empty line."""
    blocks = page.annotation.blocks
    if not blocks:
        return
    texts = page.line_texts()
    paragraphs = ["\n".join(texts[block.first : block.last]) for block in blocks]
    prompt = prompt_for("read", page.annotation.language, page.image.image_id)
    yield Draft(ask(prompt, setting.dialect.escape("\n\n".join(paragraphs))))
