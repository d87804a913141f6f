"""YOLO's text files, as Roboflow, CVAT and Ultralytics export them: one an image, in `labels/`
beside `images/`.

`class x y width height` a line, fractions of the image, of the middle; or `class x1 y1 x2 y2 …` of
a polygon; where `data.yaml` has a `kpt_shape`, of a box and keypoints. What a class is called
stands in another file (see `class_names`); boxes of a class without a name say nothing and are left
out. Boxes without text are parts of the page.
"""

import re
from collections.abc import Iterator

from gyogwa.transforms.ingest.labels.class_names import class_names, have_keypoints
from gyogwa.transforms.ingest.labels.entries import Entries
from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.values import quad_of

NAMELESS = "boxes of a class whose name isn't there (data.yaml, classes.txt, obj.names)"
_LINE = re.compile(r"\d{1,4}(?:\s+-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?){4,}")
_LOOKED_AT = 20
_OVER = 1.05


def _numbers(line: str) -> list[float]:
    return [float(number) for number in line.split()[1:]]


def _fits(head: Head) -> bool:
    lines = [line.strip() for line in head.text.splitlines()[:_LOOKED_AT] if line.strip()]
    if len(head.data) >= 1 << 16:
        lines = lines[:-1]  # cut off
    return bool(lines) and all(map(_is_label, lines))


def _is_label(line: str) -> bool:
    if _LINE.fullmatch(line) is None:
        return False
    numbers = _numbers(line)
    fits = len(numbers) in (4, 5) or len(numbers) % 2 == 0
    return fits and all(-0.05 <= number <= _OVER for number in numbers) and any(numbers)


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    entries, names = Entries(), class_names(file.beside)
    pose = have_keypoints(file.beside)
    for line in file.text().splitlines():
        if not line.strip():
            continue
        if not _is_label(line.strip()):
            entries.unread.append("lines that are no box")
            continue
        number = int(line.split()[0])
        if number in names:
            numbers = _numbers(line)
            entries.region(names[number], _quad(numbers[:4] if pose else numbers))
            entries.unread += ["keypoints"] * (pose and len(numbers) > 4)
        else:
            entries.unread.append(NAMELESS)
    yield entries.row({"unit": "fractions", "of": "displayed"}, stem=file.stem)


def _quad(numbers: list[float]) -> list[list[float]] | None:
    if len(numbers) > 5:
        return quad_of([numbers[at : at + 2] for at in range(0, len(numbers), 2)])
    x, y, width, height = numbers[:4]
    return quad_of([[x - width / 2, y - height / 2], [x + width / 2, y + height / 2]])


FORM = LabelForm(
    name="yolo",
    endings=(".txt",),
    published="https://docs.ultralytics.com/datasets/detect/",
    fits=_fits,
    rows=_rows,
    one=True,
)
