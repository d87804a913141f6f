"""Conversations in the forms that data sets use, brought into one: role and content turns.

Read: LLaVA and ShareGPT (`{"from": "human", "value": …}`), role/content (content a string, or a
list of `{"type": "text" | "image", …}` parts), The Cauldron (`{"user": …, "assistant": …}`),
ms-swift (`{"human": …, "assistant": …}`). Text comes out in Unicode NFC.
"""

import unicodedata
from typing import Any

from gyogwa.schemas.records import IMAGE, Turn
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.image_marks import with_plain_marks

_ROLES = {
    "human": "user",
    "user": "user",
    "prompter": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "assistant": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "system": "system",
    "developer": "system",
}
_TOOLS = ("tool", "tool_call", "tool_response", "function", "function_call", "observation")
"""Roles of what programs said, which is no turn of either side."""


def conversation_of(rows: Any, images: int) -> list[Turn]:
    """Turns with exactly one `<image>` an image. Raises BadImage("bad_conversation").

    A conversation that never mentions its images gets them all at the head of the first user turn,
    which is what such data sets mean. One answer alone, behind its images or without any mentioned,
    is a caption.
    """
    if not isinstance(rows, list | tuple):
        raise BadImage("bad_conversation", f"expected a list of turns, found {type(rows).__name__}")
    turns = _by_mark([turn for row in rows for turn in _turns_of(row)], images)
    answers = [turn.content.replace(IMAGE, "") for turn in turns if turn.role == "assistant"]
    if not any(answer.strip() for answer in answers):
        raise BadImage("bad_conversation", "no assistant turn with text")
    if len(turns) == 1 and images:
        caption = turns[0].content.removeprefix(IMAGE * turns[0].content.count(IMAGE)).strip()
        if IMAGE not in caption and turns[0].content.count(IMAGE) in (0, images):
            return [Turn("assistant", caption)]
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


def caption_of(text: str, images: int) -> list[Turn]:
    """A caption as an answer whose question is yet to be chosen, without the marks of its images
    where they stand before it. Raises BadImage where marks stand elsewhere."""
    marked = with_plain_marks(text).text.strip()
    caption = marked.removeprefix(IMAGE * marked.count(IMAGE)).strip()
    if IMAGE in caption or marked.count(IMAGE) not in (0, images):
        mentioned = str(marked.count(IMAGE))
        raise BadImage("image_placeholders", f"{IMAGE} stands in a caption", mentioned, "0")
    return [Turn("assistant", caption)] if caption else []


def _by_mark(turns: list[Turn], images: int) -> list[Turn]:
    """Turns with `<image>` in place of other marks. Raises BadImage where numbered ones aren't each
    of the images once, in order, counted from 1 or from 0."""
    marked = [with_plain_marks(turn.content) for turn in turns]
    numbers = [number for each in marked for number in each.numbers]
    if numbers and numbers not in ([*range(1, images + 1)], [*range(images)]):
        raise BadImage(
            "image_placeholders",
            f"images {numbers} are marked by number, {images} images are there",
            str(len(numbers)),
            str(images),
        )
    return [Turn(turn.role, each.text) for turn, each in zip(turns, marked, strict=True)]


def _turns_of(row: Any) -> list[Turn]:
    if not isinstance(row, dict):
        raise BadImage("bad_conversation", f"a turn is {type(row).__name__}, expected an object")
    for asks in ("user", "human"):
        if asks in row and "assistant" in row:
            return [
                Turn("user", _text_of(row[asks])),
                Turn("assistant", _text_of(row["assistant"])),
            ]
    role = row.get("role", row.get("from"))
    known = _ROLES.get(role.lower()) if isinstance(role, str) else None
    if known is None and role in _TOOLS:
        raise BadImage(
            "bad_conversation", f"a turn of the role {role!r}: no tools are learnt", role
        )
    if known is None:
        raise BadImage("bad_conversation", f"unknown role {role!r}, expected {sorted(_ROLES)}")
    return [Turn(known, _text_of(row.get("content", row.get("value"))))]


def _text_of(content: Any) -> str:
    if isinstance(content, str):
        return unicodedata.normalize("NFC", content)
    if isinstance(content, list | tuple):
        parts = []
        for part in content:
            if isinstance(part, dict) and part.get("type") in ("image", "image_url"):
                parts.append(IMAGE)
            elif isinstance(part, dict) and isinstance(part.get("text"), str):
                parts.append(part["text"])
            else:
                raise BadImage("bad_conversation", f"unknown content part {part!r}")
        return unicodedata.normalize("NFC", "\n".join(parts))
    raise BadImage("bad_conversation", f"content is {type(content).__name__}, expected text")
