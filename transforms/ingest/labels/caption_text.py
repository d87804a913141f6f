"""Captions beside images, `NAME.txt` of the image NAME, as img2dataset and trainers of Stable
Diffusion keep them.

Nothing in such a file says that it is one: `--format NAME=caption_text` does.
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
    yield {"stem": file.stem, "text": text}


FORM = LabelForm(
    name="caption_text",
    endings=(".txt",),
    published="https://github.com/rom1504/img2dataset (README, Output format)",
    fits=_fits,
    rows=_rows,
    one=True,
)
