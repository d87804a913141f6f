"""Whether a text reads as a language: a map from glyphs to characters that is shifted or shuffled
gives words that nobody writes, though each stands in the right place.

Latin: the share of neighbouring letters that are among the hundred commonest pairs of English, as
counted in the manuals of nettle, valgrind and bzip2. On 132 pages of four other manuals it is .50
and more, on German, French and Spanish messages .50 and more; shifted by one letter at most .22,
with 30 random alphabets at most .33.

Hangul: the share of words that end as Korean words do, in a particle or an ending. Of 48 Korean
message catalogs (glibc, PostgreSQL, GTK ...) it is .35 and more but for lists of names (.05 to
.27); with the syllables of a catalog shuffled among themselves at most .32, shifted by one 0. A
page of a few lines may be shuffled so that its commonest ending is another one, so it takes more
words.

Who fails makes a doubt that reading the page settles, so a list of names costs a reading, and no
more.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

_COMMON = """
ac al am an ar as at be bl bz ca ce ch ck co cr ct de di ea ec ed el em en er es et ex ey fi
fo fu ge ha he hi ic ig il in io is it iz ke le li ll lo ly ma me mp nc nd ne ng no ns nt oc
of om on or ou pe po pr pt ra re ri ro rs ru ry sa se sh si ss st ta te th ti to tr ts tx uc
un ur us ut ve wi ze
"""
_PAIRS = frozenset(_COMMON.split())
_ENDINGS = frozenset(
    "은는이가을를의에로과와도다고며서한된할인지면나게기던시등및적성자해히만요라까대음함됨임"
)
_PAIR_SHARE = 0.4
_ENDING_SHARE = 0.36
_LEAST_PAIRS = 30
_LEAST_WORDS = 60
_FEW_PAIRS = 12
_NONSENSE = 0.25
"""Less than this is nonsense; between the two, as URLs are, it may be either."""
_LATIN = re.compile("[a-z]+")
_HANGUL = re.compile("[가-힣]{2,}")


def makes_sense(words: Sequence[str]) -> bool | None:
    """Whether the words, of one font, are of a language; None where that can't be told."""
    text = " ".join(words)
    pairs = ["".join(pair) for run in _LATIN.findall(text.lower()) for pair in pairwise(run)]
    hangul = _HANGUL.findall(text)
    common = sum(pair in _PAIRS for pair in pairs)
    told = []
    if len(pairs) >= _LEAST_PAIRS and common >= _PAIR_SHARE * len(pairs):
        told.append(True)
    elif len(pairs) >= _FEW_PAIRS and common < _NONSENSE * len(pairs):
        told.append(False)
    if len(hangul) >= _LEAST_WORDS:
        ends = sum(run[-1] in _ENDINGS for run in hangul)
        told.append(ends >= _ENDING_SHARE * len(hangul))
    return all(told) if told else None
