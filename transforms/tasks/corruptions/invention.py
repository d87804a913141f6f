"""Lines that nobody wrote: made of the page's own words, with other numbers, where one could be."""

import re
from dataclasses import replace

from gyogwa.schemas.boxes import Box, union
from gyogwa.transforms.tasks.corruptions.answer import (
    STRENGTHS,
    Answer,
    Piece,
    amount,
    blocks_of,
    lines_of,
    pick,
    ranked,
)
from gyogwa.transforms.tasks.corruptions.numbers import number_nearby

_SHARES = (0.0, 0.06, 0.15)
_LEADING = 1.25  # from the top of a line to the top of the next, in line heights
_TRIES = 12


def invented_lines(answer: Answer, strength: int, key: str) -> Answer | None:
    """Lines that go on after the end of a block, each in a box below the one before."""
    lines = [line for line in lines_of(answer) if _words(line)]
    lines = [line for line in lines if _lettered(line) > 1] or lines
    lines = [line for line in lines if len(_words(line)) > 2] or lines
    if not lines:
        return None
    blocks = blocks_of(answer)
    # at the end as often as anywhere else: a list that a decoder goes on with
    after = len(blocks) - 1 if pick(2, "end", key) else pick(len(blocks), "after", key)
    text_of_page = " ".join(piece.text for piece in answer.pieces)
    counts = [amount(level, len(lines), _SHARES) for level in STRENGTHS]
    texts: list[str] = []
    for index in ranked(len(lines) * _TRIES, "invented", key):
        text = _compose(lines, f"{key}/{index}")
        grown = " ".join([*texts, text])
        fits = (
            len(grown) <= len(text_of_page) // 2 + 30
            and len(grown.split()) <= len(text_of_page.split()) // 2 + 3
        )
        if text and fits and text not in text_of_page and text not in texts:
            texts.append(text)
        if len(texts) == counts[-1]:
            break
    if not texts:
        return None
    model = lines_of(answer.having(blocks[after]))[-1]
    granular = any(len(line) > 1 for line in lines)
    made: list[Piece] = []
    for number, text in enumerate(texts[: counts[strength - 1]], 1):
        made += _placed(text, model, number, granular)
    before = [piece for block in blocks[: after + 1] for piece in block]
    rest = [piece for block in blocks[after + 1 :] for piece in block]
    return answer.having(before + made + rest)


def _compose(lines: list[list[Piece]], key: str) -> str:
    """The first half of one line and the second of another, every number another one.

    A cell of one word stays whole. "" where the halves make a line that nobody would write.
    """
    one, other = (lines[pick(len(lines), part, key)] for part in ("first half", "second half"))
    start, end = _words(one), _words(other)
    words = end
    if min(len(start), len(end)) > 1:
        words = start[: (len(start) + 1) // 2] + end[len(end) // 2 :]
    if len({word.casefold() for word in words}) < len(words):
        return ""
    text = " ".join(words)
    return re.sub(r"\d+(?:[.,]\d+)*", lambda m: number_nearby(m[0], f"{key}/{m.start()}"), text)


def _lettered(line: list[Piece]) -> int:
    """Words with letters: halves of page numbers would make nothing that anybody writes."""
    return sum(any(map(str.isalpha, word)) for word in _words(line))


def _words(line: list[Piece]) -> list[str]:
    # a long paragraph is one piece where an answer goes by blocks
    return " ".join(piece.text for piece in line).split()[:14]


def _placed(text: str, model: list[Piece], number: int, granular: bool) -> list[Piece]:
    """The text as a line `number` lines below `model`, as wide as its length asks for."""
    around = union([piece.box for piece in model])
    height = around[3] - around[1]
    length = max(1, sum(len(piece.text) for piece in model))
    width = min((around[2] - around[0]) * len(text) / length, 1 - around[0])
    top = min(around[1] + number * _LEADING * height, 1 - height)
    # never a line number of the page's: it is a line of its own, in the block it goes on
    piece = replace(model[-1], text=text, line=-1 - number)
    words = text.split() if granular else [text]
    box = [around[0], top, around[0] + width, top + height]
    return [
        replace(piece, text=word, box=part)
        for word, part in zip(words, _shares(box, words), strict=True)
    ]


def _shares(box: Box, words: list[str]) -> list[Box]:
    """The box of a line cut up among its words, with a space between two of them."""
    total = sum(map(len, words)) + len(words) - 1
    unit = (box[2] - box[0]) / total
    boxes, left = [], box[0]
    for word in words:
        boxes.append([left, box[1], left + unit * len(word), box[3]])
        left += unit * (len(word) + 1)
    return boxes
