"""Items of a page by granularity: cells replace the lines of a table, and nothing is lost."""

from schemas.page import Block, Cell, Line, Table, Word
from schemas.records import Annotation, Image, ImageRef, Signals
from transforms.tasks.page import Page, items_of


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
