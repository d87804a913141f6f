"""Korean particles, whose form hangs on the last sound of the word before.

What is read aloud decides: 10 is 십, kg 킬로그램, Web 웹. A bracket behind a word isn't read, so
`한글(HWP)` takes the particle of 한글, as the National Institute of Korean Language has it.
"""

import re
from typing import Literal

from gyogwa.transforms.prompts.latin_sounds import sound_of_latin
from gyogwa.transforms.prompts.unit_sounds import UNITS

Sound = Literal["", "ㄹ", "+"]
"""How a word ends: in a vowel, in ㄹ, or in another consonant."""

PARTICLES = [("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("으로", "로")]
_COPULA = {
    "이라는": ("이라는", "라는"),
    "이라고": ("이라고", "라고"),
}
_DIGITS: dict[str, Sound] = dict(
    zip("0123456789", ("+", "ㄹ", "", "+", "", "", "+", "ㄹ", "ㄹ", ""), strict=True)
)
_BRACKET = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>|〔[^〔〕]*〕|（[^（）]*）)\s*$")
_UNREAD = " \t\"'”’」』》〉.,;:!?…·-–—~/\\_|*`\ufdd3"  # the last ends a mark, see targets.neutral
_CLOSING = _UNREAD + ")]>}"
_NUMBER = re.compile(r"(?:\d[\d,]*)?\d(?:\.\d+)?$")
_LATIN = re.compile(r"[A-Za-z]+(?:'[a-z]+)?$")
_UNIT = re.compile(
    r"(?:^|[\d\s.,/(])([^\W\d_]+[²³2-3]?|[%‰℃℉°㎏㎍㎎㎜㎝㎞㎡㎥㏊ℓ㎖㎐㎾㏈$€£¥₩+&@#]|%p)$"
)


def with_particle(word: str, particle: str) -> str:
    """`word` and the form of the particle that fits its last sound.

    >>> with_particle("물", "으로"), with_particle("책", "가"), with_particle("34%", "을")
    ('물로', '책이', '34%를')
    >>> with_particle("Web", "을"), with_particle("12kg", "을"), with_particle("한글(HWP)", "과")
    ('Web을', '12kg을', '한글(HWP)과')
    """
    return word + particle_for(word, particle)


def particle_for(word: str, particle: str) -> str:
    """The form of the particle alone, for where a quotation mark stands between.

    Raises ValueError for what is no particle with two forms.
    """
    pair = next((pair for pair in PARTICLES if particle in pair), _COPULA.get(particle))
    if pair is None:
        raise ValueError(f"expected one of {PARTICLES}, found {particle!r}")
    sound = sound_of(word)
    consonant = sound == "+" or (sound == "ㄹ" and pair[0] != "으로")
    return pair[0] if consonant else pair[1]


def sound_of(word: str) -> Sound:
    """The sound in which a word ends as it is read aloud; a vowel where nobody could tell."""
    said = _said(word)
    if not said:
        return ""
    last = said[-1]
    if "가" <= last <= "힣":
        return _of_hangul(last)
    unit = _UNIT.search(said)
    if unit and unit[1] in UNITS and (unit[0] != said or len(said) > 1 or not said.isalpha()):
        return _of_hangul(UNITS[unit[1]])
    if last.isdigit():
        return _of_number(said)
    latin = _LATIN.search(said)
    return sound_of_latin(latin[0]) if latin else ""


def _said(word: str) -> str:
    """The word without what isn't read at its end: brackets behind it, quotes, full stops."""
    said = word.rstrip(_UNREAD)
    while (shorter := _BRACKET.sub("", said)) and shorter != said:
        said = shorter.rstrip(_CLOSING)
    return said.rstrip(_CLOSING)


def _of_number(said: str) -> Sound:
    """Korean reads a number by its places (20 is 이십) and decimals digit by digit."""
    match = _NUMBER.search(said)
    number = match[0].replace(",", "") if match else said[-1]
    if "." in number:
        return _DIGITS[number[-1]]
    zeros = len(number) - len(number.rstrip("0"))
    if 0 < zeros < len(number) and not number.startswith("0"):
        return "" if zeros >= 12 else "+"  # 십 백 천 만 억 end in consonants, 조 in a vowel
    return _DIGITS[number[-1]]


def _of_hangul(reading: str) -> Sound:
    final = (ord(reading[-1]) - ord("가")) % 28
    return "" if not final else "ㄹ" if final == 8 else "+"
