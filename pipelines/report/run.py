"""`gyogwa report OUT`: the report of a finished run, with times, marks and another run beside."""

from gyogwa.pipelines.report.gather import figures_of
from gyogwa.pipelines.report.render import rendered
from gyogwa.pipelines.review.marks import review_of_run
from gyogwa.pipelines.run_folder.claim import claimed, settle
from gyogwa.pipelines.summary import read_run
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.review import Marks
from gyogwa.transforms.files.writing import write_bytes


def make_report(layout: RunLayout, against: str, marks: list[Marks], output: str) -> str:
    """Write the page to the file `output`, or, if that is "", in the place of the run's. `against`:
    the root of a run to compare with, or "". Returns the page's path.

    Raises GyogwaError without a finished run, and for marks of other stages.
    """
    settle(layout)
    run = read_run(layout)
    figures = figures_of(layout, layout, run, True, review_of_run(layout, run, marks))
    old = None
    if against:
        other = RunLayout(against)
        settle(other)
        old = figures_of(other, other, read_run(other), True)
    page = rendered(figures, old).encode()
    if output:
        write_bytes(output, page)
        return output
    with claimed(layout, "report") as claim, claim.aside() as target:
        write_bytes(target.report, page)
        claim.publish_part("report.html")
    return layout.report
