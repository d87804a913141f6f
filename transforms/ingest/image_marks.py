"""The marks by which the prompts of single models say where an image stands, brought to `<image>`.

`<img>a.jpg</img>` of Qwen-VL names the file besides (README of QwenLM/Qwen-VL, Finetuning). By the
model cards `<|vision_start|><|image_pad|><|vision_end|>` is Qwen2-VL's, `<|image_1|>`
Phi-3-vision's, `<|image|>` that of Llama 3.2, `<image_placeholder>` DeepSeek-VL's, `<ImageHere>`
InternLM-XComposer's, `<start_of_image>` Gemma 3's. `<image_00>` is MiniCPM-V's (finetune/readme.md
of OpenBMB/MiniCPM-V), `<image 1>` MMMU's. `<__dj__image>` and `<|__dj__eoc|>`, the end of a part,
are data-juicer's (its README, Data Format).
"""

import re
from typing import NamedTuple

from gyogwa.schemas.records import IMAGE

_NAMED = re.compile(r"<img>([^<>\n]{1,400})</img>")
_PLAIN = re.compile(
    r"(?:<\|vision_start\|>)?<\|image_pad\|>(?:<\|vision_end\|>)?|<\|image\|>|<image_placeholder>"
    r"|<ImageHere>|<start_of_image>|<__dj__image>"
)
_END = re.compile(r"\s*<\|__dj__eoc\|>")
_NUMBERED = re.compile(r"<image ?_?([0-9]+)>|<\|image_([0-9]+)\|>")
KEY = re.compile(r"<image_?[0-9]*>")
"""Of an object that gives each mark its file, as MiniCPM-V's."""


class Marked(NamedTuple):
    """A text with `<image>` in place of other marks, and the numbers of those that had one."""

    text: str
    numbers: list[int]


def with_plain_marks(text: str) -> Marked:
    """The text with one kind of mark.

    >>> with_plain_marks("Picture 1: <img>a/1.jpg</img> 합계는?").text
    'Picture 1: <image> 합계는?'
    >>> with_plain_marks("<|image_1|> <|image_2|> 다른 점은?")
    Marked(text='<image> <image> 다른 점은?', numbers=[1, 2])
    """
    if "<" not in text:
        return Marked(text, [])
    numbers = [int(one or other) for one, other in _NUMBERED.findall(text)]
    for mark in (_NAMED, _PLAIN, _NUMBERED):
        text = mark.sub(IMAGE, text)
    return Marked(_END.sub("", text), numbers)


def named_in(text: str) -> list[str]:
    """The files that marks in a text name.

    >>> named_in("<img>a/1.jpg</img><img>2.jpg</img>")
    ['a/1.jpg', '2.jpg']
    """
    return [name.strip() for name in _NAMED.findall(text)]
