"""What a run reads must not lie in the folder that it writes, whatever links and dots hide it."""

import os
from collections.abc import Iterable

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.files.locations import local_path
from gyogwa.transforms.files.storage import system_of


def refuse_inside(root: str, option: str, paths: Iterable[str]) -> None:
    """Raise GyogwaError when a path given with `option` is `root` or lies in it."""
    for path in paths:
        if is_inside(path, root):
            raise GyogwaError(
                f"{option} {path}: lies in --output {root}, where a run deletes what it wrote; "
                "name another --output"
            )


def is_inside(path: str, root: str) -> bool:
    """Whether `path` is `root` or below it. On local disk folders are compared, not their names:
    links, `..`, mounts and the case of letters make no difference."""
    ours, theirs = local_path(root), local_path(path)
    if ours is None or theirs is None:
        return ours is None and theirs is None and _is_inside_url(path, root)
    if not os.path.isdir(ours):
        return False
    folder = os.path.realpath(theirs)
    while True:
        if os.path.exists(folder) and os.path.samefile(folder, ours):
            return True
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above


def _is_inside_url(path: str, root: str) -> bool:
    """Names are compared as the store sees them: `s3a://b/x` and `s3://b/x/` are one."""
    one, inner = system_of(path)
    other, outer = system_of(root)
    if type(one) is not type(other):
        return False
    return f"{inner.rstrip('/')}/".startswith(f"{outer.rstrip('/')}/")
