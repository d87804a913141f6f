"""Images with planted copies and planted look-alikes, for measuring how duplicates are told.

Bases: pages of the Debian FAQ in both languages, and synthetic documents, forms, tables and charts.
Each base has nine kinds of copy, each made once: coded again, JPEG at quality 50 and 30, resized to
50-70 %, grey, brightness x 0.85 or 1.12, 2 % cropped off every side, shifted by 1-2 % over the
page's ground, turned by half a degree. Look-alikes differ from a base by content: another line in
a line's place, one digit of one number, the same form filled in differently, the other language.
Each look-alike comes as it is, at quality 30, and as one more kind of copy: those three are copies
of one another and of nothing else.
"""

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pypdfium2 as pdfium
from PIL import Image

from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.reading_order import arrange
from gyogwa.transforms.ingest.sources.pdf_words import words_of
from gyogwa.transforms.synthesis.canvas import Canvas
from gyogwa.transforms.synthesis.document import render_document
from gyogwa.transforms.synthesis.form import plan_form
from gyogwa.transforms.synthesis.job import render_chart, render_table
from gyogwa.transforms.synthesis.noise import aged, encoded, jpeg
from gyogwa.transforms.synthesis.revision import Revision, plan_revision
from gyogwa.transforms.synthesis.ruled import draw_grid, frame_grid
from gyogwa.transforms.synthesis.style import choose_style
from gyogwa.transforms.synthesis.table import CellSpec, TableSpec
from gyogwa.transforms.synthesis.writing import Writer

DPI = 100
LANGUAGES = ("ko", "en")


@dataclass(frozen=True)
class Planted:
    """One image. Images of one `truth` are copies; `kind` says how this one was made; `base` names
    the base that it was made from, whether it is a copy of it or a look-alike."""

    name: str
    base: str
    truth: str
    kind: str
    data: bytes


def ground(image: Image.Image) -> tuple[int, ...]:
    """The commonest colour, which is the paper's."""
    small = image.convert("RGB").resize((64, 64), Image.Resampling.NEAREST)
    return max(small.getcolors(4096) or [(0, (255, 255, 255))])[1]  # type: ignore[return-value]


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _again(image: Image.Image, rng: random.Random) -> bytes:
    return jpeg(image, rng.randint(80, 95))


def _resized(image: Image.Image, rng: random.Random) -> bytes:
    scale = rng.uniform(0.5, 0.7)
    size = (round(image.width * scale), round(image.height * scale))
    way = rng.choice([Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BOX])
    return jpeg(image.resize(size, way), 90)


def _brighter(image: Image.Image, rng: random.Random) -> bytes:
    factor = rng.choice([0.85, 1.12])
    return jpeg(image.point(lambda value: min(255, round(value * factor))), 88)


def _cropped(image: Image.Image, rng: random.Random) -> bytes:
    x, y = round(image.width * 0.02), round(image.height * 0.02)
    return jpeg(image.crop((x, y, image.width - x, image.height - y)), 90)


def _shifted(image: Image.Image, rng: random.Random) -> bytes:
    moved = Image.new("RGB", image.size, ground(image))
    by = [round(rng.choice([-1, 1]) * rng.uniform(0.01, 0.02) * side) for side in image.size]
    moved.paste(image, (by[0], by[1]))
    return jpeg(moved, 90)


def _turned(image: Image.Image, rng: random.Random) -> bytes:
    angle = rng.choice([-0.5, 0.5])
    paper = ground(image)
    return jpeg(image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=paper), 90)


COPIES: dict[str, Callable[[Image.Image, random.Random], bytes]] = {
    "coded again": _again,
    "q50": lambda image, rng: jpeg(image, 50),
    "q30": lambda image, rng: jpeg(image, 30),
    "resized": _resized,
    "grey": lambda image, rng: jpeg(image.convert("L"), 90),
    "brightness": _brighter,
    "cropped": _cropped,
    "shifted": _shifted,
    "turned": _turned,
}


