"""Words to lines, lines to reading order, lines to blocks, from the boxes alone.

Columns of running text come first, by their gutters (see `columns`). Lines: words whose heights
overlap and whose gap is small. Order of lines: recursive XY cuts, the page first split across where
a band is empty, and down the middle where two columns of running text stand side by side (three
words a line or more: a table's rows must stay rows). Blocks: lines close together.
Cost: n log n in words but for the cuts, which are linear a level.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gyogwa.schemas.boxes import Box, union
from gyogwa.schemas.page import Block, Line, Word
from gyogwa.transforms.annotate.columns import columns_of

_GAP = 2.0  # words further apart than this many line heights are in different lines
_COLUMN_WORDS = 3  # median words a line that make running text


@dataclass
class _Run:
    """Words of one line, left to right, with positions in pixels' proportion (see `aspect`)."""

    words: list[Word]
    box: Box


def arrange(words: list[Word], aspect: float) -> tuple[list[Word], list[Line], list[Block]]:
    """Words in reading order, with the lines and blocks they make.

    `aspect` is the image's height / width: gaps along and across compare in pixels only.
    """
    columns = columns_of(words, aspect)
    runs = [run for column in columns for run in order(_runs(column, aspect), aspect)]
    ordered: list[Word] = []
    lines = []
    for run in runs:
        lines.append(Line(len(ordered), len(ordered) + len(run.words), run.box))
        ordered += run.words
    return ordered, lines, blocks_of(lines, aspect)


def _height(box: Box) -> float:
    return box[3] - box[1]


def _runs(words: list[Word], aspect: float) -> list[_Run]:
    rows: list[_Run] = []
    for word in sorted(words, key=lambda w: (w.box[1] + w.box[3], w.box[0], w.text)):
        row = next((r for r in reversed(rows[-12:]) if _same_row(r.box, word.box)), None)
        if row is None:
            rows.append(_Run([word], word.box))
        else:
            row.words.append(word)
            # the row's band follows its latest word, so a slight slope doesn't split it
            row.box = [0.0, (row.box[1] + word.box[1]) / 2, 1.0, (row.box[3] + word.box[3]) / 2]
    return [run for row in rows for run in _split(row.words, aspect)]


def _same_row(row: Box, box: Box) -> bool:
    overlap = min(row[3], box[3]) - max(row[1], box[1])
    return overlap >= 0.5 * min(_height(row), _height(box))


def _split(words: list[Word], aspect: float) -> list[_Run]:
    """Cut a row where the gap between neighbours is wide."""
    words = sorted(words, key=lambda w: (w.box[0], w.box[1], w.text))
    height = median(_height(w.box) for w in words) * aspect
    runs = [[words[0]]]
    for word in words[1:]:
        if word.box[0] - max(w.box[2] for w in runs[-1]) > _GAP * height:
            runs.append([])
        runs[-1].append(word)
    return [_Run(run, union([w.box for w in run])) for run in runs]


def order(runs: list[_Run], aspect: float) -> list[_Run]:
    """Reading order by recursive cuts."""
    if len(runs) <= 1:
        return runs
    column = _column_cut(runs, aspect)
    if column is not None:
        left = [r for r in runs if r.box[2] <= column]
        right = [r for r in runs if r.box[2] > column]
        return order(left, aspect) + order(right, aspect)
    bands = _bands(runs)
    if len(bands) > 1:
        return [run for band in bands for run in order(band, aspect)]
    return _by_rows(runs)


def _by_rows(runs: list[_Run]) -> list[_Run]:
    """Row after row, each from left to right. A run with descenders and one of digits stand in one
    row though their boxes are centred differently."""
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda r: (r.box[1] + r.box[3], r.box[0])):
        row = next((row for row in reversed(rows[-4:]) if _same_row(row[0].box, run.box)), None)
        if row is None:
            rows.append([run])
        else:
            row.append(run)
    return [run for row in rows for run in sorted(row, key=lambda r: (r.box[0], r.box[1]))]


