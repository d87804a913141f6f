"""Hangul syllables taken for others that look like them: one jamo of a syllable is misread.

A precomposed syllable is 0xAC00 + (initial * 21 + vowel) * 28 + final (Unicode, section 3.12), so
a jamo is exchanged by arithmetic. Only the 2,350 syllables of KS X 1001 come out: readers of Korean
hardly ever write one of the other 8,822.
"""

from functools import cache

from gyogwa.transforms.tasks.corruptions.answer import Answer
from gyogwa.transforms.tasks.corruptions.edits import Edit, edited_in_order, evenly

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST, _LAST = 0xAC00, 0xD7A3
_SHARES = (0.01, 0.04, 0.1)

# Pairs that differ by one stroke, or by its side; both ways.
_INITIAL_PAIRS = "ㅁㅇ ㄹㅌ ㄱㅋ ㄷㅌ ㄷㄹ ㄴㄷ ㅁㅂ ㅂㅍ ㅅㅈ ㅈㅊ ㅇㅎ ㄱㄲ ㄷㄸ ㅂㅃ ㅅㅆ ㅈㅉ"
_VOWEL_PAIRS = (
    "ㅐㅔ ㅒㅖ ㅓㅏ ㅕㅑ ㅏㅑ ㅓㅕ ㅗㅛ ㅜㅠ ㅗㅜ ㅡㅜ ㅡㅗ "
    "ㅣㅏ ㅣㅓ ㅚㅙ ㅟㅞ ㅘㅚ ㅝㅟ ㅢㅟ ㅐㅏ ㅔㅓ"
)
_FINAL_PAIRS = "ㅁㅇ ㄴㄹ ㅁㅂ ㄱㅋ ㄱㄲ ㅅㅆ ㄷㄹ ㄹㅌ ㅂㅍ ㅈㅊ ㅅㅈ ㄺㄱ ㄶㄴ ㄻㅁ ㅀㄹ ㅄㅂ"


def _both_ways(pairs: str, jamo: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for pair in pairs.split():
        one, other = pair[0], pair[1]
        found.setdefault(jamo.index(one), []).append(jamo.index(other))
        found.setdefault(jamo.index(other), []).append(jamo.index(one))
    return found


_LIKE_INITIAL = _both_ways(_INITIAL_PAIRS, _INITIALS)
_LIKE_VOWEL = _both_ways(_VOWEL_PAIRS, _VOWELS)
_LIKE_FINAL = _both_ways(_FINAL_PAIRS, _FINALS)


@cache
def look_alikes(syllable: str) -> tuple[str, ...]:
    """Common syllables that differ in one jamo which is easily misread; none for other text."""
    code = ord(syllable)
    if not _FIRST <= code <= _LAST:
        return ()
    initial, rest = divmod(code - _FIRST, 588)
    vowel, final = divmod(rest, 28)
    options = [(other, vowel, final) for other in _LIKE_INITIAL.get(initial, [])]
    options += [(initial, other, final) for other in _LIKE_VOWEL.get(vowel, [])]
    options += [(initial, vowel, other) for other in _LIKE_FINAL.get(final, [])]
    if final:
        options.append((initial, vowel, 0))
    syllables = (chr(_FIRST + (one * 21 + two) * 28 + three) for one, two, three in options)
    return tuple(other for other in syllables if is_common(other))


def is_common(syllable: str) -> bool:
    """Whether KS X 1001 has the syllable."""
    # Python's codec spells the others out in eight bytes rather than refuse them
    return len(syllable.encode("euc_kr", "ignore")) == 2


def misread_hangul(answer: Answer, strength: int, key: str) -> Answer | None:
    """A few syllables read as ones that look like them, such as 재 for 제 or 발 for 밭; one way as
    often as the other."""
    edits = [
        Edit(index, place, place + 1, other)
        for index, piece in enumerate(answer.pieces)
        for place, char in enumerate(piece.text)
        for other in look_alikes(char)
    ]
    sites = len({(edit.piece, edit.start) for edit in edits})
    return edited_in_order(answer, evenly(answer, edits, "hangul", key), sites, strength, _SHARES)
