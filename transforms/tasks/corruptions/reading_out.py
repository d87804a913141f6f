"""A page that is to be described, and is read out from its top instead."""

from gyogwa.transforms.tasks.corruptions.answer import Answer, lines_of

_LENGTHS = (60, 120, 200)
"""Characters after which the reading stops: about as long as a description is."""


def read_out(answer: Answer, strength: int, key: str) -> Answer | None:
    """The first lines of the page, more of them with strength."""
    said, length = [], 0
    for line in lines_of(answer):
        if length >= _LENGTHS[strength - 1]:
            break
        said += line
        length += sum(len(piece.text) for piece in line)
    return answer.having(said) if length > _LENGTHS[0] // 3 else None
