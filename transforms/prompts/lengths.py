"""What a question says about the length of its answer, in the question's own register."""

import re
from typing import Literal

from gyogwa.transforms.prompts import prompt_for

Length = Literal["short", "sentence", "explained"]

_ASIDE = re.compile(r"\s*\([^()]*\)$")
_CASUAL = re.compile(r"(?:줘|야|어|해|래|커|라|네|지|군|달라)$")


def register_of(question: str) -> str:
    """formal (합쇼체), polite (해요체) or casual (해체); polite where a question ends in a noun.

    >>> register_of("얼마입니까?"), register_of("얼마야? (합계 행은 제외)"), register_of("값은?")
    ('formal', 'casual', 'polite')
    """
    end = _ASIDE.sub("", question.strip()).rstrip("?.! ")
    if end.endswith(("까", "오", "니다")):
        return "formal"
    return "casual" if _CASUAL.search(end) else "polite"


def with_length(question: str, length: Length, language: str, key: str) -> str:
    """The question and, behind it, how long its answer shall be."""
    register = register_of(question) if language == "ko" else "formal"
    return f"{question} {prompt_for('lengths', language, key, f'{length}_{register}')}"
