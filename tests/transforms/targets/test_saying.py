"""What is built in one dialect and said in another is what a build in the other would have said."""

from functools import cache, partial

import pytest

from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.schemas.page import Truth, Word
from gyogwa.schemas.records import Page
from gyogwa.schemas.samples import Question
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.registry import DIALECTS
from gyogwa.transforms.targets.sayable import dialects_of
from gyogwa.transforms.targets.saying import Said, Saying, items_on
from gyogwa.transforms.targets.target import decoded, encoded
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.registry import GROUP_TASKS, PAGE_TASKS, drafts_of, group_drafts_of
from tests.transforms.tasks.pages import documents, figures
from tests.transforms.tasks.synthetic import page_of

MARKUP = [
    *("Title:", "<char>글자</char>", "<bbox>0.1</bbox>", '"bbox_2d":', "<|im_start|>", "<ref>12"),
    *("<box>[[1,2]]", "<loc_12>", "<loc0012>", "<|LOC_5|>", "<fcel>", "<phrase>", "<s_ocr>"),
    *("<text>", "<\\bbox>", "\ufdd0", "금액: 12,000원", "2024년 3월 5일"),
]


def hostile() -> Page:
    """Words that are markup in one dialect or another."""
    words = [
        Word(text, [0.1, 0.04 * row, 0.1 + 0.02 * len(text), 0.04 * row + 0.03])
        for row, text in enumerate(MARKUP, 1)
    ]
    return page_of(Truth("dataset", words), "hostile")


@cache
def pages() -> list[Page]:
    return [*documents()[::12], *figures()[4:9:4], hostile()]


def size_of(page: Page) -> Size:
    return Size(page.image.width, page.image.height)


@cache
def built(name: str, task: str, level: str, number: int) -> list[Draft]:
    spec = TaskSpec.model_validate({"granularity": level, "per_image": 5})
    return list(drafts_of(task, pages()[number], Setting(spec, DIALECTS[name])))


def stored(draft: Draft, task: str) -> Question:
    assert draft.target is not None
    texts = [turn.content for turn in draft.conversation]
    return Question(task, draft.detail, len(texts), encoded(draft.target, texts))


@cache
def sayable(name: str, task: str, level: str, number: int) -> list[list[str]]:
    """For each draft of `built`, the dialects that it can be said in."""
    page = pages()[number]
    items = partial(items_on, page.annotation)
    drafts = built(name, task, level, number)
    return [dialects_of([stored(draft, task)], [size_of(page)], items) for draft in drafts]


def loaded(draft: Draft, task: str, page: Page, name: str) -> Said | None:
    """A draft as it is stored, said in another dialect."""
    question = stored(draft, task)
    saying = Saying(
        DIALECTS[name],
        [size_of(page)],
        partial(items_on, page.annotation),
        page.annotation.language,
    )
    texts = [turn.content for turn in draft.conversation]
    return saying.question(decoded(question.target, len(texts)), task, texts)


def texts_of(said: Draft | Said) -> tuple[list[str], str | None, str | None]:
    turns = [t.content for t in said.conversation] if isinstance(said, Draft) else said.turns
    return turns, said.chosen, said.rejected


@pytest.mark.parametrize("other", DIALECTS)
def test_all_tasks_are_loaded_as_they_would_have_been_built(other: str) -> None:
    asked = 0
    for task in PAGE_TASKS:
        for level in ("word", "line", "block") if task in ("ocr", "prefer") else ("word",):
            for number, page in enumerate(pages()):
                there = [texts_of(draft) for draft in built(other, task, level, number)]
                for name in ("varco", "kosmos-2"):
                    drafts = built(name, task, level, number)
                    said_in = sayable(name, task, level, number)
                    able = [d for d, names in zip(drafts, said_in, strict=True) if other in names]
                    found = [loaded(draft, task, page, other) for draft in able]
                    said = [texts_of(one) for one in found if one is not None]
                    assert len(said) == len(able)
                    asked += len(said)
                    if task == "prefer":  # what is no difference there gives way to others
                        assert name != "varco" or all(one in there for one in said)
                    elif task in ("ground_caption", "chain") and not drafts:
                        assert not said  # a run in that dialect has none
                    elif task in ("table_qa", "chart_qa") and other == "donut":
                        assert [one for one in said if one in there] == there
                    else:
                        assert said == there, (name, task, level, number)
    assert asked > 20


@pytest.mark.parametrize("name", DIALECTS)
def test_a_build_says_what_its_dialect_writes(name: str) -> None:
    for task, make in PAGE_TASKS.items():
        for page in pages()[1:]:
            setting = Setting(TaskSpec(per_image=5, granularity="line"), DIALECTS[name])
            direct = {draft.detail: draft for draft in make(page, setting)}
            for draft in drafts_of(task, page, setting):
                if task in ("chart_qa", "table_qa", "choice"):
                    continue  # of several figures each is told by its place, which is asked anew
                if task == "prefer" and draft.detail not in direct:
                    continue  # what is no difference there gave way to others
                own = direct[draft.detail]
                assert draft.conversation[1:] == own.conversation[1:], (task, draft.detail)
                assert (draft.chosen, draft.rejected) == (own.chosen, own.rejected)


def test_several_pages_are_loaded_as_they_would_have_been_built() -> None:
    documented = [page for page in documents() if page.image.page][:8]
    charts = list(figures())
    for task in GROUP_TASKS:
        for other in ("qwen3-vl", "internvl", "kosmos-2"):
            here, there = (
                list(group_drafts_of(task, charts if "chart" in task else documented, setting))
                for setting in (
                    Setting(TaskSpec(per_image=3), DIALECTS[name]) for name in ("varco", other)
                )
            )
            assert [texts_of(draft) for _, draft in there] == [
                texts_of(said)
                for shown, draft in here
                if (said := loaded(draft, task, shown[0], other)) is not None
            ]


def test_words_of_a_page_are_referred_to() -> None:
    (draft,) = built("varco", "ocr", "word", 0)
    assert len(stored(draft, "ocr").target) < 200
    for draft in built("varco", "read", "word", 0):
        assert stored(draft, "read").target == ""


def test_a_text_that_is_not_there_is_asked_for_where_there_are_words_for_it() -> None:
    absent = [
        (number, draft)
        for number in range(len(pages()))
        for draft in built("varco", "ground", "word", number)
        if draft.detail.startswith("not there: ")
    ]
    assert absent
    for number, draft in absent:
        said = loaded(draft, "ground", pages()[number], "qwen3-vl")
        assert said is not None
        assert said.turns[0].startswith('<image>\nLocate the text "')
        assert "bbox_2d" in said.turns[1]
