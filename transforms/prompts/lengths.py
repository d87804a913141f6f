"""What a question says about the length of its answer, in the question's own register."""

from typing import Literal

from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.prompts.registers import register_of

Length = Literal["short", "sentence", "explained"]


def with_length(question: str, length: Length, language: str, key: str) -> str:
    """The question and, behind it, how long its answer shall be."""
    register = register_of(question) if language == "ko" else "formal"
    return f"{question} {prompt_for('lengths', language, key, f'{length}_{register}')}"
