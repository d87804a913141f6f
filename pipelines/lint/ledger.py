"""The ledger balances, every reject has its reason, every pair a verdict that is one."""

from collections.abc import Generator, Iterator

from gyogwa.pipelines.ledger import published_ledger
from gyogwa.pipelines.lint.index import Totals
from gyogwa.pipelines.lint.known import Facts
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.tables import UNREADABLE, columns_of, each_part
from gyogwa.schemas.arrow import literal_values
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate, Reject, Rule, Scope, Step, Verdict

DROPPING_STEPS = ("annotate", "filters", "near_duplicates", "personal_data")
"""Steps whose rejects are images, which no stage may show."""
_STEPS, _RULES = literal_values(Step), literal_values(Rule)
_VERDICTS, _SCOPES = literal_values(Verdict), literal_values(Scope)

_REJECT = ["id", "step", "rule", "message", "source", "uri"]
_PAIR = ["kept", "member", "verdict", "scope", "distance", "similarity"]


def lint_ledger(layout: RunLayout) -> Generator[Problem, None, int | None]:
    """In is kept and rejected at every step. Returns how many samples it says were written; None
    where it says nothing."""
    try:
        ledger = published_ledger(layout)
    except UNREADABLE as error:
        yield Problem("ledger", layout.ledger, str(error))
        return None
    counts = {(row.step, row.unit): row for row in ledger}
    written, forgotten = counts.get(("shards", "samples")), counts.get(("forget", "samples"))
    return (written.kept if written else 0) - (forgotten.rejected if forgotten else 0)


def lint_written(layout: RunLayout, told: int, indexes: list[Totals]) -> Iterator[Problem]:
    """As many samples are in the stages, replays aside, as the ledger says were written."""
    found = sum(totals.rows - totals.replayed.total() for totals in indexes)
    if told != found:
        what = f"{told} samples were written to shards, the indexes list {found}"
        yield Problem("ledger_samples", layout.ledger, what)


def lint_rejects(layout: RunLayout, facts: Facts) -> Generator[Problem, None, bool]:
    """Every reject says at which step, by which rule and why; images that were dropped go to
    `facts`. Returns whether all of the table is there."""
    problems = []

    def read(path: str) -> None:
        for reject_id, step, rule, message, source, uri in columns_of(Reject, path, _REJECT):
            if step in DROPPING_STEPS:
                facts.add("dropped", reject_id)
            named = step in _STEPS and rule in _RULES and bool(reject_id or uri)
            if not (named and message.strip()):
                what = f"{source}: {uri or reject_id}: step {step!r}, rule {rule!r}: {message!r}"
                problems.append(Problem("reject_without_reason", path, what))

    whole = yield from each_part(layout.rejects, read)
    yield from problems
    return whole


def lint_duplicates(layout: RunLayout, facts: Facts) -> Iterator[Problem]:
    """Every pair that was looked at has a verdict, and numbers that can be; images that were kept
    for a copy go to `facts`."""
    problems = []

    def read(path: str) -> None:
        for kept, member, verdict, scope, distance, similarity in columns_of(
            Duplicate, path, _PAIR
        ):
            if verdict == "near":
                facts.add("instead", kept)
            known = verdict in _VERDICTS and scope in _SCOPES
            if not (known and 0 <= distance <= 256 and 0 <= similarity <= 1):
                what = (
                    f"{kept} and {member}: verdict {verdict!r}, scope {scope!r}, distance "
                    f"{distance}, similarity {similarity}"
                )
                problems.append(Problem("verdict", path, what))

    yield from each_part(layout.duplicates, read)
    yield from problems
