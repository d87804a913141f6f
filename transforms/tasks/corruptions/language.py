"""Answers in the wrong language: the text is told about instead of told.

Models trained mostly on English fall back on a description of a Korean page, and ones tuned on
Korean do the reverse. The rest of the page is then never transcribed. The description is worded as
captions are, which are the right answer elsewhere (see `reading_out`).
"""

from gyogwa.transforms.tasks.corruptions.answer import Answer, Piece

_KEPT = (0.6, 0.25, 0.0)  # share of the pieces that are still read


def wrong_language(answer: Answer, strength: int, key: str) -> Answer | None:
    """A Korean page described in English, an English one in Korean, from some point on or at all.

    For a request to read only: a description has no boxes.
    """
    if not answer.described or not answer.pieces:
        return None
    kept = answer.pieces[: int(_KEPT[strength - 1] * len(answer.pieces))]
    return answer.having([*kept, Piece(answer.described, [0.0, 0.0, 1.0, 1.0], -2, -2)])
