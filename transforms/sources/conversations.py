"""Conversations in the forms that data sets use, brought into one: role and content turns.

Read: LLaVA (`{"from": "human", "value": …}`), role/content (content a string, or a list of
`{"type": "text" | "image", …}` parts), The Cauldron (`{"user": …, "assistant": …}`).
"""

from typing import Any

from schemas.records import Turn
from transforms.decode import BadImage

IMAGE = "<image>"
_ROLES = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "system": "system",
}


def conversation_of(rows: Any, images: int) -> list[Turn]:
    """Turns with exactly one `<image>` an image. Raises BadImage("bad_conversation").

    A conversation that never mentions its images gets them all at the head of the first user turn,
    which is what such data sets mean.
    """
    if not isinstance(rows, list | tuple):
        raise BadImage("bad_conversation", f"expected a list of turns, found {type(rows).__name__}")
    turns = [turn for row in rows for turn in _turns_of(row)]
    if not any(turn.role == "assistant" and turn.content.strip() for turn in turns):
        raise BadImage("bad_conversation", "no assistant turn with text")
    mentioned = sum(turn.content.count(IMAGE) for turn in turns)
    if mentioned == 0 and images:
        first = next((i for i, turn in enumerate(turns) if turn.role == "user"), None)
        if first is None:
            raise BadImage("bad_conversation", "no user turn to put the image in")
        turns[first] = Turn("user", f"{IMAGE}\n" * images + turns[first].content)
    elif mentioned != images:
        raise BadImage(
            "image_placeholders",
            f"{IMAGE} stands {mentioned} times for {images} images",
            str(mentioned),
            str(images),
        )
    return turns


def _turns_of(row: Any) -> list[Turn]:
    if not isinstance(row, dict):
        raise BadImage("bad_conversation", f"a turn is {type(row).__name__}, expected an object")
    if "user" in row and "assistant" in row:
        return [Turn(role, _text_of(row[role])) for role in ("user", "assistant")]
    role = row.get("role", row.get("from"))
    if not isinstance(role, str) or role not in _ROLES:
        raise BadImage("bad_conversation", f"unknown role {role!r}, expected {sorted(_ROLES)}")
    return [Turn(_ROLES[role], _text_of(row.get("content", row.get("value"))))]


def _text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list | tuple):
        parts = []
        for part in content:
            if isinstance(part, dict) and part.get("type") == "image":
                parts.append(IMAGE)
            elif isinstance(part, dict) and isinstance(part.get("text"), str):
                parts.append(part["text"])
            else:
                raise BadImage("bad_conversation", f"unknown content part {part!r}")
        return "\n".join(parts)
    raise BadImage("bad_conversation", f"content is {type(content).__name__}, expected text")
