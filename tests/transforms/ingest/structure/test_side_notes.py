"""Notes beside running text are read behind it, and part no line of the text from the next."""

import pytest

from tests.transforms.ingest.pdf_pages import FONT, TOP, Sheet, pdf_of
from tests.transforms.ingest.structure.reading import blocks_of, truths_of

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-nanum")
NOTES = {"ko": ["제12조 참조", "표 2 참조"], "en": ["see part 12", "see table 2"]}


def body(sheet: Sheet, left: float = 190) -> None:
    for at in range(9):
        sheet.text(sheet.lines[at], left, TOP - 40 - 16 * at, size=10)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_notes_in_a_margin_stand_behind_the_text(language: str, side: str) -> None:
    def draw(sheet: Sheet) -> None:
        body(sheet, 190 if side == "left" else 40)
        for at, note in zip((2, 5), NOTES[language], strict=True):
            sheet.text(note, 60 if side == "left" else 460, TOP - 40 - 16 * at, size=7)

    blocks = blocks_of(truths_of(pdf_of(draw, language))[0])
    assert blocks[-2:] == [("side-note", note) for note in NOTES[language]]
    said = [text for kind, text in blocks if kind != "side-note"]
    assert not any(note in text for note in NOTES[language] for text in said)


def test_small_heads_of_rows_are_no_notes() -> None:
    def draw(sheet: Sheet) -> None:
        for at in range(9):
            sheet.text("구분 합계", 60, TOP - 40 - 16 * at, size=7)
            for column in range(2):
                sheet.text(f"{at},{column}00", 200 + 100 * column, TOP - 40 - 16 * at, size=10)

    assert "side-note" not in [kind for kind, _ in blocks_of(truths_of(pdf_of(draw, "ko"))[0])]
