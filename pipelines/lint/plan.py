"""`plan.json` and the evaluation sets: what the run says of itself beside its manifests."""

from collections.abc import Iterator

from gyogwa.pipelines.lint.curriculum import SplitOfStage
from gyogwa.pipelines.lint.index import Totals
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.tables import BenchmarkTold, Known
from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.plan import Plan
from gyogwa.transforms.files.storage import read_bytes


def lint_plan(
    layout: RunLayout, curriculum: Curriculum, totals: dict[str, Totals]
) -> Iterator[Problem]:
    """The plan is what the stages hold. `totals` by the folder of a split, where it is known."""
    try:
        plan = parse_json(read_bytes(layout.plan), layout.plan, Plan)
    except (GyogwaError, OSError) as error:
        yield Problem("plan_unreadable", layout.plan, str(error))
        return
    for what, planned, found in _numbers(layout, plan, curriculum, totals):
        if planned != found:
            yield Problem("plan", layout.plan, f"{what}: plans {planned}, the run has {found}")


def _numbers(
    layout: RunLayout, plan: Plan, curriculum: Curriculum, totals: dict[str, Totals]
) -> Iterator[tuple[str, object, object]]:
    """What is planned and what there is, by name."""
    asked = [stage.name for stage in curriculum.stages]
    names = [stage.name for stage in plan.stages]
    yield "stages", names, asked
    for number, stage in enumerate(plan.stages if names == asked else [], 1):
        name = stage.name
        if train := totals.get(layout.stage(number, name)):
            strata = {(s.task, s.language, s.source): s.draws for s in stage.strata if s.draws}
            yield f"{name}: draws", stage.draws, train.strata.total()
            yield f"{name}: questions", stage.samples, train.asked
            yield f"{name}: replayed", stage.replayed, _about(stage.replayed, train)
            yield f"{name}: draws by task, language, source", strata, dict(train.strata)
        if held_out := totals.get(layout.stage(number, name, "validation")):
            yield f"{name}: held out", stage.validation, held_out.asked


def _about(planned: int, found: Totals) -> int:
    """The questions asked again, of whole samples: as planned if less than a sample too many."""
    over = found.asked_again - planned
    return planned if 0 <= over < max(found.most_again, 1) else found.asked_again


def lint_benchmarks(splits: list[SplitOfStage], known: Known) -> Iterator[Problem]:
    """Every manifest names the evaluation sets whose tables are there, and no others."""
    for split in splits:
        checked = split.manifest.benchmarks_checked
        named = {
            each.name: BenchmarkTold(each.rows, each.images - each.unreadable, each.fingerprint)
            for each in (checked if checked != "none" else [])
        }
        if named != known.benchmarks:
            what = f"was compared with {named or 'none'}, benchmarks/ holds {known.benchmarks}"
            yield Problem("benchmarks", split.path, what)
