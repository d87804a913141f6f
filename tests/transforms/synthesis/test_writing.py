"""What a page's words agree on."""

import random

import pytest

from gyogwa.transforms.synthesis.accounts import menu
from gyogwa.transforms.synthesis.elements import Figure
from gyogwa.transforms.synthesis.table import TableSpec, order
from gyogwa.transforms.synthesis.writing import Writer, _ten_thousands

_MONEY = {"£": "pounds", "$": "dollars", "€": "euros"}


@pytest.mark.parametrize("seed", range(12))
def test_an_english_page_has_one_currency(seed: int) -> None:
    writer = Writer(random.Random(seed), "en")
    others = {*_MONEY.values()} - {_MONEY[writer.sign]}
    units = {str(row).split("|")[1] for row in writer.words["measure"]}
    assert not units & others
    assert order(writer, 6).unit == _MONEY[writer.sign]
    tables = [part.content for part in menu(writer) if isinstance(part, Figure)]
    prices = {
        cell.text[0]
        for table in tables
        if isinstance(table, TableSpec)
        for cell in table.entries
        if cell.column == 1
    }
    assert prices == {writer.sign}


def test_large_sums_are_written_in_eok() -> None:
    assert [_ten_thousands(n) for n in (800, 63100, 20000)] == [
        "800만 원",
        "6억 3,100만 원",
        "2억 원",
    ]


def test_a_particle_behind_brackets_goes_with_the_word_before_them() -> None:
    said = [str(text) for text in Writer(random.Random(1), "ko").words["sentences"]]
    assert not any("})로" in text or "})으로" in text for text in said)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_document_of_one_matter_lists_as_much_as_any(language: str) -> None:
    for seed in range(20):
        writer = Writer(random.Random(seed), language)
        everything = writer.every("gear")
        writer.keep_to("gear")
        assert {writer.pick("gear") for _ in range(4)} == {writer.words["gear"][0]}
        assert writer.every("gear") == everything
        assert order(writer, 6).rows > 4  # its head, three things at least and their sum