def faq_pages(folders: dict[str, Path]) -> Iterator[tuple[str, Image.Image, list[Word]]]:
    """(name, pixels, words) of every page of both editions at 100 dpi."""
    for language in LANGUAGES:
        for path in sorted(folders[language].glob("*.pdf")):
            for number, page in enumerate(pdfium.PdfDocument(path)):
                pixels = page.render(scale=DPI / 72).to_pil().convert("RGB")
                yield f"{path.stem}/{number:03d}", pixels, words_of(page)


def planted(
    pages: list[tuple[str, Image.Image, list[Word]]], made: int, seed: int = 0
) -> Iterator[Planted]:
    """The set from these FAQ pages and `made` synthetic images of each kind and language. Names
    hold the seed, and all chance hangs on names: two seeds share no synthetic image and no copy.
    """
    for page, image, words in pages:
        name = f"{page}/{seed}"
        yield from _family(name, _png(image), _line_replaced(name, image, words))
    for language in LANGUAGES:
        for index in range(made):
            name = f"{language}/{seed}-{index:03d}"
            yield from _document(f"document/{name}", language)
            yield from _form(f"form/{name}", language)
            yield from _figure(f"table/{name}", language)
            yield from _figure(f"chart/{name}", language)


def _family(name: str, data: bytes, lookalikes: dict[str, bytes]) -> Iterator[Planted]:
    image = Image.open(io.BytesIO(data)).convert("RGB")
    yield Planted(name, name, name, "base", data)
    for kind, copy in COPIES.items():
        copied = copy(image, random.Random(f"{name}/{kind}"))
        yield Planted(f"{name} {kind}", name, name, kind, copied)
    for kind, other in lookalikes.items():
        truth = f"{name} {kind}"
        yield Planted(truth, name, truth, kind, other)
        pixels = Image.open(io.BytesIO(other)).convert("RGB")
        rng = random.Random(truth)
        for again in ("q30", rng.choice([kind for kind in COPIES if kind != "q30"])):
            copied = COPIES[again](pixels, rng)
            yield Planted(f"{truth} {again}", name, truth, f"{kind} {again}", copied)


def _line_replaced(name: str, image: Image.Image, words: list[Word]) -> dict[str, bytes]:
    """The page with the pixels of one line over another of about its length."""
    rng = random.Random(f"{name}/line")
    ordered, lines, _ = arrange(words, image.height / image.width)
    long = [line for line in lines if line.box[2] - line.box[0] > 0.3]
    if len(long) < 4:
        return {}
    target = rng.choice(long)
    others = [line for line in long if _text(ordered, line) != _text(ordered, target)]
    if not others:
        return {}
    source = min(others, key=lambda line: abs(line.box[2] - target.box[2]))
    x0, y0, x1, y1 = _pixels(target.box, image.size)
    sx0, sy0, sx1, sy1 = _pixels(source.box, image.size)
    changed = image.copy()
    changed.paste(ground(image), (x0, y0 - 1, x1, y1 + 2))
    changed.paste(image.crop((sx0, sy0 - 1, sx1, sy1 + 2)), (x0, y0 - 1))
    return {"line replaced": _png(changed)}


def _text(words: list[Word], line: object) -> str:
    first, last = line.first, line.last  # type: ignore[attr-defined]
    return " ".join(word.text for word in words[first:last])


