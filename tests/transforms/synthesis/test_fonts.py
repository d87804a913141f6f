"""Fonts cover what is written, and say what to install where none does."""

import json

import pytest

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.synthesis import fonts
from gyogwa.transforms.synthesis.writing import vocabulary


def test_every_word_has_glyphs() -> None:
    for language in ("ko", "en"):
        text = json.dumps(vocabulary(language), ensure_ascii=False)
        for family in fonts.families(language):
            for word in set(text.split()):
                assert fonts.font_for(family.regular, 20, word)
    with pytest.raises(GyogwaError, match="no font here"):
        fonts.font_for(fonts.families("en")[0].regular, 20, "\U0001fbff\ue999")


def test_without_hangul_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_scan", tuple)
    fonts.families.cache_clear()
    with pytest.raises(GyogwaError, match="fonts-nanum"):
        fonts.families("ko")
    fonts.families.cache_clear()


def test_fonts_that_look_like_handwriting_set_no_type(monkeypatch: pytest.MonkeyPatch) -> None:
    regular = fonts.families("ko")[0].regular
    known = (fonts.Family("Nanum Pen Script", regular, regular), *fonts.families("ko"))
    monkeypatch.setattr(fonts, "_scan", lambda: known)
    for found in (fonts.families, fonts.handwriting):
        found.cache_clear()
    assert [family.name for family in fonts.handwriting("ko")] == ["Nanum Pen Script"]
    assert "Nanum Pen Script" not in {family.name for family in fonts.families("ko")}
    for found in (fonts.families, fonts.handwriting):
        found.cache_clear()
