"""Read files of marks, and compare them with what a run holds."""

from collections.abc import Iterable

from gyogwa.pipelines.cards.choose import indexed
from gyogwa.pipelines.review.rates import Review, review_of
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.schemas.review import Marks
from gyogwa.transforms.files.storage import read_bytes


def read_marks(paths: Iterable[str]) -> list[Marks]:
    """The files, as the cards export them. Raises GyogwaError for what isn't one."""
    files = []
    for path in paths:
        try:
            data = read_bytes(path)
        except FileNotFoundError as error:
            raise GyogwaError(f"--marks {path}: no such file; the cards export one") from error
        marks = parse_json(data, path, Marks)
        strata = len(marks.draw.strata)
        if any(each.stratum >= strata for each in marks.draw.samples):
            raise GyogwaError(f"--marks {path}: a sample is of a stratum that isn't listed")
        files.append(marks)
    return files


def review_of_run(layout: RunLayout, run: CurriculumManifest, files: list[Marks]) -> Review | None:
    """What the marks say of this run; None without any. Raises GyogwaError for marks of another."""
    if not files:
        return None
    for marks in files:
        if marks.draw.fingerprint != run.fingerprint:
            raise GyogwaError(
                f"the marks are of stages {marks.draw.fingerprint} (fingerprint), and these are "
                f"{run.fingerprint}: draw again (gyogwa cards --review N) and mark those"
            )
    return review_of(files, {each.row.key: each.row.crc32 for each in indexed(layout, run)})
