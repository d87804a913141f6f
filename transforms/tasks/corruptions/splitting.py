"""One item read as two, each with its part of the box."""

from dataclasses import replace

from gyogwa.transforms.tasks.corruptions.answer import Answer, Piece, amount, pick, ranked

_SHARES = (0.03, 0.12, 0.3)
_LEAST = 4  # characters of a word that is cut


def split_boxes(answer: Answer, strength: int, key: str) -> Answer | None:
    """A few items cut in two: at a space if there is any, else within their word."""
    able = [at for at, piece in enumerate(answer.pieces) if _places(piece.text)]
    if not able:
        return None
    count = amount(strength, len(able), _SHARES)
    cut = {able[at] for at in ranked(len(able), "split", key)[:count]}
    made: list[Piece] = []
    for at, piece in enumerate(answer.pieces):
        made += _split(piece, f"{key}/{at}") if at in cut else [piece]
    return answer.having(made)


def _places(text: str) -> list[int]:
    spaces = [at for at, char in enumerate(text) if char == " "]
    if spaces or len(text) < _LEAST:
        # Where letters meet, as two items may well begin and end.
        plain = [at for at in spaces if text[at - 1].isalpha() and text[at + 1 : at + 2].isalpha()]
        return plain or spaces
    return [at for at in range(2, len(text) - 1) if text[at - 1 : at + 1].isalnum()]


def _split(piece: Piece, key: str) -> list[Piece]:
    places = _places(piece.text)
    place = places[pick(len(places), "where", key)]
    x0, y0, x1, y1 = piece.box
    at = x0 + (x1 - x0) * place / len(piece.text)
    first, second = piece.text[:place].strip(), piece.text[place:].strip()
    return [
        replace(piece, text=first, box=[x0, y0, at, y1]),
        replace(piece, text=second, box=[at, y0, x1, y1]),
    ]
