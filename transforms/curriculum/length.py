"""The length of a text by a curriculum's counting rule."""

from functools import cache
from typing import Any

from gyogwa.schemas.curriculum import Tokens
from gyogwa.schemas.errors import GyogwaError


def length_of(text: str, rule: Tokens) -> int:
    """Characters, UTF-8 bytes, or tokens of a tokenizer file (special tokens not added)."""
    if rule.count == "characters":
        return len(text)
    if rule.count == "bytes":
        return len(text.encode())
    return len(_tokenizer(str(rule.tokenizer)).encode(text, add_special_tokens=False))


@cache
def _tokenizer(path: str) -> Any:
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(path)
    except Exception as error:  # the library raises bare Exception for any bad file
        raise GyogwaError(
            f"tokens.tokenizer: {path}: not a tokenizer.json of the tokenizers library ({error})"
        ) from error
