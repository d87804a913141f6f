"""In which sound a Latin word ends when a Korean reads it.

Acronyms are spelt by letter (PDF 피디에프), words are read by the orthography of loan words (외래어
표기법). A final p, t, k is a closed syllable after a short vowel (app 앱, net 넷, block 블록) and
gets a vowel elsewhere (note 노트, test 테스트). English spelling doesn't tell which vowels are
short, and usage has its own ways (set 세트, check 체크), so words that break the rules below and
are met in Korean documents are listed by the sound in which their reading ends.
"""

import re
from typing import Literal

Sound = Literal["", "ㄹ", "+"]

_LETTERS: dict[str, Sound] = {"L": "ㄹ", "R": "ㄹ", "M": "+", "N": "+"}  # 엘 알 엠 엔
_VOWELS = "aeiouy"
_CLOSED = """
app web club lab job pub group type template laptop desktop workshop startup backup popup setup
photoshop roadmap
git unit internet intranet ethernet robot chatbot format market ticket tablet widget outlet helmet
packet pocket socket target gadget snapshot screenshot budget facebook notebook macbook book back
"""
_OPEN = """
set reset dataset asset offset preset kit hit bit edit credit visit permit limit exit submit summit
profit github hub check tech soup loop sheet spreadsheet tweet street meet heat seat boat coat beat
great
soap sleep deep keep sweep jeep leap cheap week peek speak break steak weak leak id ad up theme
"""
_PLAIN_L = "url html xml ssl sql mysql graphql yaml"
_SOUND_OF_WORD: dict[str, Sound] = {}
_SOUND_OF_WORD |= dict.fromkeys(_CLOSED.split(), "+")
_SOUND_OF_WORD |= dict.fromkeys(_OPEN.split(), "")
_SOUND_OF_WORD |= dict.fromkeys(_PLAIN_L.split(), "ㄹ")
_SPELT = """
pdf css usb cpu gpu api ocr dns http https ftp ssh cctv led lcd rgb ceo cfo cto pc tv dvd cd ip
it pr hr rfid gps lte qr vr ar iot csv docx hwp pptx xlsx txt jpg png svg exe dll iso os faq
sms mms ppt kbs mbc sbs ktx srt
"""
_READ = "NASA UNESCO UNICEF NATO OPEC RAM ROM SIM PIN LAN WAN GNU UNIX JSON ZIP KAIST POSTECH"
"""Capitals that are read as a word rather than letter by letter."""


def sound_of_latin(word: str) -> Sound:
    """The last sound of a word of Latin letters: "", "ㄹ", or "+" for another consonant.

    >>> [sound_of_latin(word) for word in ("PDF", "Web", "file", "NASA")]
    ['', '+', 'ㄹ', '']
    """
    lower = word.lower()
    if word in _READ.split():
        return _of_spelling(lower)
    if len(word) == 1 or word.isupper() or lower in _SPELT.split():
        return _LETTERS.get(word[-1].upper(), "")
    if word[-1].isupper():  # a tail of capitals is spelt: iOS
        return _LETTERS.get(word[-1], "")
    if lower in _SOUND_OF_WORD:
        return _SOUND_OF_WORD[lower]
    return _of_spelling(re.findall(r"[A-Z]?[a-z']+", word)[-1].lower())  # OneDrive is a drive


def _of_spelling(word: str) -> Sound:
    """By the rules of the loan words' orthography."""
    if word in _SOUND_OF_WORD:
        return _SOUND_OF_WORD[word]
    if word.endswith("le") or word[-1] == "l":
        return "ㄹ"  # 파일, 구글, 메일
    if re.search(rf"[{_VOWELS}][mn]e$", word) and len(word) > 3:
        return "+"  # 게임, 폰
    if word[-1] in "mn" or word.endswith("ng"):
        return "+"  # 폼, 버전, 마케팅
    if word.endswith(("ic", "ck")):
        return "+"  # 뮤직, 블록
    return "+" if re.search(rf"(?:^|[^{_VOWELS}])[{_VOWELS}][ptk]$", word) else ""  # 앱, 넷
