"""Tasks that ask for all the text: OCR with boxes, and plain reading."""

from collections.abc import Iterator

from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.targets.doctags import DocTags
from gyogwa.transforms.targets.neutral import Neutral
from gyogwa.transforms.tasks.page import Draft, Setting, ask, items_of
from gyogwa.transforms.tasks.parts import page_parts


def ocr(page: Page, setting: Setting) -> Iterator[Draft]:
    """Every word (line, block) with its box, asked for as the dialect wants it; a whole document
    where that is what it is asked for."""
    items = items_of(page, setting.spec.granularity)
    if not items:
        return
    dialect, granularity = setting.dialect, setting.spec.granularity
    if isinstance(dialect, DocTags):
        parts = page_parts(page)
        answer = dialect.document(parts) if parts else ""
    elif isinstance(dialect, Neutral):  # a document where that can be asked for
        answer = dialect.page(items, page_parts(page) if granularity == "block" else [])
    else:
        answer = dialect.serialise(items, setting.size(page))
    if answer:
        prompt = ocr_request(page, setting)
        yield Draft(ask(prompt, answer), detail=granularity, variant=granularity)


def ocr_request(page: Page, setting: Setting) -> str:
    """How the dialect asks for items of the setting's granularity; the bare `<ocr>` means words."""
    dialect, granularity = setting.dialect, setting.spec.granularity
    if granularity in dialect.ocr_prompts:
        return dialect.ocr_prompts[granularity]
    said = prompt_for("ocr", page.annotation.language, page.image.image_id, granularity)
    said = f"{dialect.ocr_mark}\n{said}" if dialect.ocr_mark else said
    return dialect.asked(f"ocr/{granularity}", said) if isinstance(dialect, Neutral) else said


def read(page: Page, setting: Setting) -> Iterator[Draft]:
    """The text in reading order, blocks parted by an empty line."""
    blocks = page.annotation.blocks
    if not blocks:
        return
    texts = page.line_texts()
    paragraphs = ["\n".join(texts[block.first : block.last]) for block in blocks]
    prompt = prompt_for("read", page.annotation.language, page.image.image_id)
    yield Draft(ask(prompt, setting.dialect.escape("\n\n".join(paragraphs))))
