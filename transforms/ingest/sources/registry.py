"""Every format that is read. To read another: write `NAME.py` with its `FORMAT`, name it here."""

from gyogwa.transforms.ingest.labels import class_names
from gyogwa.transforms.ingest.labels.registry import ENDINGS as LABEL_ENDINGS
from gyogwa.transforms.ingest.raw import IGNORED, LABELS, METADATA
from gyogwa.transforms.ingest.sources import (
    arrow,
    folder,
    hwp,
    office,
    parquet,
    pdf,
    scans,
    tars,
    text_tables,
    texts,
)
from gyogwa.transforms.ingest.sources.formats import Format

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (folder, scans, pdf, hwp, office, parquet, arrow, text_tables, texts, tars)
}
_ENDINGS = {ending: form.name for form in FORMATS.values() for ending in form.endings}
_LEFT_OVER = ("._", "~$")
"""What Macs and Microsoft Office leave beside files of the same name."""
_PASSED_OVER = {"thumbs.db", "desktop.ini", "copying", "filestate.txt"} | {
    name + ending for name in ("readme", "license", "licence") for ending in ("", ".md", ".txt")
}
"""`fileState.txt` is what PPOCRLabel keeps of its own: which images its user has been through."""


def kind_of(uri: str) -> str:
    """The name of the format of a file, `METADATA`, `LABELS` for what may be labels of another
    form, `IGNORED`, or "" for what nothing reads.

    >>> named = ("a/1.PNG", "b.pdf.gz", "metadata.jsonl", ".git", "a.json", "x.xlsx")
    >>> [kind_of(uri) for uri in named]
    ['files', 'pdf', 'metadata', 'ignored', 'labels', '']
    """
    name = uri.rsplit("/", 1)[-1].lower()
    if name == "metadata.jsonl":
        return METADATA
    if name == "metadata.parquet":
        return LABELS
    if name in arrow.BESIDE or (name.endswith(".arrow") and name.startswith(arrow.CACHED)):
        return IGNORED
    if name.startswith(_LEFT_OVER) or "/__macosx/" in f"/{uri.lower()}":
        return IGNORED
    if ending := ending_of(name):
        return _ENDINGS[ending]
    if name in _PASSED_OVER or name.startswith(".") or name in class_names.FILES:
        return IGNORED  # names of classes are read with the labels that they are of
    return LABELS if name.endswith(LABEL_ENDINGS) else ""


def kind_by_content(kind: str, head: bytes, path: str, size: int) -> str:
    """The format of a file whose name says `kind` and whose bytes start with `head`: an image file
    of several pages is a document, an HWP of before 2000 is for an office suite."""
    if kind == hwp.FORMAT.name and head.startswith(office.HWP_97[: len(head)]) and head:
        return office.FORMAT.name
    if kind == folder.FORMAT.name and scans.is_document(head, path, size):
        return scans.FORMAT.name
    return kind


def ending_of(uri: str) -> str:
    """The ending by which a file's format was told, the longest where several fit; "" if none."""
    fitting = [ending for ending in _ENDINGS if uri.lower().endswith(ending)]
    return max(fitting, key=len, default="")
