"""hOCR: HTML with the places of words in its `title`s, as Tesseract and others write it.

Elements of the classes `ocr_page`, `ocr_par`, `ocr_line` (and its kinds) and `ocrx_word` nest;
their titles hold properties, `bbox x0 y0 x1 y1; x_wconf 96` (percent), and a page's `image "NAME"`.
Pixels of the page's own box. A file may hold several pages, each with its image, or all of one
document, whose pages `ppageno` numbers, from 0.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_pages, path_of
from gyogwa.transforms.ingest.labels.values import number_of, row_or_error, size_of

_PAGE = "ocr_page"
_MARK = re.compile(r"class\s*=\s*[\"'][^\"']*\bocr_page\b")
_WORDS = {"ocrx_word", "ocr_word"}
_LINES = {"ocr_line", "ocrx_line", "ocr_header", "ocr_footer", "ocr_caption", "ocr_textfloat"}
_KINDS = {_PAGE, *_WORDS, *_LINES, "ocr_par"}
_READ = {"bbox", "image", "x_wconf", "ppageno"}
"""Properties of titles that are read, and that number pages."""
_NO_IMAGE = (None, "unknown")
"""What stands for an image's name where there was no file: Tesseract's word for its input."""
_VOID = {*("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr")}
_PROPERTY = re.compile(r"(\w+)((?:\s+(?:\"[^\"]*\"|[^;\"\s]+))*)")


def _properties(title: str) -> dict[str, str]:
    """A title's properties. Blanks around a value, and its quotes, go."""
    found = {}
    for part in re.findall(r"(?:[^;\"]|\"[^\"]*\")+", title):
        if matched := _PROPERTY.match(part.strip()):
            found[matched[1]] = matched[2].strip()
    return found


class _Node:
    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        classes = (attributes.get("class") or "").split()
        self.tag = tag
        self.kind = next((c for c in classes if c.startswith("ocr")), "")
        self.said = _properties(attributes.get("title") or "")
        self.nodes: list[_Node] = []
        self.text = ""

    @property
    def box(self) -> list[str] | None:
        numbers = self.said.get("bbox", "").split()
        return numbers if len(numbers) == 4 else None

    def all(self, kinds: set[str]) -> Iterator["_Node"]:
        """The elements of these classes, the outermost."""
        left = self.nodes[::-1]
        while left:
            node = left.pop()
            if node.kind in kinds:
                yield node
            else:
                left += node.nodes[::-1]


class _Reader(HTMLParser):
    """The elements of hOCR's classes as a tree; every open one gets the text within it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("", {})
        self.open = [self.root]
        self.kinds: set[str] = set()
        self.said: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        node = _Node(tag, dict(attributes))
        if node.kind:
            self.kinds.add(node.kind)
            self.said.update(node.said)
            parent = next(n for n in reversed(self.open) if n.kind or n is self.root)
            parent.nodes.append(node)
        self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        for node in self.open:
            if node.kind in _WORDS | _LINES:
                node.text += data


def _fits(head: Head) -> bool:
    return _MARK.search(head.text) is not None


def _rows(file: LabelFile) -> Iterator[LabelRow | ValueError]:
    reader = _Reader()
    try:
        reader.feed(file.text())
        reader.close()
    except AssertionError as error:  # what html.parser says of some broken declarations
        raise ValueError(f"broken HTML: {error}") from error
    for name in (*reader.kinds - _KINDS, *(f"title.{n}" for n in reader.said - _READ)):
        file.keys.there.setdefault(name)
    pages = list(reader.root.all({_PAGE}))
    if not pages:
        raise ValueError("no element of the class ocr_page")
    numbers = [_number(page, at) for at, page in enumerate(pages)]
    of = of_pages(file, [_image_of(page) for page in pages], numbers)
    for number, (page, named) in enumerate(zip(pages, of, strict=True)):
        yield row_or_error(f"page {number}", _row, page, named)


def _image_of(page: _Node) -> str | None:
    name = path_of(page.said.get("image", "").strip("\"'"))
    return None if name in _NO_IMAGE else name


def _number(page: _Node, at: int) -> int:
    """A page's number in its document, from 1; `at` of the file's."""
    said = number_of(page.said.get("ppageno"))
    return 1 + (at if said is None or said < 0 else int(said))


def _row(page: _Node, named: LabelRow) -> LabelRow:
    entries = Entries()
    for paragraph in page.all({"ocr_par"}):
        if paragraph.box:
            entries.region("paragraph", paragraph.box)
    for part in page.all(_LINES | _WORDS):
        first = len(entries.texts)
        words = [part] if part.kind in _WORDS else list(part.all(_WORDS))
        for word in words:
            entries.add(word.text.strip(), word.box, _confidence(word))
        if part.kind in _LINES:
            entries.end_line(first, None if words else " ".join(part.text.split()), part.box)
    boxes = {"unit": "pixels", "form": "corners", "size": _size(page.box)}
    return entries.row(boxes, **named)


def _size(box: list[str] | None) -> Any:
    if box is None or number_of(box[0]) != 0 or number_of(box[1]) != 0:
        return None
    return size_of(box[2], box[3])


def _confidence(word: _Node) -> float | None:
    number = number_of(word.said.get("x_wconf"))
    return number / 100 if number is not None and 0 <= number <= 100 else None


FORM = LabelForm(
    name="hocr",
    endings=(".hocr", ".html", ".htm", ".xhtml"),
    published="https://kba.github.io/hocr-spec/1.2/",
    fits=_fits,
    rows=_rows,
)
