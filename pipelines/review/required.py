"""`--min_review`: stages are published only if people have looked at them and found them good.

A build with the same input and settings makes the same stages, so the way is: build, `gyogwa cards
--review N`, mark, and build once more with the marks, which are then held against the very samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gyogwa.pipelines.review.marks import read_marks, review_of_run
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.schemas.review import Marks


@dataclass(frozen=True)
class RequiredReview:
    """The least share of good samples that a review must show, 95 % sure, and its marks."""

    least: float
    marks: list[Marks]


def required_review(least: float | None, paths: Sequence[str]) -> RequiredReview | None:
    """What `--min_review` and `--marks` ask for; None for neither. Raises GyogwaError for one
    without the other."""
    if least is None and not paths:
        return None
    if least is None or not paths:
        raise GyogwaError(
            "--min_review SHARE and --marks FILE go together: build without them, draw samples "
            "with gyogwa cards --review N, mark them in the browser, and build again with the marks"
        )
    if not 0 < least < 1:
        raise GyogwaError(f"--min_review {least}: expected a share between 0 and 1, such as 0.95")
    return RequiredReview(least, read_marks(paths))


def refuse_unreviewed(
    layout: RunLayout, run: CurriculumManifest, required: RequiredReview | None
) -> None:
    """Raise GyogwaError unless the review shows the share that is required, in every stratum at
    least one sample was marked, and the marks are of these stages."""
    if required is None:
        return
    found = review_of_run(layout, run, required.marks)
    assert found is not None, "marks are read, and not none"
    total = found.total
    unseen = [rate.name for rate in found.strata if not rate.marked]
    if unseen:
        raise GyogwaError(
            f"--min_review: nothing was marked in {', '.join(unseen[:6])}"
            + (f" and {len(unseen) - 6} more strata" if len(unseen) > 6 else "")
        )
    if 1 - total.high < required.least:
        worst = max(found.strata, key=lambda rate: rate.rate)
        raise GyogwaError(
            f"--min_review {required.least}: of {total.marked} marked {total.bad} are bad, so "
            f"between {1 - total.high:.3f} and {1 - total.low:.3f} are good (95 %); "
            f"the most errors are in {worst.name} ({worst.bad} of {worst.marked}). Mend the "
            "data, or mark more"
        )
