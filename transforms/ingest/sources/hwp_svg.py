"""A page as rhwp lays it out, read from its SVG: where each glyph stands, and in which font.

rhwp writes every glyph as a `<text x y font-family font-size>` of its own, but for middle dots,
which are circles, cells as groups clipped to their rectangle, pictures as `<image>`
(https://pypi.org/project/rhwp-python/). Fonts are set to such that are there, and glyphs that none
has are taken out, so that what is painted is what is known. Coordinates are pixels of the SVG, 96
an inch, y downwards.
"""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from math import cos, hypot, isfinite, radians, sin

from gyogwa.transforms.ingest.sources.hwp_characters import public
from gyogwa.transforms.ingest.sources.hwp_fonts import (
    Box,
    Face,
    Fonts,
    advance_of,
    ink_of,
    plain,
)

_SVG = "{http://www.w3.org/2000/svg}"
_STEP = re.compile(r"(translate|scale|rotate|matrix)\(([^)]*)\)")
_CLIP = re.compile(r"url\(#([^)]*)\)")
_ASKEW = 0.02
_DOT, _DOT_RISE, _DOT_ADVANCE = 0.08, 0.35, 0.294
"""rhwp 0.5.1 draws a middle dot (U+00B7) as a circle: its radius, how far its middle lies above the
baseline, how far it moves the pen, in ems; measured on its output at 8 to 40 points."""

Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f as in SVG: x' = a x + c y + e, y' = b x + d y + f."""
_SAME: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True)
class Glyph:
    """A character, or what stands in its place: its ink, the pen before and behind it, its baseline
    and its em. `cell`: the cell that it stands in, "" outside of tables. `hidden`: cut off by
    what it stands in or by the page. `askew`: not set from left to right. `painted`: some font has
    it."""

    text: str
    box: Box
    start: float
    end: float
    base: float
    em: float
    cell: str
    hidden: bool = False
    askew: bool = False
    painted: bool = True


@dataclass
class Page:
    """A page: its size, its glyphs in the order in which they are drawn, the cells of its tables in
    order with their rectangles, those of its pictures, the fonts that paint it, and which families
    others stand for, by how many glyphs."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    cells: dict[str, Box] = field(default_factory=dict)
    pictures: list[Box] = field(default_factory=list)
    faces: set[Face] = field(default_factory=set)
    replaced: Counter[tuple[str, str]] = field(default_factory=Counter)
    svg: str = ""


def page_of(svg: str, fonts: Fonts) -> Page:
    """The page that an SVG of rhwp shows. Raises ValueError for what is none."""
    try:
        root = ET.fromstring(svg)  # written by rhwp, without entities
        page = Page(float(root.attrib["width"]), float(root.attrib["height"]))
        clips = {
            clip.attrib["id"]: _rectangle(clip[0])
            for clip in root.iter(f"{_SVG}clipPath")
            if len(clip) and clip[0].tag == f"{_SVG}rect"
        }
        page.cells = {name: box for name, box in clips.items() if name.startswith("cell-")}
        _Reader(page, clips, fonts).read(root, _SAME, [(0, 0, page.width, page.height)], "")
    except (ET.ParseError, KeyError, RecursionError) as error:
        raise ValueError(f"the layout of the page can't be read: {error}") from error
    if not (0 < page.width < 1e5 and 0 < page.height < 1e5):
        raise ValueError(f"a page of {page.width:g} x {page.height:g} pixels")
    ET.register_namespace("", _SVG[1:-1])
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    page.svg = ET.tostring(root, encoding="unicode")
    return page


class _Reader:
    """Walks the elements in the order of drawing."""

    def __init__(self, page: Page, clips: dict[str, Box], fonts: Fonts) -> None:
        self.page, self.clips, self.fonts = page, clips, fonts

    def read(self, parent: ET.Element, matrix: Matrix, inside: list[Box], cell: str) -> None:
        """What is in an element, which shows what lies inside of all these rectangles."""
        for element in (siblings := list(parent)):
            kind = element.tag.removeprefix(_SVG)
            here = _times(matrix, _matrix(element.get("transform", "")))
            if kind == "g" or kind == "svg":
                within, name = list(inside), cell
                if kind == "svg":  # a picture, or what is cropped of it
                    within.append(_moved(_rectangle(element), here))
                    here = _times(here, _viewport(element))
                if found := _CLIP.search(element.get("clip-path", "")):
                    if found[1] in self.clips:
                        within.append(_moved(self.clips[found[1]], matrix))
                    name = found[1] if found[1] in self.page.cells else cell
                self.read(element, here, within, name)
            elif kind == "text" and (element.text or "").strip():
                glyph = self._glyph(element, here, inside, cell)
                self.page.glyphs.append(glyph)
                if not glyph.painted:
                    parent.remove(element)
            elif kind == "circle" and (em := _em_of_dot(element, siblings)):
                self.page.glyphs.append(_dot(element, em, here, inside, cell))
            elif kind == "image":
                box = _moved(_rectangle(element), here)
                self.page.pictures.append(_common([box, *inside]))

    def _glyph(self, element: ET.Element, matrix: Matrix, inside: list[Box], cell: str) -> Glyph:
        text = element.text = public(element.text or "")
        size = float(element.get("font-size", "0"))
        x, y = float(element.get("x", "0")), float(element.get("y", "0"))
        families = [name.strip(" '\"") for name in element.get("font-family", "").split(",")]
        face = self.fonts.choose(families, element.get("font-weight") in ("bold", "700"), text)
        if face is None:
            spot = _moved((x, y - size, x + size, y), matrix)
            return Glyph(text, spot, spot[0], spot[2], y, size, cell, painted=False)
        self._paint(element, face, families[0])
        left, top, right, bottom = ink_of(face, text)
        advance = advance_of(face, text) * size
        if element.get("text-anchor") == "middle":
            x -= advance / 2
        box = _moved((x + left * size, y + top * size, x + right * size, y + bottom * size), matrix)
        (start, base), (end, after) = _at(matrix, x, y), _at(matrix, x + advance, y)
        em = size * hypot(matrix[2], matrix[3])
        askew = end <= start or abs(after - base) > _ASKEW * (end - start)
        hidden = not _is_inside(box, inside)
        return Glyph(text, box, start, end, base, em, cell, hidden, askew)

    def _paint(self, element: ET.Element, face: Face, asked: str) -> None:
        element.set("font-family", face.family)
        element.set("font-weight", str(face.weight))
        element.attrib.pop("font-style", None)
        self.page.faces.add(face)
        if plain(asked) not in face.names:
            self.page.replaced[asked, face.family] += 1


