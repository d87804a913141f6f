"""Wrong values of tables and charts: the neighbouring row, another column or series."""

from collections.abc import Iterator, Sequence

from gyogwa.schemas.records import Page
from gyogwa.transforms.tasks.charts import chart_asked
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.questions_base import Question
from gyogwa.transforms.tasks.rivals.pairing import Asked, folded, pair, ranked
from gyogwa.transforms.tasks.tables import table_asked


def wrong_row(page: Page, setting: Setting) -> Iterator[Draft]:
    """A table's cell in the row above or below, and a chart's value of the next category."""
    for task, questions in _lookups(page, setting):
        for one in ranked(questions, "row", page):
            column = [
                other for other in questions if _place(other, "scope") == _place(one, "scope")
            ]
            at = column.index(one)
            near = [column[i] for i in (at - 1, at + 1) if 0 <= i < len(column)]
            yield from _against(page, setting, task, one, ranked(near, "near", page))


def wrong_column(page: Page, setting: Setting) -> Iterator[Draft]:
    """A table's cell in another column of the row, and a chart's value of another series."""
    for task, questions in _lookups(page, setting):
        for one in ranked(questions, "column", page):
            row = [
                other
                for other in questions
                if other is not one and _place(other, "row", "name") == _place(one, "row", "name")
            ]
            yield from _against(page, setting, task, one, ranked(row, "beside", page))


def _lookups(page: Page, setting: Setting) -> Iterator[tuple[str, list[Question]]]:
    asked = {"table_qa": table_asked(page, setting), "chart_qa": chart_asked(page, setting)}
    for task, questions in asked.items():
        yield task, [question for question in questions if question.kind == "lookup"]


def _place(question: Question, *names: str) -> list[str]:
    return [question.fields.get(name, "") for name in names]


def _against(
    page: Page, setting: Setting, task: str, one: Question, others: Sequence[Question]
) -> Iterator[Draft]:
    for other in others:
        if folded(other.answers.short) != folded(one.answers.short):
            yield pair(page, setting, Asked(task, one, other.answers.short))
