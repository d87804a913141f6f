"""All that stands on an image, `NAME.txt` of the image NAME, as Tesseract writes it, and who types
pages up: text without boxes.

Nothing in such a file says that it is one: `--format NAME=page_text` does.
"""

from collections.abc import Iterator

from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.values import text_of


def _fits(_: Head) -> bool:
    return False


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    text = text_of(file.text().strip())
    if text is None:
        raise ValueError("the file is blank")
    yield {"stem": file.stem, "transcription": text}


FORM = LabelForm(
    name="page_text",
    endings=(".txt",),
    published="https://github.com/tesseract-ocr/tessdoc (Command-Line-Usage)",
    fits=_fits,
    rows=_rows,
    one=True,
)
