"""The conversation of a row: turns as they are, a question and its answer, or a caption.

Turns: LLaVA and ShareGPT (`conversations` of from/value), OpenAI, ms-swift and LLaMA-Factory
(`messages` of role/content, `system` apart), The Cauldron (`texts` of user/assistant). Pairs:
DocVQA (`question`, `answers`), ChartQA (`query`, `label`), ms-swift (`query`, `response`,
`history`), Alpaca (`instruction`, `input`, `output`), MMBench and K-DTCBench (choices in columns of
their own).

Sources: data/README.md of hiyouga/LLaMA-Factory; docs/source_en/Customization/Custom-dataset.md of
modelscope/ms-swift; the_cauldron, DocumentVQA and ChartQA of HuggingFaceM4 on the Hub;
`doc_to_text` of the tasks dtcbench and mmmu in EvolvingLMMs-Lab/lmms-eval.
"""

from collections import Counter
from typing import Any

from gyogwa.transforms.ingest.labels.choices import choices_in, with_choices
from gyogwa.transforms.ingest.labels.printed import is_cut
from gyogwa.transforms.ingest.labels.published import (
    Published,
    as_text,
    is_absent,
    is_data,
    is_page,
    listed,
    rows_of,
    unpacked,
)

_TURNS = ("conversations", "conversation", "messages", "texts")
_KEYS = ("role", "from", "content", "value", "user", "human", "assistant")
_QUESTIONS = ("question", "query", "instruction", "questions", "질문", "질의")
_ANSWERS = (
    "answer", "answers", "response", "output", "label", "labels", "multiple_choice_answer",
    "정답", "답변", "응답",
)  # fmt: skip
_CONTEXTS = ("context", "passage")
"""Of texts that a question is about, as in SQuAD and KorQuAD, which stand before it."""
_CAPTIONS = ("text", "caption", "captions", "캡션")
_PREFERENCES = ("chosen", "rejected", "rejected_response", "rejected_messages", "kto_tag")
_MEDIA = ("videos", "video", "audios", "audio")
KEYS = (
    *_TURNS, *_QUESTIONS, *_ANSWERS, *_CAPTIONS, *_PREFERENCES, *_MEDIA,
    *_CONTEXTS, "system", "history", "input",
)  # fmt: skip
Turn = dict[str, Any]


def holds_turns(row: Published) -> bool:
    """Whether a row has turns, and no question and answer in columns."""
    return any(row.left.get(name) for name in _TURNS)


def take_talk(row: Published) -> None:
    """`conversations` or `text`; what is there besides is left unread, such as the better and the
    worse answer of a preference. What is said of films or sounds is left whole."""
    if any(row.left.get(name) for name in _MEDIA):
        return
    if row.first(_PREFERENCES) and not _ends_in_an_answer(row):
        return  # its one answer to learn from is among what isn't read
    for name in _TURNS:
        turns = unpacked(row.left.get(name))
        turns = rows_of(turns) if isinstance(turns, dict) else turns
        if turns is not None and not _is_no_talk(name, turns):
            row.take(name)
            row.row["conversations"] = _with_system(row, _known_keys(row, name, turns))
            return
    turns = _pairs(row)
    if turns:
        row.row["conversations"] = _with_system(row, turns)
        return
    _take_caption(row)


def _known_keys(row: Published, name: str, turns: Any) -> Any:
    """The turns with what is read of them alone."""
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        return turns
    row.skip(name, (key for turn in turns for key in turn if key not in _KEYS))
    return [{key: value for key, value in turn.items() if key in _KEYS} for turn in turns]


def _ends_in_an_answer(row: Published) -> bool:
    turns = unpacked(row.left.get(row.first(_TURNS)))
    last = turns[-1] if isinstance(turns, list) and turns else None
    role = last.get("role", last.get("from")) if isinstance(last, dict) else ""
    return role in ("assistant", "gpt") or bool(row.first(("response", "output")))


def _is_no_talk(name: str, turns: Any) -> bool:
    """Texts that merely stand under a name that is also that of turns."""
    return name == "texts" and not (
        isinstance(turns, list) and all(isinstance(turn, dict) for turn in turns)
    )


def _with_system(row: Published, turns: Any) -> Any:
    system = row.left.get("system")
    if not (isinstance(system, str) and isinstance(turns, list)):
        return turns
    row.take("system")
    return [{"role": "system", "content": system}, *turns] if system.strip() else turns


