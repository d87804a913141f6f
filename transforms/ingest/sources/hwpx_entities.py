"""The characters of an HWPX that XML writes as entities, which rhwp 0.5.1 skips: `R&D` would be
laid out, painted and told as `RD`.

Before it sees a document, entities in texts are written as what they stand for, but for `&` and
`<`: these are stood in for by letters that are about as wide and that the document doesn't use, and
put back in what rhwp gives. KS X 6101 has the texts in `Contents/section*.xml`.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_SECTION = re.compile(r"Contents/section\d+\.xml")
_TEXT = re.compile(r">[^<>]*&[^<>]*<")
_STAND_INS = {"&": "ÐÞÆØ", "<": "ðþøæ"}


class Readable(NamedTuple):
    """A document that rhwp reads whole; which letters stand in for which characters."""

    data: bytes
    stand_ins: dict[str, str]

    def in_svg(self, svg: str) -> str:
        """A page with the characters themselves."""
        return svg.translate({ord(i): f"&{n};" for i, n in self._named()})

    def in_json(self, text: str) -> str:
        """What the document says with the characters themselves."""
        return text.translate({ord(letter): char for letter, char in self.stand_ins.items()})

    def _named(self) -> Iterator[tuple[str, str]]:
        names = {"&": "amp", "<": "lt"}
        return ((letter, names[char]) for letter, char in self.stand_ins.items())


def readable(data: bytes) -> Readable:
    """The document without entities in its texts; as it is where it has none, or is no ZIP. Raises
    BadZipFile, ValueError."""
    if not data.startswith(b"PK"):
        return Readable(data, {})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        sections = {
            member.filename: archive.read(member).decode("utf-8", "replace")
            for member in members
            if _SECTION.fullmatch(member.filename)
        }
        if not any(_TEXT.search(text) for text in sections.values()):
            return Readable(data, {})
        used = set().union(*sections.values())
        free = {
            char: next((letter for letter in letters if letter not in used), "")
            for char, letters in _STAND_INS.items()
        }
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as written:
            for member in members:
                text = sections.get(member.filename)
                found = archive.read(member) if text is None else _plain(text, free).encode()
                written.writestr(member, found)
    return Readable(copy.getvalue(), {letter: char for char, letter in free.items() if letter})


def _plain(text: str, free: dict[str, str]) -> str:
    def written(found: re.Match[str]) -> str:
        said = unescape(found[0][1:-1])
        for char, letter in free.items():
            said = said.replace(char, letter)
        return f">{said}<"

    return _TEXT.sub(written, text)
