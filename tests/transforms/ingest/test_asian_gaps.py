"""The gap that LibreOffice sets between Hangul and digits is no space; other gaps are."""

import doctest
import io

import pypdfium2 as pdfium
import pytest
from PIL import ImageFont

from gyogwa.transforms.ingest.sources import pdf_asian_gaps, pdf_words
from tests.transforms.ingest.pdf_pages import FONT, Sheet, pdf_of

_SIZE = 16
_LINE = [
    ("예산은", 0.6),
    ("2024", 0.25),
    ("년", 0.36),
    ("말", 0.6),
    ("3", 0.25),
    ("건", 0.25),
    ("대", 0),
]
"""Runs of text, and how many ems are left behind each."""


def _spaced(sheet: Sheet) -> None:
    font, x = ImageFont.truetype(str(FONT), _SIZE), 40.0
    for text, ems in _LINE:
        sheet.text(text, x, 300, _SIZE)
        x += font.getlength(text) + ems * _SIZE


@pytest.mark.parametrize(
    ("gaps", "words"),
    [(True, "예산은 2024년 말 3건 대"), (False, "예산은 2024 년 말 3 건 대")],
)
def test_gaps_before_and_behind_digits(
    gaps: bool, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_words, "sets_gaps", lambda page: gaps)
    page = pdfium.PdfDocument(io.BytesIO(pdf_of(_spaced, "ko")))[0]
    assert " ".join(word.text for word in pdf_words.words_of(page)) == words


@pytest.mark.parametrize(
    ("producer", "sets"), [("LibreOffice 7.4", True), ("Hancom PDF 1.3", False), (None, False)]
)
def test_it_is_libreoffice_that_sets_them(producer: str | None, sets: bool) -> None:
    told = f"<</Producer({producer})>>" if producer else "<<>>"
    data = (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\n"
        f"4 0 obj{told}endobj\ntrailer<</Root 1 0 R/Info 4 0 R>>\n%%EOF"
    )
    page = pdfium.PdfDocument(io.BytesIO(data.encode()))[0]
    assert pdf_asian_gaps.sets_gaps(page) == sets


def test_examples_in_docstrings_hold() -> None:
    assert doctest.testmod(pdf_asian_gaps).failed == 0
