"""The registers of Korean questions."""

import re
from typing import Literal

Register = Literal["formal", "polite", "casual"]

_ASIDE = re.compile(r"\s*(?:\([^()]*\)|\{aside\})$")
_CASUAL = re.compile(r"(?:줘|야|어|아|해|래|커|라|네|지|군|달라)$")


def register_of(question: str) -> Register:
    """formal (합쇼체), polite (해요체) or casual (해체); polite where a question ends in a noun.

    Takes questions and their templates, whose fields aren't filled in yet.

    >>> register_of("얼마입니까?"), register_of("얼마야? (합계 행은 제외)"), register_of("값은?")
    ('formal', 'casual', 'polite')
    """
    end = _ASIDE.sub("", question.strip()).rstrip("?.! ")
    if end.endswith(("까", "오", "니다")):
        return "formal"
    return "casual" if _CASUAL.search(end) else "polite"
