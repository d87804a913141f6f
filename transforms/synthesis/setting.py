"""Sets elements into columns and pages, top to bottom, letting text run on over every break."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from gyogwa.transforms.synthesis.axes import fitted
from gyogwa.transforms.synthesis.canvas import Canvas, Face, wrapped
from gyogwa.transforms.synthesis.chart import ChartSpec
from gyogwa.transforms.synthesis.elements import (
    Blank,
    Bullets,
    Element,
    Figure,
    Heading,
    Lines,
    LongTable,
    Paragraph,
    Ticks,
)
from gyogwa.transforms.synthesis.figures import set_figure, set_long_table
from gyogwa.transforms.synthesis.marks import seal_size
from gyogwa.transforms.synthesis.revision import Revision
from gyogwa.transforms.synthesis.signing import set_ticks, sign_lines
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
        if isinstance(element, LongTable):
            return 4  # it is parted where a page ends
        if isinstance(element, Ticks):
            return len(element.items) + 1
        if isinstance(element, Blank):
            return math.ceil(element.lines)
        return math.ceil(self._height(element) / self.style.pitch)

    def _height(self, element: Heading | Lines) -> float:
        """Of a heading or of lines that aren't wrapped, in pixels, with the space around."""
        width = self.sheet.width - 2 * self.sheet.margin if element.wide else self.width
        if isinstance(element, Heading):
            face = self.style.heading(element.scale)
            return face.size * (1.35 * len(wrapped(element.text, face, width)) + 0.8)
        face = self.style.face(element.scale)
        pitch = face.size * self.style.leading
        rows = sum(len(wrapped(text, face, width)) for text in element.texts)
        seal = seal_size(element.stamp, face.size) if element.stamp else 0
        return pitch * (rows + 0.5) + max(0.0, seal - pitch)

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
        elif isinstance(element, Ticks):
            set_ticks(self, element)
        elif isinstance(element, Figure):
            set_figure(self, element)
        elif isinstance(element, LongTable):
            set_long_table(self, element)
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
                self.put(line, fitted(face, line, width), heading.align, pitch, width)
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
        side = seal_size(lines.stamp, face.size) if lines.stamp else 0
        self.y += max(0, (side - pitch) // 2)
        with self.canvas.block(lines.kind):
            for row in rows:
                self.put(row, face, lines.align, pitch, width)
        if lines.stamp or lines.signed:
            sign_lines(self, lines, face, pitch)
        self.y += round(pitch * 0.5) + max(0, (side - pitch) // 2)
        if lines.wide:
            self.top = self.y

    def put(self, text: str, face: Face, align: str, pitch: int, width: int) -> None:
        """One line within `width` pixels, `pitch` pixels high."""
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

    def _gap(self, gap: Blank) -> None:
        height = round(gap.lines * self.style.pitch)
        if self.y + height < self.bottom and gap.ruled:
            y = self.y + height // 2
            with self.canvas.graphics((self.x, y - 2, self.x + self.width, y + 2)) as shapes:
                shapes.line([(self.x, y), (self.x + self.width, y)], self.style.ink)
        self.y += height


def set_pages(elements: Iterator[Element], setter: Setter) -> list[Canvas]:
    """Sets elements until one doesn't fit any more; a heading only together with what follows. Of a
    list that doesn't fit at the very beginning as much is set as does, so that no page is blank."""
    held: list[Element] = []
    begun = False
    for element in elements:
        held.append(element)
        if isinstance(element, Heading):
            continue
        while not begun and _too_long(held, setter) and isinstance(last := held[-1], Bullets):
            if len(last.items) == 1:
                break
            held[-1] = Bullets(last.items[:-1])
        if _too_long(held, setter):
            if isinstance(element, Figure):
                held.pop()  # a letter without its table is still a letter, but not without its end
                continue
            break
        for part in held:
            setter.add(part)
        held, begun = [], True
    return setter.canvases


def _too_long(elements: list[Element], setter: Setter) -> bool:
    return sum(setter.need(part) for part in elements) >= setter.room()
