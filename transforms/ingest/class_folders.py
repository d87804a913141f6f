"""Folders that are classes: `train/invoice/1.jpg`, as ImageFolder without metadata has them.

The name of such a folder becomes the kind of its images. An input looks like one where every image
that no label file of its own folder speaks of lies at `CLASS/image` or `SPLIT/CLASS/image`, with
two classes at least, and no label file lies anywhere else
(https://huggingface.co/docs/datasets/image_dataset#imagefolder, which takes the last folder's name
where all are as deep). Names of splits, of what any folder of images is called, and such that are
numbered or hold no letter are no classes: years, boxes and pages are ways to keep files.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import apache_beam as beam
from apache_beam.typehints import typehints
from msgspec.structs import replace

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.row import Row
from gyogwa.transforms.flow.steps import Composite, MostByKey, SumByKey, numbers_type
from gyogwa.transforms.ingest.raw import METADATA, ListedFile, Placed
from gyogwa.transforms.ingest.sources.registry import FORMATS

Shape = Literal["CLASS/image", "SPLIT/CLASS/image"]
SHAPES: tuple[Shape, Shape] = ("CLASS/image", "SPLIT/CLASS/image")
_WIDTH = 1 + 2 * len(SHAPES)
_NONE = -(2**60)
_SPLITS = {
    *("train", "training", "trn", "val", "valid", "validation", "dev", "test", "testing", "eval"),
    *("학습", "훈련", "검증", "시험", "테스트", "평가"),
}
_HOLDERS = {
    *("image", "images", "img", "imgs", "picture", "pictures", "photo", "photos", "scan", "scans"),
    *("page", "pages", "file", "files", "data", "dataset", "raw", "original", "source", "sources"),
    *("jpg", "jpeg", "png", "tif", "tiff", "webp", "bmp", "pdf", "label", "labels", "annotation"),
    *("annotations", "gt", "ocr", "docs", "documents", "download", "downloads", "new", "old"),
    *("tmp", "temp", "misc", "backup", "input", "output", "원본", "이미지", "사진", "스캔", "자료"),
    *("데이터", "파일", "문서", "원천데이터", "라벨링데이터", "새 폴더", "백업"),
}
_NAMED = re.compile(r"[^\W\d_].*\D|[^\W\d_a-z]")


class ClassFolders(Row, frozen=True):
    """The shape in which folders of an input are classes."""

    source: str
    shape: Shape


def class_of(uri: str, shape: Shape) -> str:
    """The class of a file; "" where its folder is none.

    >>> class_of("train/invoice/1.jpg", "SPLIT/CLASS/image"), class_of("a.jpg", "CLASS/image")
    ('invoice', '')
    """
    return _class_in(uri.rpartition("/")[0], shape)


def _class_in(folder: str, shape: Shape) -> str:
    parts = unicodedata.normalize("NFC", folder).split("/") if folder else []
    if len(parts) != 1 + SHAPES.index(shape):
        return ""
    split, name = parts[:-1], parts[-1].strip()
    if split and split[0].lower() not in _SPLITS:
        return ""
    return name if _may_be_class(name) else ""


def _may_be_class(name: str) -> bool:
    plain = name.lower()
    return plain not in _SPLITS | _HOLDERS and _NAMED.fullmatch(plain) is not None


def of_folder(file: ListedFile) -> Iterator[tuple[tuple[str, str], tuple[int, int]]]:
    """(Source, folder) of an image or a file of labels, with which of them it is."""
    form = FORMATS.get(file.kind)
    image = int(form is not None and form.together)
    labels = int(file.kind == METADATA or file.form != "")
    if image or labels:
        yield (file.source, file.uri.rpartition("/")[0]), (image, labels)


def seen_in(
    folder: tuple[tuple[str, str], tuple[int, int]],
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """What a folder tells of its source, to be brought to the greatest place by place: whether it
    lies elsewhere than classes do, and of each shape the hash of its class and the negative."""
    (source, path), (images, labels) = folder
    classes = [_class_in(path, shape) for shape in SHAPES]
    if any(classes) and images and labels:
        # its images have labels of their own, and say nothing of the others
        return
    hashes = [int(hash_of(name)[:12], 16) if name and images else None for name in classes]
    both = [n for h in hashes for n in ((_NONE, _NONE) if h is None else (h, -h))]
    yield source, (int(all(h is None for h in hashes)), *both)


def shape_of(source: str, most: tuple[int, ...]) -> Iterator[ClassFolders]:
    """The shape of a source's class folders, if it has some: of one shape, and two classes."""
    elsewhere, *both = most
    pairs = list(zip(both[::2], both[1::2], strict=True))
    there = [shape for shape, (high, _) in zip(SHAPES, pairs, strict=True) if high != _NONE]
    if not elsewhere and len(there) == 1:
        high, low = pairs[SHAPES.index(there[0])]
        if high != -low:
            yield ClassFolders(source, there[0])


class FindClassFolders(Composite):
    """Files with what they hold to the `ClassFolders` of the inputs that have some."""

    def expand(self, files: Any) -> Any:
        folder = typehints.Tuple[typehints.Tuple[str, str], numbers_type(2)]
        return (
            files
            | "Folder" >> beam.FlatMap(of_folder).with_output_types(folder)
            | "OfFolder" >> SumByKey(2)
            | "Seen"
            >> beam.FlatMap(seen_in).with_output_types(typehints.Tuple[str, numbers_type(_WIDTH)])
            | "OfSource" >> MostByKey(_WIDTH)
            | "Shape" >> beam.FlatMapTuple(shape_of).with_output_types(ClassFolders)
        )


def with_class(placed: Placed, shapes: dict[str, Shape]) -> Placed:
    """An entry that knows its class, where the folders of its source are classes, and no labels
    speak of it."""
    source, entry = placed
    if not entry.path or entry.rows or source not in shapes:
        return placed
    return source, replace(entry, kind=class_of(entry.uri, shapes[source]))


def class_folders(files: Iterable[ListedFile]) -> dict[str, Shape]:
    """The same of a few files, by source."""
    folders: dict[tuple[str, str], tuple[int, int]] = {}
    for file in files:
        for key, (image, labels) in of_folder(file):
            images, before = folders.get(key, (0, 0))
            folders[key] = images + image, before + labels
    most: dict[str, tuple[int, ...]] = {}
    for folder in folders.items():
        for source, seen in seen_in(folder):
            most[source] = tuple(map(max, most.get(source, seen), seen))
    found = [each for source, seen in most.items() for each in shape_of(source, seen)]
    return {each.source: each.shape for each in found}
