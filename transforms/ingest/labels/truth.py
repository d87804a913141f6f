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
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from gyogwa.schemas.boxes import union
from gyogwa.schemas.page import Block, Line, Region, Truth, Word
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.text import clean
from gyogwa.transforms.ingest.labels.fields import Place, area_of, count_of, given, within
from gyogwa.transforms.ingest.labels.figures import chart_of, table_of
from gyogwa.transforms.ingest.labels.split import split_line
from gyogwa.transforms.ingest.labels.units import Placed, placing, reading_of

LABELS = ("words", "lines", "blocks", "tables", "charts", "lines_of_text", "regions")
SAYS = (*LABELS, "boxes", "kind", "document", "page", "licence", "license", "transcription")
"""What rows say of an image; two that say different things of one contradict each other."""
_OUTSIDE = 0.1
_FAULTS = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)


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
        said = given(row, "boxes_of", {})
        place, regions_at, tables_at, charts_at = (
            placing(reading_of(said.get(name) or row.get("boxes")), width, height, orientation)
            for name in ("words", "regions", "tables", "charts")
        )
        words = _Words(place)
        lines = words.read(row)
        runs = [_block(lines, block) for block in given(row, "blocks", [])]
        blocks = [block for block in runs if block] or _regions(lines, row, regions_at)
        held = given(row, "tables", []) if words.kept else []
        tables = [table_of(table, tables_at) for table in held]
        charts = [chart_of(chart, charts_at) for chart in given(row, "charts", [])]
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
        regions = tuple(_parts(given(row, "regions", []), regions_at, words.dropped))
        return Labels(None, +words.dropped, regions)
    # A source of texts doesn't say how they stand in lines: that is found from their places, unless
    # blocks are made of them.
    found = [line for line in lines if line] if row.get("lines") or blocks else []
    parts = [] if blocks else given(row, "regions", [])
    regions = tuple(_parts(parts, regions_at, words.dropped))
    truth = Truth("dataset", words.kept, found, blocks, tables, charts)
    return Labels(truth, +words.dropped, regions)


class _Words:
    """The words that can be used, and where those of the source have gone."""

    def __init__(self, place: Place) -> None:
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
        numbers = [self._add(word) for word in given(row, "words", [])]
        runs = [_run(first, last, len(numbers)) for first, last in given(row, "lines", [])]
        lines = [
            self._line([n for n in numbers[first:last] if n is not None]) for first, last in runs
        ]
        for line in given(row, "lines_of_text", []):
            lines.append(self._line(self._add_line(line)))
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
        box = within(placed.box)
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


def _run(first: Any, last: Any, count: int) -> tuple[int, int]:
    start, end = count_of(first), count_of(last)
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


def _parts(regions: list[Any], place: Place, dropped: Counter[str]) -> Iterator[Region]:
    """Regions that lie on the image; the others are counted."""
    for region in regions:
        try:
            yield Region(str(region["kind"]), area_of(region["box"], place))
        except _FAULTS:
            dropped["regions without area on the image"] += 1


def _regions(lines: list[Line | None], row: dict[str, Any], place: Place) -> list[Block]:
    """Blocks of the lines whose middle lies in a region, where these follow each other."""
    found = [line for line in lines if line]
    blocks = []
    for region in given(row, "regions", []):
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
