"""Two questions in a row, the second about what the first one's answer gave.

Locate, then read: where does a phrase stand, and what does the whole sentence say? Read, then
answer: a sentence is read out and a fact in it asked for. Only whole sentences and list items count
(`sentences.passages`), and only phrases that stand on the page once.
"""

import re
from collections.abc import Iterator

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import Page, Turn
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.targets.dialect import Item
from gyogwa.transforms.targets.neutral import Neutral
from gyogwa.transforms.targets.protocols import protocol_of, requested
from gyogwa.transforms.tasks.documents import questions
from gyogwa.transforms.tasks.occurrences import places_of
from gyogwa.transforms.tasks.page import Draft, Setting, ask
from gyogwa.transforms.tasks.questions_base import Answers, answered
from gyogwa.transforms.tasks.referents import placed_words, referents
from gyogwa.transforms.tasks.sentences import Passage, passages

_FIRST_WORDS = 7
_PARTICLE = re.compile(r"([가-힣]{2,}?)(?:은|는|이|가|을|를)")
_NO_NOUN = re.compile(
    r"(?:[하되있없리지오드나않내키르치받쓰맞닿]는|(?:에|게|서|로|도|만|지|터)는"
    r"|[않같많적높낮좋넓작]은|[많같높깊없]이)$"
)
"""Verbs that stand before a noun, particles before particles, and adverbs."""
_LEAST_MORE = 10  # characters that the sentence has beside the phrase that was found


def chain(page: Page, setting: Setting) -> Iterator[Draft]:
    """At most `per_image` chains, the kinds in turn; none in dialects of one question."""
    if not setting.dialect.several_turns:
        return
    key = page.image.image_id
    kinds = [list(_located(page, setting)), list(_read_first(page, setting))]
    ranked = [sorted(kind, key=lambda draft: hash_of("chain", key, draft.detail)) for kind in kinds]
    longest = max(map(len, ranked))
    turns = [kind[place] for place in range(longest) for kind in ranked if place < len(kind)]
    yield from turns[: setting.spec.per_image]


def _located(page: Page, setting: Setting) -> Iterator[Draft]:
    """Where a phrase stands, then the sentence or list item around it."""
    dialect, language = setting.dialect, page.annotation.language
    if not dialect.has_boxes:
        return
    around = [part for part in passages(page) if part.form != "label"]
    begun = _beginnings(page, around) if language == "ko" else ()
    for item in [*referents(page), *begun]:
        holding = [part for part in around if item.text in part.text]
        if len(item.boxes) != 1 or len(holding) != 1 or not _says_more(holding[0], item.text):
            continue
        key = f"{page.image.image_id}/{item.text}"
        text = dialect.escape(item.text)
        asked = prompt_for("ground", language, key, text=text)
        if dialect.grounding_prompt:
            asked = f"{dialect.grounding_prompt}\n{asked}"
        if isinstance(dialect, Neutral):
            asked = dialect.asked("ground", asked, text)
        elif request := protocol_of(dialect).requests.get("ground"):
            asked = requested(request, subject=text)
        kind = "read_item_around" if holding[0].form == "item" else "read_around"
        turns = ask(asked, dialect.ground(item, setting.size(page)))
        turns += _then(prompt_for("chain", language, key, kind), dialect.escape(holding[0].text))
        yield Draft(turns, f"locate:{item.text}")


def _beginnings(page: Page, parts: list[Passage]) -> Iterator[Item]:
    """What Korean sentences begin with: few nouns stand on a page once and are known as such."""
    words = placed_words(page)
    for part in parts:
        quote = noun_phrase(part.text)
        if quote:
            yield Item(quote, places_of(quote, words))


def noun_phrase(text: str) -> str:
    """The words with which a Korean sentence begins, up to the first noun with a particle, without
    it; "" where there is none soon.

    >>> noun_phrase("지난 회의에서 지적된 유리 텀블러 문제는 9월까지 보완한다.")
    '지난 회의에서 지적된 유리 텀블러 문제'
    """
    words = text.split()[:_FIRST_WORDS]
    for count, word in enumerate(words, 1):
        found = _PARTICLE.fullmatch(word)
        if count > 1 and found and not _NO_NOUN.search(word):
            return " ".join([*words[: count - 1], found[1]])
    return ""


def _says_more(part: Passage, phrase: str) -> bool:
    return part.text.count(phrase) == 1 and len(part.text) >= len(phrase) + _LEAST_MORE


def _read_first(page: Page, setting: Setting) -> Iterator[Draft]:
    """A sentence, list item or labelled line read out, then the fact in it."""
    if page.image.kind in ("chart", "table"):
        return
    dialect, language = setting.dialect, page.annotation.language
    parts = passages(page)
    for found in questions(page):
        form, quote = found.fields.get("form", ""), found.fields.get("quote", "")
        begun = [part for part in parts if part.form == form and _begins(part, quote)]
        if f"then_{found.kind}" not in _THEN or not quote or len(begun) != 1:
            continue
        if begun[0].text.strip() == found.answers.short:
            continue  # nothing is left to ask
        detail = f"read:{found.kind}:{found.detail}"
        key = f"{page.image.image_id}/{detail}"
        asked = prompt_for("chain", language, key, f"read_{form}", quote=dialect.escape(quote))
        then = prompt_for("chain", language, key, f"then_{found.kind}")
        answers = Answers(*map(dialect.escape, (found.answers.short, found.answers.sentence)))
        turns = ask(asked, dialect.escape(begun[0].text))
        turns += answered(then, answers, language, f"chain/{key}", images=0)
        yield Draft(turns, detail)


_THEN = ("then_date", "then_amount", "then_share")


def _begins(part: Passage, quote: str) -> bool:
    return part.label == quote if part.form == "label" else part.text.startswith(quote)


def _then(question: str, answer: str) -> list[Turn]:
    return [Turn("user", question), Turn("assistant", answer)]
