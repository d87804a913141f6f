"""Drawings of numbers as SVG: bars, distributions, calibration.

Each is a `Drawing`: its SVG, what it shows in a sentence, and its numbers as a table, which stands
below it for those who can't see it. Colours come from classes that the page defines, so that they
follow its light or dark. All text is escaped here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from gyogwa.pipelines.report.figures import Bins
from gyogwa.schemas.quality import CalibrationBin

WIDTH = 720
_ROW, _LABEL, _NUMBER = 24, 210, 90


@dataclass(frozen=True)
class Drawing:
    """`head` and `rows`: the table of its numbers."""

    title: str
    told: str
    svg: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def svg_of(width: float, height: float, title: str, told: str, *parts: str) -> str:
    """An SVG that says what it is."""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
        f'aria-label="{escape(f"{title}: {told}", quote=True)}">{"".join(parts)}</svg>'
    )


def text(x: float, y: float, said: str, kind: str = "", most: int = 34) -> str:
    """A line of text; longer ones are cut, and say all of themselves when pointed at."""
    cut = said if len(said) <= most else said[: most - 1] + "…"
    whole = f"<title>{escape(said)}</title>" if cut != said else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{whole}{escape(cut)}</text>'


def rect(x: float, y: float, width: float, height: float, kind: str, said: str = "") -> str:
    """A rectangle that says what it is when pointed at."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" '
        f'class="{kind}"><title>{escape(said)}</title></rect>'
    )


def bars(title: str, values: Sequence[tuple[str, int]], unit: str) -> Drawing:
    """Counts, the largest first, as bars; from the sixteenth on together."""
    ranked = sorted(values, key=lambda value: (-value[1], value[0]))
    some = list(ranked[:15])
    if len(ranked) > 15:
        some.append((f"{len(ranked) - 15} others", sum(n for _, n in ranked[15:])))
    total, most = sum(n for _, n in ranked) or 1, max((n for _, n in some), default=1) or 1
    room = WIDTH - _LABEL - _NUMBER
    parts, rows = [], []
    for at, (name, count) in enumerate(some):
        y, share = at * _ROW, f"{100 * count / total:.1f} %"
        said = f"{name}: {count:,} {unit}, {share}"
        parts += [
            text(_LABEL - 8, y + 16, name, "label end", 28),
            rect(_LABEL, y + 5, room * count / most, _ROW - 10, "bar", said),
            text(_LABEL + room * count / most + 6, y + 16, f"{count:,}", "number"),
        ]
        rows.append((name, f"{count:,}", share))
    told = "; ".join(f"{name} {n:,}" for name, n in some[:4]) or "nothing"
    height = max(_ROW * len(some), _ROW)
    return Drawing(
        title, told, svg_of(WIDTH, height, title, told, *parts), ("", unit, "share"), rows
    )


def pairs(title: str, values: Sequence[tuple[str, float, float]]) -> Drawing:
    """Shares asked for (a mark) and got (a bar)."""
    most = max((max(asked, got) for _, asked, got in values), default=1.0) or 1.0
    room = WIDTH - _LABEL - _NUMBER
    parts, rows = [], []
    for at, (name, asked, got) in enumerate(values):
        y = at * _ROW
        said = f"{name}: {100 * asked:.1f} % asked for, {100 * got:.1f} % got"
        short = "bar short" if got < asked / 2 else "bar"
        parts += [
            text(_LABEL - 8, y + 16, name, "label end", 28),
            rect(_LABEL, y + 6, room * got / most, _ROW - 12, short, said),
            rect(_LABEL + room * asked / most - 1, y + 2, 2, _ROW - 4, "asked", said),
            text(WIDTH - _NUMBER + 6, y + 16, f"{100 * got:.1f} %", "number"),
        ]
        rows.append((name, f"{100 * asked:.1f} %", f"{100 * got:.1f} %"))
    less = [name for name, asked, got in values if got < asked / 2]
    told = f"less than half of what was asked for: {', '.join(less) or 'nothing'}"
    drawn = svg_of(WIDTH, max(_ROW * len(values), _ROW), title, told, *parts)
    return Drawing(title, told, drawn, ("", "asked", "got"), rows)


def distribution(title: str, bins: Bins, unit: str) -> Drawing:
    """A distribution as columns with their lower edges below."""
    count = len(bins.counts) or 1
    step, height = (WIDTH - 20) / count, 150
    most = max(bins.counts, default=1) or 1
    parts, rows = [], []
    for at, (edge, number) in enumerate(zip(bins.edges, bins.counts, strict=False)):
        last = at == len(bins.counts) - 1
        name = f"{edge:g} and more" if last else f"{edge:g} to {bins.edges[at + 1]:g}"
        tall = height * number / most
        parts += [
            rect(10 + at * step, 20 + height - tall, step - 3, tall, "bar", f"{name}: {number:,}"),
            text(10 + at * step, 20 + height + 16, f"{edge:g}", "tick"),
        ]
        if number:
            parts.append(text(10 + at * step, 14 + height - tall, f"{number:,}", "tick"))
        rows.append((name, f"{number:,}"))
    told = (
        f"{bins.total:,} in all; the most at {rows[bins.counts.index(max(bins.counts))][0]}"
        if bins.total
        else "none"
    )
    parts.append(text(WIDTH - 10, 20 + height + 32, unit, "tick end"))
    return Drawing(
        title, told, svg_of(WIDTH, height + 58, title, told, *parts), (unit, "count"), rows
    )


def calibration(title: str, bins: Sequence[CalibrationBin]) -> Drawing:
    """How often words of a confidence are right, against how often they should be; the larger the
    dot, the more words."""
    side, left = 260.0, 60.0
    most = max((found.words for found in bins), default=1) or 1

    def at(x: float, y: float) -> tuple[float, float]:
        return left + side * x, 10 + side * (1 - y)

    lines = [f'<path d="M{left} {10 + side}L{left + side} 10" class="even"/>']
    lines += [
        text(at(value, 0)[0], side + 28, f"{value:g}", "tick mid")
        + text(left - 8, at(0, value)[1] + 4, f"{value:g}", "tick end")
        for value in (0, 0.5, 1)
    ]
    points, rows = [], []
    for found in bins:
        x, y = at(found.confidence, found.right)
        said = f"confidence {found.confidence:.2f}: {found.right:.2f} right of {found.words:,}"
        size = 3 + 9 * (found.words / most) ** 0.5
        points.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" class="dot">'
            f"<title>{said}</title></circle>"
        )
        rows.append((f"{found.confidence:.2f}", f"{found.right:.2f}", f"{found.words:,}"))
    frame = rect(left, 10, side, side, "frame")
    labels = text(left + side / 2, side + 46, "confidence", "tick mid") + text(
        left + side + 12, 24, "as sure as right", "tick"
    )
    told = "; ".join(f"{c} is right {r}" for c, r, _ in rows)
    drawn = svg_of(WIDTH, side + 60, title, told, frame, *lines, *points, labels)
    return Drawing(title, told, drawn, ("confidence", "right", "words"), rows)
