"""The fonts of this machine, by all their names, for documents that name fonts and carry none.

A document's own font is taken where it is there, then the ones that its layout names in its place,
then Nanum's (Debian: fonts-nanum). Another set of fonts gives other pictures: `fingerprint` stands
for it. Cost: one second or so, once a process, for the names of some hundred fonts.
"""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont

from gyogwa.schemas.ids import hash_of

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "/Library/Fonts")
_SANS, _SERIF, _MONO = "NanumGothic", "NanumMyeongjo", "NanumGothicCoding"
_FAMILY, _TYPOGRAPHIC = 1, 16
_BOLD = 600
_EM = 1000
"""Pixels at which glyphs are measured."""

Box = tuple[float, float, float, float]


class Face(NamedTuple):
    """A font file: the family under which renderers know it, all its names, its weight."""

    path: str
    family: str
    names: frozenset[str]
    weight: int


class Fonts:
    """The fonts below some folders."""

    def __init__(self, folders: Iterable[str] = FOLDERS) -> None:
        self.faces = [face for path in _files(folders) for face in _face(path)]
        self._named: dict[str, list[Face]] = defaultdict(list)
        for face in self.faces:
            for name in face.names:
                self._named[name].append(face)
        self._chosen: dict[tuple[tuple[str, ...], bool, str], Face | None] = {}

    @property
    def any_hangul(self) -> bool:
        """Whether Hangul can be painted at all."""
        return any("가" in _characters(face.path) for face in self.faces)

    def choose(self, families: Sequence[str], bold: bool, text: str) -> Face | None:
        """The face that paints a text that asks for one of these families, the first that is there
        and has its characters; None where none has."""
        key = (tuple(families), bold, text)
        if key not in self._chosen:
            found = self._candidates(families, bold)
            self._chosen[key] = next((face for face in found if covers(face, text)), None)
        return self._chosen[key]

    def _candidates(self, families: Sequence[str], bold: bool) -> Iterator[Face]:
        generic = {"serif": _SERIF, "monospace": _MONO}.get(families[-1] if families else "", _SANS)
        for name in (*families, generic, _SANS, _SERIF):
            yield from sorted(self._named.get(plain(name), []), key=lambda face: _far(face, bold))
        yield from self.faces


def _far(face: Face, bold: bool) -> tuple[bool, int, str]:
    """How far a face is from the weight that is wanted."""
    return (face.weight >= _BOLD) != bold, abs(face.weight - (700 if bold else 400)), face.path


def plain(name: str) -> str:
    """A family's name as it is compared: `Nanum Myeongjo` is NanumMyeongjo."""
    return "".join(name.casefold().split())


def covers(face: Face, text: str) -> bool:
    """Whether a face has all characters."""
    return all(char in _characters(face.path) for char in text)


def ink_of(face: Face, text: str) -> Box:
    """Where the ink of a text lies, in ems, x from its pen and y from its baseline, downwards."""
    left, top, right, bottom = _measured(face.path, text)[0]
    return left / _EM, top / _EM, right / _EM, bottom / _EM


def advance_of(face: Face, text: str) -> float:
    """How far a text moves the pen, in ems."""
    return _measured(face.path, text)[1] / _EM


def fingerprint(faces: Iterable[Face]) -> str:
    """What stands for the bytes of some fonts."""
    return hash_of(*sorted({_digest(face.path) for face in faces}))[:12]


@lru_cache(maxsize=1)
def installed() -> Fonts:
    """The fonts of this machine."""
    return Fonts()


def _files(folders: Iterable[str]) -> list[str]:
    found = []
    for folder in folders:
        for root, _, names in os.walk(os.path.expanduser(folder)):
            found += [
                os.path.join(root, name)
                for name in names
                if name.lower().endswith((".ttf", ".otf"))
            ]
    return sorted(found)


def _face(path: str) -> Iterator[Face]:
    try:
        with TTFont(path, lazy=True) as font:
            names = {
                (r.nameID, r.toUnicode()) for r in font["name"].names if r.nameID in (1, 4, 16)
            }
            weight = int(font["OS/2"].usWeightClass)
            italic = bool(font["OS/2"].fsSelection & 1)
    except (TTLibError, OSError, KeyError, UnicodeDecodeError, AttributeError, ValueError):
        return  # what can't be read paints nothing
    typographic = sorted(name for number, name in names if number == _TYPOGRAPHIC)
    families = typographic or sorted(name for number, name in names if number == _FAMILY)
    if families and not italic:
        yield Face(path, families[0], frozenset(plain(name) for _, name in names), weight)


@lru_cache(maxsize=64)
def _characters(path: str) -> frozenset[str]:
    try:
        with TTFont(path, lazy=True) as font:
            return frozenset(map(chr, font.getBestCmap() or {}))
    except (TTLibError, OSError, KeyError, ValueError):
        return frozenset()


@lru_cache(maxsize=8)
def _opened(path: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, _EM, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=20_000)
def _measured(path: str, text: str) -> tuple[Box, float]:
    font = _opened(path)
    return font.getbbox(text, anchor="ls"), font.getlength(text)


@lru_cache(maxsize=64)
def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
