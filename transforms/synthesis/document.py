"""Pages of documents: what kind, how large, in which style, with how many columns."""

import random
from dataclasses import dataclass

from gyogwa.transforms.synthesis.canvas import Canvas, Picture
from gyogwa.transforms.synthesis.content import compose
from gyogwa.transforms.synthesis.marks import marked
from gyogwa.transforms.synthesis.revision import Revision
from gyogwa.transforms.synthesis.setting import Setter, Sheet, set_pages
from gyogwa.transforms.synthesis.style import Style, choose_style
from gyogwa.transforms.synthesis.writing import Writer

_KINDS = {
    "report": 6,
    "notice": 2,
    "minutes": 2,
    "letter": 2,
    "form": 2,
    "product": 1.5,
    "receipt": 2,
    "official": 3,
    "certificate": 1.5,
    "resume": 1.2,
    "card": 0.7,
    "invoice": 2,
    "payslip": 1.2,
    "menu": 1,
    "sign": 0.7,
    "exam": 1.5,
    "newspaper": 1.2,
    "paper": 1.5,
    "slide": 1.5,
    "web page": 1.2,
    "app": 0.8,
    "survey": 1,
    "note": 1.2,
}
"""Of single pages, how often each kind comes: what offices hand round most, first."""
DOCUMENT_KINDS = tuple(_KINDS)
_LARGE_TYPE = ("letter", "notice", "form", "minutes", "official", "certificate", "note", "survey")
_COLUMNS = {"newspaper": 3, "paper": 2}
_TYPED = (
    "official",
    "certificate",
    "newspaper",
    "paper",
    "slide",
    "web page",
    "app",
    "invoice",
    "payslip",
    "card",
    "sign",
)
"""What nobody writes by hand."""
_INVENTORY_PAGES, _INVENTORIES = 2, 0.3
_MARKED = 0.15
"""Of single pages, those that a reader has marked."""


@dataclass(frozen=True)
class Format:
    """What isn't on A4: inches, points of the body text, and how many times finer it is drawn than
    a page."""

    width: float
    height: float
    margin: float
    points: float
    finer: float


_FORMATS = {
    "slide": Format(10, 5.63, 0.55, 19, 1),
    "web page": Format(9, 8, 0.5, 11, 1),
    "app": Format(3.2, 6.4, 0.22, 10, 1.6),
    "card": Format(3.4, 2.3, 0.22, 8, 2),
    "sign": Format(8, 5, 0.4, 22, 1),
}


def render_document(
    rng: random.Random,
    language: str,
    pages: int = 1,
    revision: Revision | None = None,
    kind: str = "",
) -> list[Picture]:
    """Exactly `pages` pages of one document in `language` ("ko" or "en"), most on A4, at 96 to 144
    dpi, of a kind by chance if none is given.

    More than one page is a report, whose text flows on from page to page, or an inventory, whose
    table does; a receipt is a narrow slip as long as its text. A `revision`, of what an equal
    `rng` gave, changes one line.
    Raises GyogwaError when no font covers the language.
    """
    drawn = rng.choices(list(_KINDS), list(_KINDS.values()))[0]
    if pages > 1:
        drawn = (
            "inventory" if pages == _INVENTORY_PAGES and rng.random() < _INVENTORIES else "report"
        )
    kind = kind or drawn
    writer = Writer(rng, language)
    if kind == "receipt":
        return [_receipt(rng, writer, revision)]
    dpi: float = rng.choice([96, 100, 110, 120, 132, 144])
    points = rng.choice([11, 12, 13] if kind in _LARGE_TYPE else [9.5, 10, 10.5, 11, 12])
    size = _FORMATS.get(kind) or Format(8.27, 11.69, rng.uniform(0.6, 1.0), points, 1)
    dpi = dpi * size.finer
    pixels = round(size.points * dpi / 72)
    style = choose_style(rng, language, pixels, typed=kind in _TYPED)
    if kind == "note":
        style = style.by_hand()
    columns = _COLUMNS.get(kind, 2 if kind in ("report", "product") and rng.random() < 0.4 else 1)
    sheet = Sheet(
        round(size.width * dpi),
        round(size.height * dpi),
        round(size.margin * dpi),
        columns,
        pages,
        _filled(rng, kind, pages),
    )
    setter = Setter(sheet, style, rng, revision)
    canvases = set_pages(compose(writer, kind), setter)
    if rng.random() < _MARKED and kind not in _FORMATS:
        marked(canvases[0], style, rng)
    if pages > 1 or (kind not in _FORMATS and rng.random() < 0.4):
        form = rng.choice(["- {} -", "{}", "{} / " + str(pages)])
        for number, canvas in enumerate(canvases, 1):
            _footer(canvas, form.format(number), sheet, style)
    return [canvas.page(language=language) for canvas in canvases]


def _filled(rng: random.Random, kind: str, pages: int) -> float:
    """How much of the last page may be used; what has an end of its own needs all of it."""
    if pages > 1 and kind != "inventory":
        return rng.uniform(0.6, 1.0)
    return rng.choice([1.0, 1.0, 0.8]) if kind in ("report", "newspaper", "product") else 1.0


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
