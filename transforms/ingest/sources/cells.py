"""Images in the cells of a table, in whichever form they stand there.

Bytes; `{"bytes", "path"}` (the feature Image of Hugging Face datasets); base64, also as a data URI;
a list of bytes' values; the path of a file; or a list of these. A file is looked for beside the
table, then from the root of the input. What lies in the web is told and never fetched.
"""

import base64
import binascii
import posixpath
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyarrow import types

from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.files.folders import exists
from gyogwa.transforms.files.locations import is_url
from gyogwa.transforms.ingest.listing import LISTED

_NAMED = re.compile(
    r"([a-z]+_)*(images?|imgs?|pictures?|photos?)(_?[0-9]+)?(_(bytes|data|base64|b64|content))?"
    r"|jpe?g|png|webp|tiff?|bmp|gif"
)
_NOT_SHOWN = re.compile(r"(^|_)(mask|depth|segmentation|num|audio|video)(_|$)")
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\0", b"MM\0*", b"GIF8")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{60,}={0,2}")
_FILE = re.compile(r"[^\n]{1,400}\.(jpe?g|png|webp|tiff?|bmp|gif)", re.IGNORECASE)


def holds_images(field: pa.Field) -> bool:
    """Whether a column holds images, by its type and name; bytes of other names are looked into
    cell by cell."""
    name, kind = field.name.lower(), field.type
    if _NOT_SHOWN.search(name):
        return False
    while types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        kind = kind.value_type
    if types.is_struct(kind):
        inner = {kind.field(at).name: kind.field(at).type for at in range(kind.num_fields)}
        return "bytes" in inner and (is_bytes(inner["bytes"]) or bool(_NAMED.fullmatch(name)))
    if name in ("image", "images"):
        return True
    held = is_bytes(kind) or types.is_string(kind) or types.is_large_string(kind)
    return bool(_NAMED.fullmatch(name)) and (held or types.is_uint8(kind))


def is_bytes(kind: pa.DataType) -> bool:
    """Whether a type is one of bytes."""
    return bool(
        types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind)
    )


def may_hold_images(field: pa.Field) -> bool:
    """Whether a column of another name may hold images, which its cells must tell."""
    return is_bytes(field.type) and not _NOT_SHOWN.search(field.name.lower())


def looks_like_image(cell: Any) -> bool:
    """Whether bytes begin as an image of a form that is read does."""
    return isinstance(cell, bytes) and (cell.startswith(_MAGIC) or cell[8:12] == b"WEBP")


def images_in(cell: Any, folder: str, root: str) -> Iterator[bytes]:
    """The encoded images of a cell, none where it is null. `folder`: where its table lies, below
    `root`. Raises BadImage or TypeError."""
    if cell is None:
        return
    if isinstance(cell, bytes):
        yield cell
    elif isinstance(cell, str):
        yield _of_text(cell, folder, root)
    elif isinstance(cell, dict):
        yield _of_struct(cell, folder, root)
    elif isinstance(cell, list) and cell and all(isinstance(item, int) for item in cell):
        yield bytes(cell)
    elif isinstance(cell, list):
        for item in cell:
            if not isinstance(item, bytes | str | dict | list | None):
                raise TypeError(f"an image is {type(item).__name__}, expected bytes or a path")
            yield from images_in(item, folder, root)
    else:
        raise TypeError(f"an image is {type(cell).__name__}, expected bytes or a path")


def _of_struct(cell: dict[str, Any], folder: str, root: str) -> bytes:
    data, path = cell.get("bytes"), cell.get("path")
    if isinstance(data, bytes):
        return data
    if isinstance(data, str):
        return _of_text(data, folder, root)
    if isinstance(path, str) and path:
        return _of_text(path, folder, root)
    raise BadImage("image_not_embedded", "expected {bytes, path} with the bytes of the image")


def _of_text(text: str, folder: str, root: str) -> bytes:
    if text.startswith("data:"):
        text = text.partition(",")[2]
    elif is_url(text):
        raise BadImage("image_not_embedded", "an image in the web, which is not fetched", text)
    elif _FILE.fullmatch(text.strip()):
        return _of_file(text.strip(), folder, root)
    plain = "".join(text.split())
    if not _BASE64.fullmatch(plain):
        message = "expected the bytes of the image, base64 or the path of a file"
        raise BadImage("image_not_embedded", message, text[:80])
    try:
        padded = plain.rstrip("=") + "=" * (-len(plain.rstrip("=")) % 4)
        return base64.b64decode(padded.translate({45: 43, 95: 47}), validate=True)
    except binascii.Error as error:
        raise BadImage("image_not_embedded", f"base64 that is broken: {error}") from error


def _of_file(name: str, folder: str, root: str) -> bytes:
    """The bytes of a file below the root; no name leads out of it."""
    relative = name.replace("\\", "/")
    for start in dict.fromkeys((folder, root)):
        path = posixpath.normpath(posixpath.join(start, relative)) if not is_url(start) else ""
        path = path or f"{start.rstrip('/')}/{posixpath.normpath(relative)}"
        if path.startswith(f"{root.rstrip('/')}/") and "/../" not in path and exists(path):
            return LISTED.read(path)
    raise BadImage("image_not_embedded", "no bytes, and no such file beside the table", name)
