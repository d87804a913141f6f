"""Files of a web server, by the standard library: whole, by range, and their size.

Every call is one GET with its own connection, so reads should be few and large. Ranges are those of
RFC 9110, section 14; a server that answers with the whole file instead is refused by name.
"""

import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from http.client import HTTPResponse, InvalidURL

_TIMEOUT = 30.0
"""Seconds without a byte after which a connection counts as lost."""
_TRANSIENT = {408, 425, 429}


def size_of(url: str, headers: Mapping[str, str]) -> int:
    """The file's size in bytes."""
    return describe(url, headers)[0]


def describe(url: str, headers: Mapping[str, str]) -> tuple[int, str]:
    """The file's size in bytes, and what the server says that changes with it ("" if nothing)."""
    # Not HEAD: signed addresses are often valid for GET only.
    with _get(url, {**headers, "Range": "bytes=0-0"}) as response:
        ranged = response.headers.get("Content-Range", "").rpartition("/")[2]
        size = ranged if response.status == 206 else response.headers.get("Content-Length", "")
        if not size.isdigit():
            raise ValueError("the server doesn't say how long the file is")
        stamp = response.headers.get("ETag") or response.headers.get("Last-Modified")
        return int(size), stamp or ""


def read_range(url: str, start: int, length: int, headers: Mapping[str, str]) -> bytes:
    """`length` bytes from `start`, fewer at the end of the file."""
    wanted = f"bytes={start}-{start + length - 1}"
    with _get(url, {**headers, "Range": wanted}) as response:
        if response.status != 206:
            raise ValueError(
                "the server ignores Range requests; use one that doesn't, or give the loader a "
                "cache_dir"
            )
        return response.read()


def chunks(url: str, size: int, headers: Mapping[str, str]) -> Iterator[bytes]:
    """The whole file in pieces of `size` bytes."""
    with _get(url, headers) as response:
        expected, found = response.headers.get("Content-Length"), 0
        while chunk := response.read(size):
            found += len(chunk)
            yield chunk
        if expected is not None and found != int(expected):
            raise ConnectionError(f"the connection ended after {found} of {expected} bytes")


def _get(url: str, headers: Mapping[str, str]) -> HTTPResponse:
    """Raises FileNotFoundError, PermissionError or ValueError where trying again won't help, and
    another OSError where it may."""
    try:
        request = urllib.request.Request(url, headers=dict(headers))
        response: HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        said = f"HTTP {error.code} {error.reason}"
        if error.code in (404, 410):
            raise FileNotFoundError(said) from error
        if error.code in (401, 403):
            raise PermissionError(said) from error
        if error.code < 500 and error.code not in _TRANSIENT:
            raise ValueError(said) from error
        raise ConnectionError(said) from error
    except urllib.error.URLError as error:
        raise ConnectionError(str(error.reason)) from error
    except InvalidURL as error:
        raise ValueError(str(error)) from error
    return response
