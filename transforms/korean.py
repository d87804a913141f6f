"""Korean particles, whose form hangs on the last sound of the word before."""

_PARTICLES = [("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("으로", "로")]
# How the last letter or digit is read: with a final consonant, and of these with a final ㄹ.
_FINAL, _FINAL_L = set("lmnrLMNR013678"), set("lrLR178")


def with_particle(word: str, particle: str) -> str:
    """`word` and the form of the particle that fits its last sound.

    >>> with_particle("물", "으로"), with_particle("책", "가"), with_particle("34%", "을")
    ('물로', '책이', '34%를')
    """
    after_final, after_vowel = next(pair for pair in _PARTICLES if particle in pair)
    last = word.rstrip(")\"'")[-1]
    if "가" <= last <= "힣":
        sound = (ord(last) - ord("가")) % 28
        final, is_l = sound != 0, sound == 8
    else:
        final, is_l = last in _FINAL, last in _FINAL_L
    if after_final == "으로" and is_l:
        final = False
    return word + (after_final if final else after_vowel)
