"""A page of a PDF as PNG, in the memory of its pixels."""

import io
from math import floor, sqrt

import numpy as np
import pypdfium2 as pdfium
from PIL import Image

from gyogwa.transforms.files.bad_image import BadImage

MAX_SIDE = 20_000
LEAST_DPI = 8
"""Dots an inch to which a page may be reduced: letters of an inch are 8 pixels high then."""
_BAND = 4_000_000  # pixels that are compared at a time


def scale_for(size: tuple[float, float], scale: float, max_pixels: int) -> float:
    """The scale, in pixels a point, at which a page of `size` points is rendered: as asked for, or
    less where that gives more than `max_pixels` or a side above `MAX_SIDE`. Raises
    BadImage("too_many_pixels") for a page that is too large for any of its text to be read then."""
    width, height = size
    pixels = width * height * scale * scale
    if pixels <= max_pixels and max(width, height) * scale <= MAX_SIDE:
        return scale
    # a pixel less each way: PDFium rounds up
    reduced = min(scale * sqrt(max_pixels / pixels), MAX_SIDE / max(width, height))
    if reduced * 72 < LEAST_DPI:
        raise BadImage(
            "too_many_pixels",
            f"a page of {width / 72:,.0f} x {height / 72:,.0f} inches: reduced to what can be "
            f"drawn, {reduced * 72:.1f} dots an inch, nothing on it can be read",
            f"{pixels:.0f}",
            str(max_pixels),
        )
    longer = floor(reduced * max(width, height)) - 1
    return max(1, longer) / max(width, height)


def rendered(page: pdfium.PdfPage, scale: float) -> bytes:
    """The page as PNG, grey where all its channels are alike."""
    bitmap = page.render(scale=scale, may_draw_forms=True)
    pixels = bitmap.to_numpy()
    if _is_grey(pixels):
        channel = pixels if pixels.ndim == 2 else pixels[:, :, 0]
        image = Image.fromarray(np.ascontiguousarray(channel))
    else:
        image = bitmap.to_pil().convert("RGB") if bitmap.n_channels != 3 else bitmap.to_pil()
    del pixels
    bitmap.close()
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _is_grey(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> bool:
    if pixels.ndim == 2:
        return True
    rows = max(1, _BAND // pixels.shape[1])
    bands = (pixels[top : top + rows] for top in range(0, len(pixels), rows))
    return all(
        bool((band[:, :, 0] == band[:, :, 1]).all() and (band[:, :, 0] == band[:, :, 2]).all())
        for band in bands
    )
