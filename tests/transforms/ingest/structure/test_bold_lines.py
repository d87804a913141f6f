"""Lines in bold no larger than the text: headings, and commands that stand further in."""

import pytest

from gyogwa.transforms.ingest.sources.pdf_faces import Face
from gyogwa.transforms.ingest.sources.structure.blocks import parts_of
from gyogwa.transforms.ingest.sources.structure.flowing import Flowing
from gyogwa.transforms.ingest.sources.structure.pieces import Piece, Strip
from gyogwa.transforms.ingest.sources.structure.setting import Setting

TEXT = "What is said here goes on to the right edge of the column of text"
WIDE = 5 * len(TEXT)
"""Points from the left edge of the text, at 50, to the right one."""


def line(text: str, left: float, top: float, bold: bool = False) -> Flowing:
    """A line of letters 5 points wide and 10 high."""
    face = Face("Sans-Bold" if bold else "Sans", 10.0, bold=bold)
    pieces, x = [], left
    for at, word in enumerate(text.split()):
        right = x + 5 * len(word)
        pieces.append(Piece(at, word, [x, top + 2, right, top + 10], top, top + 12, face))
        x = right + 5
    return Flowing(Strip(pieces), 50 + WIDE)


@pytest.mark.parametrize(
    ("text", "left", "kind"),
    [
        ("make all install", 75, "paragraph"),
        ("Of what is made", 50, "heading"),
        ("• what is made", 50, "list"),
        ("Of what is made", 65, "heading"),
        ("Of what is made", 50 + (WIDE - 75) / 2, "heading"),
    ],
    ids=["command", "at the edge", "item", "as an indent", "centred"],
)
def test_a_line_that_stands_in_without_being_centred_is_no_heading(
    text: str, left: float, kind: str
) -> None:
    lines = [line(TEXT, 50, 14 * at) for at in (0, 1)]
    lines += [line(text, left, 56, bold=True)]
    lines += [line(TEXT, 50, 84 + 14 * at) for at in (0, 1)]
    parts = parts_of(lines, Setting(10.0), 700, tagged_headings=False)
    assert [part.kind for part in parts] == ["paragraph", kind, "paragraph"]
