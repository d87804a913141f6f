"""Two neighbouring items read as one, in a box around both."""

from dataclasses import replace

from gyogwa.schemas.boxes import union
from gyogwa.transforms.tasks.corruptions.answer import Answer, Piece, amount, disjoint_pairs, ranked

_SHARES = (0.03, 0.12, 0.3)


def merged_boxes(answer: Answer, strength: int, key: str) -> Answer | None:
    """A few pairs merged: words of one line if there are any, else lines of one block, else any."""
    pieces = answer.pieces
    places = ranked(len(pieces) - 1, "merge", key)
    near = [place for place in places if _same_line(pieces[place], pieces[place + 1])] or [
        place for place in places if pieces[place].block == pieces[place + 1].block
    ]
    near = near or places
    # Two numbers with a space between them would tell by themselves that they were merged.
    joined = [at for at in near if _letters_meet(pieces[at].text, pieces[at + 1].text)]
    pairs = disjoint_pairs(len(pieces), joined or near)
    if not pairs:
        return None
    firsts = set(pairs[: amount(strength, len(pairs), _SHARES)])
    return answer.having(
        _merged(piece, pieces[place + 1]) if place in firsts else piece
        for place, piece in enumerate(pieces)
        if place - 1 not in firsts
    )


def _same_line(one: Piece, other: Piece) -> bool:
    return (one.block, one.line) == (other.block, other.line)


def _letters_meet(one: str, other: str) -> bool:
    return one[-1:].isalpha() and other[:1].isalpha()


def _merged(one: Piece, other: Piece) -> Piece:
    return replace(one, text=f"{one.text} {other.text}", box=union([one.box, other.box]))
