"""What running text is fit for: whole sentences, headings that its text takes up, words that can be
taken out, sentences that say that they follow another, and terms given in two languages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gyogwa.transforms.tasks.function_words import FUNCTION_WORDS
from gyogwa.transforms.tasks.sentences import finished, paired, sentences

_LETTER = re.compile(r"[^\W\d_]")
_HANGUL = re.compile(r"[가-힣]")
_TRACES = re.compile(
    r"[.!?,)\]\"”'’가-힣]\d{1,2}(?=\s|$)|://|[|\t\n\ufffd\u00ad]|\.{4,}|[①-⑳]|(?<!m)[⁰¹²³⁴-⁹]|_{2,}|\s[.,;](?=\s|$)|->|\w[=<>][-\w]"
)
"""Numbers of footnotes, addresses, rules of tables, leaders, marks that blanks use."""
_NUMBER = re.compile(
    r"^(?:(?:(?:Part|Chapter|Section|Appendix|제)\s*)?\d+(?:\.\d+)*\s*[장절조항부편]?[.:)]?"
    r"|[가-힣A-Z][.)])\s+"
)
_BEGINS = re.compile(r"^[\"“‘'(]?[^\W\d_]")
_KOREAN_WORD = re.compile(r"^([가-힣]{3,8})[,.?!]?$")
_ENGLISH_WORD = re.compile(r"^([a-z]{5,14})[,.?!;:]?$")
_GLOSS = re.compile(
    r"(?<![가-힣A-Za-z])(?P<korean>[가-힣]{2,8})\s?\((?P<english>[A-Za-z][A-Za-z-]{3,24})\)"
)
_LINKS = {
    "ko": re.compile(
        r"^(?:그러나|그런데|그리고|그래서|그러므로|그렇지만|그러면|그럼에도|따라서|또한|또|하지만|즉|다만|"
        r"반면에?|이를|이는|이런|이러한|이렇게|이와|이때|이로써|이\s|그\s|그는|그녀는|그들은|그것|이것|"
        r"여기에|이에|이처럼|특히|예를|게다가|마지막으로|결국|왜냐하면|한편|이후|그\s?후|그\s?결과)"
    ),
    "en": re.compile(
        r"^(?:However|But|And|So(?! far)|Therefore|Thus|Also|Moreover|Furthermore|This|These|Those|"
        r"That|It|"
        r"They|He|She|Such|Then|Hence|Instead|Nevertheless|In addition|As a result|For example|"
        r"Consequently|Otherwise|Similarly|Finally|Additionally|Likewise|Afterwards)\b"
    ),
}
_FORMS = ("ing", "ed", "ly", "s")
"""What ends English words of one form: where one stands, another may."""


@dataclass(frozen=True)
class Section:
    """Paragraphs that follow each other under one heading, "" for none."""

    heading: str
    paragraphs: list[str]


def sections_of(texts: Iterable[tuple[str, str]]) -> list[Section]:
    """(Kind, text) of headings, paragraphs and items in order as sections. An item of a list ends
    the paragraphs that follow their heading without a gap."""
    found: list[Section] = []
    open_section = False
    for kind, text in texts:
        if kind == "heading":
            found.append(Section(text, []))
            open_section = True
        elif kind == "paragraph":
            if not open_section:
                found.append(Section("", []))
                open_section = True
            found[-1].paragraphs.append(text)
        elif found and found[-1].heading:
            # What stands under the heading is more than its paragraphs say.
            found[-1] = Section("", found[-1].paragraphs)
    return [section for section in found if section.paragraphs]


def language_in(text: str) -> str:
    """`ko` or `en` where nearly all letters are of that language, else ""."""
    letters = len(_LETTER.findall(text))
    hangul = len(_HANGUL.findall(text))
    if letters and hangul >= 0.5 * letters:
        return "ko"
    ascii_letters = sum(char.isascii() and char.isalpha() for char in text)
    return "en" if letters and ascii_letters >= 0.98 * letters else ""


def is_sound(text: str, language: str) -> bool:
    """Whether a paragraph is prose in this language, finished, without traces of its setting."""
    if language_in(text) != language or _TRACES.search(text) or not _BEGINS.match(text):
        return False
    if len(_LETTER.findall(text)) < 0.65 * len(text.replace(" ", "")):
        return False
    return paired(text) and finished(text) and not text.endswith((":", ";"))


def whole_sentences(text: str, language: str) -> list[str]:
    """The sentences of a sound paragraph; [] where one may not be whole."""
    if not is_sound(text, language):
        return []
    found = sentences(text)
    whole = all(
        len(one) >= 10 and _BEGINS.match(one) and finished(one) and not one.endswith((":", ";"))
        for one in found
    )
    return found if whole else []


def title_for(heading: str, text: str, language: str) -> str:
    """A heading without its number, "" where the text under it doesn't take up most of its words:
    of "Expected results" over text that has results, nobody would think."""
    title = _NUMBER.sub("", heading).strip()
    if language_in(title) != language or _TRACES.search(title) or not 4 <= len(title) <= 80:
        return ""
    stems = _stems(title, language)
    taken = sum(stem in text.casefold() for stem in stems)
    return title if 2 * taken > len(stems) and len(title.split()) > 1 else ""


def _stems(text: str, language: str) -> list[str]:
    """The words of a text that say something, small; Korean ones less their last syllable, which
    may be a particle."""
    words = [re.sub(r"\W", "", word).casefold() for word in text.split()]
    stems = [word[: max(2, len(word) - 1)] if language == "ko" else word for word in words]
    return [
        stem
        for stem in stems
        if len(stem) > (3 if stem.isascii() else 1) and stem not in FUNCTION_WORDS
    ]


def blanked(said: Sequence[str], language: str) -> tuple[str, list[str]] | None:
    """Sentences with a numbered blank in three of them, and the words that were there. None where
    no three words can be told by how they end, so that each fits one blank alone."""
    pattern = _KOREAN_WORD if language == "ko" else _ENGLISH_WORD
    everywhere = " ".join(said)
    words: list[str] = []
    shown: list[str] = []
    for sentence in said:
        found = [match[1] for word in sentence.split() if (match := pattern.match(word))]
        fitting = [
            word
            for word in found
            if everywhere.count(word) == 1
            and word not in FUNCTION_WORDS
            and all(_form(word, language) != _form(other, language) for other in words)
        ]
        if len(words) < 3 and fitting:
            word = max(fitting, key=lambda one: (len(one), one))
            words.append(word)
            sentence = sentence.replace(word, f"({len(words)}) ____", 1)
        shown.append(sentence)
    return (" ".join(shown), words) if len(words) == 3 else None


def _form(word: str, language: str) -> str:
    """What tells words of one grammatical form by their end: a particle, an ending, a plural."""
    if language == "ko":
        return word[-1]
    return next((end for end in _FORMS if word.endswith(end)), word[-2:])


def is_linked(sentence: str, language: str) -> bool:
    """Whether a sentence begins with a word that takes up another one."""
    return _LINKS[language].match(sentence) is not None


def takes_up(sentence: str, before: Sequence[str], language: str) -> bool:
    """Whether a sentence begins as one that follows others, and says a word that stands in those
    before it: without that, nobody could tell that it follows these."""
    said = " ".join(before).casefold()
    return is_linked(sentence, language) and any(
        stem in said for stem in _stems(sentence, language)
    )


def glosses(text: str) -> Iterator[tuple[str, str]]:
    """(Korean, English) of terms that stand once, the English one in brackets behind the other,
    both a single word."""
    for match in _GLOSS.finditer(text):
        korean, english = match["korean"], match["english"]
        once = text.count(korean) == 1 and text.casefold().count(english.casefold()) == 1
        if once and not english.isupper():
            yield korean, english
