"""ICDAR's and SROIE's text files, one an image: a box and its text a line.

`x1,y1,x2,y2,x3,y3,x4,y4,text` (corners clockwise from the upper left), also `…,script,text` (MLT),
`…,difficult,"text"` (RCTW, arXiv 1708.09585: 0 or 1) and `x0,y0,x1,y1,text`, in pixels. The text
may hold commas, and stand in double quotes in which a backslash keeps the next character; with
quotes, numbers may be parted by blanks alone. `###` is text that can't be read. `gt_NAME.txt` and
`NAME.txt` are of the image NAME. Whether a text is a word or a line differs from set to set.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow

_PREFIX = re.compile("^gt_", re.IGNORECASE)
_NUMBER = r"-?\d+(?:\.\d+)?"
_LINES = [
    re.compile(rf"\s*((?:{_NUMBER}\s*,\s*){{{count}}})(.*)", re.DOTALL) for count in (8, 4)
] + [re.compile(rf'\s*((?:{_NUMBER}\s+){{{count}}})(".*")\s*', re.DOTALL) for count in (8, 4)]
_SCRIPTS = {
    *("Arabic", "Latin", "Chinese", "Japanese", "Korean", "Bangla", "Hindi", "Devanagari"),
    *("Symbols", "Mixed", "None"),
}
_DIFFICULT = re.compile(r'[01]\s*,\s*(".*")')
_UNREADABLE = "###"
_LOOKED_AT = 20
_NO_TEXT = re.compile(rf"{_NUMBER}(?:\s*,\s*{_NUMBER}){{3}}")
"""What follows 4 numbers of a quad that has no text."""


class _Line(NamedTuple):
    box: list[str]
    text: str


def _line(line: str) -> _Line | None:
    for pattern in _LINES:
        found = pattern.fullmatch(line)
        if found and _NO_TEXT.fullmatch(found[2].strip()) is None:
            return _Line(re.findall(_NUMBER, found[1]), found[2].strip())
    return None


def _fits(head: Head) -> bool:
    lines = [line for line in head.text.splitlines() if line.strip()][:_LOOKED_AT]
    found = [line for line in map(_line, lines) if line and _is_box(line)]
    return bool(found) and 2 * len(found) > len(lines)


def _is_box(line: _Line) -> bool:
    """Whether the numbers go round something, as those of a table hardly do."""
    xs, ys = [float(x) for x in line.box[::2]], [float(y) for y in line.box[1::2]]
    if len(line.box) == 4:
        return xs[0] < xs[1] and ys[0] < ys[1] and re.fullmatch(_NUMBER, line.text) is None
    return xs[0] + xs[3] < xs[1] + xs[2] or ys[0] + ys[1] < ys[2] + ys[3]


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    entries = Entries()
    lines = []
    for text in file.text().splitlines():
        line = _line(text) if text.strip() else None
        if line:
            lines.append(line)
        elif text.strip():
            entries.unread.append("lines that are no box with text")
    texts = [line.text for line in lines]
    scripts = _have_scripts(texts)
    if scripts:
        entries.unread.append("script")
        texts = [text.partition(",")[2].strip() for text in texts]
    marked = [_DIFFICULT.fullmatch(text) for text in texts]
    if marked and all(marked):
        entries.unread.append("difficult")
        texts = [found[1] for found in marked if found]
    for line, text in zip(lines, map(_unquoted, texts), strict=True):
        if text == _UNREADABLE:
            entries.unread.append("illegible text")
        else:
            entries.add(text, _eight(line.box) if _has_quads(lines) else line.box)
    stem = _PREFIX.sub("", file.stem) or file.stem
    form = None if _has_quads(lines) else "corners"
    yield entries.row({"unit": "pixels", "form": form}, stem=stem)


def _has_quads(lines: list[_Line]) -> bool:
    return any(len(line.box) == 8 for line in lines)


def _have_scripts(texts: list[str]) -> bool:
    return bool(texts) and all(t.partition(",")[0].strip() in _SCRIPTS and "," in t for t in texts)


def _eight(box: list[str]) -> list[str]:
    if len(box) == 8:
        return box
    x0, y0, x1, y1 = box
    return [x0, y0, x1, y0, x1, y1, x0, y1]


def _unquoted(text: str) -> str:
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


FORM = LabelForm(
    name="icdar",
    endings=(".txt",),
    published="https://rrc.cvc.uab.es/?ch=4&com=tasks and https://rrc.cvc.uab.es/?ch=13&com=tasks",
    fits=_fits,
    rows=_rows,
    one=True,
)
