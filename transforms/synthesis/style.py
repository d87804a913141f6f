"""How a page looks: its typefaces, sizes and colours, chosen once a document."""

import random
from dataclasses import dataclass, replace

from gyogwa.transforms.synthesis.canvas import Colour, Face
from gyogwa.transforms.synthesis.fonts import families, handwriting

_PAPERS: list[Colour] = [
    (255, 255, 255),
    (255, 255, 255),
    (253, 252, 248),
    (250, 247, 238),
    (246, 249, 252),
    (247, 247, 245),
    (252, 246, 243),
]
_INKS: list[Colour] = [(0, 0, 0), (18, 18, 20), (34, 34, 38), (28, 32, 52), (48, 40, 36)]
_PALETTES: list[list[Colour]] = [
    [(31, 87, 153), (226, 122, 42), (92, 158, 92), (176, 68, 82), (128, 106, 168), (120, 120, 120)],
    [(20, 110, 110), (200, 150, 40), (160, 70, 60), (80, 90, 140), (110, 150, 80), (90, 90, 90)],
    [(60, 60, 66), (140, 140, 146), (96, 112, 132), (170, 150, 120), (90, 80, 70), (185, 185, 190)],
    [(94, 60, 140), (230, 97, 92), (64, 150, 180), (240, 170, 70), (70, 130, 90), (140, 90, 110)],
    [(180, 40, 50), (40, 80, 120), (220, 160, 60), (90, 130, 110), (120, 80, 130), (80, 80, 80)],
]
_PENS: list[Colour] = [(24, 32, 90), (20, 20, 24), (28, 44, 120)]
_BY_HAND = 0.12
"""Of pages, those that are written by hand as a whole."""
_HAND_SCALE = 1.25  # handwriting has small letters for its size


@dataclass(frozen=True)
class Style:
    """`size` is the body text in pixels an em; `leading` the line pitch as a multiple of it.

    `hand` is the face of what is filled in by hand, None where all is typed.
    """

    body: str
    strong: str
    display: str
    size: int
    leading: float
    ink: Colour
    paper: Colour
    colours: list[Colour]
    justified: bool
    tinted: bool
    hand: Face | None = None

    def face(self, scale: float = 1.0, strong: bool = False) -> Face:
        """The body face, or its bold, at `scale` times the body size."""
        return Face(self.strong if strong else self.body, round(self.size * scale), self.ink)

    def heading(self, scale: float) -> Face:
        """The face of titles and headings, in the accent colour on tinted pages."""
        colour = self.colours[0] if self.tinted else self.ink
        return Face(self.display, round(self.size * scale), colour)

    def by_hand(self) -> "Style":
        """The same page, all of it written by hand."""
        if self.hand is None:
            return self
        path, size = self.hand.path, self.hand.size
        return replace(self, body=path, strong=path, display=path, size=size, ink=self.hand.colour)

    @property
    def pitch(self) -> int:
        """Pixels from one baseline to the next."""
        return round(self.size * self.leading)

    @property
    def faint(self) -> Colour:
        """A colour for rules and grids."""
        return mixed(self.ink, self.paper, 0.35)

    @property
    def wash(self) -> Colour:
        """A colour for the ground behind a table's header."""
        return mixed(self.colours[0], self.paper, 0.14)


def mixed(front: Colour, back: Colour, share: float) -> Colour:
    """`share` of `front` and the rest of `back`."""
    red, green, blue = (
        round(share * f + (1 - share) * b) for f, b in zip(front, back, strict=True)
    )
    return red, green, blue


def contrasting(ground: Colour) -> Colour:
    """White or near black, whichever reads better on `ground` (luma of BT.601)."""
    red, green, blue = ground
    return (20, 20, 20) if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else (255, 255, 255)


def choose_style(
    rng: random.Random,
    language: str,
    size: int,
    monospaced: bool = False,
    typed: bool = False,
) -> Style:
    """A style with fonts that cover `language`; `monospaced` for receipts, if there is such one.

    Unless `typed` or `monospaced`, some pages are written by hand as a whole, if a font looks so.
    """
    every = families(language)
    wanted = [family for family in every if family.monospaced == monospaced] or list(every)
    body = rng.choice(wanted)
    display = rng.choice(wanted) if rng.random() < 0.4 else body
    by_hand = handwriting(language)
    pen = rng.choice(by_hand) if by_hand else None
    style = Style(
        body.regular,
        body.bold,
        display.bold,
        size,
        rng.uniform(1.45, 1.8) if language == "ko" else rng.uniform(1.3, 1.6),
        rng.choice(_INKS),
        rng.choice(_PAPERS),
        rng.choice(_PALETTES),
        rng.random() < 0.3,
        rng.random() < 0.4,
        Face(pen.regular, round(size * _HAND_SCALE), rng.choice(_PENS)) if pen else None,
    )
    typed = typed or monospaced
    return style.by_hand() if not typed and rng.random() < _BY_HAND else style
