"""Locations: paths of local files and addresses of remote ones, as text.

A location with `://` is an address, read by the file system that fsspec has for it (`gs://`,
`s3://`, `memory://` …) or from a web server (`https://`); `file://`, `local://` and everything else
is a path.
"""

import posixpath
from pathlib import Path
from urllib.parse import urlsplit

INCOMPLETE = ".incomplete-"
"""How the names of files begin that are still being written; no listing has them."""
_BUCKETS = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss"}


def local_path(location: str | Path) -> Path | None:
    """The path of a file on a local or mounted disk, None for the address of a remote one."""
    text = str(location)
    scheme, mark, rest = text.partition("://")
    if mark and scheme in ("file", "local"):
        return Path(rest)
    return None if mark else Path(text)


def is_url(location: str) -> bool:
    """Whether it is the address of something remote."""
    return local_path(location) is None


def is_web(location: str) -> bool:
    """Whether a web server has it."""
    return location.startswith(("http://", "https://"))


def has_buckets(location: str) -> bool:
    """Whether it is in an object store, which has names with slashes and no folders."""
    return location.partition("://")[0] in _BUCKETS


def is_incomplete(path: str) -> bool:
    """Whether it is a file that is being written, or was when its writer died."""
    return posixpath.basename(path).startswith(INCOMPLETE)


def beside(location: str | Path, file: str) -> str:
    """Where `file` lies that the file at `location` names; it may climb by `..`.

    The query of a web address is kept, as it may hold what gives access.

    >>> beside("s3://b/run/2-sft/manifest.json", "../1-align/a.tar")
    's3://b/run/1-align/a.tar'
    >>> beside("https://h/run/manifest.json?key=1", "a.tar")
    'https://h/run/a.tar?key=1'
    >>> beside("run/manifest.json", "a.tar")
    'run/a.tar'
    """
    path = local_path(location)
    if path is not None:
        return str(path.parent / file)
    scheme, _, rest = str(location).partition("://")
    mark = ""
    if is_web(str(location)):
        rest, mark, query = rest.partition("?")
        mark += query
    host, slash, inside = rest.partition("/")
    inside = posixpath.normpath(posixpath.join("/", posixpath.dirname(inside), file)).lstrip("/")
    # memory://manifest.json has its file where others have a host.
    return f"{scheme}://{host}/{inside}{mark}" if slash else f"{scheme}://{inside}{mark}"


def redacted(location: str | Path) -> str:
    """A location fit for messages: without the query and the password of a web address."""
    text = str(location)
    if not is_web(text):
        return text
    parts = urlsplit(text)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
