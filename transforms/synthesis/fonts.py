"""The fonts of this machine, grouped in families, and which characters each of them can draw.

Fonts are found by scanning the usual folders with names in sorted order, so the same machine always
gives the same list. Another set of fonts gives other pictures for the same seed.
"""

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont

from gyogwa.schemas.errors import GyogwaError

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "/Library/Fonts")
_SAMPLE = {
    "ko": "가나다라마바사아자차카타파하원년월일0123456789,.%()",
    "en": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789,.%()£$€–’",
}
_BY_HAND = re.compile(r"Pen Script|Brush|Pilgi|Handwriting|손글씨")
"""In the names of faces that look like handwriting: Nanum's Pen and Brush (Debian's package
fonts-nanum-extra), Un Pilgi (fonts-unfonts-core)."""
_ADVICE = {"ko": "apt install fonts-nanum", "en": "apt install fonts-dejavu-core fonts-liberation"}


@dataclass(frozen=True)
class Family:
    """A typeface with the files of its regular and its bold weight (the same if there is none)."""

    name: str
    regular: str
    bold: str

    @property
    def monospaced(self) -> bool:
        """Whether the name says that all letters are equally wide."""
        return "Mono" in self.name or "Coding" in self.name


@lru_cache(maxsize=4)
def families(language: str) -> tuple[Family, ...]:
    """Families that can draw `language` ("ko" or "en"), sorted by name.

    A family that has Hangul is left to Korean, and none looks like handwriting. Raises GyogwaError
    when there is none.
    """
    found = tuple(
        family
        for family in _scan()
        if all(covers(path, _SAMPLE[language]) for path in (family.regular, family.bold))
        and (language == "ko" or not covers(family.regular, "가"))
        and "Math" not in family.name
        and not _BY_HAND.search(family.name)
    )
    if not found:
        raise GyogwaError(
            f"no font for language {language!r} under {', '.join(FOLDERS)}; "
            f"install one, such as: {_ADVICE[language]}"
        )
    return found


@lru_cache(maxsize=4)
def handwriting(language: str) -> tuple[Family, ...]:
    """Families that look like handwriting and can draw `language`; () if none is installed."""
    return tuple(
        family
        for family in _scan()
        if _BY_HAND.search(family.name) and covers(family.regular, _SAMPLE[language])
    )


@lru_cache(maxsize=1)
def _scan() -> tuple[Family, ...]:
    weights: dict[str, dict[str, str]] = {}
    for folder in FOLDERS:
        for path in sorted(Path(os.path.expanduser(folder)).rglob("*.[to]tf")):
            try:
                with TTFont(path, lazy=True) as font:
                    names = font["name"]
                    family, weight = str(names.getDebugName(1)), str(names.getDebugName(2))
            except (TTLibError, KeyError, OSError):
                continue
            # Some families name each weight a family of its own ("NanumSquare Bold", "Regular").
            for ending in (" Bold", "OTF Bold"):
                if family.endswith(ending):
                    family, weight = family.removesuffix(ending), "Bold"
            family = family.removesuffix(" Regular")
            if weight in ("Regular", "Book", "Bold"):
                key = "bold" if weight == "Bold" else "regular"
                weights.setdefault(family, {}).setdefault(key, str(path))
    return tuple(
        Family(name, files["regular"], files.get("bold", files["regular"]))
        for name, files in sorted(weights.items())
        if "regular" in files
    )


@lru_cache(maxsize=64)
def _characters(path: str) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        # Names of glyphs are asked for nothing here, and reading them takes most of the time.
        font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])
        return frozenset(font.getBestCmap() or {})


def covers(path: str, text: str) -> bool:
    """Whether the font file has a glyph for every character of `text`."""
    return all(ord(char) in _characters(path) for char in text)


@lru_cache(maxsize=512)
def load(path: str, size: int) -> ImageFont.FreeTypeFont:
    """The font at `size` pixels an em.

    The basic layout engine is enough for Hangul and Latin, and it is the same in every Pillow.
    """
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=16384)
def advance(path: str, size: int, word: str) -> float:
    """How far `word` advances in the font that draws it, in pixels.

    Lines are broken by trying, so a word is asked for many times.
    """
    return font_for(path, size, word).getlength(word)


@lru_cache(maxsize=4096)
def font_for(path: str, size: int, word: str) -> ImageFont.FreeTypeFont:
    """The font itself if it covers `word`, else the first family here that does, regular weight.

    Raises GyogwaError when no font can draw the word.
    """
    if covers(path, word):
        return load(path, size)
    for family in sorted(_scan(), key=lambda family: bool(_BY_HAND.search(family.name))):
        if covers(family.regular, word):
            return load(family.regular, size)
    raise GyogwaError(
        f"no font here can draw {word!r}; install one, such as: apt install fonts-noto"
    )
