"""Pages with a synthetic table or chart, annotated with their truth."""

import random
from functools import cache, partial

from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.page import Chart, Truth, Word
from gyogwa.schemas.records import Image, ImageRef, Page, Signals
from gyogwa.transforms.annotate.annotation import annotate_truth
from gyogwa.transforms.ingest.labels.truth import truth_of
from gyogwa.transforms.synthesis.job import render_chart, render_table
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.page import Setting
from tests.sharing import kept


def setting(per_image: int) -> Setting:
    return Setting(TaskSpec(per_image=per_image), Varco())


def page_of(truth: Truth, name: str, width: int = 1000, height: int = 800) -> Page:
    image = Image(
        image_id=hash_of(name)[:32],
        ref=ImageRef("images.tar", 0, 1),
        source="test",
        uri=name,
        licence="CC0-1.0",
        kind="",
        document=name,
        page=1,
        width=width,
        height=height,
        format="PNG",
        changes="",
        sha256="0" * 64,
        phash="0" * 64,
        signals=Signals(1.0, 1.0, 0.1),
    )
    return Page(image, annotate_truth(image, truth))


@cache
def pages(kind: str, count: int) -> list[Page]:
    """`count` pages of each language."""
    names = [(language, number) for language in ("ko", "en") for number in range(count)]
    return [kept(f"drawn-{kind}-{a}-{b}", partial(_drawn, kind, a, b)) for a, b in names]


def _drawn(kind: str, language: str, number: int) -> Page:
    rng = random.Random(f"{kind}/{language}/{number}")
    draw = render_table if kind == "table" else render_chart
    drawn, _ = draw(rng, language)
    width, height = drawn.image.size
    truth = truth_of(drawn.labels, width, height)
    assert truth is not None
    return page_of(truth, f"{kind}-{language}-{number}", width, height)


def chart_page(chart: Chart, texts: list[str]) -> Page:
    """A page that shows a chart and, in it, these words."""
    words = [Word(text, [0.1, 0.02 * i, 0.3, 0.02 * i + 0.01]) for i, text in enumerate(texts, 1)]
    return page_of(Truth("dataset", words, charts=[chart]), f"{chart.title}{texts}")