def _pairs(row: Published) -> list[Turn]:
    """Questions and answers in columns; [] where a row has none, and nothing is taken then."""
    asked = row.first(_QUESTIONS)
    answered = row.first(_ANSWERS)
    if not (asked and answered):
        return []
    question = _in_one_language(row, asked)
    if isinstance(question, list):
        return _several(row, asked, question, answered)
    text = as_text(question)
    if text is None or not text.strip():
        return []
    found = choices_in(row)
    answer = answer_of(row.left[answered])
    if found.choices:
        pair = with_choices(text, answer, found.choices)
        if pair is None:
            return []
        text, answer = pair
    if answer is None or not answer.strip():
        return []
    more = as_text(row.left.get("input")) if asked == "instruction" else None
    about = row.first(_CONTEXTS)
    context = as_text(unpacked(row.left.get(about)))
    for name in (
        *(asked, answered, *found.columns),
        *(["input"] if more is not None else []),
        *([about] if context is not None else []),
    ):
        row.take(name)
    text = f"{text}\n{more}" if more else text
    text = f"{context}\n\n{text}" if context and context.strip() else text
    return [*_history(row), *pair_of(text, answer)]


def pair_of(question: str, answer: str) -> list[Turn]:
    """A question and its answer as turns."""
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def _several(row: Published, asked: str, questions: list[Any], answered: str) -> list[Turn]:
    answers = unpacked(row.left[answered])
    if not isinstance(answers, list) or len(answers) != len(questions):
        return []
    texts = [(as_text(q), answer_of(a)) for q, a in zip(questions, answers, strict=True)]
    if not all(question and answer for question, answer in texts):
        return []
    row.take(asked)
    row.take(answered)
    return [turn for question, answer in texts for turn in pair_of(str(question), str(answer))]


def _in_one_language(row: Published, name: str) -> Any:
    """A question, of which a row may hold translations: the Korean or the English one, or the
    first."""
    value = unpacked(row.left[name])
    if not isinstance(value, dict) or not value:
        return value
    kept = next((key for key in ("ko", "en") if not is_absent(value.get(key))), next(iter(value)))
    row.skip(name, (key for key in value if key != kept))
    return value[kept]


def answer_of(value: Any) -> str | None:
    """The answer of several that most give, the first of equals; None where there is no text. A
    text of several numbers in brackets, such as a box, is one answer.

    >>> answer_of(["서울", "서울시", "서울시"]), answer_of({"text": ["a"], "start": [5]})
    ('서울시', 'a')
    >>> answer_of("['21', '21 %', '21']"), answer_of("[0.1, 0.2, 0.5, 0.4]")
    ('21', '[0.1, 0.2, 0.5, 0.4]')
    """
    if isinstance(value, str) and _are_numbers(unpacked(value)):
        return value
    if isinstance(value, str) and is_cut(value):
        return None
    value = unpacked(value)
    if isinstance(value, dict):
        value = value.get("text", value.get("answer"))
    if not isinstance(value, list | tuple):
        return as_text(value)
    texts = [answer_of(item) for item in value]
    counted = Counter(text for text in texts if text)
    return max(counted, key=counted.__getitem__, default=None)


def _are_numbers(value: Any) -> bool:
    """Whether a value is a list of several numbers, or of such lists."""
    if not isinstance(value, list):
        return False
    if value and all(map(_are_numbers, value)):
        return True
    numbers = [n for n in value if isinstance(n, int | float) and not isinstance(n, bool)]
    return len(value) > 1 and len(numbers) == len(value)


def _history(row: Published) -> list[Turn]:
    """Earlier rounds: pairs of texts, or a null in the place of either."""
    rounds = unpacked(row.left.get("history"))
    if not isinstance(rounds, list):
        return []
    pairs = [pair for pair in rounds if isinstance(pair, list | tuple) and len(pair) == 2]
    if len(pairs) != len(rounds) or not all(as_text(text) for pair in pairs for text in pair):
        return []
    row.take("history")
    return [turn for question, answer in pairs for turn in pair_of(str(question), str(answer))]


def _take_caption(row: Published) -> None:
    """A caption; of several, the first. Objects as JSON are none."""
    for name in _CAPTIONS:
        value = listed(row.left.get(name))
        if isinstance(value, list | tuple):
            several = [text for text in map(as_text, value) if text]
            if len(several) == len(value) and several:
                row.take(name)
                row.row["text"] = several[0]
                row.unread += [f"{name}[{number}]" for number in range(1, len(several))]
                return
        elif (text := as_text(value)) is not None and not is_data(value) and not is_page(text):
            row.take(name)
            if text.strip():
                row.row["text"] = text
                return
