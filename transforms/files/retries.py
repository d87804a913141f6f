"""What may pass is tried again, and what doesn't is said in one line.

A missing file, an I/O error, a lost connection or a busy store says nothing about data: after a few
attempts it ends the run, and nothing is stored about whatever was to be read.
"""

import errno
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from zipfile import BadZipFile

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_chain, wait_random

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.locations import is_web, redacted

T = TypeVar("T")

WAITS = (0.2, 0.8, 3.2)
"""Seconds before each further attempt; up to twice as long, so that ranks don't ask in step."""
WEB_WAITS = (0.2, 0.4, 0.8, 1.6, 3.2, 3.2, 6.4, 6.4, 6.4, 6.4, 6.4)
"""The same for web servers, where no store's client tries again below us: where three answers in
ten are a 503, one read in two million fails, and a minute without an answer is got over."""
_MISSING = (FileNotFoundError, NotADirectoryError)
_LASTING_CODES = {errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENAMETOOLONG, errno.ELOOP}
_LASTING = (
    *(PermissionError, IsADirectoryError, ImportError, ValueError),
    *(BadZipFile, NotImplementedError, zlib.error),  # of archives
)
_NO_CREDENTIALS = {
    *("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"),  # botocore
    "DefaultCredentialsError",  # google-auth
}
_OTHERS = (GyogwaError, MemoryError, AssertionError, AttributeError, NameError, TypeError)
"""What is said already, or is no failure of the environment."""


class MissingFile(GyogwaError, FileNotFoundError):
    """There is no such file: an answer to some callers, to all others an error like the rest."""


@dataclass(frozen=True)
class Advice:
    """What messages say to do about a `missing` file and an `unreachable` one, and what couldn't be
    `done` with it. `known`: it was there before, so that even a missing one is looked for again."""

    missing: str = "check the path, and that the whole folder was copied"
    unreachable: str = "check that the disk or the server can be reached, then run again"
    done: str = "read"
    known: bool = False


def retried(
    location: str,
    call: Callable[[], T],
    advice: Advice,
    missing: type[GyogwaError] = GyogwaError,
) -> T:
    """What `call` returns, which does something with the file at `location`.

    Raises GyogwaError naming the location (`missing` where there is no such file): at once where
    access is refused or the file isn't known, else after the last attempt.
    """
    waits = WEB_WAITS if is_web(location) else WAITS
    attempts = Retrying(
        stop=stop_after_attempt(len(waits) + 1),
        wait=wait_chain(*(wait_random(wait, 2 * wait) for wait in waits)),
        retry=retry_if_exception(lambda error: _may_pass(error, advice)),
        reraise=True,
    )
    try:
        return attempts(call)
    except _OTHERS:
        raise
    except Exception as error:
        raise _explained(location, error, advice, missing, len(waits) + 1) from error


def one_line(error: Exception) -> str:
    """What an error says, in one line; its type where it says nothing."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(said.split()) or type(error).__name__


def _may_pass(error: BaseException, advice: Advice) -> bool:
    # Every store's client raises errors of its own, and few of them say what may pass.
    if isinstance(error, _MISSING):
        return advice.known
    lasting = isinstance(error, Exception) and (_lasts(error) or _is_refusal(error))
    return isinstance(error, Exception) and not (lasting or isinstance(error, _OTHERS))


def _lasts(error: Exception) -> bool:
    return isinstance(error, _LASTING) or getattr(error, "errno", None) in _LASTING_CODES


def _is_refusal(error: Exception) -> bool:
    """Whether the store lets us not, in whatever words its client says that."""
    return (
        isinstance(error, PermissionError)
        or type(error).__name__ in _NO_CREDENTIALS
        or str(getattr(error, "code", "")) in ("401", "403")  # gcsfs
        or (type(error) is OSError and str(error).startswith("Forbidden: "))  # gcsfs
    )


def _explained(
    location: str, error: Exception, advice: Advice, missing: type[GyogwaError], attempts: int
) -> GyogwaError:
    name = redacted(location)
    said = one_line(error).replace(location, name)
    if isinstance(error, ImportError):
        return GyogwaError(f"{name}: {said}")
    if isinstance(error, _MISSING):
        return missing(f"{name}: no such file; {advice.missing}")
    if _is_refusal(error):
        return GyogwaError(f"{name}: access is refused ({said}); check credentials and permissions")
    if _lasts(error):
        return GyogwaError(f"{name}: can't be {advice.done} ({said}); check the path or address")
    return GyogwaError(
        f"{name}: can't be {advice.done} after {attempts} attempts ({said}); {advice.unreachable}"
    )
