"""Counting rules: characters, bytes, and a tokenizer file."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from gyogwa.schemas.curriculum import Tokens
from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.curriculum.length import length_of


def test_rules_differ_on_hangul() -> None:
    assert length_of("교과 gyogwa", Tokens(count="characters")) == 9
    assert length_of("교과 gyogwa", Tokens(count="bytes")) == 13


def test_a_tokenizer_file_counts_its_own_tokens(tmp_path: Path) -> None:
    tokenizer = Tokenizer(WordLevel({"교과": 0, "gyogwa": 1, "?": 2}, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    path = tmp_path / "tokenizer.json"
    tokenizer.save(str(path))
    assert length_of("교과 gyogwa nope", Tokens(count="tokenizer", tokenizer=str(path))) == 3


def test_a_file_that_is_no_tokenizer_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text("{}")
    with pytest.raises(GyogwaError, match=str(path)):
        length_of("x", Tokens(count="tokenizer", tokenizer=str(path)))
