"""Items of a page by granularity: cells replace the lines of a table, and nothing is lost; each
granularity is asked for in its own words."""

from itertools import combinations

import pytest

from gyogwa.schemas.curriculum import TaskSpec
from gyogwa.schemas.page import Block, Cell, Line, Table, Word
from gyogwa.schemas.records import Annotation, Image, ImageRef, Page, Signals
from gyogwa.transforms.prompts import phrasings
from gyogwa.transforms.targets.dialect import Dialect
from gyogwa.transforms.targets.registry import DIALECTS
from gyogwa.transforms.tasks.page import Setting, items_of
from gyogwa.transforms.tasks.reading import ocr


def page() -> Page:
    texts = [("제목", 0.1), ("나무", 0.4), ("12", 0.4), ("끝", 0.9)]
    words = [
        Word(text, [0.1 + 0.4 * (text == "12"), y, 0.3 + 0.4 * (text == "12"), y + 0.05])
        for text, y in texts
    ]
    lines = [Line(n, n + 1, word.box) for n, word in enumerate(words)]
    cells = [
        Cell(0, column, 1, 1, False, word.text, word.box) for column, word in enumerate(words[1:3])
    ]
    annotation = Annotation(
        "0" * 32, 100, 100, "dataset", "truth-1", words, lines,
        [Block("paragraph", 0, 4, [0.1, 0.1, 0.7, 0.95])],
        [Table([0.05, 0.35, 0.75, 0.5], cells)], [], "ko", 1.0, 1.0,
    )  # fmt: skip
    image = Image(
        "0" * 32, ImageRef("x", 0, 1), "s", "x", "CC0-1.0", "document", "d", 1, 100, 100, "PNG",
        "", "0" * 64, "0" * 64, Signals(1.0, 1.0, 0.1),
    )  # fmt: skip
    return Page(image, annotation)


def test_every_granularity_covers_the_text() -> None:
    found = {g: [item.text for item in items_of(page(), g)] for g in ("word", "line", "cell")}
    assert found["word"] == found["line"] == found["cell"] == ["제목", "나무", "12", "끝"]
    assert [item.text for item in items_of(page(), "block")] == ["제목 나무 12 끝"]
    cells = [item.boxes[0] for item in items_of(page(), "cell")]
    assert cells[1] == page().annotation.tables[0].cells[0].box


LEVELS = ("word", "line", "block", "cell")


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_no_two_granularities_share_a_prompt(dialect: Dialect) -> None:
    asked = {}
    for level in LEVELS:
        spec = TaskSpec.model_validate({"granularity": level})
        (draft,) = ocr(page(), Setting(spec, dialect))
        asked[level] = draft.conversation[0].content
    assert len(set(asked.values())) == len(LEVELS)
    if dialect.name == "varco":
        assert [asked[level] == "<image>\n<ocr>" for level in LEVELS] == [True] + [False] * 3
    for one, other in combinations(phrasings("ocr").values(), 2):
        assert not {*one["ko"], *one["en"]} & {*other["ko"], *other["en"]}