def _em_of_dot(circle: ET.Element, siblings: list[ET.Element]) -> float:
    """The em of the middle dot that a circle stands for: that of a glyph on its line; else 0."""
    radius = float(circle.get("r", "0"))
    for glyph in siblings:
        em = float(glyph.get("font-size", "0"))
        if glyph.tag == f"{_SVG}text" and abs(radius - _DOT * em) < 0.02 * em:
            place = float(glyph.get("x", "0")), float(glyph.get("y", "0"))
            _, base = _at(_matrix(glyph.get("transform", "")), *place)
            if abs(float(circle.get("cy", "0")) + _DOT_RISE * em - base) < 0.1 * em:
                return em
    return 0.0


def _dot(circle: ET.Element, em: float, matrix: Matrix, inside: list[Box], cell: str) -> Glyph:
    x, y, r = (float(circle.get(name, "0")) for name in ("cx", "cy", "r"))
    box = _moved((x - r, y - r, x + r, y + r), matrix)
    start, base = _at(matrix, x - _DOT_ADVANCE / 2 * em, y + _DOT_RISE * em)
    end, after = _at(matrix, x + _DOT_ADVANCE / 2 * em, y + _DOT_RISE * em)
    askew = end <= start or abs(after - base) > _ASKEW * (end - start)
    hidden = not _is_inside(box, inside)
    return Glyph("·", box, start, end, base, em * hypot(*matrix[2:4]), cell, hidden, askew)


def _is_inside(box: Box, inside: list[Box]) -> bool:
    """Whether the middle of a box lies within all rectangles."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return all(a <= x <= c and b <= y <= d for a, b, c, d in inside)


def _viewport(element: ET.Element) -> Matrix:
    """From the coordinates within an inner `<svg>` to those around it."""
    x, y, right, bottom = _rectangle(element)
    if not (box := element.get("viewBox")):
        return 1, 0, 0, 1, x, y
    left, top, width, height = (float(number) for number in box.replace(",", " ").split())
    if not (width > 0 and height > 0):
        raise ValueError("a picture without a size")
    across, down = (right - x) / width, (bottom - y) / height
    return across, 0, 0, down, x - across * left, y - down * top


def _rectangle(element: ET.Element) -> Box:
    x, y, width, height = (float(element.get(n, "0")) for n in ("x", "y", "width", "height"))
    if not all(map(isfinite, (x, y, width, height))):
        raise ValueError("a rectangle without a place")
    return x, y, x + width, y + height


def _common(boxes: list[Box]) -> Box:
    return (
        max(b[0] for b in boxes),
        max(b[1] for b in boxes),
        min(b[2] for b in boxes),
        min(b[3] for b in boxes),
    )


def _matrix(transform: str) -> Matrix:
    found = _SAME
    for name, given in _STEP.findall(transform):
        n = [float(number) for number in re.split(r"[\s,]+", given.strip())]
        if name == "translate":
            step: Matrix = (1, 0, 0, 1, n[0], n[1] if len(n) > 1 else 0)
        elif name == "scale":
            step = (n[0], 0, 0, n[-1], 0, 0)
        elif name == "matrix":
            step = (n[0], n[1], n[2], n[3], n[4], n[5])
        else:
            turn, (x, y) = radians(n[0]), n[1:3] or (0, 0)
            spun: Matrix = (cos(turn), sin(turn), -sin(turn), cos(turn), 0, 0)
            step = _times(_times((1, 0, 0, 1, x, y), spun), (1, 0, 0, 1, -x, -y))
        found = _times(found, step)
    return found


def _times(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[2] * n[1],
        m[1] * n[0] + m[3] * n[1],
        m[0] * n[2] + m[2] * n[3],
        m[1] * n[2] + m[3] * n[3],
        m[0] * n[4] + m[2] * n[5] + m[4],
        m[1] * n[4] + m[3] * n[5] + m[5],
    )


def _at(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _moved(box: Box, matrix: Matrix) -> Box:
    """The rectangle around a rectangle that was moved."""
    corners = [_at(matrix, x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)
