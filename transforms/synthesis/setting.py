"""Sets elements into columns and pages, top to bottom, letting text run on over every break."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from gyogwa.transforms.synthesis.canvas import Canvas, Face, wrapped
from gyogwa.transforms.synthesis.chart import ChartSpec
from gyogwa.transforms.synthesis.content import (
    Blank,
    Bullets,
    Element,
    Figure,
    Heading,
    Lines,
    Paragraph,
)
from gyogwa.transforms.synthesis.plot import draw_chart, fitted
from gyogwa.transforms.synthesis.revision import Revision
from gyogwa.transforms.synthesis.ruled import draw_grid, frame_grid
from gyogwa.transforms.synthesis.style import Style


@dataclass(frozen=True)
class Sheet:
    """A page to be: sizes in pixels; `fill` is how much of the last page may be used, 0..1."""

    width: int
    height: int
    margin: int
    columns: int
    pages: int
    fill: float = 1.0


class Setter:
    """The state of setting one document: its canvases, and where the next line goes."""

    def __init__(
        self, sheet: Sheet, style: Style, rng: random.Random, revision: Revision | None = None
    ) -> None:
        self.sheet, self.style, self.rng = sheet, style, rng
        self.revision = revision
        self.gutter = style.size * 2 if sheet.columns > 1 else 0
        inner = sheet.width - 2 * sheet.margin - self.gutter * (sheet.columns - 1)
        self.width = inner // sheet.columns
        self.canvases: list[Canvas] = []
        self._page()

    def _page(self) -> None:
        sheet, revised = self.sheet, {}
        if self.revision and self.revision.page == len(self.canvases):
            revised = {self.revision.line: self.revision.text}
        self.canvases.append(Canvas(sheet.width, sheet.height, self.style.paper, revised))
        self.column, self.top = 0, self.sheet.margin
        self.y = self.top

    @property
    def canvas(self) -> Canvas:
        """The page being filled."""
        return self.canvases[-1]

    @property
    def x(self) -> int:
        """The left edge of the column being filled."""
        return self.sheet.margin + self.column * (self.width + self.gutter)

    @property
    def bottom(self) -> int:
        """Where the column being filled ends."""
        inner = self.sheet.height - 2 * self.sheet.margin
        last = len(self.canvases) == self.sheet.pages
        return round(self.sheet.margin + inner * (self.sheet.fill if last else 1.0))

    def advance(self) -> bool:
        """Goes on to the next column or page; False if there is none."""
        if self.column + 1 < self.sheet.columns:
            self.column += 1
            self.y = self.top
            return True
        if len(self.canvases) < self.sheet.pages:
            self._page()
            return True
        return False

    def room(self) -> int:
        """Lines of body text that fit from here to the end of the document."""
        pitch = self.style.pitch
        here = max(0, self.bottom - self.y) // pitch
        beside = (self.sheet.columns - 1 - self.column) * max(0, self.bottom - self.top) // pitch
        inner = self.sheet.height - 2 * self.sheet.margin
        pages = self.sheet.pages - len(self.canvases)
        return (
            here + beside + (pages * self.sheet.columns * round(inner * self.sheet.fill) // pitch)
        )

    def need(self, element: Element) -> int:
        """Lines of body text that the element takes, rounded up."""
        face = self.style.face()
        if isinstance(element, Paragraph):
            return len(wrapped(element.text, face, self.width, element.indent * face.size)) + 1
        if isinstance(element, Bullets):
            inner = self.width - face.size * 2.4
            return sum(len(wrapped(text, face, inner)) for _, text in element.items) + 1
        if isinstance(element, Figure):
            rows = element.content.rows if not isinstance(element.content, ChartSpec) else 14
            return 2 * rows + 2
        return 4 if isinstance(element, Heading) else 3

    def add(self, element: Element) -> None:
        """Sets one element, on as many columns and pages as it takes."""
        if isinstance(element, Heading):
            self._heading(element)
        elif isinstance(element, Paragraph):
            face = self.style.face()
            indent = element.indent * face.size
            lines = wrapped(element.text, face, self.width, indent)
            self._run("paragraph", [(line, indent * (i == 0)) for i, line in enumerate(lines)])
            self.y += round(self.style.pitch * 0.5)
        elif isinstance(element, Bullets):
            self._bullets(element)
        elif isinstance(element, Lines):
            self._lines(element)
        elif isinstance(element, Figure):
            self._figure(element)
        else:
            self._gap(element)

    def _heading(self, heading: Heading) -> None:
        face = self.style.heading(heading.scale)
        width = self.sheet.width - 2 * self.sheet.margin if heading.wide else self.width
        lines = wrapped(heading.text, face, width)
        pitch = round(face.size * 1.35)
        below = self.style.pitch * 3
        if self.y + pitch * len(lines) + below > self.bottom:
            self.advance()
        if self.y > self.top:
            self.y += round(face.size * 0.4)
        with self.canvas.block("heading"):
            for line in lines:
                self._put(line, fitted(face, line, width), heading.align, pitch, width)
        self.y += round(face.size * 0.4)
        if heading.wide:
            self.top = self.y

    def _lines(self, lines: Lines) -> None:
        face = self.style.face(lines.scale)
        width = self.sheet.width - 2 * self.sheet.margin if lines.wide else self.width
        pitch = round(face.size * self.style.leading)
        rows = [row for text in lines.texts for row in wrapped(text, face, width)]
        if self.y + pitch * len(rows) > self.bottom:
            self.advance()
        with self.canvas.block("paragraph"):
            for row in rows:
                self._put(row, face, lines.align, pitch, width)
        self.y += round(pitch * 0.5)
        if lines.wide:
            self.top = self.y

    def _put(self, text: str, face: Face, align: str, pitch: int, width: int) -> None:
        at = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
        self.canvas.line(text, self.x + at, self.y + (pitch + face.rise) / 2, face, align)
        self.y += pitch

    def _run(self, kind: str, lines: list[tuple[str, float]], justified: bool = True) -> None:
        """Lines with their left offset in pixels; a break ends the block and begins another."""
        face, pitch = self.style.face(), self.style.pitch
        left = list(lines)
        while left:
            count = max(0, self.bottom - self.y) // pitch
            # A single line at the foot or the head of a column looks lost.
            if count < min(2, len(left)) and self.advance():
                continue
            if len(left) - count == 1 and count > 2:
                count -= 1
            with self.canvas.block(kind):
                for i, (text, offset) in enumerate(left[: max(1, count)]):
                    gap = 0.0
                    if justified and self.style.justified and i + 1 < len(left) and " " in text:
                        spare = self.width - offset - face.width(text)
                        gap = max(0.0, min(face.size * 0.8, spare / text.count(" ")))
                    baseline = self.y + (pitch + face.rise) / 2
                    self.canvas.line(text, self.x + offset, baseline, face, gap=gap)
                    self.y += pitch
            left = left[max(1, count) :]
            if left:
                self.advance()

    def _bullets(self, bullets: Bullets) -> None:
        face = self.style.face()
        hang = max(face.width(f"{mark} ") for mark, _ in bullets.items) + face.size * 0.6
        lines: list[tuple[str, float]] = []
        for mark, text in bullets.items:
            rows = wrapped(f"{mark} {text}", face, self.width - hang - face.size * 0.6)
            start = face.size * 0.6
            lines += [(row, start if i == 0 else hang) for i, row in enumerate(rows)]
        self._run("list", lines, justified=False)
        self.y += round(self.style.pitch * 0.5)

    def _figure(self, figure: Figure) -> None:
        content = figure.content
        chart = isinstance(content, ChartSpec)
        caption = self.style.face(0.9, strong=self.rng.random() < 0.5)
        rows = wrapped(figure.caption, caption, self.width) if figure.caption else []
        pitch = round(caption.size * 1.4)
        frame = None
        if isinstance(content, ChartSpec):
            height = round(min(self.width * 0.62, self.sheet.height * 0.33))
        else:
            frame = frame_grid(content, self.width, self.style, self.rng, figure.ruling)
            if frame is None:
                return
            height = frame.height
        total = height + pitch * len(rows) + self.style.pitch
        if self.y + total > self.bottom and (not self.advance() or self.y + total > self.bottom):
            return
        self.y += round(self.style.pitch * 0.3)
        if not chart:
            self._caption(rows, caption, pitch)
        if isinstance(content, ChartSpec):
            rect = (self.x, self.y, self.x + self.width, self.y + height)
            draw_chart(self.canvas, rect, content, self.style, self.rng)
        elif frame:
            draw_grid(self.canvas, self.x, self.y, frame, self.style)
        self.y += height + round(self.style.pitch * 0.25)
        if chart:
            self._caption(rows, caption, pitch)
        self.y += round(self.style.pitch * 0.5)

    def _caption(self, rows: list[str], face: Face, pitch: int) -> None:
        with self.canvas.block("caption"):
            for row in rows:
                self._put(row, face, "left", pitch, self.width)

    def _gap(self, gap: Blank) -> None:
        height = round(gap.lines * self.style.pitch)
        if self.y + height < self.bottom and gap.ruled:
            y = self.y + height // 2
            with self.canvas.graphics((self.x, y - 2, self.x + self.width, y + 2)) as shapes:
                shapes.line([(self.x, y), (self.x + self.width, y)], self.style.ink)
        self.y += height


def set_pages(elements: Iterator[Element], setter: Setter) -> list[Canvas]:
    """Sets elements until one doesn't fit any more; a heading only together with what follows."""
    held: list[Element] = []
    for element in elements:
        held.append(element)
        if isinstance(element, Heading):
            continue
        if sum(setter.need(part) for part in held) >= setter.room():
            if isinstance(element, Figure):
                held.pop()  # a letter without its table is still a letter, but not without its end
                continue
            break
        for part in held:
            setter.add(part)
        held = []
    return setter.canvases
