"""The gap that LibreOffice sets between Hangul or Hanja and other letters and digits, which is no
space: `2024년` is one word, though a quarter of an em parts its digits from what follows.

"Apply spacing between Asian and non-Asian text" is on where a document doesn't say otherwise
(https://help.libreoffice.org/latest/en-US/text/shared/01/05020700.html). A space that is meant
comes on top of it.
"""

import re

import pypdfium2 as pdfium

WIDEST = 0.3
"""Ems of such a gap at most: it is .25 wide, and .45 with a space."""
_ASIAN = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff]")


def sets_gaps(page: pdfium.PdfPage) -> bool:
    """Whether the page's document was written by LibreOffice."""
    return str(page.pdf.get_metadata_value("Producer")).startswith("LibreOffice")


def may_be_gap(last: str, following: str) -> bool:
    """Whether one of two characters is Hangul or Hanja and the other isn't.

    >>> may_be_gap("4", "년"), may_be_gap("당", ":"), may_be_gap("대", "한"), may_be_gap("a", "1")
    (True, True, False, False)
    """
    return (_ASIAN.match(last) is None) != (_ASIAN.match(following) is None)
