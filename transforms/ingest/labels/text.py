"""Bytes of label files to text: UTF-8, UTF-16 by its mark, or what Korean Windows writes."""

import codecs
from typing import NamedTuple

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_LONGEST = 4
"""Bytes of the longest character in any of these encodings."""


class Text(NamedTuple):
    """Text and the name of the encoding that it came in: utf-8, utf-16 or cp949."""

    text: str
    encoding: str


def decoded(data: bytes, cut: bool = False) -> Text:
    """The text, without a byte order mark. `cut`: the data may end within a character. Raises
    ValueError when it is none of these encodings, but for `cut`, where what isn't text is replaced.

    EUC-KR is a part of cp949. What is valid UTF-8 is hardly ever meant as cp949: two bytes of a
    Hangul syllable there are no UTF-8 sequence, but by rare accident.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            text = _decode(data, encoding, cut)
            if text is not None:
                return Text(text, encoding.removesuffix("-sig"))
    for encoding in ("utf-8", "cp949"):
        text = _decode(data, encoding, cut)
        if text is not None:
            return Text(text, encoding)
    if cut:
        return Text(data.decode("utf-8", "replace"), "utf-8")
    raise ValueError("the text is neither UTF-8 nor UTF-16 nor cp949")


def line_text(data: bytes) -> str:
    """One line of a file of rows; bytes that are text in no encoding known here come as lone
    surrogates, which no row may hold."""
    try:
        return decoded(data).text
    except ValueError:
        return data.decode("utf-8", "surrogateescape")


def _decode(data: bytes, encoding: str, cut: bool) -> str | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        return decoder.decode(data, final=not cut)
    except UnicodeDecodeError:
        return None
