"""When folders are classes, and when they are just folders."""

import pytest

from gyogwa.transforms.ingest.class_folders import Shape, class_folders, class_of, with_class
from gyogwa.transforms.ingest.looking import with_kind
from gyogwa.transforms.ingest.raw import ListedFile, RowRef, SourceFile


def shape_of(*uris: str, labels: str = "") -> str:
    """The shape of one source's files; of those that end in .json, the form is `labels`."""
    listed = [with_kind(ListedFile("s", "", uri, uri, 1, "", "")) for uri in uris]
    told = [
        ListedFile("s", f.kind, f.path, f.uri, 1, "", "", form=labels if ".json" in f.uri else "")
        for f in listed
    ]
    return class_folders(told).get("s", "")


@pytest.mark.parametrize(
    "uris",
    [
        ("영수증/1.jpg", "계약서/2.jpg"),
        ("invoice/1.jpg", "receipt/2.jpg", "det/3.jpg", "det/metadata.jsonl"),
        ("invoice/1.jpg", "receipt/2.jpg", "readme.md", "receipt/notes.json"),
    ],
)
def test_class_folders(uris: tuple[str, ...]) -> None:
    assert shape_of(*uris) == "CLASS/image"


def test_classes_in_splits() -> None:
    uris = ("train/invoice/1.jpg", "train/receipt/2.jpg", "test/invoice/3.jpg")
    assert shape_of(*uris) == "SPLIT/CLASS/image"
    assert class_of(uris[2], "SPLIT/CLASS/image") == "invoice"


@pytest.mark.parametrize(
    "uris",
    [
        ("invoice/1.jpg",),  # one class is none
        ("train/1.jpg", "test/2.jpg"),
        ("train/invoice/1.jpg", "test/invoice/2.jpg"),
        ("invoice/1.jpg", "receipt/2.jpg", "3.jpg"),
        ("invoice/1.jpg", "receipt/a/2.jpg"),
        ("2021/1.jpg", "2022/2.jpg"),
        ("box 1/1.jpg", "box 2/2.jpg"),
        ("a/1.jpg", "b/2.jpg"),
        ("images/1.jpg", "원본/2.jpg"),
        ("kim/invoice/1.jpg", "lee/receipt/2.jpg"),
        ("invoice/1.jpg", "receipt/2.jpg", "metadata.jsonl"),
        ("invoice/1.pdf", "receipt/2.pdf"),
    ],
)
def test_just_folders(uris: tuple[str, ...]) -> None:
    assert not shape_of(*uris)


def test_an_image_with_labels_has_no_class() -> None:
    plain = SourceFile("/a/invoice/1.jpg", "invoice/1.jpg", "c")
    labelled = SourceFile("/a/det/1.jpg", "det/1.jpg", "c", (RowRef("m", 0, 1, "d"),))
    shapes: dict[str, Shape] = {"s": "CLASS/image"}
    assert with_class(("s", plain), shapes)[1].kind == "invoice"
    assert with_class(("s", labelled), shapes)[1].kind == ""
    assert with_class(("t", plain), shapes)[1].kind == ""


def test_labels_of_all_mean_no_classes() -> None:
    uris = ("invoice/1.jpg", "receipt/2.jpg", "truth/1.json")
    assert shape_of(*uris, labels="") == "CLASS/image"
    assert not shape_of(*uris, labels="funsd")
