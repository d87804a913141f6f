"""Fits the reader's confidence to truth and chooses the bounds of the presets, on one set of
documents; reports both on another.

    python -m benchmarks.ocr_hard --raw --only now --json A.json
    python -m benchmarks.ocr_hard --raw --only now --documents OTHER --json B.json
    python -m benchmarks.ocr_confidence A.json B.json

The pages of A give the tables of `transforms.annotate.engines.tesseract.calibration`: the share of
words that are right by what the engine says, made monotone (isotonic regression), by script and by
height. They also give the bounds: `min_coverage` and `min_confidence` that flag most pages with a
CER above .1 and at most 2 % of those with one up to .02. Of B is told how often words are right at
each confidence, and what the bounds flag.
"""

import argparse
import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from benchmarks.ocr_hard import Read
from gyogwa.transforms.annotate.engines.tesseract.calibration import TABLES, Table, kind_of, share

_KNOTS = 8
_LEAST = 25  # words of a knot
_WRONG, _RIGHT = 0.1, 0.02  # CER of pages to flag, and of pages not to
_MOST_FALSE = 0.02


def fitted(pages: Sequence[Read]) -> dict[str, Table]:
    """Tables by kind of word."""
    groups: dict[str, list[tuple[float, bool]]] = {}
    for page in pages:
        for korean, height, said, right, _ in page.words:
            groups.setdefault(kind_of(korean, height), []).append((said, right))
    return {kind: _table(np.array(group, np.float64)) for kind, group in sorted(groups.items())}


def _table(words: NDArray[np.float64]) -> Table:
    words = words[np.argsort(words[:, 0], kind="stable")]
    count = max(min(_KNOTS, len(words) // _LEAST), 1)
    parts = np.array_split(words, count)
    said = [float(part[:, 0].mean()) for part in parts]
    # one right and one wrong word more: no part is surer than its size allows
    right = [(part[:, 1].sum() + 1) / (len(part) + 2) for part in parts]
    weights = [len(part) for part in parts]
    fit = isotonic_regression(right, weights=weights).x
    return tuple((round(x, 3), round(float(y), 3)) for x, y in zip(said, fit, strict=True))


def _bounded(pages: Sequence[Read], tables: dict[str, Table]) -> NDArray[np.float64]:
    """Of each page: CER, coverage, calibrated confidence."""
    rows = []
    for page in pages:
        sure = [share(tables, k, h, c) for k, h, c, _, _ in page.words]
        weights = [length for *_, length in page.words]
        rows.append((page.cer, page.coverage, float(np.average(sure, weights=weights or None))
                     if sure else 0.0))  # fmt: skip
    return np.array(rows)


def chosen(pages: NDArray[np.float64]) -> tuple[float, float]:
    """(min_coverage, min_confidence) that flag most bad pages and few good ones."""
    best = (-1.0, 0.0, 0.0)
    steps = [place / 50 for place in range(20, 50)]
    for coverage, sure in product(steps, steps):
        bad, good = _flagged(pages, coverage, sure)
        if good <= _MOST_FALSE:
            # of bounds that flag as much, the lower ones
            best = max(best, (round(bad, 4), -coverage, -sure))
    return round(-best[1], 2), round(-best[2], 2)


def _flagged(pages: NDArray[np.float64], coverage: float, sure: float) -> tuple[float, float]:
    """Shares flagged of pages read badly, and of pages read well."""
    flagged = (pages[:, 1] < coverage) | (pages[:, 2] < sure)
    bad, good = pages[:, 0] > _WRONG, pages[:, 0] <= _RIGHT
    return float(flagged[bad].mean()), float(flagged[good].mean())


def _reliability(pages: Sequence[Read], tables: dict[str, Table]) -> list[tuple[int, float, float]]:
    """By tenths: words, mean confidence, share right."""
    rows = np.array(
        [(share(tables, k, h, c), right)
         for page in pages for k, h, c, right, _ in page.words]
    )  # fmt: skip
    bins = np.minimum((rows[:, 0] * 10).astype(int), 9)
    found = []
    for place in sorted(set(bins.tolist())):
        inside = rows[bins == place]
        said, right = inside.mean(axis=0).round(3).tolist()
        found.append((len(inside), said, right))
    return found


def _read(path: Path) -> list[Read]:
    return [Read(**row) for row in json.loads(path.read_text()) if row["way"] == "now"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fit", type=Path)
    parser.add_argument("report", type=Path)
    parser.add_argument("--kept", action="store_true", help="report the tables that are in use")
    arguments = parser.parse_args()
    fit, report = _read(arguments.fit), _read(arguments.report)
    tables = TABLES if arguments.kept else fitted(fit)
    for kind, table in tables.items():
        print(f'    "{kind}": {table},')
    coverage, sure = chosen(_bounded(fit, tables))
    print("min_coverage", coverage, "min_confidence", sure)
    for name, pages in (("fit", fit), ("report", report)):
        figures = _bounded(pages, tables)
        bad, good = _flagged(figures, coverage, sure)
        counts = int((figures[:, 0] > _WRONG).sum()), int((figures[:, 0] <= _RIGHT).sum())
        print(name, f"flagged: {bad:.3f} of {counts[0]} bad, {good:.3f} of {counts[1]} good pages")
        for page, row in zip(pages, figures, strict=True):
            flagged = row[1] < coverage or row[2] < sure
            if (row[0] > _WRONG and not flagged) or (row[0] <= _RIGHT and flagged):
                print("  wrongly", page.kind, page.language, page.number, row.round(3).tolist())
        print("  words, said, right:", _reliability(pages, tables))


if __name__ == "__main__":
    main()
