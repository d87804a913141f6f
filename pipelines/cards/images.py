"""Images beside the pages: each written once, by several threads (codecs let go of the lock)."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from msgspec.structs import replace
from PIL import Image as Pixels

from gyogwa.pipelines.cards.output import Output
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import sha256_hex
from gyogwa.schemas.ledger import Duplicate
from gyogwa.transforms.cards.card import Card, Picture
from gyogwa.transforms.cards.evidence import Evidence
from gyogwa.transforms.cards.pictures import heat, readable, thumbnail
from gyogwa.transforms.cards.pieces import batched
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.identity import read_verified

_AT_ONCE = 64
"""Drafts in memory with the bytes of their images."""


@dataclass
class Draft:
    """A card whose images aren't written yet: the bytes of each, or where they are, or neither.
    `pair`: what its two images are compared by."""

    card: Card
    images: list[bytes | Evidence | None]
    pair: Duplicate | None = None


class Images:
    """Writes below `output`. `side`: pixels of the longer side of what is written."""

    def __init__(self, output: Output, side: int) -> None:
        self._output, self._side = output, side
        self._known: dict[str, tuple[str, str]] = {}
        """By image and size: (file, thumbnail)"""

    def finish(self, drafts: Iterable[Draft]) -> Iterator[tuple[Card, str]]:
        """Each card with its images in place, and its thumbnail ("" without an image), in order."""
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for some in batched(drafts, _AT_ONCE):
                yield from pool.map(self._finished, some)

    def _finished(self, draft: Draft) -> tuple[Card, str]:
        if not draft.card.images:
            return draft.card, ""
        pictures, pixels, small = [], [], ""
        for picture, where in zip(draft.card.images, draft.images, strict=True):
            shown, seen, thumb = self._one(picture, where, draft.pair is not None)
            pictures.append(shown)
            pixels.append(seen)
            small = small or thumb
        card = replace(draft.card, images=pictures)
        if draft.pair and card.compared and len(pixels) == 2 and pixels[0] and pixels[1]:
            name = f"images/{card.id}.heat.webp"
            self._output.put(name, heat(pixels[0], pixels[1], draft.pair.alignment))
            card = replace(card, compared=replace(card.compared, heat=name))
        return card, small

    def _one(
        self, picture: Picture, where: bytes | Evidence | None, again: bool
    ) -> tuple[Picture, Pixels.Image | None, str]:
        if where is None:
            return picture, None, ""
        key = f"{picture.id}.{picture.width}"
        if key in self._known and not again:
            file, small = self._known[key]
            return replace(picture, file=file), None, small
        try:
            data = where if isinstance(where, bytes) else _read(where)
            suffix, shown, pixels = readable(data, self._side)
        except (GyogwaError, BadImage, OSError) as error:
            return replace(picture, absent=str(error).splitlines()[0]), None, ""
        if key not in self._known:
            file = f"images/{sha256_hex(shown)[:24]}.{suffix}"
            self._output.put(file, shown)
            self._known[key] = file, thumbnail(pixels)
        file, small = self._known[key]
        return replace(picture, file=file), pixels, small


def _read(known: Evidence) -> bytes:
    return read_verified(known.image.ref, known.image.sha256)
