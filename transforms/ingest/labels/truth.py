"""The labels of an image: words, blocks, tables and charts with boxes, as the source has them.

A row may hold, all optional: `words: [{text, box}]`, `lines: [[first, last]]`, `blocks: [{kind,
first, last}]`, `lines_of_text: [{text, box}]` in place of words and lines, `regions: [{kind, box}]`
in place of blocks, `tables: [{box, cells: [{row, column, row_span, column_span, header, text,
box}]}]`, `charts: [{kind, title, unit, categories, series: [{name, values}], box}]`. Lines are runs
of words and blocks runs of lines, the last one excluded. `boxes` says how boxes are meant (see
`labels.units`), `boxes_of` how those of one name are where that is otherwise (`{"regions": …}`); by
default they are `[x0, y0, x1, y1]` in pixels of the displayed image. Null means absent.

A flaw costs what it is in: a word without text or area is dropped, one that reaches over the edge
is cut there. Where more than a tenth of them lies outside the image, the boxes are of something
else and nothing of the labels is used.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from math import isfinite
from typing import Any, NamedTuple

from msgspec.structs import replace

from gyogwa.schemas.boxes import Box, union
from gyogwa.schemas.page import Block, Cell, Chart, Line, Region, Series, Table, Truth, Word
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.text import clean
from gyogwa.transforms.ingest.labels.split import split_line
from gyogwa.transforms.ingest.labels.units import Placed, placing, reading_of

LABELS = ("words", "lines", "blocks", "tables", "charts", "lines_of_text", "regions")
SAYS = (*LABELS, "boxes", "kind", "document", "page", "licence", "license", "transcription")
"""What rows say of an image; two that say different things of one contradict each other."""
_OUTSIDE = 0.1
_FAULTS = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)
_Place = Callable[[Any], Placed]


class Labels(NamedTuple):
    """What labels say of an image, None without words, how many words were dropped, by why, and the
    parts of the page, where no blocks could be made of them here."""

    truth: Truth | None
    dropped: dict[str, int]
    regions: tuple[Region, ...] = ()


def has_labels(row: dict[str, Any]) -> bool:
    """Whether a row says what stands on its image, usable or not."""
    return any(row.get(name) is not None for name in LABELS)


def truth_of(row: dict[str, Any], width: int, height: int, orientation: int = 1) -> Truth | None:
    """What the labels say, as `read_labels` does."""
    return read_labels(row, width, height, orientation).truth


def read_labels(row: dict[str, Any], width: int, height: int, orientation: int = 1) -> Labels:
    """What the labels say of an image of these displayed pixels and this EXIF orientation, boxes
    as fractions. Raises BadImage("bad_labels")."""
    try:
        said = _get(row, "boxes_of", {})
        place, regions_at, tables_at, charts_at = (
            placing(reading_of(said.get(name) or row.get("boxes")), width, height, orientation)
            for name in ("words", "regions", "tables", "charts")
        )
        words = _Words(place)
        lines = words.read(row)
        runs = [_block(lines, block) for block in _get(row, "blocks", [])]
        blocks = [block for block in runs if block] or _regions(lines, row, regions_at)
        given = _get(row, "tables", []) if words.kept else []
        tables = [_table(table, tables_at) for table in given]
        charts = [_chart(chart, charts_at) for chart in _get(row, "charts", [])]
    except _FAULTS as error:
        raise BadImage(
            "bad_labels", f"{type(error).__name__}: {error}; see the formats of labels"
        ) from error
    if words.are_elsewhere:
        raise BadImage(
            "bad_labels",
            f"{words.outside} of {words.seen} boxes lie outside {width} x {height} pixels: they "
            "are in another unit or of another image; say which with --boxes",
            str(words.outside),
        )
    if not words.kept:
        if row.get("tables") or charts:
            raise BadImage("bad_labels", "tables and charts need words; see the formats of labels")
        regions = tuple(_parts(_get(row, "regions", []), regions_at, words.dropped))
        return Labels(None, +words.dropped, regions)
    # A source of texts doesn't say how they stand in lines: that is found from their places, unless
    # blocks are made of them.
    found = [line for line in lines if line] if row.get("lines") or blocks else []
    parts = [] if blocks else _get(row, "regions", [])
    regions = tuple(_parts(parts, regions_at, words.dropped))
    truth = Truth("dataset", words.kept, found, blocks, tables, charts)
    return Labels(truth, +words.dropped, regions)


class _Words:
    """The words that can be used, and where those of the source have gone."""

    def __init__(self, place: _Place) -> None:
        self.place = place
        self.kept: list[Word] = []
        self.dropped: Counter[str] = Counter()
        self.seen = self.outside = 0

    @property
    def are_elsewhere(self) -> bool:
        """Whether more boxes lie outside the image than a slip or two."""
        most = 1 if self.seen > 1 else 0
        return self.outside > max(most, _OUTSIDE * self.seen)

    def read(self, row: dict[str, Any]) -> list[Line | None]:
        """All words; the lines as the source numbers them, None for one of which none is left."""
        numbers = [self._add(word) for word in _get(row, "words", [])]
        runs = [_run(first, last, len(numbers)) for first, last in _get(row, "lines", [])]
        lines = [
            self._line([n for n in numbers[first:last] if n is not None]) for first, last in runs
        ]
        for given in _get(row, "lines_of_text", []):
            lines.append(self._line(self._add_line(given)))
        return lines

    def _add(self, word: Any) -> int | None:
        """The position of a word among those kept."""
        self.seen += 1
        text = _text(word)
        if not text:
            self.dropped["words without text"] += 1
            return None
        placed = self._placed(word)
        if placed is None:
            return None
        self.kept.append(Word(text, placed.box, _confidence(word), placed.quad))
        return len(self.kept) - 1

    def _add_line(self, line: Any) -> list[int]:
        self.seen += 1
        text = _text(line)
        placed = self._placed(line) if text else None
        if placed is None:
            self.dropped["words without text"] += not text
            return []
        first = len(self.kept)
        self.kept += split_line(text, placed)
        return list(range(first, len(self.kept)))

    def _placed(self, word: Any) -> Placed | None:
        try:
            placed = self.place(word["box"])
        except _FAULTS:
            self.dropped["words without a box that can be read"] += 1
            return None
        box = _within(placed.box)
        if box is None:
            self.dropped["words outside the image"] += 1
            self.outside += 1
            return None
        if not (box[0] < box[2] and box[1] < box[3]):
            self.dropped["words without area"] += 1
            return None
        return Placed(box, placed.quad)

    def _line(self, numbers: list[int]) -> Line | None:
        if not numbers:
            return None
        first, last = numbers[0], numbers[-1] + 1
        return Line(first, last, union([word.box for word in self.kept[first:last]]))


def _text(word: Any) -> str:
    value = word.get("text") if isinstance(word, dict) else None
    return clean(str(value)) if isinstance(value, str | int | float) else ""


def _confidence(word: Any) -> float:
    """Of what another reader read, 0 to 1; what people wrote down is certain."""
    value = word.get("confidence")
    return min(max(float(value), 0.0), 1.0) if isinstance(value, int | float) else 1.0


def _within(box: Box) -> Box | None:
    """The part that lies on the image, rounded to a millionth; None where less than half does."""
    cut = [round(min(max(value, 0.0), 1.0), 6) for value in box]
    area = (box[2] - box[0]) * (box[3] - box[1])
    if area > 0 and (cut[2] - cut[0]) * (cut[3] - cut[1]) < area / 2:
        return None
    return cut


def _get(row: dict[str, Any], name: str, default: Any) -> Any:
    value = row.get(name)
    return default if value is None else value


def _count(value: Any) -> int:
    number = int(value)
    if not 0 <= number < 2**31:
        raise ValueError(f"{value!r} is no position or number of things")
    return number


def _run(first: Any, last: Any, count: int) -> tuple[int, int]:
    start, end = _count(first), _count(last)
    if not start < end <= count:
        raise ValueError(f"{start} to {end} is no run of {count}, the last one excluded")
    return start, end


def _block(lines: list[Line | None], block: dict[str, Any]) -> Block | None:
    first, last = _run(block["first"], block["last"], len(lines))
    left = [line for line in lines[first:last] if line]
    if not left:
        return None
    start = sum(line is not None for line in lines[:first])
    return Block(str(block["kind"]), start, start + len(left), union([line.box for line in left]))


def _parts(given: list[Any], place: _Place, dropped: Counter[str]) -> Iterator[Region]:
    """Regions that lie on the image; the others are counted."""
    for region in given:
        try:
            yield Region(str(region["kind"]), _area(region["box"], place))
        except _FAULTS:
            dropped["regions without area on the image"] += 1


def _regions(lines: list[Line | None], row: dict[str, Any], place: _Place) -> list[Block]:
    """Blocks of the lines whose middle lies in a region, where these follow each other."""
    found = [line for line in lines if line]
    blocks = []
    for region in _get(row, "regions", []):
        x0, y0, x1, y1 = place(region["box"]).box
        inside = [
            number
            for number, line in enumerate(found)
            if x0 <= (line.box[0] + line.box[2]) / 2 <= x1
            and y0 <= (line.box[1] + line.box[3]) / 2 <= y1
        ]
        if inside and inside[-1] - inside[0] == len(inside) - 1:
            first, last = inside[0], inside[-1] + 1
            box = union([line.box for line in found[first:last]])
            blocks.append(Block(str(region["kind"]), first, last, box))
    blocks.sort(key=lambda block: block.first)
    apart = all(a.last <= b.first for a, b in pairwise(blocks))
    return blocks if apart else []


def _table(table: dict[str, Any], place: _Place) -> Table:
    cells = [
        Cell(
            _count(cell["row"]),
            _count(cell["column"]),
            _count(_get(cell, "row_span", 1)),
            _count(_get(cell, "column_span", 1)),
            bool(cell.get("header")),
            clean(str(_get(cell, "text", ""))),
            [] if cell.get("box") is None else _area(cell["box"], place),
        )
        for cell in table["cells"]
    ]
    given = [cell.box for cell in cells if cell.box]
    box = _area(table["box"], place) if table.get("box") is not None else union(given)
    return Table(
        box, [cell if cell.box else replace(cell, box=_gap(cell, cells, box)) for cell in cells]
    )


def _gap(empty: Cell, cells: list[Cell], table: Box) -> Box:
    """Where a cell lies that has no box since it has no text: in the row and column of others."""
    row = [cell.box for cell in cells if cell.box and cell.row == empty.row]
    column = [cell.box for cell in cells if cell.box and cell.column == empty.column]
    across, down = union(column) if column else table, union(row) if row else table
    return [across[0], down[1], across[2], down[3]]


def _area(value: Any, place: _Place) -> Box:
    box = _within(place(value).box)
    if box is None or not (box[0] < box[2] and box[1] < box[3]):
        raise ValueError(f"box {value} has no area on the image")
    return box


def _chart(chart: dict[str, Any], place: _Place) -> Chart:
    return Chart(
        str(chart["kind"]),
        clean(_get(chart, "title", "")),
        clean(_get(chart, "unit", "")),
        [clean(category) for category in chart["categories"]],
        [
            Series(clean(series["name"]), [_number(value) for value in series["values"]])
            for series in chart["series"]
        ],
        _area(chart["box"], place),
    )


def _number(value: Any) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    return number
