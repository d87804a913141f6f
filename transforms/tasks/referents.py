"""Phrases of a page that a person would point at, and near misses that aren't on it.

The surest are those that stand by themselves: cells, headings, captions, the names of a chart,
labels before a colon. Of running text there are nouns: in Korean, what stands on the page bare or
with another particle too, or in a heading or cell, so that what is cut off is known to be one; in
English, words that carry meaning, and names written with capitals. Numbers alone, function words
and anything with a quotation mark are none.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import Page
from gyogwa.transforms.targets.dialect import Item
from gyogwa.transforms.tasks.function_words import FUNCTION_WORDS
from gyogwa.transforms.tasks.occurrences import Placed, core_of, places_of
from gyogwa.transforms.tasks.times import is_no_time

_LONGEST, _MOST_PLACES = 40, 6
_LABEL = re.compile(r"^([^\W\d][^:：\"]{1,19})[:：]\s")
_HANGUL = re.compile("[가-힣]")
_CASES = ("은", "는", "이", "가", "을", "를", "과", "와", "의", "에", "로", "으로", "에서", "에게")
_CASED = ("에", "을", "를", "의", "는", "에서", "으로", "에게")
_VERB = re.compile(r"(?:다|요|까|며|고|서|면|던|는데|하여|되어|려고|도록)$")
_DETERMINERS = """
the a an these those its our their his her my your of each every
"""
_AFTER_VERBS = frozenset(["to", "the", "a", "an", "up", "out", "it", "not", "by", "on", "off"])
_NO_NOUN = re.compile(r"(?:ed|ly|est|ous|ful|able|ible|ive|less|cial|side)$")


def referents(page: Page) -> list[Item]:
    """The phrases with every place where they stand, each once, by text."""
    words = placed_words(page)
    found: dict[str, Item] = {}
    for phrase in dict.fromkeys(phrases(page)):
        places = places_of(phrase, words)
        if 0 < len(places) <= _MOST_PLACES:
            found.setdefault(phrase.casefold(), Item(phrase, places))
    return sorted(found.values(), key=lambda item: item.text)


def placed_words(page: Page) -> list[Placed]:
    """The words of the page with their lines."""
    annotation = page.annotation
    straight = annotation.direction != "vertical" and not annotation.turned
    line_of = {
        word: number
        for number, line in enumerate(annotation.lines)
        for word in range(line.first, line.last)
    }
    return [
        Placed(word.text, word.box, line_of.get(index, -1), straight and not word.quad)
        for index, word in enumerate(annotation.words)
    ]


def phrases(page: Page) -> Iterator[str]:
    """What may be asked for, the surest first, some of it more than once."""
    alone = [bare for text in _standing_alone(page) if (bare := _bare(text))]
    yield from filter(nameable, alone)
    texts = [word.text for word in page.annotation.words]
    if page.annotation.language == "ko":
        yield from filter(nameable, _korean_nouns(texts, alone))
    else:
        yield from filter(nameable, _english_nouns(texts))


def nameable(text: str) -> bool:
    """Whether a person would ask for it: with two letters at least and more letters than digits, no
    function word, short enough to be said.

    >>> [nameable(text) for text in ("합계", "1,234", "the", "(단위:", "3번 관측소")]
    [True, False, False, False, True]
    """
    letters = sum(char.isalpha() for char in text)
    return (
        2 <= len(text) <= _LONGEST
        and letters >= (2 if _HANGUL.search(text) else 3)
        and letters > sum(char.isdigit() for char in text)
        and '"' not in text
        and core_of(text) == text
        and not {text.casefold().split()[0], text.casefold().split()[-1]} & FUNCTION_WORDS
    )


def _standing_alone(page: Page) -> Iterator[str]:
    annotation = page.annotation
    lines = page.line_texts()
    for table in annotation.known_tables:
        yield from (cell.text for cell in table.cells)
    for chart in annotation.charts:
        yield from (chart.title, *chart.categories, *(series.name for series in chart.series))
    for block in annotation.blocks:
        if block.kind in ("heading", "caption") and block.last - block.first == 1:
            yield lines[block.first]
    for text in lines:
        if label := _LABEL.match(text):
            yield label[1]


def _bare(text: str) -> str:
    """A text without the punctuation around it and the number of a heading."""
    text = re.sub(
        r"^(?:제?\d+[절장조]?[.)]?|[가-힣a-z]\)|[○□■※·•–\-])\s+", "", " ".join(text.split())
    )
    words = text.split()
    if not words:
        return ""
    return core_of(words[0]) if len(words) == 1 else core_of(text)


def _korean_nouns(texts: list[str], alone: list[str]) -> Iterator[str]:
    """Eojeol without their particle, where the page shows that what is left is a word."""
    standing = set(alone)
    stems: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        core = core_of(text)
        if not _HANGUL.search(core[-1:]):
            continue
        stems[core].add("")
        for particle in _CASES:
            if core.endswith(particle) and len(core) - len(particle) >= 2:
                stems[core[: -len(particle)]].add(particle)
    for stem, endings in stems.items():
        if _ends_in_particle(stem):
            continue
        if stem in standing or (len(endings) > 1 and not _VERB.search(stem)):
            yield stem


def _ends_in_particle(stem: str) -> bool:
    """Whether a particle stands behind Latin letters or digits: "FSF와" of "FSF와의"."""
    return any(stem.endswith(end) and not _HANGUL.search(stem[: -len(end)][-1:]) for end in _CASES)


def _english_nouns(texts: list[str]) -> Iterator[str]:
    """Names in capitals; nouns, and adjectives with nouns, behind a determiner and
    before a function word or a stop: "the remote consultation is", "a contract."."""
    cores = [core_of(text) for text in texts]
    yield from _names(texts, cores)
    for index, (text, core) in enumerate(zip(texts, cores, strict=True)):
        following = cores[index + 1].casefold() if index + 1 < len(cores) else ""
        ends = not text.endswith(core) or not following or following in FUNCTION_WORDS
        if core.endswith("s") and text.endswith(core) and following in _AFTER_VERBS:
            continue  # "the device belongs to"
        if not ends or len(core) < 4 or not core.isalpha() or _NO_NOUN.search(core):
            continue
        before = [other.casefold() for other in cores[max(0, index - 2) : index]]
        if before[-1:] and before[-1] in _DETERMINERS.split():
            yield core
        elif len(before) == 2 and before[0] in _DETERMINERS.split() and before[1].isalpha():
            adjective = cores[index - 1]
            if core[0].islower() or adjective[0].isupper():  # no "package Depends"
                yield f"{adjective} {core}"


def _names(texts: list[str], cores: list[str]) -> Iterator[str]:
    """Runs of two to four words in capitals that no punctuation parts."""
    run: list[str] = []
    for text, core in zip([*texts, ""], [*cores, ""], strict=True):
        capital = core[:1].isupper() and core.casefold() not in FUNCTION_WORDS
        if run and (not capital or not text.startswith(core)):
            if _is_name(run):
                yield " ".join(run)
            run = []
        if capital:
            run.append(core)
            if not text.endswith(core):
                if _is_name(run):
                    yield " ".join(run)
                run = []


def _is_name(run: list[str]) -> bool:
    """Whether words in capitals are a name rather than a headline in capitals all over."""
    return 2 <= len(run) <= 4 and len(run[0]) > 1 and not all(word.isupper() for word in run)


def near_misses(page: Page, text: str, known: Iterable[str]) -> Iterator[str]:
    """Phrases made of words of the page that don't stand on it together, by hash.

    A phrase with a number gets another one; else the last word of a phrase is exchanged for that of
    another phrase of as many words. A single word gets none: joined with another ("풍력 배경",
    "contract spent") it makes nothing that anybody would look for.
    """
    yield from other_numbers(text)
    *start, last = text.split()
    if not start or last.endswith(_CASED):
        return
    ends = {other.split()[-1] for other in known if len(other.split()) == len(start) + 1}
    for end in sorted(ends, key=lambda end: hash_of("near miss", page.image.image_id, text, end)):
        phrase = " ".join([*start, end])
        alike = end[:1].isupper() == last[:1].isupper() and end not in start
        if end != last and alike and not end.endswith(_CASED) and nameable(phrase):
            yield phrase


def other_numbers(text: str) -> Iterator[str]:
    """The text with the last digit of its last number changed that isn't 0, then with the one
    before that; no fifth quarter, no 40th of a month."""
    places = [index for index, char in enumerate(text) if char in "123456789"]
    for place in places[:-3:-1]:
        for step in (3, 5, 7, 1, 2, 4, 6, 8):
            digit = (int(text[place]) + step - 1) % 9 + 1
            other = f"{text[:place]}{digit}{text[place + 1 :]}"
            if not is_no_time(other):
                yield other
