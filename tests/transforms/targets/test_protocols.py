"""Each family is asked in its own words, and only for what it can be asked for."""

import re
from functools import cache

import pytest

from gyogwa.schemas.curriculum import Pixels, Resolution, Stage, TaskSpec
from gyogwa.transforms.curriculum.mixture import Stock, mix
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.doctags import DocTags
from gyogwa.transforms.targets.registry import DIALECTS, dialect_of
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.registry import PAGE_TASKS, drafts_of
from gyogwa.transforms.tasks.structure.otsl import parse_otsl
from tests.transforms.tasks.pages import documents, figures

ASKED = {
    "paligemma": {
        *("caption", "chart_qa", "doc_qa", "ground", "layout", "read", "table_qa"),
    },
    "florence-2": {"caption", "ground", "layout", "ocr", "read", "refer"},
    "doctags": {"ocr", "refer", "table_otsl"},
    "paddleocr-vl": {"chart_table", "ocr", "read", "table_otsl"},
    "donut": {"chart_qa", "doc_qa", "ocr", "table_qa"},
}
REQUESTS = {
    "paligemma": r"ocr|caption (?:ko|en)|answer (?:ko|en) .+|detect .+",
    "florence-2": r"<(?:OCR|OCR_WITH_REGION|CAPTION|DETAILED_CAPTION|OD)>"
    r"|<CAPTION_TO_PHRASE_GROUNDING>.+|<REGION_TO_OCR>(?:<loc_\d+>){4}",
    "doctags": r"Convert this page to docling\.|Convert table to OTSL\."
    r"|OCR the text in a specific location: (?:<loc_\d+>){4}",
    "paddleocr-vl": r"OCR:|Table Recognition:|Chart Recognition:|Spotting:",
    "donut": r"<s_ocr(?:_line|_block)?>|<s_docvqa><s_question>.+</s_question><s_answer>",
}


@cache
def made(name: str, task: str) -> list[Draft]:
    return [
        draft
        for granularity in (("word", "line", "block") if task in ("ocr", "prefer") else ("word",))
        for page in [*documents()[::5], *figures()[1::3]]
        for draft in drafts_of(
            task, page, Setting(TaskSpec(granularity=granularity), DIALECTS[name])
        )
    ]


@pytest.mark.parametrize("name", ASKED)
def test_only_published_requests_are_made(name: str) -> None:
    found = {task: made(name, task) for task in PAGE_TASKS}
    assert {task for task, drafts in found.items() if drafts} == ASKED[name]
    for draft in (draft for drafts in found.values() for draft in drafts):
        question = draft.conversation[0].content.removeprefix("<image>\n")
        assert re.fullmatch(REQUESTS[name], question), question


def test_chatting_families_are_asked_for_places_as_published() -> None:
    for name, begins in (
        ("qwen2.5-vl", 'Locate the text "'),
        ("qwen3-vl", 'Locate the text "'),
        ("internvl", "Please provide the bounding box coordinate of the region this sentence"),
    ):
        questions = [draft.conversation[0].content for draft in made(name, "ground")]
        assert questions
        assert all(question.startswith(f"<image>\n{begins}") for question in questions)


def test_a_page_is_a_whole_document_in_doctags() -> None:
    tables = lists = 0
    dialect = DocTags()
    for page in (*documents(), *figures()):
        for draft in drafts_of("ocr", page, Setting(TaskSpec(granularity="block"), dialect)):
            text = draft.conversation[1].content
            assert text.startswith("<doctag>")
            assert text.endswith("</doctag>")
            words = " ".join(word.text for word in page.annotation.words)
            for item in dialect.parse(text, Size(1, 1)):
                if item.text.startswith("<"):
                    cells = [cell.text for cell in parse_otsl(f"<otsl>{item.text}</otsl>")]
                    known = [
                        sorted(cell.text for cell in table.cells if cell.text)
                        for table in page.annotation.known_tables
                    ]
                    assert sorted(filter(None, cells)) in known
                    tables += 1
                else:
                    assert item.text in words
            lists += text.count("<unordered_list>")
    assert tables > 3
    assert lists > 3


def test_the_plan_says_what_a_dialect_cannot_ask_for() -> None:
    tasks = {"ocr": TaskSpec(granularity="word"), "read": TaskSpec(), "refer": TaskSpec()}
    stage = Stage(name="s", trains=["projector"], share=1, tasks=tasks, dialect="paligemma")
    found = mix(stage, {("read", "ko", "a"): Stock(10, 100)}).shortages
    assert {short.what: short.why for short in found} == {
        "task ocr": "the dialect 'paligemma' has no request for it",
        "task refer": "the dialect 'paligemma' has no request for it",
    }


def test_boxes_in_pixels_follow_the_stages_limits() -> None:
    tasks = {"ocr": TaskSpec()}
    sides = []
    for most in (1_003_520, 12_845_056):
        stage = Stage(
            name="s", trains=["projector"], share=1, dialect="qwen2.5-vl", tasks=tasks,
            resolution=Resolution(pixels=Pixels(most=most)),
        )  # fmt: skip
        text = dialect_of(stage).region("", [0.0, 0.0, 1.0, 1.0], Size(2304, 3000))
        sides.append([int(number) for number in re.findall(r"\d+", text)][-2:])
    assert sides == [[867, 1119], [2295, 2995]]
