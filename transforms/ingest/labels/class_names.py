"""What the numbered classes of YOLO's label files are called: that stands in a file of its own.

`data.yaml` with `names`, a list or an object by number (https://docs.ultralytics.com/datasets/), or
`classes.txt` and `obj.names` with a name a line, as labelImg, CVAT and Darknet write them; in the
label file's folder or one or two above, the nearest first.
"""

from collections.abc import Callable
from typing import Any

import yaml

from gyogwa.transforms.ingest.labels.text import decoded

FILES = ("data.yaml", "data.yml", "dataset.yaml", "classes.txt", "obj.names")
_YAML = (".yaml", ".yml")
ABOVE = 2
"""Folders above the label file's own in which they are looked for."""
Beside = Callable[[str], bytes | None]
"""The bytes of a small file by its path from the folder of another, None where there is none."""


def class_names(beside: Beside) -> dict[int, str]:
    """The names by number, {} where none are told."""
    for above in range(ABOVE + 1):
        for name in FILES:
            data = beside(f"{'../' * above}{name}")
            if data is not None and (found := _names(name, data)):
                return found
    return {}


def have_keypoints(beside: Beside) -> bool:
    """Whether keypoints stand behind boxes, as `kpt_shape` says
    (https://docs.ultralytics.com/datasets/pose/), and no polygons."""
    for above in range(ABOVE + 1):
        for name in FILES:
            data = beside(f"{'../' * above}{name}") if name.endswith(_YAML) else None
            if data is not None and _said(data).get("kpt_shape"):
                return True
    return False


def _said(data: bytes) -> dict[str, Any]:
    try:
        said = yaml.safe_load(decoded(data).text)
    except (ValueError, yaml.YAMLError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _names(file: str, data: bytes) -> dict[int, str]:
    if not file.endswith(_YAML):
        try:
            lines = decoded(data).text.splitlines()
        except ValueError:
            return {}
        return _numbered(line.strip() for line in lines if line.strip())
    names: Any = _said(data).get("names")
    if isinstance(names, dict):
        return {int(n): str(name) for n, name in names.items() if str(n).isdecimal()}
    return _numbered(map(str, names)) if isinstance(names, list) else {}


def _numbered(names: Any) -> dict[int, str]:
    return dict(enumerate(names))
