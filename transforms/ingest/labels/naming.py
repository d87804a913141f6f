"""The names of images as label files give them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from gyogwa.transforms.ingest.labels.form import LabelFile, LabelRow
from gyogwa.transforms.ingest.labels.values import text_of


def path_of(value: Any) -> str | None:
    """A relative path with `/`, or the bare name of one that holds for another machine only.

    >>> path_of("..\\\\images\\\\a.jpg"), path_of("C:\\\\data\\\\a.jpg"), path_of("/data/a.jpg")
    ('../images/a.jpg', 'a.jpg', 'a.jpg')
    """
    text = text_of(value)
    if text is None:
        return None
    path = text.strip().replace("\\", "/")
    if path.startswith("/") or path[1:2] == ":" or "://" in path:
        path = path.rsplit("/", 1)[-1]
    return path.removeprefix("./") or None


def stem_of(name: str) -> str:
    """A path's last part without its last ending."""
    last = name.rsplit("/", 1)[-1]
    return last.rpartition(".")[0] or last


def of_image(file: LabelFile, name: Any) -> LabelRow:
    """The image of a file that may name it. One that has the label file's own name is told by that
    alone: scans are kept as TIFF and handed on as JPEG."""
    path = path_of(name)
    if path is None or stem_of(path) == file.stem:
        return {"stem": file.stem}
    return {"file_name": path}


def of_page(file: LabelFile, page: int, pages: int) -> LabelRow:
    """The image or document that has the label file's own name; `page` of it where the file speaks
    of several pages."""
    return {"stem": file.stem, "page": page} if pages > 1 else {"stem": file.stem}


def of_pages(file: LabelFile, names: Sequence[Any], numbers: Sequence[int]) -> list[LabelRow]:
    """What the pages of a file are of: each of the image that it names or, where several name one
    file or a page names none, of a page of that document, or of the one that has the label file's
    own name. `numbers`: of the pages in such a document, from 1."""
    if len(names) == 1:
        return [of_image(file, names[0])]
    paths = [path_of(name) for name in names]
    shared = Counter(paths)
    return [
        {"file_name": path}
        if path is not None and shared[path] == 1
        else {**({"stem": file.stem} if path is None else {"file_name": path}), "page": number}
        for path, number in zip(paths, numbers, strict=True)
    ]
