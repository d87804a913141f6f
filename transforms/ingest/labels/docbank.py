"""DocBank: a token a line beside the page's image, `NAME.txt` beside `NAME_ori.jpg`.

A line is `token, x0, y0, x1, y1, R, G, B, font, label`, parted by tabs; thousandths of the page.
Figures and drawn lines are tokens in `##`, of which figures are regions. Words' labels, colours and
fonts are not read.
"""

from collections.abc import Iterator

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.streams import lines_in
from gyogwa.transforms.ingest.labels.values import number_of

_CELLS = 10
_WHOLE = 1000
_LABELS = {
    *("abstract", "author", "caption", "date", "equation", "figure", "footer", "list"),
    *("paragraph", "reference", "section", "table", "title"),
}
_FIGURE, _DRAWN = "##LTFigure##", "##LT"


def _fits(head: Head) -> bool:
    cells = head.first_line.removeprefix("\ufeff").split("\t")
    numbers = [number_of(cell) for cell in cells[1:8]]
    return len(cells) == _CELLS and None not in numbers and cells[-1].strip() in _LABELS


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    entries = Entries()
    for number, line in lines_in(file):
        cells = line.split("\t")
        if len(cells) != _CELLS:
            raise ValueError(f"line {number}: {len(cells)} cells, {_CELLS} expected")
        token, label = cells[0], cells[-1]
        numbers = [number_of(cell) for cell in cells[1:5]]
        box = None if None in numbers else [n / _WHOLE for n in numbers if n is not None]
        if token == _FIGURE:
            entries.region("figure", box)
        elif token.startswith(_DRAWN):
            entries.unread.append(f"{label} drawn")
        else:
            entries.add(token, box)
    entries.unread += ["colours", "fonts", "labels of words"]
    boxes = {"unit": "fractions", "form": "corners", "of": "displayed"}
    yield entries.row(boxes, stem=f"{file.stem}_ori")


FORM = LabelForm(
    name="docbank",
    endings=(".txt",),
    published="https://github.com/doc-analysis/DocBank (README, arXiv 2006.01038)",
    fits=_fits,
    rows=_rows,
    one=True,
)
