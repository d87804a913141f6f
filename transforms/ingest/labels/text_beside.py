"""A text beside each image, `NAME.txt` of the image NAME: its caption, as img2dataset and trainers
of Stable Diffusion keep it, or all that stands on it, as Tesseract writes it, without boxes.

Nothing in such a file says which it is, or that it is either: `--format NAME=caption_text` and
`--format NAME=page_text` do.
"""

from collections.abc import Iterator
from functools import partial

from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.values import text_of


def _fits(_: Head) -> bool:
    return False


def _rows(file: LabelFile, column: str) -> Iterator[LabelRow]:
    text = text_of(file.text().strip())
    if text is None:
        raise ValueError("the file is blank")
    yield {"stem": file.stem, column: text}


def _form(name: str, column: str, published: str) -> LabelForm:
    rows = partial(_rows, column=column)
    return LabelForm(name, (".txt",), published, fits=_fits, rows=rows, one=True)


FORMS = (
    _form("caption_text", "text", "https://github.com/rom1504/img2dataset (README, Output format)"),
    _form(
        "page_text",
        "transcription",
        "https://github.com/tesseract-ocr/tessdoc (Command-Line-Usage)",
    ),
)
