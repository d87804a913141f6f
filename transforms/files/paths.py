"""Paths and addresses as users give them: made absolute, or refused in one line.

`~` is expanded here, since a shell leaves it alone inside `--output=~/run`. Nothing else is:
patterns and braces belong to the shell, and those of inputs to `ingest.patterns`, chained addresses
(`zip://a.png::b.zip`) to fsspec. A file or folder whose real name holds such characters is taken as
it is.
"""

import os
from pathlib import Path

import fsspec

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.folders import exists
from gyogwa.transforms.files.locations import is_web, local_path, redacted

_PATTERN = frozenset("*?[]{}")
_NO_CHAIN = "chained addresses (::) aren't read; unpack or copy what it holds and give that folder"
_NO_PATTERN = (
    "nothing has this very name, and patterns and braces aren't expanded; give the folder, or one "
    "option for each file"
)
_NO_NEW_PATTERN = (
    "readers of shards take * ? [ ] { } for patterns; choose a name without them for a new folder"
)


def input_path(option: str, given: str) -> str:
    """What is to be read: an absolute path, links resolved, of what is there, or an address.

    `option` is what messages name, such as "--input". Raises GyogwaError.
    """
    path = _local(option, given)
    if path is None:
        address = _address(option, given)
        # In a web address ? begins the query.
        if _PATTERN & set(address) and not is_web(address) and not exists(address):
            raise GyogwaError(f"{option} {given}: {_NO_PATTERN}")
        return address
    if not path.exists():
        if "::" in given:
            raise GyogwaError(f"{option} {given}: {_NO_CHAIN}")
        if _PATTERN & set(given):
            raise GyogwaError(f"{option} {given}: {_NO_PATTERN}")
        raise GyogwaError(f"{option} {given}: no such file or folder")
    return str(path)


def file_path(option: str, given: str) -> str:
    """A file that is to be written: an absolute path or an address; "" where none is given."""
    if not given:
        return ""
    path = _local(option, given)
    if path is None:
        return _address(option, given)
    if path.is_dir():
        raise GyogwaError(f"{option} {given}: is a folder; name a file")
    return str(path)


def output_path(option: str, given: str) -> str:
    """The folder in which a run lies or will lie: an absolute path, links resolved, or an address,
    without a slash at the end. Raises GyogwaError, for names of new folders too that readers of
    shards take for patterns.
    """
    path = _local(option, given)
    if path is None:
        address = _address(option, given)
        if is_web(address):
            raise GyogwaError(
                f"{option} {redacted(given)}: a web server can't be written to; give a folder or "
                "the address of an object store"
            )
        if _PATTERN & set(address) and not exists(address):
            raise GyogwaError(f"{option} {given}: {_NO_NEW_PATTERN}")
        return address
    there = next(place for place in (path, *path.parents) if place.exists())
    if not there.is_dir():
        raise GyogwaError(f"{option} {given}: {there} is a file; give a folder")
    new = str(path.relative_to(there))
    if "::" in new:
        raise GyogwaError(f"{option} {given}: {_NO_CHAIN}")
    if _PATTERN & set(new):
        raise GyogwaError(f"{option} {given}: {_NO_NEW_PATTERN}")
    return str(path)


def _local(option: str, given: str) -> Path | None:
    """The absolute path, which can be looked at; None for an address."""
    if not given:
        raise GyogwaError(f"{option}: the path is empty; give a file or folder")
    try:
        given.encode()
    except UnicodeEncodeError:
        printable = os.fsencode(given).decode("utf-8", "backslashreplace")
        raise GyogwaError(f"{option} {printable}: the path is not UTF-8; rename it") from None
    text = os.path.expanduser(given)
    if text.startswith("~") and not os.path.lexists(text.split("/")[0]):
        raise GyogwaError(f"{option} {given}: no user of that name has a home folder here")
    path = local_path(text)
    if path is None:
        return None
    try:
        path = path.resolve()
        path.exists()
    except RuntimeError as error:
        raise GyogwaError(f"{option} {given}: links that lead to one another") from error
    except OSError as error:
        raise GyogwaError(f"{option} {given}: can't be used: {error.strerror}") from error
    return path


def _address(option: str, given: str) -> str:
    """The address of a file system that is known and installed."""
    address = given.rstrip("/")
    if "::" in address:
        raise GyogwaError(f"{option} {redacted(given)}: {_NO_CHAIN}")
    if not is_web(address):
        try:
            fsspec.get_filesystem_class(address.partition("://")[0])
        except (ImportError, ValueError) as error:
            raise GyogwaError(f"{option} {given}: can't be used: {error}") from error
    return address
