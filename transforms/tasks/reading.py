"""Tasks that ask for all the text: OCR with boxes, and plain reading."""

from collections.abc import Iterator

from schemas.curriculum import TaskSpec
from transforms.prompts import prompt_for
from transforms.targets.varco import OCR, serialise
from transforms.tasks.page import Draft, Page, ask, items_of


def ocr(page: Page, spec: TaskSpec) -> Iterator[Draft]:
    """`<ocr>` answered by every word (line, block) with its box."""
    items = items_of(page, spec.granularity)
    if items:
        yield Draft(ask(OCR, serialise(items)), detail=spec.granularity)


def read(page: Page, spec: TaskSpec) -> Iterator[Draft]:
    """The text in reading order, blocks parted by an empty line."""
    blocks = page.annotation.blocks
    if not blocks:
        return
    texts = page.line_texts()
    paragraphs = ["\n".join(texts[block.first : block.last]) for block in blocks]
    prompt = prompt_for("read", page.annotation.language, page.image.image_id)
    yield Draft(ask(prompt, "\n\n".join(paragraphs)))