def _pixels(box: list[float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = size
    return (
        int(box[0] * width), int(box[1] * height),
        int(np.ceil(box[2] * width)), int(np.ceil(box[3] * height)),
    )  # fmt: skip


def _scanned(image: Image.Image, name: str) -> bytes:
    """Aged and coded by the name, so that look-alikes of one name differ by content alone."""
    data, _ = encoded(aged(image, random.Random(f"{name}/aged")), random.Random(f"{name}/coded"))
    return data


def _document(name: str, language: str) -> Iterator[Planted]:
    page = render_document(random.Random(name), language)[0]
    other = "en" if language == "ko" else "ko"
    rng = random.Random(f"{name}/revised")
    lookalikes = {"other language": render_document(random.Random(name), other)[0].image}
    number = plan_revision([page.labels], rng)
    long = [
        line
        for block in page.labels["blocks"]
        if block["kind"] == "paragraph"
        for line in range(block["first"], block["last"])
        if page.labels["lines"][line][1] - page.labels["lines"][line][0] > 4
    ]
    if len(long) > 1:
        target, source = rng.sample(long, 2)
        first, last = page.labels["lines"][source]
        text = " ".join(word["text"] for word in page.labels["words"][first:last])
        revision = Revision(0, target, text)
        lookalikes["line replaced"] = render_document(random.Random(name), language, 1, revision)[
            0
        ].image
    if number is not None:
        lookalikes["word or number"] = render_document(random.Random(name), language, 1, number)[
            0
        ].image
    yield from _family(
        name,
        _scanned(page.image, name),
        {kind: _scanned(image, name) for kind, image in lookalikes.items()},
    )


def _form(name: str, language: str) -> Iterator[Planted]:
    writers = [Writer(random.Random(f"{name}/{i}"), language) for i in range(2)]
    grids = [plan_form(writer, writer.person()) for writer in writers]
    rows = min(grid.rows for grid in grids)
    shape = [(e.row, e.column) for e in grids[0].entries if e.row < rows]
    value = {(e.row, e.column): e.text for e in grids[1].entries}
    if not all(place in value for place in shape):
        return
    entries = [entry for entry in grids[0].entries if entry.row < rows]
    other = [
        entry if entry.header else CellSpec(
            entry.row, entry.column, value[entry.row, entry.column],
            column_span=entry.column_span, align=entry.align,
        )
        for entry in entries
    ]  # fmt: skip
    first, second = (
        _scanned(image, name) for image in _form_images(entries, other, rows, name, language)
    )
    yield from _family(name, first, {"form filled differently": second})


def _form_images(
    entries: list[CellSpec], other: list[CellSpec], rows: int, name: str, language: str
) -> list[Image.Image]:
    """Both fillings in one frame, wide enough for either."""
    style = choose_style(random.Random(f"{name}/style"), language, 15)
    grids = [TableSpec("", "", rows, 4, filled, [], {}) for filled in (entries, other)]
    widest = [
        max(pair, key=lambda entry: len(entry.text)) for pair in zip(entries, other, strict=True)
    ]
    both = TableSpec("", "", rows, 4, widest, [], {})
    frame = frame_grid(both, 800, style, random.Random(name), None)
    if frame is None:
        raise ValueError(f"{name}: the form doesn't fit its width")
    images = []
    for grid in grids:
        canvas = Canvas(860, 60 + frame.height, style.paper)
        draw_grid(canvas, 30, 30, replace(frame, grid=grid), style)
        images.append(canvas.page().image)
    return images


def _figure(name: str, language: str) -> Iterator[Planted]:
    """A table or chart, and the same with one digit of one of its numbers changed."""
    render = render_table if name.startswith("table") else render_chart
    page, _ = render(random.Random(name), language)
    rng = random.Random(f"{name}/digit")
    words = page.labels["words"]
    texts = [
        " ".join(word["text"] for word in words[first:last]) for first, last in page.labels["lines"]
    ]
    numbers = [i for i, text in enumerate(texts) if any(c.isdigit() for c in text)]
    lookalikes = {}
    if numbers:
        line = rng.choice(numbers)
        place = rng.choice([i for i, c in enumerate(texts[line]) if c.isdigit()])
        digit = str((int(texts[line][place]) + rng.randint(1, 9)) % 10)
        text = texts[line][:place] + digit + texts[line][place + 1 :]
        with patch("gyogwa.transforms.synthesis.job.Canvas", partial(Canvas, revised={line: text})):
            changed, _ = render(random.Random(name), language)
        lookalikes["one digit"] = _scanned(changed.image, name)
    yield from _family(name, _scanned(page.image, name), lookalikes)
