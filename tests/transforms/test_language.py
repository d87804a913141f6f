"""Languages of lines and pages: script first, fastText where it can be trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.language import languages_of, predict, prose, scripts_of


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("데비안은 자유 운영체제입니다.", "ko"),
        ("Debian GNU/Linux는 자유 소프트웨어다", "ko"),  # more Latin letters than syllables
        ("The quick brown fox jumps over the lazy dog.", "en"),
        ("CHAPTER 4. COMPATIBILITY ISSUES OF THE SYSTEM", "en"),
        ("Nous ne savons pas encore ce que cela veut dire.", "fr"),
        ("これは日本語の文章であり、韓国語ではありません。", "ja"),
        ("2,304 · 17.5 %", ""),
        ("", ""),
    ],
)
def test_single_lines(line: str, language: str) -> None:
    assert languages_of([line]).lines == [language]


def test_short_lines_go_by_the_page() -> None:
    page = ["Tableau", "Nous ne savons pas encore ce que cela veut dire, mais nous cherchons."]
    assert languages_of(page).lines == ["fr", "fr"]


def test_capitals_and_addresses_fool_fasttext_alone_but_not_this() -> None:
    heading = "3.2. BUT WHAT ABOUT KNOPPIX, LINUX MINT"
    assert predict(heading)[0] != "en"
    assert languages_of([heading, "What about other distributions of Linux?"]).lines[0] == "en"


def test_a_mixed_page_has_the_language_of_most_letters_and_its_share() -> None:
    found = languages_of(["데비안은 자유 운영체제입니다", "It is a free system."])
    assert found.lines == ["ko", "en"]
    assert 0.4 < found.share < 0.6


def test_prose_leaves_out_what_is_in_no_language() -> None:
    assert prose("see https://www.debian.org/CD/ and mail me@example.org") == "see and mail"
    assert prose("/var/log/dpkg") == "/var/log/dpkg"  # nothing else is left to go by


@given(st.text(max_size=60))
def test_every_visible_character_is_counted_once(text: str) -> None:
    found = scripts_of(text)
    total = found.letters + found.digits + found.rest
    assert total == sum(not char.isspace() for char in text)
    assert 0 <= found.hangul_share <= 1
