"""One piece of work: a document, chart or table from its seed to file bytes and metadata rows.

A job depends on nothing but itself, so any process can do it, in any order.
"""

import random
from dataclasses import dataclass
from typing import Any

from gyogwa.schemas.ids import fraction_of, hash_of
from gyogwa.transforms.synthesis.axes import fitted
from gyogwa.transforms.synthesis.canvas import Canvas, Picture
from gyogwa.transforms.synthesis.capture import captured
from gyogwa.transforms.synthesis.chart_kinds import plan_chart
from gyogwa.transforms.synthesis.document import render_document
from gyogwa.transforms.synthesis.noise import aged, encoded
from gyogwa.transforms.synthesis.plot import draw_chart
from gyogwa.transforms.synthesis.questions import Facts, ask, chart_facts, table_facts
from gyogwa.transforms.synthesis.revision import Revision, plan_revision
from gyogwa.transforms.synthesis.ruled import draw_grid, frame_grid
from gyogwa.transforms.synthesis.style import choose_style
from gyogwa.transforms.synthesis.table_kinds import plan_table
from gyogwa.transforms.synthesis.writing import Writer

LICENCE = "CC0-1.0"
_REVISED = 1 / 9  # of documents of one page, which are three in four
_ASKED = 0.4
"""Of charts and tables, those that bring a conversation: it is a sample of its own, that stores the
image again, and asks much as `chart_qa` and `table_qa` do."""
_PROSE = ("report", "notice", "minutes", "letter", "product")


@dataclass(frozen=True)
class Job:
    """`kind`: document, chart or table; its pages are the images `index`, `index + 1` and so on.

    `revises` is the index of a document of which this one is a second version, one line changed.
    `genre` is which of `DOCUMENT_KINDS` a document is, "" for one by chance.
    """

    seed: int
    index: int
    kind: str
    language: str
    pages: int = 1
    revises: int | None = None
    genre: str = ""


@dataclass(frozen=True)
class Rendered:
    """One image file and its row; `facts` of a chart or table, for questions about several."""

    index: int
    data: bytes
    row: dict[str, Any]
    facts: Facts | None = None


def plan_jobs(count: int, seed: int, languages: list[str]) -> list[Job]:
    """Jobs that make `count` images, about half of them pages of documents.

    Of about one document in twelve a second version follows, always of a single page: the pages of
    a longer one that stay as they are would be copies.
    The images of a smaller `count` are the first ones of a larger, but for the last document.
    """
    jobs: list[Job] = []
    index = 0
    while index < count:
        chance = [fraction_of(seed, index, name) for name in ("kind", "pages", "language")]
        kind = "document" if chance[0] < 0.4 else "chart" if chance[0] < 0.7 else "table"
        pages = 1
        if kind == "document" and chance[1] > 0.72:
            pages = min(2 if chance[1] < 0.9 else 3, count - index)
        language = languages[int(chance[2] * len(languages))]
        following = index + pages
        revised = kind == "document" and pages == 1 and following < count
        revised = revised and fraction_of(seed, following, "revised") < _REVISED
        # Only running text has a line that can say something else.
        genre = _PROSE[int(fraction_of(seed, index, "genre") * len(_PROSE))] if revised else ""
        jobs.append(Job(seed, index, kind, language, pages, genre=genre))
        if revised:
            jobs.append(Job(seed, following, kind, language, revises=index, genre=genre))
        index = following + revised
    return jobs


def render(job: Job) -> list[Rendered]:
    """The images of a job, in page order."""
    origin = job.index if job.revises is None else job.revises
    rng = random.Random(f"{job.seed}/{origin}")
    facts = None
    if job.kind == "document":
        pages = render_document(rng, job.language, job.pages, _revision(job), job.genre)
    elif job.kind == "chart":
        page, facts = render_chart(rng, job.language)
        pages = [page]
    else:
        page, facts = render_table(rng, job.language)
        pages = [page]
    document = hash_of("synthesis", job.seed, origin)[:16]
    if job.revises is not None:
        document += "-rev"
    look = rng.getrandbits(64)
    done = []
    for number, page in enumerate(pages, 1):
        index = job.index + number - 1
        # The pages of one document went through the same scanner, two versions of one as well.
        page = captured(page, random.Random(look + 2))
        data, suffix = encoded(aged(page.image, random.Random(look)), random.Random(look + 1))
        row = page.labels | {
            "file_name": f"images/{index:06d}.{suffix}",
            "kind": job.kind,
            "language": job.language,
            "licence": LICENCE,
            "document": document,
            "page": number,
        }
        if facts and (turns := ask(facts, rng)) and rng.random() < _ASKED:
            row["conversations"] = turns
        done.append(Rendered(index, data, row, facts))
    return done


def _revision(job: Job) -> Revision | None:
    """What a second version changes, found by rendering the first."""
    if job.revises is None:
        return None
    origin = random.Random(f"{job.seed}/{job.revises}")
    pages = render_document(origin, job.language, job.pages, None, job.genre)
    rng = random.Random(f"{job.seed}/{job.index}/revision")
    return plan_revision([page.labels for page in pages], rng)


def render_chart(rng: random.Random, language: str) -> tuple[Picture, Facts]:
    """A chart alone on its picture, 480 to 960 pixels wide, and what can be asked about it."""
    writer = Writer(rng, language)
    plan = plan_chart(writer)
    width = rng.randrange(480, 961, 8)
    height = round(width * rng.uniform(0.58, 0.78))
    style = choose_style(rng, language, round(width * rng.uniform(0.019, 0.024)) + 3)
    canvas = Canvas(width, height, style.paper)
    pad = style.size + 4
    labelled = draw_chart(canvas, (pad, pad, width - pad, height - pad), plan, style, rng)
    return canvas.page(), chart_facts(plan, language, labelled)


def render_table(rng: random.Random, language: str) -> tuple[Picture, Facts]:
    """A table alone on its picture, as wide as its text needs, and what can be asked about it."""
    writer = Writer(rng, language)
    style = choose_style(rng, language, rng.randint(14, 22))
    grid, ruling = plan_table(writer), None
    pad = style.size + rng.randint(2, 14)
    width = round(style.size * rng.uniform(26, 44))
    frame = None
    while frame is None:
        frame = frame_grid(grid, width, style, rng, ruling)
        width += style.size * 4
    inner = round(frame.edges[-1])
    title = fitted(style.heading(1.15), grid.title, inner) if rng.random() < 0.7 else None
    note = f"(단위: {grid.unit})" if language == "ko" else f"(in {grid.unit})"
    unit = style.face(0.85) if grid.unit and rng.random() < 0.6 else None
    top = pad + (round(title.size * 1.6) if title else 0) + (round(unit.size * 1.6) if unit else 0)
    canvas = Canvas(inner + 2 * pad, top + frame.height + pad, style.paper)
    if title:
        with canvas.block("heading"):
            canvas.line(grid.title, canvas.width / 2, pad + title.size, title, "center")
    if unit:
        with canvas.block("caption"):
            canvas.line(note, pad + inner, top - unit.size * 0.5, unit, "right")
    draw_grid(canvas, pad, top, frame, style)
    return canvas.page(), table_facts(grid, language, unit is not None)