def _bands(runs: list[_Run]) -> list[list[_Run]]:
    """Groups separated by an empty band right across, top to bottom; a full-width run that spans
    columns below makes a group of its own."""
    bands: list[list[_Run]] = []
    bottom = -1.0
    for run in sorted(runs, key=lambda r: (r.box[1], r.box[0])):
        # shrink by a fifth: descenders of one line may touch ascenders of the next
        slack = 0.2 * _height(run.box)
        if run.box[1] + slack >= bottom:
            bands.append([])
        bands[-1].append(run)
        bottom = max(bottom, run.box[3] - slack)
    return _merge_columns(bands)


def _merge_columns(bands: list[list[_Run]]) -> list[list[_Run]]:
    """Join neighbouring bands that both hold side-by-side runs with a common gap."""
    merged: list[list[_Run]] = []
    for band in bands:
        if merged and _shares_gap(merged[-1], band):
            merged[-1] = merged[-1] + band
        else:
            merged.append(band)
    return merged if len(merged) > 1 else bands


def _shares_gap(above: list[_Run], below: list[_Run]) -> bool:
    if len(below) < 2 and len(above) < 2:
        return False
    return _gap(above + below) is not None and _running(above + below)


def _running(runs: list[_Run]) -> bool:
    return median(len(run.words) for run in runs) >= _COLUMN_WORDS


def _gap(runs: list[_Run]) -> tuple[float, float] | None:
    """The widest empty stripe from top to bottom, strictly inside; None when there is none."""
    best: tuple[float, float] | None = None
    right = None
    for run in sorted(runs, key=lambda r: r.box[0]):
        if (
            right is not None
            and run.box[0] > right
            and (best is None or run.box[0] - right > best[1] - best[0])
        ):
            best = (right, run.box[0])
        right = run.box[2] if right is None else max(right, run.box[2])
    return best


def _column_cut(runs: list[_Run], aspect: float) -> float | None:
    gap = _gap(runs)
    if gap is None:
        return None
    height = median(_height(run.box) for run in runs) * aspect
    left = [run for run in runs if run.box[2] <= gap[0]]
    right = [run for run in runs if run.box[2] > gap[0]]
    both_run = len(left) > 1 and len(right) > 1 and _running(left) and _running(right)
    return gap[0] if both_run and gap[1] - gap[0] > 0.8 * height else None


def blocks_of(
    lines: list[Line], aspect: float, tables: Sequence[tuple[int, int]] = ()
) -> list[Block]:
    """Runs of consecutive lines that stand close, overlap and have about one height.

    `tables`: lines (first, last + 1) that are known to make a table, a block of its own.
    """
    if not lines:
        return []
    body = median(_height(line.box) for line in lines)
    table_at = {line: first for first, last in tables for line in range(first, last)}
    groups: list[list[int]] = [[0]]
    for index in range(1, len(lines)):
        above, here = table_at.get(index - 1), table_at.get(index)
        joins = here == above if here is not None or above is not None else None
        if joins is None:
            joins = _joins(lines[index - 1].box, lines[index].box)
        if not joins:
            groups.append([])
        groups[-1].append(index)
    return [_block(lines, group, body, group[0] in table_at) for group in groups]


def _joins(above: Box, below: Box) -> bool:
    height = min(_height(above), _height(below))
    gap = below[1] - above[3]
    alike = max(_height(above), _height(below)) <= 1.6 * height
    overlap = min(above[2], below[2]) - max(above[0], below[0])
    return alike and -0.5 * height <= gap <= 0.9 * height and overlap > 0


def _block(lines: list[Line], group: list[int], body: float, table: bool) -> Block:
    first, last = group[0], group[-1] + 1
    tall = median(_height(line.box) for line in lines[first:last]) >= 1.3 * body
    kind = "heading" if tall and last - first <= 3 else "paragraph"
    kind = "table" if table else kind
    return Block(kind, first, last, union([line.box for line in lines[first:last]]), known=False)
