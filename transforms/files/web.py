"""Files of a web server, by urllib3: whole, by range, and their size.

Connections are kept and used again, by all threads of a process; a forked process makes its own.
Proxies come from the environment, as everywhere. Ranges are those of RFC 9110, section 14; a server
that answers with the whole file instead is refused by name. Nothing is tried again here, see
`retries`.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.util import Retry, Timeout, make_headers, parse_url

_TIMEOUT = 30.0
"""Seconds without a byte after which a connection counts as lost."""
_KEPT = 8
"""Connections to a server that are kept open: a loader's worker reads by so many threads."""
_TRANSIENT = {408, 425, 429}
_REDIRECTS = Retry(total=None, connect=False, read=False, other=False, status=0, redirect=5)

_pools: dict[tuple[int, str], urllib3.PoolManager] = {}
"""By process and proxy."""


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
        if response.status == 206:
            response.read()
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
        return response.read(decode_content=False)


def chunks(url: str, size: int, headers: Mapping[str, str]) -> Iterator[bytes]:
    """The whole file in pieces of `size` bytes."""
    with _get(url, headers) as response:
        yield from response.stream(size, decode_content=False)


@contextmanager
def _get(url: str, headers: Mapping[str, str]) -> Iterator[urllib3.BaseHTTPResponse]:
    """The answer to a GET, its body unread. A connection whose answer was read to its end is used
    again, any other one closed.

    Raises FileNotFoundError, PermissionError or ValueError where trying again won't help, and
    another OSError where it may.
    """
    try:
        response = _pool(url).request(
            "GET",
            url,
            headers=dict(headers),
            preload_content=False,
            timeout=Timeout(connect=_TIMEOUT, read=_TIMEOUT),
            retries=_REDIRECTS,
        )
        try:
            _refuse(response)
            yield response
        except BaseException:
            response.close()
            raise
        response.close() if response.length_remaining else response.release_conn()
    except (urllib3.exceptions.LocationValueError, urllib3.exceptions.InvalidHeader) as error:
        raise ValueError(str(error)) from error
    except urllib3.exceptions.MaxRetryError as error:
        raise ValueError("the server redirects again and again") from error
    except urllib3.exceptions.HTTPError as error:
        raise ConnectionError(str(error)) from error


def _refuse(response: urllib3.BaseHTTPResponse) -> None:
    """Raises for an answer that isn't the file."""
    code, said = response.status, f"HTTP {response.status} {response.reason or ''}".rstrip()
    if code < 300:
        return
    if code in (404, 410):
        raise FileNotFoundError(said)
    if code in (401, 403):
        raise PermissionError(said)
    if code < 500 and code not in _TRANSIENT:
        raise ValueError(said)
    raise ConnectionError(said)


def _pool(url: str) -> urllib3.PoolManager:
    """The connections of this process by which an address is reached."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme, "")
    if proxy and proxy_bypass(parts.hostname or ""):
        proxy = ""
    key = os.getpid(), proxy
    if key not in _pools:
        if proxy:
            user = parse_url(proxy).auth
            signed = make_headers(proxy_basic_auth=user) if user else None
            _pools[key] = urllib3.ProxyManager(proxy, maxsize=_KEPT, proxy_headers=signed)
        else:
            _pools[key] = urllib3.PoolManager(maxsize=_KEPT)
    return _pools[key]
