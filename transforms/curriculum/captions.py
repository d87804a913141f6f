"""The question that is put before a source's caption or transcription: the same wherever it is
asked for, by the caption's place.
"""

from msgspec.structs import replace

from gyogwa.schemas.records import IMAGE, Conversation, Turn
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.tasks.sentences import sentences


def with_question(talk: Conversation) -> Conversation:
    """The conversation; before a caption or transcription a question, chosen by its URI."""
    if not talk.is_caption:
        return talk
    (caption,) = talk.conversation
    language = "ko" if any("가" <= char <= "힣" for char in caption.content) else "en"
    if talk.transcribes:
        prompt = prompt_for("read", language, talk.uri, "transcribe")
    else:
        short = len(sentences(caption.content)) == 1
        prompt = prompt_for("caption", language, talk.uri, "ask_short" if short else "ask")
    question = Turn("user", f"{IMAGE}\n" * len(talk.image_ids) + prompt)
    return replace(talk, conversation=[question, caption])
