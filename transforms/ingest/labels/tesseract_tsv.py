"""Tesseract's TSV (`tesseract IMAGE NAME tsv`), one file an image or document.

Columns level, page_num, block_num, par_num, line_num, word_num, left, top, width, height, conf,
text; pixels. Levels: 1 a page, whose size it tells, 2 a block, 3 a paragraph, 4 a line, 5 a word;
`conf` is 0 to 100, -1 for what is no word. Texts are not quoted.
"""

from collections.abc import Iterator

from gyogwa.transforms.ingest.labels.entries import MACHINE, Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.naming import of_page
from gyogwa.transforms.ingest.labels.shapes import share_of
from gyogwa.transforms.ingest.labels.streams import lines_in
from gyogwa.transforms.ingest.labels.values import size_of

_COLUMNS = [
    *("level", "page_num", "block_num", "par_num", "line_num", "word_num"),
    *("left", "top", "width", "height", "conf", "text"),
]
_PAGE, _PARAGRAPH, _LINE, _WORD = "1", "3", "4", "5"


def _fits(head: Head) -> bool:
    return head.first_line.removeprefix("\ufeff").split("\t") == _COLUMNS


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    pages: list[_Page] = []
    for number, line in lines_in(file):
        cells = line.split("\t", len(_COLUMNS) - 1)
        if number == 1:
            continue
        if len(cells) < len(_COLUMNS) - 1:
            raise ValueError(f"line {number}: {len(cells)} cells, {len(_COLUMNS)} expected")
        if cells[0] == _PAGE or not pages:
            pages.append(_Page())
        pages[-1].add(cells)
    file.told.append(MACHINE)
    for number, page in enumerate(pages, 1):
        yield page.row(of_page(file, number, len(pages)))


class _Page:
    """What is said of a page, as it comes."""

    def __init__(self) -> None:
        self.entries, self.first = Entries(), 0
        self.size: list[float] | None = None

    def add(self, cells: list[str]) -> None:
        """A line of the file."""
        level, box, text = cells[0], cells[6:10], "".join(cells[11:])
        if level == _PAGE:
            self.size = size_of(box[2], box[3])
        elif level == _PARAGRAPH:
            self.entries.region("paragraph", box)
        elif level == _LINE:
            self._end_line()
        elif level == _WORD and (text.strip() or cells[10] not in ("-1", "-1.0")):
            self.entries.add(text, box, share_of(cells[10], 100))

    def row(self, named: LabelRow) -> LabelRow:
        """The row, at the page's end."""
        self._end_line()
        return self.entries.row({"unit": "pixels", "form": "sizes", "size": self.size}, **named)

    def _end_line(self) -> None:
        self.entries.end_line(self.first)
        self.first = len(self.entries.texts)


FORM = LabelForm(
    name="tesseract_tsv",
    endings=(".tsv",),
    published="https://github.com/tesseract-ocr/tessdoc (Command-Line-Usage, TSV output)",
    fits=_fits,
    rows=_rows,
)
