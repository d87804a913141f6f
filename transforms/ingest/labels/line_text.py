"""Transcriptions beside images of lines: `NAME.gt.txt`, as Tesseract, Kraken and OCR-D train on.

The text is all that stands on the image NAME, without boxes.
"""

from collections.abc import Iterator

from gyogwa.transforms.ingest.labels.form import Head, LabelFile, LabelForm, LabelRow
from gyogwa.transforms.ingest.labels.values import text_of

_ENDING = ".gt.txt"


def _fits(head: Head) -> bool:
    return head.name.endswith(_ENDING)


def _rows(file: LabelFile) -> Iterator[LabelRow]:
    text = text_of(file.text().strip())
    if text is None:
        raise ValueError("the transcription is blank")
    yield {"stem": file.uri.rsplit("/", 1)[-1][: -len(_ENDING)], "transcription": text}


FORM = LabelForm(
    name="line_text",
    endings=(_ENDING,),
    published="https://github.com/tesseract-ocr/tesstrain (README, Provide ground truth)",
    fits=_fits,
    rows=_rows,
    one=True,
)
