"""The pages of cards say in Korean whatever a table may hold."""

from pathlib import Path

import pytest

import gyogwa.transforms.cards as pages
from gyogwa.schemas.arrow import literal_values
from gyogwa.schemas.ledger import Rule, Step, Unit


@pytest.mark.parametrize("names", [Step, Rule, Unit])
def test_there_is_a_word_for_every_one(names: object) -> None:
    said = Path(pages.__path__[0], "app", "korean.js").read_text(encoding="utf-8")
    told = [name.replace("_", " ") for name in literal_values(names)]
    assert [name for name in told if f'"{name}": "' not in said] == []
