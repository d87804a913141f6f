"""An estimate as a table."""

from rich.console import Console
from rich.table import Table

from gyogwa.pipelines.estimate.estimate import Estimate


def print_estimate(found: Estimate, console: Console) -> None:
    """What is left to do, phase by phase, the sum, and what was assumed."""
    title = f"Estimate, on {found.cores} cores" if found.cores > 1 else "Estimate, on one core"
    table = Table("phase", "core time", "shuffle", "stored", title=title)
    for phase in found.phases:
        sizes = (_size(phase.shuffle), _size(phase.storage))
        table.add_row(phase.name, _time(phase.seconds), *sizes)
    sums = (_time(3600 * found.core_hours), _size(found.shuffle), _size(found.storage))
    table.add_row("all", *sums, end_section=True)
    console.print(table)
    cost = "" if found.cost is None else f", {found.cost:,.2f} {found.currency}"
    lines = [
        f"about {_time(3600 * found.hours)} of wall time, {found.core_hours:,.2f} core hours{cost}",
        *(f"assumed: {each}" for each in found.assumed),
    ]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"


def _size(size: float) -> str:
    if size < 1e9:
        return f"{size / 1e6:,.1f} MB"
    return f"{size / 1e9:,.1f} GB" if size < 1e12 else f"{size / 1e12:,.1f} TB"
