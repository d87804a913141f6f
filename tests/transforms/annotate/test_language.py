"""Languages of lines and pages: script first, fastText where it can be trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.transforms.annotate.language import (
    language_of,
    languages_of,
    predict,
    prose,
    scripts_of,
)


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


@pytest.mark.parametrize(
    "heading", ["民願處理 現況", "大韓民國", "第一章 總則", "報告書", "結論 및 提言", "目次"]
)
def test_a_heading_in_hanja_on_a_korean_page_is_korean(heading: str) -> None:
    page = [heading, "민원 접수와 처리 결과를 다음과 같이 보고합니다.", "2024. 3. 15."]
    assert languages_of(page).lines == ["ko", "ko", ""]
    assert languages_of(page).share == 1


def test_mixed_script_is_korean_without_any_other_line() -> None:
    assert languages_of(["大韓民國은 民主共和國이다"]).language == "ko"
    assert languages_of(["悠久한 歷史와 傳統에 빛나는 우리 大韓國民은"]).language == "ko"


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("本报告介绍了公司二〇二三年度的经营情况和财务状况，请各位股东审阅。", "zh"),
        ("第一章では、本書の目的と構成について説明する。", "ja"),
        ("カタログ一覧表のご案内について", "ja"),
    ],
)
def test_chinese_and_japanese_stay_so_beside_korean(line: str, language: str) -> None:
    found = languages_of([line, "한국어 안내는 뒷면에 있습니다."])
    assert found.lines == [language, "ko"]


def test_a_chinese_page_that_names_korean_is_not_korean() -> None:
    body = "本报告介绍了公司二〇二三年度的经营情况和财务状况，请各位股东审阅。" * 3
    assert languages_of(["目录", body, "한국어"]).lines == ["zh", "zh", "ko"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Pouvez-vous résumer ce document ?\nIl décrit les conditions générales de vente.", "fr"),
        ("이 문서를 요약해 줘.\nIt describes the terms of sale of a Korean firm.", "ko"),
        ("What is 2 + 2?\n4", "en"),
        ("2 + 2\n4", ""),
        ("Could you tell me what the total amount on this invoice is?\nIt is 12,000 won.", "en"),
    ],
)
def test_the_language_of_a_conversation(text: str, language: str) -> None:
    assert language_of(text) == language


def test_prose_leaves_out_what_is_in_no_language() -> None:
    assert prose("see https://www.debian.org/CD/ and mail me@example.org") == "see and mail"
    assert prose("/var/log/dpkg") == "/var/log/dpkg"  # nothing else is left to go by


@given(st.text(max_size=60))
def test_every_visible_character_is_counted_once(text: str) -> None:
    found = scripts_of(text)
    total = found.letters + found.digits + found.rest
    assert total == sum(not char.isspace() for char in text)
    assert 0 <= found.hangul_share <= 1
