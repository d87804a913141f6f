"""Tasks about charts whose numbers are known: the data table, questions, and pairs of charts."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice, pairwise

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import Page
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.targets.dialect import Dialect
from gyogwa.transforms.tasks.page import Draft, Setting, ask
from gyogwa.transforms.tasks.questions_base import Question, chosen, draft_of, pick_one
from gyogwa.transforms.tasks.questions_charts import ChartFacts, chart_facts, chart_questions
from gyogwa.transforms.tasks.questions_compared import compared
from gyogwa.transforms.tasks.structure.linear import CORNERS, DataTable, write_linear


def chart_table(page: Page, setting: Setting) -> Iterator[Draft]:
    """The numbers of a chart that prints them all, with what it shows of title and unit."""
    language, image_id = page.annotation.language, page.image.image_id
    charts = [(number, noun, facts) for number, noun, facts in _facts(page, setting) if facts.exact]
    charts.sort(key=lambda chart: hash_of("chart_table", image_id, chart[0]))
    for number, noun, facts in charts[: setting.spec.per_image]:
        prompt = prompt_for("chart_table", language, f"{image_id}/{number}", chart=noun)
        series = [(name, list(map(float, values))) for name, values in facts.values.items()]
        table = DataTable(facts.title, facts.unit, facts.categories, series)
        answer = write_linear(table, CORNERS[0 if language == "ko" else 1])
        alone = not number and page.image.kind == "chart"
        detail = f"chart{number}".rstrip("/")
        yield Draft(ask(prompt, answer), detail, variant="alone" if alone else "placed")


def chart_qa(page: Page, setting: Setting) -> Iterator[Draft]:
    """Questions about values, order and trend, answered from the numbers."""
    language, image_id = page.annotation.language, page.image.image_id
    questions = chart_asked(page, setting)
    for question in chosen(questions, setting.spec.per_image, "chart_qa", image_id):
        yield draft_of("chart_qa", language, question, image_id)


def chart_asked(page: Page, setting: Setting) -> list[Question]:
    """All that can be asked about the charts of a page, its texts escaped."""
    korean, image_id = page.annotation.language == "ko", page.image.image_id
    return [
        replace(question, detail=number + question.detail)
        for number, noun, facts in _facts(page, setting)
        for question in chart_questions(facts, noun, korean, f"{image_id}/{number}")
    ]


def compare_charts(pages: list[Page], setting: Setting) -> Iterator[tuple[list[Page], Draft]]:
    """Neighbours among the pages of one language that hold one chart, two by two.

    They stand by unit and then by id, so that as many as can be have numbers to compare.
    """
    alone = [page for page in pages if len(page.annotation.charts) == 1]
    alone.sort(key=_place)
    for one, two in _neighbours(alone):
        facts = [found for page in (one, two) for _, _, found in _facts(page, setting)]
        if len(facts) < 2:
            continue
        language = one.annotation.language
        key = f"{one.image.image_id}/{two.image.image_id}"
        questions = compared(facts[0], facts[1], language == "ko", key)
        for question in chosen(questions, setting.spec.per_image, "compare_charts", key):
            yield [one, two], draft_of("compare_charts", language, question, key, images=2)


def _place(page: Page) -> tuple[str, str, str]:
    return page.annotation.language, page.annotation.charts[0].unit, page.image.image_id


def _neighbours(pages: list[Page]) -> Iterator[tuple[Page, Page]]:
    """The first with the second, the third with the fourth, each language by itself."""
    for _, same in groupby(pages, key=lambda page: page.annotation.language):
        yield from islice(pairwise(same), 0, None, 2)


def _facts(page: Page, setting: Setting) -> Iterator[tuple[str, str, ChartFacts]]:
    """Each chart that can be asked about, with a prefix for details and what it is called.

    Of several charts each is named by its place; a dialect without places has no way to do so.
    """
    korean, charts = page.annotation.language == "ko", page.annotation.charts
    nouns = ["이 차트", "이 그래프"] if korean else ["this chart", "this graph"]
    noun = pick_one(nouns, "chart", page.image.image_id)
    if len(charts) > 1 and not setting.dialect.has_boxes:
        return
    words = page.annotation.words
    for number, chart in enumerate(charts):
        facts = chart_facts(chart, words, korean)
        if facts is None:
            continue
        facts = _escaped(facts, setting.dialect)
        if len(charts) == 1:
            yield "", noun, facts
        else:
            yield f"{number}/", setting.dialect.region(noun, chart.box, setting.size(page)), facts


def _escaped(facts: ChartFacts, dialect: Dialect) -> ChartFacts:
    """Names that can't be taken for markup of the dialect."""
    escape = dialect.escape
    return replace(
        facts,
        title=escape(facts.title),
        unit=escape(facts.unit),
        categories=[escape(name) for name in facts.categories],
        values={escape(name): values for name, values in facts.values.items()},
        like={escape(name): like for name, like in facts.like.items()},
    )
