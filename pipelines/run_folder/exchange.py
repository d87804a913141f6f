"""Two folders trade places in one step, where the kernel and the file system can do that."""

import ctypes
import errno
import os
import sys

_AT_FDCWD = -100
_EXCHANGE = 2
"""RENAME_EXCHANGE of renameat2(2), and RENAME_SWAP of macOS's renamex_np(2)."""
_UNKNOWN = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}


def exchange(one: str, other: str) -> bool:
    """Let two folders of one file system trade places, atomically.

    False where that can't be done here; nothing has changed then. Raises OSError when it fails.
    """
    call = "renamex_np" if sys.platform == "darwin" else "renameat2"
    function = getattr(ctypes.CDLL(None, use_errno=True), call, None)
    if function is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        failed = function(*names, _EXCHANGE)
    else:
        failed = function(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE)
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), one)
