"""Pages of documents: what kind, how large, in which style, with how many columns."""

import random

from gyogwa.transforms.synthesis.canvas import Canvas, Picture
from gyogwa.transforms.synthesis.content import compose
from gyogwa.transforms.synthesis.revision import Revision
from gyogwa.transforms.synthesis.setting import Setter, Sheet, set_pages
from gyogwa.transforms.synthesis.style import Style, choose_style
from gyogwa.transforms.synthesis.writing import Writer

KINDS = ("report", "report", "report", "notice", "minutes", "letter", "form", "product", "receipt")


def render_document(
    rng: random.Random, language: str, pages: int = 1, revision: Revision | None = None
) -> list[Picture]:
    """Exactly `pages` pages of one document in `language` ("ko" or "en"), A4 at 96 to 144 dpi.

    More than one page is always a report, whose text flows on from page to page; a receipt is a
    narrow slip as long as its text. A `revision`, of what an equal `rng` gave, changes one line.
    Raises GyogwaError when no font covers the language.
    """
    kind = "report" if pages > 1 else rng.choice(KINDS)
    writer = Writer(rng, language)
    if kind == "receipt":
        return [_receipt(rng, writer, revision)]
    dpi = rng.choice([96, 100, 110, 120, 132, 144])
    size = round(rng.choice([9.5, 10, 10.5, 11, 12]) * dpi / 72)
    if kind in ("letter", "notice", "form", "minutes"):
        size = round(rng.choice([11, 12, 13]) * dpi / 72)
    style = choose_style(rng, language, size)
    columns = 2 if kind in ("report", "product") and rng.random() < 0.4 else 1
    sheet = Sheet(
        round(8.27 * dpi),
        round(11.69 * dpi),
        round(rng.uniform(0.6, 1.0) * dpi),
        columns,
        pages,
        rng.uniform(0.6, 1.0) if pages > 1 else rng.choice([1.0, 1.0, 0.8]),
    )
    setter = Setter(sheet, style, rng, revision)
    canvases = set_pages(compose(writer, kind), setter)
    if pages > 1 or rng.random() < 0.4:
        form = rng.choice(["- {} -", "{}", "{} / " + str(pages)])
        for number, canvas in enumerate(canvases, 1):
            _footer(canvas, form.format(number), sheet, style)
    return [canvas.page(language=language) for canvas in canvases]


def _footer(canvas: Canvas, text: str, sheet: Sheet, style: Style) -> None:
    with canvas.block("page-number"):
        baseline = sheet.height - sheet.margin * 0.45
        canvas.line(text, sheet.width / 2, baseline, style.face(0.85), "center")


def _receipt(rng: random.Random, writer: Writer, revision: Revision | None) -> Picture:
    size = rng.choice([17, 19, 22])
    style = choose_style(rng, writer.language, size, monospaced=rng.random() < 0.6)
    sheet = Sheet(size * rng.randint(22, 26), size * 60, round(size * 1.2), 1, 1)
    setter = Setter(sheet, style, rng, revision)
    (canvas,) = set_pages(compose(writer, "receipt"), setter)
    page = canvas.page(language=writer.language)
    end = min(sheet.height, setter.y + sheet.margin)
    return Picture(page.image.crop((0, 0, sheet.width, end)), page.labels)
