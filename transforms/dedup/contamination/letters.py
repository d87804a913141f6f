"""Text as comparable letters: no spaces, no choice markers, no Korean particles or endings.

Korean spacing varies from writer to writer, so letters are compared and not words, and what tells
one writer's sentence from another's is taken away on both sides alike: markers of choices (`A.`,
`(A)`, `①`, `1)`, `가.`, `ㄱ.`), sentence endings (입니까, 인가요, 한가요, 하시오, 주세요 …) and
particles (은, 는, 이, 가, 을, 를, 의, 에서, 으로 …). Each syllable is taken apart into its two or
three letters (jamo), so that another ending of a stem changes a few letters and not a syllable.

Limits. Particles go wherever their syllables stand, inside words too (가격 becomes 격): equal texts
stay equal, and words that differ in nothing else become one. Verbs keep their tense and irregular
stems (높은, 높았던; 들은, 듣는). English keeps its endings: an `s` more is one letter. A
morphological analyser would say more, but kiwipiepy is a native build with a model of its own, and
its analysis changes with the spacing, which is what varies here.
"""

import re
import unicodedata

_CIRCLED = "①-⑳⑴-⒇⒜-⒵Ⓐ-Ⓩⓐ-ⓩ㉠-㉻㈀-㈛"
_MARKERS = re.compile(
    rf"[{_CIRCLED}❶-❿➀-➓]"
    r"|(?<![0-9A-Za-z.,])[(\[]?(?:[A-Ja-j]|[1-9]|10)(?:[)\]:]|\.(?!\d))(?:[)\]])?"
    r"|(?:(?<=\s)|^)[(\[]?[가나다라마바사아자차ㄱ-ㅊ](?:[)\]:]|[.](?=\s))"
    r"|[(\[](?:[A-Ja-j]|[1-9]|[가나다라마바사ㄱ-ㅅ])[)\]]",
    re.MULTILINE,
)
_FINALS = "\u11a8-\u11ff"


def _taken_apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _any_of(endings: str) -> str:
    """A pattern of these Hangul pieces, the longest first. A leading final consonant, written as
    the letter, is that of the syllable before."""
    apart = []
    for ending in endings.split():
        first = {"ㅂ": "\u11b8", "ㄴ": "\u11ab", "ㄹ": "\u11af"}.get(ending[0])
        apart.append((first or "") + _taken_apart(ending[1:] if first else ending))
    return "|".join(sorted(apart, key=len, reverse=True))


_ENDINGS = re.compile(
    "(?:"
    + _any_of(
        "입니까 입니다 습니까 습니다 ㅂ니까 ㅂ니다 인가요 인가 ㄴ가요 ㄴ가 는가요 는가 은가요 은가 "
        "일까요 일까 ㄹ까요 ㄹ까 을까요 을까 나요 인지요 는지요 이에요 예요 "
        "이지요 이죠 지요 죠 십시오 시오 으세요 세요 주세요 주십시오 주시오 보세요 보십시오 하라 "
        "해라 어라 아라 어요 아요 여요 해요 이야 냐 이냐"
    )
    + f")(?![{_FINALS}])"
)
_PARTICLES = re.compile(
    "(?:"
    + _any_of("에서는 에서의 에서 에게 에는 으로 로 부터 까지 은 는 이 가 을 를 의 에 와 과 도")
    + f")(?![{_FINALS}])"
)


def without_markers(text: str) -> str:
    """The text with a line break for each marker of a choice.

    >>> without_markers("A. 서울 (B) 부산 ③대전 4) 3.5명").split()
    ['서울', '부산', '대전', '3.5명']
    """
    return _MARKERS.sub("\n", text)


def plain_letters(text: str) -> str:
    """Letters and digits in lower case, Hangul taken apart, nothing else taken away.

    >>> len(plain_letters("한글, 3장!"))
    10
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in _taken_apart(plain) if unicodedata.category(c)[0] in "LN")


def letters_of(text: str) -> str:
    """Letters and digits without markers, endings and particles.

    >>> letters_of("(A) 서울은 어디입니까?") == letters_of("① 서울 어디인가요")
    True
    """
    letters = plain_letters(without_markers(text))
    return _PARTICLES.sub("", _ENDINGS.sub("", letters))
