"""Turns of a sample as a chat template writes them, and where the answers stand in that.

A template is a program: it may trim, reorder images or open a turn in another way than its
generation prompt does. So the places of answers aren't guessed from its output: it is rendered with
a mark in place of each answer, which tells what it writes around them, and then as it is, which
tells whether it left the answers alone.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from gyogwa.schemas.errors import GyogwaError

IMAGE = "<image>"
"""What stands for an image in a stored conversation."""

Turn = Mapping[str, str]
Span = tuple[int, int]


class Rendered(NamedTuple):
    """`text` as the template wrote it, with the processor's own image tokens; `answers`: characters
    from and to of each assistant turn, the token that ends it included; `contents`: of its text."""

    text: str
    answers: list[Span]
    contents: list[Span]


def parts_of(content: str) -> list[dict[str, str]]:
    """A turn's text as content parts. Line breaks around images are the template's business.

    >>> parts_of("<image>\\n<ocr>")
    [{'type': 'image'}, {'type': 'text', 'text': '<ocr>'}]
    """
    texts = content.split(IMAGE)
    if len(texts) == 1:
        return [{"type": "text", "text": content}]
    parts: list[dict[str, str]] = []
    for number, text in enumerate(texts):
        if number:
            parts.append({"type": "image"})
        if text := text.strip("\n"):
            parts.append({"type": "text", "text": text})
    return parts


def messages_of(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Turns as chat templates take them, every content a list of parts."""
    return [{"role": turn["role"], "content": parts_of(turn["content"])} for turn in turns]


def rendered(processor: Any, turns: Sequence[Turn], key: str) -> Rendered:
    """A conversation as the processor's chat template writes it. Raises GyogwaError for a processor
    without one, and for a template that changes what is answered."""
    answers = [turn["content"] for turn in turns if turn["role"] == "assistant"]
    marks = [f"\uf8f0{number}\uf8f1" for number in range(len(answers))]
    marked, left = [], iter(marks)
    for turn in turns:
        content = next(left) if turn["role"] == "assistant" else turn["content"]
        marked.append({"role": turn["role"], "content": content})
    around = re.split("|".join(marks) or r"\Z", _applied(processor, marked))
    if len(around) != len(answers) + 1:
        raise GyogwaError(
            f"{key}: the chat template leaves assistant turns out or repeats them; labels can't be "
            "told from its text: take the model's own template"
        )
    written = _applied(processor, turns)
    for shown in (answers, [answer.strip() for answer in answers]):
        found = _put_together(processor, around, shown)
        if found.text == written:
            return found
    raise GyogwaError(
        f"{key}: the chat template changes the text of an assistant turn; labels can't be told "
        "from its text: take the model's own template"
    )


def _applied(processor: Any, turns: Sequence[Turn]) -> str:
    try:
        return str(processor.apply_chat_template(messages_of(turns), tokenize=False))
    except ValueError as error:
        raise GyogwaError(
            f"{type(processor).__name__}: no conversation can be written ({error}); give the "
            "processor the model's chat_template"
        ) from error


def _put_together(processor: Any, around: Sequence[str], answers: Sequence[str]) -> Rendered:
    text, spans, contents = around[0], [], []
    for answer, after in zip(answers, around[1:], strict=True):
        start, end = len(text), len(text) + len(answer)
        contents.append((start, end))
        spans.append((start, end + _ending(processor.tokenizer, after)))
        text += answer + after
    return Rendered(text, spans, contents)


def _ending(tokenizer: Any, after: str) -> int:
    """How many characters of what follows an answer end its turn: up to the first special token,
    when nothing but space is before it."""
    blank = len(after) - len(after.lstrip())
    special = _special_tokens(tokenizer, len(tokenizer))
    found = [token for token in special if after.startswith(token, blank)]
    return blank + max(map(len, found)) if found else 0


@lru_cache(maxsize=8)
def _special_tokens(tokenizer: Any, size: int) -> tuple[str, ...]:
    """The tokenizer's special tokens; `size`, as it may have grown since it was asked last."""
    added = tokenizer.added_tokens_decoder.values()
    return tuple(token.content for token in added if token.special)
