"""Which pictures are read, told by their content, never by a file's name.

Pillow reads most; HEIC and JPEG XL are read where the extra `photos` is installed, which brings
pillow-heif and pillow-jxl-plugin, and AVIF from Pillow 11.3 on. An MPO is a JPEG with further
pictures behind it (CIPA DC-007, "Multi-Picture Format"): what shows JPEG shows its first one, so it
goes as JPEG. The brands of ISO media files are those of ISO/IEC 23008-12 (HEIF) and of AVIF.
"""

import io
import string
from functools import cache
from importlib import import_module

from PIL import Image, UnidentifiedImageError, features

from gyogwa.transforms.files.bad_image import BadImage

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "JPEG2000")
"""Those that any Pillow reads, by its names; its reader of JPEG finds out what is an MPO."""

ENDINGS = (
    ".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif",
    ".jpe", ".jfif", ".mpo", ".jp2", ".j2k", ".jpx", ".avif", ".heic", ".heif", ".hif", ".jxl",
)  # fmt: skip
"""Of the names of files and members that should hold a picture."""

_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
_AVIF = (b"avif", b"avis")
_MOST_BRANDS = 64  # bytes of the box that names them
_JXL = (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")
_MODULES = {"HEIF": "pillow_heif", "JXL": "pillow_jxl"}

_LOOKS = (
    (b"%PDF", "a PDF"),
    (b"version https://git-lfs", "a pointer of Git LFS, whose file wasn't fetched"),
    (b"PK\x03\x04", "a ZIP, or a document of an office suite"),
    (b"\xd0\xcf\x11\xe0", "a document of an old office suite"),
    (b"\x1f\x8b", "something gzipped"),
    (b"8BPS", "a Photoshop document"),
    (b"{\\rtf", "rich text"),
    (b"\xc5\xd0\xd3\xc6", "PostScript"),
    (b"%!PS", "PostScript"),
    (b"SQLite", "a database"),
    (b"\x00\x05\x16\x07", "what macOS keeps beside a file, not the file"),
)
_MARKUPS = (
    (b"<svg", "an SVG drawing"),
    (b"<html", "a web page"),
    (b"<!doctype html", "a web page"),
)
_HEAD = 512
_TEXT = frozenset(string.printable.encode()) | frozenset(range(0x80, 0x100))


def opened(data: bytes) -> Image.Image:
    """The picture, its header read and no pixel yet. Raises BadImage for what is none."""
    extra = _extra(data)
    try:
        return Image.open(io.BytesIO(data), formats=[*FORMATS, *extra])
    except UnidentifiedImageError:
        pass
    what = looks_like(data)
    what = f"it looks like {what}" if what else f"not one of {', '.join(FORMATS)}"
    raise BadImage("not_an_image", what, data[:8].hex(), "")


def looks_like(data: bytes) -> str:
    """What bytes that are no picture seem to be; "" where nothing tells.

    >>> [looks_like(data) for data in (b"<!DOCTYPE html><p>404", "안녕".encode(), bytes(9))]
    ['a web page', 'text', '']
    """
    head = data[:_HEAD]
    for magic, what in _LOOKS:
        if head.startswith(magic):
            return what
    if head[4:8] == b"ftyp":
        return "a video"
    lower = head.lower()
    for tag, what in _MARKUPS:
        if tag in lower:
            return what
    return "text" if head and _TEXT.issuperset(head) else ""


def _extra(data: bytes) -> list[str]:
    """The formats beside `FORMATS` that the bytes ask for. Raises BadImage where what reads them
    isn't installed."""
    box = min(int.from_bytes(data[:4], "big"), _MOST_BRANDS) if data[4:8] == b"ftyp" else 0
    brands = [data[at : at + 4] for at in (8, *range(16, box, 4))] if box else []
    is_avif = any(brand in _AVIF for brand in brands)
    if brands and brands[0] in _HEIC and not is_avif:
        _need("HEIF", "HEIC needs an extra: pip install 'gyogwa[photos]'")
        return ["HEIF"]
    if data.startswith(_JXL):
        _need("JXL", "JPEG XL needs an extra: pip install 'gyogwa[photos]'")
        return ["JXL"]
    if is_avif:
        if not features.check("avif"):
            raise BadImage("needs_extra", "AVIF needs Pillow 11.3 or later: pip install -U pillow")
        return ["AVIF"]
    return []


def _need(name: str, advice: str) -> None:
    if not _registered(name):
        raise BadImage("needs_extra", advice, name)


@cache
def _registered(name: str) -> bool:
    """Whether Pillow knows the format, once its plugin was asked for."""
    try:
        module = import_module(_MODULES[name])
    except ImportError:
        return False
    if name == "HEIF":
        module.register_heif_opener(thumbnails=False)
    return True
