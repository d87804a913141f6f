"""The ledger as a flow: what came in at each step goes on, or leaves it by a rule.

The height of a stream is its share of the most that ever came in, but never less than a line, so
that a single reject can be seen beside a million.
"""

from collections.abc import Sequence

from gyogwa.pipelines.report.figures import Rejected
from gyogwa.pipelines.report.svg import Drawing, rect, svg_of, text
from gyogwa.schemas.ledger import LedgerRow

_TALL, _TOP, _COLUMN, _NODE = 110.0, 44.0, 154.0, 12.0
_PLAIN = 28.0
"""Height where nothing left: there is nothing to see but that all went on."""
_ORDER = [
    "images", "labels", "conversations", "samples", "questions", "files", "rows", "fields",
]  # fmt: skip
_RULES = 6
"""Rules that are named at a step; the rest are counted together."""


def flows(ledger: Sequence[LedgerRow], rejected: Rejected) -> list[Drawing]:
    """A drawing of every unit that came in somewhere, images first, files of inputs last."""
    units = sorted({row.unit for row in ledger if row.incoming}, key=_ORDER.index)
    return [
        _flow(unit, [row for row in ledger if row.unit == unit and row.incoming], rejected)
        for unit in units
    ]


def _made_of(before: Sequence[LedgerRow], row: LedgerRow) -> str:
    """Where a step got another number than the one before it kept, as of samples that were put
    together: of how many they were made."""
    kept = before[-1].kept if before else row.incoming
    return "" if kept == row.incoming else f", made of {kept:,}"


def _flow(unit: str, steps: Sequence[LedgerRow], rejected: Rejected) -> Drawing:
    most = max(row.incoming for row in steps)
    high = _TALL if any(row.rejected for row in steps) else _PLAIN

    def tall(count: int) -> float:
        return max(high * count / most, 1.5) if count else 0.0

    parts, rows, lowest = [], [], _TOP + high
    for at, row in enumerate(steps):
        x = 8 + at * _COLUMN
        step = row.step.replace("_", " ")
        kept, out = tall(row.kept), tall(row.rejected)
        came = f"{step}: {row.incoming:,} {unit} in, {row.kept:,} kept, {row.rejected:,} rejected"
        parts += [
            text(x, 16, step, "label", 24),
            text(x, 32, f"{row.incoming:,} in{_made_of(steps[:at], row)}", "number"),
            rect(x, _TOP, _NODE, max(kept + out, 1.5), "node", came),
        ]
        right, end = x + _NODE, x + _COLUMN
        if row.kept:
            stream = f"M{right} {_TOP}H{end}V{_TOP + kept:.1f}H{right}Z"
            parts.append(f'<path d="{stream}" class="stream"><title>{came}</title></path>')
        rules = sorted(
            ((n, rule) for (s, u, rule), n in rejected.items() if (s, u) == (row.step, unit)),
            key=lambda each: (-each[0], each[1]),
        )
        rows.append((step, f"{row.incoming:,}", f"{row.kept:,}", f"{row.rejected:,}",
                     ", ".join(f"{rule} {n:,}" for n, rule in rules)))  # fmt: skip
        if not row.rejected:
            continue
        low, foot = _TOP + kept, _TOP + high + 34
        turned = right + 26
        parts.append(
            f'<path d="M{right} {low:.1f}C{turned + out} {low:.1f} {turned + out} {low:.1f} '
            f"{turned + out:.1f} {foot}H{turned:.1f}C{turned} {low + out:.1f} {turned} "
            f'{low + out:.1f} {right} {low + out:.1f}Z" class="out"><title>{came}</title></path>'
        )
        y = foot + 16
        parts.append(text(right + 4, y, f"{row.rejected:,} out", "number out-text"))
        named = [f"{n:,} {rule.replace('_', ' ')}" for n, rule in rules[:_RULES]]
        if len(rules) > _RULES:
            named.append(f"{sum(n for n, _ in rules[_RULES:]):,} by {len(rules) - _RULES} others")
        for said in named:
            y += 15
            parts.append(text(right + 4, y, said, "tick", 26))
        lowest = max(lowest, y)
    width = 8 + len(steps) * _COLUMN + 60
    last = steps[-1]
    parts.append(
        text(
            8 + len(steps) * _COLUMN + 4, _TOP + tall(last.kept) / 2 + 4, f"{last.kept:,}", "number"
        )
    )
    told = "; ".join(f"{name} {incoming} in, {kept} kept" for name, incoming, kept, _, _ in rows)
    head = ("step", "in", "kept", "rejected", "by rule")
    drawn = svg_of(width, lowest + 14, unit, told, *parts)
    return Drawing(unit, told, drawn, head, rows)
