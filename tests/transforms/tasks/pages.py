"""Pages with known truth for tests of tasks, rendered from a seed."""

import io
from functools import cache

import PIL.Image

from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.schemas.ids import hash_of, image_id_of
from gyogwa.schemas.records import Image, ImageRef, Page, Signals
from gyogwa.transforms.annotate.annotation import annotate_truth
from gyogwa.transforms.ingest.labels.truth import truth_of
from gyogwa.transforms.synthesis.job import Job, Rendered, render
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.page import Setting
from tests.sharing import kept

_GENRES = ("report", "form", "letter", "report", "minutes", "receipt", "report", "notice", "form")
JOBS = [
    Job(4, index, "document", language, 2 if index % 3 == 0 else 1, genre=genre)
    for language in ("ko", "en")
    for index, genre in enumerate(_GENRES)
]
SETTING = Setting(TaskSpec(per_image=50), Varco())


def page_of(rendered: Rendered) -> Page:
    """The page as ingest and annotate would make it of the file and its row."""
    row = rendered.row
    with PIL.Image.open(io.BytesIO(rendered.data)) as picture:
        width, height = picture.size
    truth = truth_of(row, width, height)
    assert truth is not None
    image = Image(
        image_id=image_id_of(rendered.data),
        ref=ImageRef(row["file_name"], 0, len(rendered.data)),
        source="synthetic",
        uri=row["file_name"],
        licence=row["licence"],
        kind=row["kind"],
        document=row["document"],
        page=row["page"],
        width=width,
        height=height,
        format="PNG",
        changes="",
        sha256="",
        phash="",
        signals=Signals(1.0, 1.0, 0.1),
    )
    return Page(image, annotate_truth(image, truth))


@cache
def pages_of(job: Job) -> tuple[Page, ...]:
    """The pages of one job, drawn by one worker for all."""
    name = f"pages-{hash_of(repr(job))}"
    return kept(name, lambda: tuple(page_of(rendered) for rendered in render(job)))


@cache
def documents() -> tuple[Page, ...]:
    """The pages of some documents in both languages, a third of them of two pages."""
    return tuple(page for job in JOBS for page in pages_of(job))


@cache
def figures() -> tuple[Page, ...]:
    """Charts and tables in both languages."""
    return tuple(
        page
        for language in ("ko", "en")
        for kind in ("chart", "table")
        for index in range(3)
        for page in pages_of(Job(4, index, kind, language))
    )
