"""A character of a page's text layer."""

import unicodedata
from dataclasses import dataclass, field

from gyogwa.schemas.boxes import Box
from gyogwa.transforms.ingest.sources.pdf_faces import PLAIN, Face

_MEANINGLESS = {"Cc", "Cn", "Co", "Cs"}


@dataclass(frozen=True)
class Char:
    """A character, its box as fractions of the displayed page, the address of the text object that
    draws it (0: unknown), how that is set, and how it has to be turned to stand upright (see
    `page.Truth`). `em`: the box that its font gives every character of this size, so that all of
    a line have the same upper and lower edge. `ruled`: it is drawn as a rule, by no text object.
    `mirrored`: it shows as in a mirror."""

    text: str
    box: Box
    drawn_by: int = 0
    face: Face = PLAIN
    turn: int = 0
    em: Box = field(default_factory=list)
    ruled: bool = False
    mirrored: bool = False

    @property
    def font(self) -> str:
        """The name of its font."""
        return self.face.name

    @property
    def meaningless(self) -> bool:
        """Whether it is a glyph that Unicode has no meaning for: unmapped or of private use."""
        return self.text == "\ufffd" or unicodedata.category(self.text) in _MEANINGLESS
