"""Tasks on running text alone, without any image, so that a model in training keeps its language.

All is taken from the text itself: the sentence that ends a paragraph, the heading that stands over
a section, words that were taken out of sentences, sentences put out of order, and the English term
that a Korean text gives in brackets. A text with traces of its setting (an unpaired bracket, a
footnote's number at a word) makes none. Cost: a few regular expressions a paragraph.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import Turn
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.prose_text import (
    Section,
    blanked,
    glosses,
    is_linked,
    is_sound,
    takes_up,
    title_for,
    whole_sentences,
)

_LONGEST = 900  # characters that are shown
_ENDING = (20, 220)  # characters of a sentence that is asked for
_LEAST_UNDER_HEADING = 120
_ORDERED = (3, 5)
_LETTERS = {"ko": "가나다라마", "en": "ABCDE"}


@dataclass(frozen=True)
class _Asked:
    """A kind of request, the text under it, its answer, what the request names, and what tells it
    from others of its kind."""

    kind: str
    shown: str
    answer: str
    detail: str
    named: str = ""


def prose(
    sections: Sequence[Section], language: str, ident: str, setting: Setting
) -> Iterator[Draft]:
    """What can be asked of some text in `language` ("ko" or "en"), each kind in turn, at most
    `per_image` of all. `ident` tells the text: the id of its page or row."""
    if language not in _LETTERS:
        return
    kinds = sorted(_KINDS, key=lambda kind: hash_of("prose", ident, kind.__name__))
    waiting = [list(_ranked(kind, sections, language, ident)) for kind in kinds]
    escape = setting.dialect.escape
    for number in range(setting.spec.per_image):
        waiting = [asked for asked in waiting if asked]
        if not waiting:
            return
        asked = waiting[number % len(waiting)].pop(0)
        detail = f"{asked.kind} {ident} {hash_of(asked.detail)[:8]}"
        request = prompt_for("prose", language, f"{ident}/{detail}", asked.kind, text=asked.named)
        turns = [
            Turn("user", f"{request}\n\n{escape(asked.shown)}"),
            Turn("assistant", escape(asked.answer)),
        ]
        yield Draft(turns, detail=detail)


_Kind = Callable[[Section, str], Iterator[_Asked]]


def _ranked(kind: _Kind, sections: Sequence[Section], language: str, ident: str) -> list[_Asked]:
    found = [asked for section in sections for asked in kind(section, language)]
    return sorted(found, key=lambda asked: hash_of("prose", ident, asked.kind, asked.detail))


def _continued(section: Section, language: str) -> Iterator[_Asked]:
    """The sentence that ends a paragraph and takes up those before it: others nobody foresees."""
    for text in section.paragraphs:
        said = whole_sentences(text, language)
        if len(said) < 3 or not _ENDING[0] <= len(said[-1]) <= _ENDING[1]:
            continue
        if not takes_up(said[-1], said[:-1], language):
            continue
        shown = " ".join(said[:-1])
        if len(shown) <= _LONGEST:
            yield _Asked("continue", shown, said[-1], text)


def _headed(section: Section, language: str) -> Iterator[_Asked]:
    """The heading over a section, where the text takes up most of it."""
    sound = [text for text in section.paragraphs if is_sound(text, language)]
    shown = "\n\n".join(sound)
    title = title_for(section.heading, shown, language)
    whole = len(sound) == len(section.paragraphs)
    if title and whole and _LEAST_UNDER_HEADING <= len(shown) <= _LONGEST:
        yield _Asked("heading", shown, title, section.heading)


def _cloze(section: Section, language: str) -> Iterator[_Asked]:
    """Three words back in their places; they are listed in the order of the alphabet."""
    for text in section.paragraphs:
        said = whole_sentences(text, language)
        if len(said) < 3 or len(text) > _LONGEST:
            continue
        found = blanked(said, language)
        if found is not None:
            shown, words = found
            listed = ", ".join(sorted(words))
            box = f"보기: {listed}" if language == "ko" else f"Words: {listed}"
            answer = "\n".join(f"({at}) {word}" for at, word in enumerate(words, 1))
            yield _Asked("cloze", f"{shown}\n\n{box}", answer, text)


def _ordered(section: Section, language: str) -> Iterator[_Asked]:
    """Sentences in their order, each of which says that it follows another."""
    least, most = _ORDERED
    for text in section.paragraphs:
        said = whole_sentences(text, language)
        if not least <= len(said) <= most or len(text) > _LONGEST or len(set(said)) < len(said):
            continue
        if is_linked(said[0], language) or not all(is_linked(one, language) for one in said[1:]):
            continue
        mixed = sorted(said, key=lambda one: hash_of("order", text, one))
        if mixed == said:
            mixed = [*said[1:], said[0]]
        letters = _LETTERS[language]
        shown = "\n".join(f"({letters[at]}) {one}" for at, one in enumerate(mixed))
        answer = "-".join(f"({letters[mixed.index(one)]})" for one in said)
        yield _Asked("order", shown, answer, text)


def _terms(section: Section, language: str) -> Iterator[_Asked]:
    """The English word for a Korean one, or the other way about, as the text gives both."""
    for text in section.paragraphs:
        if language != "ko" or not is_sound(text, language) or len(text) > _LONGEST:
            continue
        for korean, english in glosses(text):
            if int(hash_of("term", text, korean)[:8], 16) % 2:
                yield _Asked("term_english", text, english, korean, korean)
            else:
                yield _Asked("term_korean", text, korean, english, english)


_KINDS: tuple[_Kind, ...] = (_continued, _headed, _cloze, _ordered, _terms)
