"""Pieces of words put together: characters, or a word and the full stop behind it, that a file
boxes apart. What a word is, the text says that they stand in: it runs from space to space."""

from typing import Any

from gyogwa.transforms.ingest.labels.values import around_points, box_of, text_of


def joined(text: Any, pieces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pieces `{text, box}` as the words of their text, boxes `[x0, y0, x1, y1]` around them. They
    are given back as they are where they are no finer than the words, or aren't that text's."""
    parts = (text_of(text) or "").split()
    said = [text_of(piece.get("text")) or "" for piece in pieces]
    boxes = [box_of(piece.get("box")) for piece in pieces]
    if len(parts) >= len(pieces) or "".join(said) != "".join(parts):
        return pieces
    if any(box is None or len(box) != 4 or isinstance(box[0], list) for box in boxes):
        return pieces
    words: list[dict[str, Any]] = []
    start = 0
    for part in parts:
        end, length = start, 0
        while length < len(part):
            length += len(said[end])
            end += 1
        if length > len(part):
            return pieces  # one runs over a space
        corners = [point for box in boxes[start:end] if box for point in (box[:2], box[2:])]
        words.append({"text": part, "box": around_points(corners)})
        start = end
    return words
